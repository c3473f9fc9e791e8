"""Queues of Amazon SQS with all attributes."""

from collections.abc import Mapping
from typing import Any

from moto.sqs.models import Queue, SQSBackend

from reconciler.sandbox.moto_patches.sqs.rules import (
    check_attributes,
    check_name,
    check_redrive,
    invalid_value,
    text_of,
)
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

ALLOWED_FROM = "RedriveAllowPolicy"
KEY, MANAGED = "KmsMasterKeyId", "SqsManagedSseEnabled"
MOST_TAGS = 50
WAIT = 60
"""The seconds after a deletion in which no queue of the same name can be created."""
TOO_SOON = "You must wait 60 seconds after deleting a queue before you can create another with the same name."
ONE_ENCRYPTION = "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE."


class Queues(SQSBackend):
    """The operations on queues."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.allowed: dict[str, str] = {}  # by name: the redrive allow policy of a queue
        self.deleted: dict[str, float] = {}  # by name: the time of the deletion

    def create_queue(self, name: str, tags: dict[str, str] | None = None, **kwargs: Any) -> Queue:
        """CreateQueue; a second request returns the queue, unless one of the given attributes differs.

        Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
        """
        kwargs.pop("region", None)
        given = {key: text_of(value) for key, value in kwargs.items()}
        fifo = given.get("FifoQueue") == "true"
        check_name(name, fifo=fifo)
        check_attributes(given, self.account_id, fifo=fifo, new=True)
        if len(tags or {}) > MOST_TAGS:
            raise SandboxError("InvalidParameterValue", f"Too many tags added for queue {name}.")
        if name in self.queues:
            self._compare(name, given)
            return self.queues[name]
        self._check_together(name, given, {}, fifo=fifo)
        if current().clock() < self.deleted.get(name, -WAIT) + WAIT:
            raise SandboxError("AWS.SimpleQueueService.QueueDeletedRecently", TOO_SOON)
        queue = super().create_queue(name, dict(tags or {}))
        queue.fifo_queue = fifo
        self._store(queue, given)
        return queue

    def set_queue_attributes(self, queue_name: str, attributes: dict[str, Any]) -> Queue:
        """SetQueueAttributes; all attributes or none, and an empty text removes a policy or a key.

        Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
        """
        queue = self.get_queue(queue_name)
        check_attributes(attributes, self.account_id, fifo=queue.fifo_queue, new=False)
        self._check_together(queue_name, attributes, self._shown(queue), fifo=queue.fifo_queue)
        self._store(queue, attributes)
        return queue

    def get_queue_attributes(self, queue_name: str, attribute_names: list[str]) -> dict[str, Any]:
        """GetQueueAttributes; unset attributes are omitted.

        Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
        """
        others = [name for name in attribute_names if name != ALLOWED_FROM]
        found: dict[str, Any] = super().get_queue_attributes(queue_name, others)
        asked = {"All", ALLOWED_FROM}.intersection(attribute_names)
        return (
            {**found, ALLOWED_FROM: self.allowed[queue_name]}
            if asked and queue_name in self.allowed
            else found
        )

    def delete_queue(self, queue_name: str) -> None:
        """Delete a queue with its messages."""
        super().delete_queue(queue_name)
        self.allowed.pop(queue_name, None)
        self.deleted[queue_name] = current().clock()

    def _store(self, queue: Queue, given: Mapping[str, str]) -> None:
        """Store checked attributes in moto's queue."""
        given = dict(given)
        if ALLOWED_FROM in given:
            self.allowed[queue.name] = given.pop(ALLOWED_FROM)
            if not self.allowed[queue.name]:
                del self.allowed[queue.name]
        if given.get(KEY):
            given[MANAGED] = "false"
        if MANAGED in given:
            given[MANAGED] = given[MANAGED] == "true"  # type: ignore[assignment]  # as moto has it
        policy = given.pop("Policy", queue.policy)  # moto removes it if a request sets only other attributes
        queue._set_attributes({**given, "Policy": policy}, current().clock())  # noqa: SLF001  moto's own

    def _shown(self, queue: Queue) -> dict[str, str]:
        """The attributes of a queue that are set, as texts."""
        found = self.get_queue_attributes(queue.name, ["All"])
        return {name: text_of(value) for name, value in found.items() if value is not None}

    def _check_together(
        self, name: str, given: Mapping[str, str], present: Mapping[str, str], *, fifo: bool
    ) -> None:
        """Refuse attributes that exclude each other, and a dead-letter queue that cannot be one."""
        after = {**present, **given}
        if given.get(MANAGED) == "true" and after.get(KEY):
            raise invalid_value(ONE_ENCRYPTION)
        limit, scope = after.get("FifoThroughputLimit"), after.get("DeduplicationScope", "queue")
        if limit == "perMessageGroupId" and scope != "messageGroup":
            raise invalid_value(
                "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup."
            )
        if given.get("RedrivePolicy"):
            arn = f"arn:{self.partition}:sqs:{self.region_name}:{self.account_id}:{name}"
            check_redrive(given["RedrivePolicy"], arn, self._dead_letters, fifo=fifo)

    def _dead_letters(self, arn: str) -> tuple[Queue, str] | None:
        """A queue of this account and Region with its redrive allow policy; None if there is none."""
        found = next((queue for queue in self.queues.values() if queue.queue_arn == arn), None)
        return None if found is None else (found, self.allowed.get(found.name, ""))

    def _compare(self, name: str, given: Mapping[str, str]) -> None:
        present = self._shown(self.queues[name])
        for attribute, value in given.items():
            if present.get(attribute, "") != value:
                text = f"A queue already exists with the same name and a different value for attribute {attribute}"
                raise SandboxError("QueueAlreadyExists", text)

"""sqs.queue: a queue, also as the dead-letter queue of others."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from reconciler.appearance import Appearance
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Assigned,
    Create,
    Delete,
    InFiles,
    Reads,
    Sighting,
    TagOperations,
    Wired,
    tagging,
)
from reconciler.errors import Absent
from reconciler.model import Finding, Settings
from reconciler.resources.sqs import costs, queue_problems, unused
from reconciler.resources.sqs.queue_changes import ALONE, GROUPS
from reconciler.resources.sqs.queue_cloudformation import CLOUDFORMATION
from reconciler.resources.sqs.queue_model import ATTRIBUTES, DEFAULTS, NAMES, Queue
from reconciler.resources.sqs.service import SQS

PAGE = 1000
TAGS = TagOperations(read="list_queue_tags", set="tag_queue", remove="untag_queue", at=None, in_create="tags")


def tags_of(api: Api, sighting: Sighting) -> dict[str, str]:
    """The tags of a queue; a queue without tags has no such member in the reply."""
    return dict(api.call("list_queue_tags", **sighting.address).get("Tags") or {})


class MessageQueueAdapter(Adapter[Queue]):
    """CreateQueue, SetQueueAttributes."""

    kind = "sqs.queue"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(column=2)
    service = SQS
    model = Queue
    costs = costs.QUEUE
    summary = "a queue with its policies, encryption and dead-letter queue"
    console = "https://{region}.console.aws.amazon.com/sqs/v3/home?region={region}#/queues/{id}"
    identity = Assigned(
        name="QueueName",
        address="QueueUrl",
        arns=("arn:{partition}:sqs:{region}:{account}:{name}",),
        forms=NAMES,
    )
    # CreateQueue returns a queue that exists, whoever it belongs to, unless its attributes differ.
    create = Create(
        "create_queue",
        ATTRIBUTES,
        fixed=frozenset({"fifo_queue"}),
        deferrable=dict.fromkeys(ALONE),  # queues name each other in them, and a policy its own queue
        upsert=True,
    )
    updates = GROUPS
    defaults = DEFAULTS
    delete = Delete("delete_queue", protected=True)  # its messages would be lost
    reads = Reads(
        list="list_queues",
        list_with={"MaxResults": PAGE},  # without it AWS shows no more than the first page
        get="get_queue_attributes",
        called=("get_queue_url",),
        page=PAGE,
    )
    tagging = replace(tagging(TAGS), read=tags_of)
    tagging_api_type = "sqs"  # the ARN of a queue has no resource type
    unused = unused.QUEUE

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        del scope
        url = row if isinstance(row, str) else row["QueueUrl"]  # a row of the list is a text
        name = url.rpartition("/")[2]
        place = {"partition": api.partition, "region": api.region, "account": api.account}
        return Sighting(name, {"QueueUrl": url}, self.identity.arns[0].format(**place, name=name))

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        del parameters
        made = self.seen(api, scope, reply)
        return made.address, made.arn

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        try:
            return self.seen(api, scope, api.call("get_queue_url", QueueName=name))
        except Absent:
            return None

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        found = api.call("get_queue_attributes", **sighting.address, AttributeNames=["All"])["Attributes"]
        return {"Attributes": {"FifoQueue": "false", **found}}  # SQS says it of FIFO queues alone

    def aws_name(self, name: str, settings: Settings) -> str:
        return queue_problems.name_of(name, settings)

    def problems(self, files: InFiles) -> Iterable[Finding]:
        return queue_problems.problems(files)

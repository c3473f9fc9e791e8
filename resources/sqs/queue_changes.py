"""The requests that change the attributes of a queue."""

from collections.abc import Iterator, Mapping

from reconciler.contract import Calls, Change, Request
from reconciler.resources.sqs.queue_model import ATTRIBUTES

ALONE = ("queue_policy", "redrive_policy", "redrive_allow_policy")
"""Fields with a request of their own: AWS refuses them while a principal or a queue that they name does not exist."""
KEY, MANAGED = "KmsMasterKeyId", "SqsManagedSseEnabled"


def put(change: Change) -> Iterator[Request]:
    """One request with all attributes that differ."""
    before, after = (_attributes(side) for side in (change.observed, change.desired))
    changed = {
        name: after.get(name, "") for name in {**before, **after} if before.get(name) != after.get(name)
    }
    if changed.get(MANAGED) == "true" and after.get(KEY):
        changed[KEY] = ""  # a queue has one type of encryption at a time
    if KEY in changed and MANAGED not in changed and "sqs_managed_sse_enabled" not in change.written:
        changed[MANAGED] = "false" if changed[KEY] else "true"  # without a key, as AWS encrypts a new queue
    if changed:
        yield Request("set_queue_attributes", {**change.address, "Attributes": changed})


def _attributes(members: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    return members.get("Attributes") or {}


def _group(*fields: str) -> Calls:
    return Calls(put, fields, ("set_queue_attributes",))


GROUPS = (
    _group(*(name for name in ATTRIBUTES if name not in ("fifo_queue", *ALONE))),
    *map(_group, ALONE),
)

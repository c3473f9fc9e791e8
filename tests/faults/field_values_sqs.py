"""Two values for every field of a queue, from its sample, each with settings with which AWS accepts them."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.samples.sqs_queue import DEAD, OTHER_DEAD, redriven
from tests.faults.field_places import Play, Scene, Settings
from tests.faults.generated_fields import scene_of

FIFO: Settings = {"fifo_queue": True}


def queue() -> Scene:
    """A standard queue, except for the fields that only FIFO queues have."""
    found = scene_of(known_kinds()["sqs.queue"])
    key: Settings = {"kms_master_key_id": "${one_key}"}
    by_group: Settings = {**FIFO, "deduplication_scope": "messageGroup"}
    plays = {
        **found.plays,
        "fifo_queue": Play(True, True, edges=()),
        "redrive_policy": Play(redriven(DEAD), redriven(OTHER_DEAD), edges=()),
        "kms_data_key_reuse_period_seconds": Play(600, 900, base=key, edges=(60, 86_400)),
        "sqs_managed_sse_enabled": Play(True, False),
        "content_based_deduplication": Play(True, False, base=FIFO),
        "deduplication_scope": Play("messageGroup", "queue", base=FIFO),
        "fifo_throughput_limit": Play("perMessageGroupId", "perQueue", base=by_group),
    }
    return replace(found, base={}, plays=plays)


SCENES: Mapping[str, Scene] = {"sqs.queue": queue()}

"""Two values for every field of a queue, from its sample, each with settings with which AWS accepts them."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.samples.sqs_queue import DEAD, OTHER_DEAD, redriven
from tests.faults.field_places import FieldValues, KindValues, Settings
from tests.faults.generated_fields import kind_values_of

FIFO: Settings = {"fifo_queue": True}


def queue() -> KindValues:
    """A standard queue, except for the fields that only FIFO queues have."""
    found = kind_values_of(known_kinds()["sqs.queue"])
    key: Settings = {"kms_master_key_id": "${one_key}"}
    by_group: Settings = {**FIFO, "deduplication_scope": "messageGroup"}
    by_path = {
        **found.by_path,
        "fifo_queue": FieldValues(True, True, edges=()),
        "redrive_policy": FieldValues(redriven(DEAD), redriven(OTHER_DEAD), edges=()),
        "kms_data_key_reuse_period_seconds": FieldValues(600, 900, base=key, edges=(60, 86_400)),
        "sqs_managed_sse_enabled": FieldValues(False, True),
        "content_based_deduplication": FieldValues(True, False, base=FIFO),
        "deduplication_scope": FieldValues("messageGroup", "queue", base=FIFO),
        "fifo_throughput_limit": FieldValues("perMessageGroupId", "perQueue", base=by_group),
    }
    key_fields = ("kms_master_key_id", "kms_data_key_reuse_period_seconds")
    also = {
        "kms_master_key_id": ("kms_data_key_reuse_period_seconds", "sqs_managed_sse_enabled"),
        "sqs_managed_sse_enabled": key_fields,
    }
    return replace(found, base={}, by_path=by_path, also=also)


VALUES_BY_KIND: Mapping[str, KindValues] = {"sqs.queue": queue()}

"""lambda.event_source_mapping: what a function reads its events from."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    Adapter,
    Address,
    Api,
    Create,
    Delete,
    Marked,
    Reads,
    Sends,
    Sighting,
    TagOperations,
    own_fields,
    tagging,
)
from reconciler.model import Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.awslambda import unused
from reconciler.resources.awslambda.event_source_mapping_model import DEFAULTS, EventSourceMapping
from reconciler.resources.awslambda.event_source_mapping_problems import problems
from reconciler.resources.awslambda.event_source_mapping_reading import (
    AT_WORK,
    DELETING,
    as_meant,
    called,
    for_filters,
    impossible,
    seen_as,
    shown,
)
from reconciler.resources.awslambda.service import LAMBDA

FIXED = (
    "event_source_arn",
    "self_managed_event_source",
    "starting_position",
    "starting_position_timestamp",
    "topics",
    "queues",
)
CHANGED = tuple(sorted({*own_fields(EventSourceMapping)} - {*FIXED}))


class EventSourceMappingAdapter(Adapter[EventSourceMapping]):
    """CreateEventSourceMapping, UpdateEventSourceMapping, DeleteEventSourceMapping."""

    kind = "lambda.event_source_mapping"
    cloudformation = CloudFormation(
        type="AWS::Lambda::EventSourceMapping",
        called={"EventSourceArn": "event_source_arn", "KmsKeyArn": "kms_key_arn"},
        fixed=dict.fromkeys(("topics", "queues"), "UpdateEventSourceMapping has no such member"),
        not_granted={"kms:*": "granted for the written key"},
    )
    appearance = Appearance(sort="compute", column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"kms_key_arn": for_filters}
    service = LAMBDA
    model = EventSourceMapping
    costs = FREE
    summary = "what a function reads its events from: a queue, a stream, Kafka, a broker or DocumentDB"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = Marked(
        address="UUID",
        arn_in="EventSourceMappingArn",
        arns=("arn:{partition}:lambda:{region}:{account}:event-source-mapping:{id}",),
        chosen_by=frozenset({"id", "tags", "event_source_arn"}),
    )
    create = Create(
        "create_event_source_mapping",
        (*FIXED, *CHANGED),
        needed=frozenset({"function_name"}),
        fixed=frozenset(FIXED),
    )
    updates = tuple(Sends("update_event_source_mapping", (name,)) for name in CHANGED)
    delete = Delete("delete_event_source_mapping")
    reads = Reads(
        list="list_event_source_mappings",
        get="get_event_source_mapping",
        # With a key, only GetEventSourceMapping shows the filters.
        listed=frozenset({*FIXED, *CHANGED}) - {"filter_criteria"},
    )
    tagging = tagging(TagOperations(read="list_tags", at="Resource"))
    tagging_api_type = "lambda:event-source-mapping"
    unused = unused.EVENT_SOURCE_MAPPING
    compared = {"enabled": as_meant}
    problems = staticmethod(problems)
    impossible = staticmethod(impossible)
    shown = staticmethod(shown)

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        return (seen for seen in super().list(api, scope) if seen.settings.get("State") != DELETING)

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        state = self._got(api, sighting.address)["State"]
        return f"mapping is {state}" if state in AT_WORK else None

    def aws_name(self, name: str, settings: Mapping[str, Any]) -> str | None:
        del name
        return called(settings)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        return replace(super().seen(api, scope, row), name=seen_as(row))

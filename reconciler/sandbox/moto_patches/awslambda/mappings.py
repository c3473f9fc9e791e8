"""Event source mappings: what a function reads its events from. Events are not read."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.core.resource_tagging import TaggedResource
from moto.dynamodb.models import dynamodb_backends
from moto.kinesis.models import kinesis_backends
from moto.sqs.models import sqs_backends

from reconciler.sandbox.moto_patches.awslambda.permissions import Reply, missing
from reconciler.sandbox.moto_patches.awslambda.rules import check_tags, invalid
from reconciler.sandbox.moto_patches.awslambda.versions import Versions
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.moto_patches.transitions import Transition
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

MAPPINGS_PAGE = 100
KAFKA = "kafka of your own"
STREAMS = ("kinesis", "dynamodb")
POSITIONED = (*STREAMS, "kafka", "rds", KAFKA)
"""The sources that are read from a position: streams, Kafka and DocumentDB."""
SMALL_BATCH, LARGEST_FIFO = 10, 10
# Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
OF_ANY = {"BatchSize": 100, "MaximumBatchingWindowInSeconds": 0}
OF_STREAMS = {
    "ParallelizationFactor": 1,
    "MaximumRecordAgeInSeconds": -1,
    "BisectBatchOnFunctionError": False,
    "MaximumRetryAttempts": -1,
    "TumblingWindowInSeconds": 0,
    "FunctionResponseTypes": [],
    "DestinationConfig": {"OnFailure": {}},
}
OF_QUEUES = {"BatchSize": 10, "FunctionResponseTypes": []}
ONLY_OF_STREAMS = frozenset(OF_STREAMS) - {"FunctionResponseTypes", "DestinationConfig"}
EMPTY_REMOVES = ("FilterCriteria", "MetricsConfig", "ScalingConfig", "ProvisionedPollerConfig")


@dataclass
class EventSource:
    """One mapping."""

    arn: str
    sort: str
    members: dict[str, Any]
    enabled: bool
    life: Transition
    tags: dict[str, str] = field(default_factory=dict)
    changed: float = 0.0

    @property
    def gone(self) -> bool:
        """Whether its deletion is over."""
        return self.life.state == "Deleting" and self.life.passed

    @property
    def state(self) -> str:
        """The state as replies show it."""
        return ("Enabled" if self.enabled else "Disabled") if self.life.passed else self.life.state

    def shown(self) -> dict[str, Any]:
        """The mapping in the form of replies."""
        kept = {
            name: value
            for name, value in self.members.items()
            if value not in (None, "") and not (name in EMPTY_REMOVES and not any(value.values()))
        }
        return {
            **kept,
            "UUID": self.arn.rpartition(":")[2],
            "EventSourceMappingArn": self.arn,
            "State": self.state,
            "StateTransitionReason": "USER_INITIATED" if self.sort in ("sqs", "mq") else "User action",
            "LastModified": self.changed,
        }


class Mappings(Versions):
    """The operations on mappings."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.event_sources: dict[str, EventSource] = {}

    def make_mapping(
        self, FunctionName: str, Enabled: bool = True, Tags: Mapping[str, str] | None = None, **params: Any
    ) -> Reply:
        """CreateEventSourceMapping.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
        """
        sort = _sort_of(params)
        function = self._invoked(FunctionName)
        _check_new(sort, params)
        _check(sort, params)
        check_tags(Tags or {})
        self._check_source(params.get("EventSourceArn", ""), sort)
        self._check_duplicate(params, function)
        defaults = OF_ANY | (OF_STREAMS if sort in STREAMS else {}) | (OF_QUEUES if sort == "sqs" else {})
        identity = str(uuid.uuid4())
        place = f"arn:{self.partition}:lambda:{self.region_name}:{self.account_id}"
        members = {**defaults, **_grouped(sort, identity), **params, "FunctionArn": function}
        made = EventSource(
            f"{place}:event-source-mapping:{identity}",
            sort,
            members,
            Enabled,
            Transition.begin("Creating"),
            dict(Tags or {}),
            current().clock(),
        )
        self.event_sources[identity] = made
        return made.shown()

    def show_mapping(self, UUID: str) -> Reply:
        """GetEventSourceMapping."""
        return self._mapping(UUID).shown()

    def change_mapping(
        self, UUID: str, Enabled: bool | None = None, FunctionName: str | None = None, **params: Any
    ) -> Reply:
        """UpdateEventSourceMapping: settings that the request omits do not change.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
        """
        mapping = self._changeable_mapping(UUID)
        _check(mapping.sort, {**mapping.members, **params})
        for name in ("AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig"):
            before = mapping.members.get(name, {}).get("ConsumerGroupId")
            if params.get(name, {}).get("ConsumerGroupId", before) != before:
                raise invalid("ConsumerGroupId cannot be updated.")
            if name in params:
                params[name] = {"ConsumerGroupId": before, **params[name]}
        if FunctionName is not None:
            mapping.members["FunctionArn"] = self._invoked(FunctionName)
        mapping.members.update(params)
        state = "Updating"
        if Enabled is not None and Enabled != mapping.enabled:
            state, mapping.enabled = ("Enabling" if Enabled else "Disabling"), Enabled
        mapping.life, mapping.changed = Transition.begin(state), current().clock()
        return mapping.shown()

    def drop_mapping(self, UUID: str) -> Reply:
        """DeleteEventSourceMapping: the mapping is shown as Deleting for a while."""
        mapping = self._changeable_mapping(UUID)
        mapping.life = Transition.begin("Deleting")
        return mapping.shown()

    def mapping_names(
        self,
        MaxItems: int = MAPPINGS_PAGE,
        Marker: str | None = None,
        EventSourceArn: str | None = None,
        FunctionName: str | None = None,
    ) -> Reply:
        """ListEventSourceMappings; at most 100 a page, even if the request allows more.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html
        """
        function = self._invoked(FunctionName) if FunctionName else None
        rows = [
            each.shown()
            for each in self._mappings()
            if EventSourceArn in (None, each.members.get("EventSourceArn"))
            and function in (None, each.members["FunctionArn"])
        ]
        wrong = invalid("Invalid pagination token")
        page, marker = cut(rows, lambda row: str(row["UUID"]), min(MaxItems, MAPPINGS_PAGE), Marker, wrong)
        return {"EventSourceMappings": page, "NextMarker": marker}

    def tags_of_mapping(self, arn: str) -> dict[str, str]:
        """The tags of the mapping with this ARN."""
        return self._mapping(arn.rpartition(":")[2]).tags

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Yield functions and mappings for the Resource Groups Tagging API."""
        yield from super().iter_tagged_resources()
        for each in self._mappings():
            yield TaggedResource(each.arn, dict(each.tags), "lambda:event-source-mapping")

    def _mappings(self) -> list[EventSource]:
        """The mappings that exist."""
        self.event_sources = {name: each for name, each in self.event_sources.items() if not each.gone}
        return [*self.event_sources.values()]

    def _mapping(self, identity: str) -> EventSource:
        self._mappings()
        if identity not in self.event_sources:
            raise missing("The resource you requested does not exist.")
        return self.event_sources[identity]

    def _changeable_mapping(self, identity: str) -> EventSource:
        mapping = self._mapping(identity)
        if not mapping.life.passed:
            text = "Cannot update the event source mapping because it is in use."
            raise SandboxError("ResourceInUseException", text)
        return mapping

    def _invoked(self, name: str) -> str:
        """The ARN of a function, with the version or the alias of the request."""
        try:
            function, qualifier = self.named(name)
        except (SandboxError, LambdaClientError) as error:
            raise missing("Function does not exist") from error
        arn = f"arn:{self.partition}:lambda:{self.region_name}:{self.account_id}:function:{function.function_name}"
        return f"{arn}:{qualifier}" if qualifier else arn

    def _check_duplicate(self, params: Mapping[str, Any], function: str) -> None:
        source, topics = params.get("EventSourceArn"), params.get("Topics")
        for each in self._mappings():
            same = each.members["FunctionArn"] == function and each.members.get("EventSourceArn") == source
            if source and same and topics == each.members.get("Topics") and each.life.state != "Deleting":
                raise SandboxError(
                    "ResourceConflictException",
                    f'An event source mapping with {each.sort} arn (" {source} ") and function (" {function} ") already '
                    f"exists. Please update or delete the existing mapping with UUID {each.arn.rpartition(':')[2]}",
                )

    def _check_source(self, arn: str, sort: str) -> None:
        """Refuse a queue or a stream of this account and Region that does not exist."""
        place = f":{self.region_name}:{self.account_id}:"
        if place not in arn:
            return
        at, where = self.account_id, self.region_name
        if sort == "sqs" and arn not in {each.queue_arn for each in sqs_backends[at][where].queues.values()}:
            raise invalid(
                "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error "
                "Message: The specified queue does not exist for this wsdl version."
            )
        tables = dynamodb_backends[at][where].tables.values() if sort == "dynamodb" else ()
        if sort == "dynamodb" and arn not in {
            each.latest_stream_label and f"{each.table_arn}/stream/{each.latest_stream_label}"
            for each in tables
        }:
            raise invalid(f"Stream not found: {arn}")
        if sort == "kinesis" and arn not in {
            each.arn for each in kinesis_backends[at][where].streams.values()
        }:
            raise invalid(f"Stream {arn.rpartition('/')[2]} under account {at} not found.")


def _sort_of(params: Mapping[str, Any]) -> str:
    """The sort of the source: a service as ARNs spell it, or Kafka of one's own."""
    arn = params.get("EventSourceArn")
    if bool(arn) == ("SelfManagedEventSource" in params):
        raise invalid("Exactly one of EventSourceArn and SelfManagedEventSource is required.")
    return str(arn).split(":")[2] if arn else KAFKA


def _grouped(sort: str, identity: str) -> dict[str, Any]:
    """The consumer group that Lambda chooses for Kafka."""
    name = {"kafka": "AmazonManagedKafkaEventSourceConfig", KAFKA: "SelfManagedKafkaEventSourceConfig"}.get(
        sort
    )
    return {name: {"ConsumerGroupId": identity}} if name else {}


def _check_new(sort: str, params: Mapping[str, Any]) -> None:
    position = params.get("StartingPosition")
    if sort in POSITIONED and position is None:
        raise invalid(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint."
        )
    if sort not in POSITIONED and position is not None:
        raise invalid("StartingPosition is not valid for this event source.")
    if (position == "AT_TIMESTAMP") != ("StartingPositionTimestamp" in params):
        raise invalid("StartingPositionTimestamp is required with AT_TIMESTAMP, and only with it.")
    if (sort in ("kafka", KAFKA)) != ("Topics" in params):
        raise invalid("Topics are required for Apache Kafka, and only for it.")
    if (sort == "mq") != ("Queues" in params):
        raise invalid("Queues are required for Amazon MQ, and only for it.")


def _check(sort: str, params: Mapping[str, Any]) -> None:
    """Refuse settings that the source does not have."""
    wrong = sorted(name for name in ONLY_OF_STREAMS & params.keys() if sort not in STREAMS)
    if wrong:
        raise invalid(f"Unsupported {wrong[0]} parameter for given event source mapping type.")
    if "ScalingConfig" in params and sort != "sqs":
        raise invalid("Unsupported ScalingConfig parameter for given event source mapping type.")
    size = params.get("BatchSize", 1)
    if sort == "sqs" and str(params["EventSourceArn"]).endswith(".fifo") and size > LARGEST_FIFO:
        raise invalid(f"BatchSize must be at most {LARGEST_FIFO} for a FIFO queue.")
    if sort == "sqs" and size > SMALL_BATCH and not params.get("MaximumBatchingWindowInSeconds"):
        raise invalid(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
        )

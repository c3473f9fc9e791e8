"""The settings of connect.routing_profile."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from reconciler.model import Part, Ref, Rows, Wire
from reconciler.resources.connect.common import Channel, InInstance, Lasting
from reconciler.resources.lasting import LASTS

QueueName = Annotated[str, Ref("connect.queue"), Wire("QueueReference.QueueId")]


QueueChannel = Annotated[Channel, Wire("QueueReference.Channel")]


class QueueConfig(Part):
    """A queue and channel whose contacts are routed to the agent; lower priorities come first."""

    queue: QueueName
    channel: QueueChannel
    priority: Annotated[int, Field(ge=1, le=99)]
    delay: Annotated[int, Field(ge=0, le=9999)]
    """The seconds that a contact waits before it may be routed to the agent."""


class ManualAssignmentQueueConfig(Part):
    """A queue and channel from which the agent may choose contacts."""

    queue: QueueName
    channel: QueueChannel


class CrossChannelBehavior(Part):
    """Whether the agent may get contacts of other channels at the same time."""

    behavior_type: Literal["ROUTE_CURRENT_CHANNEL_ONLY", "ROUTE_ANY_CHANNEL"]


class CrossChannelWorkloadBehavior(Part):
    """The same, for one workload type."""

    channel_workload_behavior_type: (
        Literal[
            "ROUTE_CURRENT_CHANNEL_CURRENT_WORKLOADTYPE_ONLY",
            "ROUTE_CURRENT_CHANNEL_ANY_WORKLOADTYPE_ONLY",
            "ROUTE_ANY_CHANNEL_ANY_WORKLOAD_TYPE",
        ]
        | None
    ) = None


class WorkloadTypeConcurrency(Part):
    """The most contacts of one workload type at the same time."""

    workload_type: str
    concurrency: Annotated[int, Field(ge=1, le=10)]
    cross_channel_workload_behavior: CrossChannelWorkloadBehavior | None = None


class MediaConcurrency(Part):
    """The most contacts of a channel at the same time."""

    channel: Channel
    concurrency: Annotated[int | None, Field(ge=0, le=10)] = None
    cross_channel_behavior: CrossChannelBehavior | None = None
    workload_type_concurrencies: Annotated[
        list[WorkloadTypeConcurrency] | None, Rows(("workload_type",)), Field(min_length=1, max_length=5)
    ] = None


def _takes_nothing(row: Mapping[str, Any]) -> bool:
    """Whether a channel allows no contacts. AWS shows such rows; they mean the same as no row."""
    return row.get("concurrency") == 0 and not row.get("workload_type_concurrencies")


class RoutingProfile(InInstance):
    """A routing profile: the queues and channels of an agent."""

    description: Lasting = None
    default_outbound_queue: Annotated[str | None, Ref("connect.queue"), LASTS] = None
    media_concurrencies: Annotated[
        list[MediaConcurrency] | None, Rows(("channel",), nothing=_takes_nothing), LASTS
    ] = None
    queue_configs: Annotated[list[QueueConfig] | None, Rows(("queue", "channel"))] = None
    manual_assignment_queue_configs: Annotated[
        list[ManualAssignmentQueueConfig] | None, Rows(("queue", "channel"))
    ] = None
    agent_availability_timer: Annotated[
        Literal["TIME_SINCE_LAST_ACTIVITY", "TIME_SINCE_LAST_INBOUND"] | None, LASTS
    ] = None

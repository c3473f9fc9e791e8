"""The settings of a schedule, a row of its group.

Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from reconciler.forms import Form, TimeZone
from reconciler.model import Cleared, Document, Part, Rows, Whole
from reconciler.resources.ecs_task import EcsTask
from reconciler.resources.identifiers import Arn, KeyArn, QueueArn, RoleArn
from reconciler.resources.lasting import lasts
from reconciler.resources.schedule_expression import OF_SCHEDULE
from reconciler.resources.scheduler.payload import parsed

Words = Annotated[str, Field(min_length=1)]
TagKey = Annotated[str, Field(min_length=1, max_length=128)]
TagValue = Annotated[str, Field(min_length=1, max_length=256)]
MetadataKey = Annotated[str, Form(r"[^/]{1,128}", "1 to 128 characters without /")]
Moment = Annotated[
    str,
    Form(
        r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ",
        "a time in UTC, such as 2030-01-31T12:00:00Z",
    ),
]


class DeadLetterConfig(Part):
    """The queue for calls that failed; a standard queue."""

    arn: QueueArn


class RetryPolicy(Part):
    """How long and how often AWS tries to call the target."""

    maximum_event_age_in_seconds: Annotated[int | None, Field(ge=60, le=86_400)] = None
    maximum_retry_attempts: Annotated[int | None, Field(ge=0, le=185)] = None


class EcsParameters(EcsTask):
    """The task that ECS starts."""

    tags: Annotated[list[Annotated[dict[TagKey, TagValue], Whole()]] | None, Field(max_length=50)] = None
    """Each as `{key: Team, value: shop}`."""


class Event(Part):
    """The event that is sent to a bus; the input is its detail."""

    detail_type: Annotated[str, Field(min_length=1, max_length=128)]
    source: Annotated[
        str,
        Field(min_length=1, max_length=256),
        Form(r"(?!aws\.)[/.\-_A-Za-z0-9].*|\$.*", "the source of an event, which does not begin with aws."),
    ]


class RawEvent(Part):
    """Further members of a raw event."""

    metadata: Annotated[dict[MetadataKey, Words] | None, Whole(), Field(max_length=100)] = None


class KinesisParameters(Part):
    """The shard of a stream."""

    partition_key: Annotated[str, Field(min_length=1, max_length=256)]


class SageMakerPipelineParameter(Part):
    """A parameter of a pipeline."""

    name: Annotated[str, Form(r"[A-Za-z0-9\-_]{1,256}", "1 to 256 of a-z, A-Z, 0-9, - and _")]
    value: Annotated[str, Field(min_length=1, max_length=1024)]


class SageMakerPipelineParameters(Part):
    """The parameters of the pipeline that SageMaker starts."""

    pipeline_parameter_list: Annotated[
        list[SageMakerPipelineParameter] | None, Rows(("name",)), Field(max_length=200)
    ] = None


class SqsParameters(Part):
    """The message group of a FIFO queue."""

    message_group_id: Annotated[str | None, Field(min_length=1, max_length=128)] = None


class ScheduleTarget(Part):
    """What a schedule calls."""

    arn: Annotated[Arn, Field(max_length=1600)]
    """The ARN of a function, a queue, a topic and the like, or `arn:aws:scheduler:::aws-sdk:SERVICE:OPERATION`."""
    role_arn: RoleArn
    """The role with which Scheduler calls the target."""
    dead_letter_config: DeadLetterConfig | None = None
    retry_policy: Annotated[
        RetryPolicy | None, Cleared({"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185})
    ] = None
    input: Annotated[dict[str, Any] | list[Any] | str | bool | float | None, Document(parsed)] = None
    """What the target gets: a mapping, a list, or a text."""
    ecs_parameters: EcsParameters | None = None
    event_bridge_parameters: Event | None = None
    event_bridge_put_events_v2_parameters: Event | None = None
    event_bridge_put_raw_events_parameters: RawEvent | None = None
    kinesis_parameters: KinesisParameters | None = None
    sage_maker_pipeline_parameters: SageMakerPipelineParameters | None = None
    sqs_parameters: SqsParameters | None = None


class FlexibleTimeWindow(Part):
    """How late the target may be called."""

    mode: Literal["OFF", "FLEXIBLE"]
    maximum_window_in_minutes: Annotated[int | None, Field(ge=1, le=1440)] = None


class Schedule(Part):
    """A schedule of a group."""

    name: Annotated[str, Form(r"[0-9a-zA-Z\-_.]{1,64}", "1 to 64 of a-z, A-Z, 0-9, -, _ and .")]
    schedule_expression: Annotated[str, OF_SCHEDULE, Field(max_length=256)]
    """`rate(...)`, `cron(...)`, or `at(...)` for a single time."""
    schedule_expression_timezone: Annotated[
        TimeZone | None, Field(max_length=50), lasts("schedule_expression_timezone: UTC")
    ] = None
    start_date: Moment | None = None
    end_date: Moment | None = None
    description: Annotated[str | None, Field(max_length=512)] = None
    state: Annotated[Literal["ENABLED", "DISABLED"] | None, lasts("state: ENABLED")] = None
    kms_key_arn: KeyArn | None = None
    target: ScheduleTarget
    flexible_time_window: FlexibleTimeWindow
    action_after_completion: Annotated[
        Literal["NONE", "DELETE"] | None, lasts("action_after_completion: NONE")
    ] = None

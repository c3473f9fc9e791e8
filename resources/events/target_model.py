"""The settings of a target of a rule.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
"""

from typing import Annotated, Any

from pydantic import Field

from reconciler.forms import Form, tag_problem, without
from reconciler.model import Document, Means, Part, Rows, Unordered, Whole, Wire
from reconciler.resources.ecs_task import EcsTask
from reconciler.resources.events.bus_model import DeadLetterConfig
from reconciler.resources.events.event_pattern import parsed
from reconciler.resources.identifiers import Arn, RoleArn

LONGEST_INPUT = 8192
Words = Annotated[str, Field(min_length=1)]
PathValue = Annotated[str, without(lambda text: "" if text.strip() else "expected a text that is not empty")]
Variable = Annotated[str, Form(r"[A-Za-z0-9_-]{1,256}", "1 to 256 of a-z, A-Z, 0-9, _ and -")]
HeaderName = Annotated[
    str,
    Form(
        r"[!#$%&'*+\-.^_`|~0-9a-zA-Z]{1,512}",
        "a name of a header: 1 to 512 letters, digits and signs such as -",
    ),
]
Header = Annotated[
    str, Form(r"[ \t]*[\x20-\x7E][\x20-\x7E\t]*", "a text of ASCII characters"), Field(max_length=512)
]
QueryName = Annotated[str, Form(r"[^\x00-\x1F\x7F]{1,512}", "1 to 512 characters without control characters")]
QueryValue = Annotated[
    str, Form(r"[^\x00-\x09\x0B\x0C\x0E-\x1F\x7F]{1,512}", "1 to 512 characters without control characters")
]
Path = Annotated[str, Form(r"\$.*", "a path in the event, such as $.detail"), Field(max_length=256)]
Statement = Annotated[str, Field(min_length=1, max_length=100_000)]


class InputTransformer(Part):
    """Makes the input of parts of the event."""

    input_paths_map: Annotated[dict[Variable, Path] | None, Whole(), Field(max_length=100)] = None
    """By variable: the path of its value in the event."""
    input_template: Annotated[str, Field(min_length=1, max_length=LONGEST_INPUT)]
    """The input, with variables such as `<name>`."""


class KinesisParameters(Part):
    """The shard of a stream."""

    partition_key_path: Path


class RunCommandTarget(Part):
    """Instances, chosen by their ids or a tag."""

    key: Annotated[str, Field(min_length=1, max_length=128), without(tag_problem)]
    """`InstanceIds`, or `tag:` with the key of a tag."""
    values: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=256)]],
        Unordered(),
        Field(min_length=1, max_length=50),
    ]


class RunCommandParameters(Part):
    """The instances on which Systems Manager runs a command."""

    run_command_targets: Annotated[list[RunCommandTarget], Rows(("key",)), Field(min_length=1, max_length=5)]


class TaskTag(Part):
    """A tag of a task of ECS."""

    key: Annotated[str, Field(min_length=1, max_length=128)]
    value: Annotated[str, Field(max_length=256)]


class EcsParameters(EcsTask):
    """The task that ECS starts."""

    tags: Annotated[list[TaskTag] | None, Rows(("key",))] = None


class BatchArrayProperties(Part):
    """The size of an array job."""

    size: Annotated[int | None, Field(ge=2, le=10_000)] = None


class BatchRetryStrategy(Part):
    """How often a job is tried."""

    attempts: Annotated[int | None, Field(ge=1, le=10)] = None


class BatchParameters(Part):
    """The job that AWS Batch starts."""

    job_definition: Words
    """Its name or ARN."""
    job_name: Words
    array_properties: BatchArrayProperties | None = None
    retry_strategy: BatchRetryStrategy | None = None


class SqsParameters(Part):
    """The message group of a FIFO queue."""

    message_group_id: Annotated[str | None, Field(min_length=1, max_length=100)] = None


class HttpParameters(Part):
    """Parameters of a request to an API of API Gateway or to an API destination."""

    path_parameter_values: list[PathValue] | None = None
    header_parameters: Annotated[dict[HeaderName, Header] | None, Whole()] = None
    query_string_parameters: Annotated[dict[QueryName, QueryValue] | None, Whole()] = None


class RedshiftDataParameters(Part):
    """The statements that Amazon Redshift runs."""

    secret_manager_arn: (
        Annotated[
            str,
            Form(r"arn:[^:\s]+:secretsmanager:\S+|\$.*", "the ARN of a secret, or a path in the event"),
            Means("secretsmanager.secret"),
        ]
        | None
    ) = None
    database: Annotated[str, Field(min_length=1, max_length=64)]
    db_user: Annotated[str | None, Field(min_length=1, max_length=128)] = None
    sql: Statement | None = None
    statement_name: Annotated[str | None, Field(min_length=1, max_length=500)] = None
    with_event: bool | None = None
    """Whether Redshift reports the end of the statement as an event."""
    sqls: Annotated[list[Statement] | None, Field(max_length=40)] = None


class SageMakerPipelineParameter(Part):
    """A parameter of a pipeline."""

    name: Annotated[str, Form(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}", "1 to 256 of a-z, A-Z, 0-9 and -")]
    value: Annotated[str, Field(max_length=1024)]


class SageMakerPipelineParameters(Part):
    """The parameters of the pipeline that SageMaker starts."""

    pipeline_parameter_list: Annotated[
        list[SageMakerPipelineParameter] | None, Rows(("name",)), Field(max_length=200)
    ] = None


class AppSyncParameters(Part):
    """The operation that AppSync runs."""

    graph_ql_operation: Annotated[
        str | None, Wire("GraphQLOperation"), Field(min_length=1, max_length=1_048_576)
    ] = None


class RetryPolicy(Part):
    """How long and how often AWS tries to deliver an event."""

    maximum_retry_attempts: Annotated[int | None, Field(ge=0, le=185)] = None
    maximum_event_age_in_seconds: Annotated[int | None, Field(ge=60, le=86_400)] = None


class Target(Part):
    """A receiver of the events of a rule."""

    id: Annotated[str, Form(r"[.\-_A-Za-z0-9]{1,64}", "1 to 64 of a-z, A-Z, 0-9, ., - and _")]
    arn: Annotated[Arn, Field(max_length=1600)]
    role_arn: RoleArn | None = None
    """The role with which EventBridge calls the target, if the target has no resource policy."""
    input: Annotated[dict[str, Any] | list[Any] | str | bool | float | None, Document(parsed)] = None
    """What the target gets instead of the event: a mapping, a list, or the text of a JSON value."""
    input_path: Path | None = None
    """The part of the event that the target gets."""
    input_transformer: InputTransformer | None = None
    kinesis_parameters: KinesisParameters | None = None
    run_command_parameters: RunCommandParameters | None = None
    ecs_parameters: EcsParameters | None = None
    batch_parameters: BatchParameters | None = None
    sqs_parameters: SqsParameters | None = None
    http_parameters: HttpParameters | None = None
    redshift_data_parameters: RedshiftDataParameters | None = None
    sage_maker_pipeline_parameters: SageMakerPipelineParameters | None = None
    dead_letter_config: DeadLetterConfig | None = None
    retry_policy: RetryPolicy | None = None
    app_sync_parameters: AppSyncParameters | None = None

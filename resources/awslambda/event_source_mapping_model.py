"""The settings of an event source mapping.

Source: CreateEventSourceMapping, UpdateEventSourceMapping (AWS Lambda API Reference).
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import (
    Cleared,
    Document,
    Means,
    Part,
    Resource,
    Rows,
    Settings,
    Unordered,
    Whole,
    Wire,
)
from reconciler.resources.identifiers import ANY_ARN, Arn, KeyArn, NamedFunction
from reconciler.resources.lasting import LASTS

Moment = Annotated[
    str,
    Form(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "a time in UTC, such as 2027-04-01T09:00:00Z"),
]
SourceArn = Annotated[
    str,
    ANY_ARN,
    Means("sqs.queue"),
    Means("kinesis.stream"),
    Means("kinesis.stream_consumer"),
    Means("dynamodb.table", "stream_arn"),
    Means("msk.cluster"),
    Means("amazonmq.broker"),
    Means("docdb.db_cluster"),
]
DestinationArn = Annotated[
    str,
    Form(
        r"kafka://[^.][a-zA-Z0-9\-_.]{0,248}|arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:\S+",
        "the ARN of a queue, a topic or a bucket, or kafka://TOPIC",
    ),
    Means("sqs.queue"),
    Means("sns.topic"),
    Means("s3.bucket"),
    Field(max_length=350),
]
GroupId = Annotated[
    str, Form(r"[ a-zA-Z0-9\-/*:_+=.@]{1,200}", "1 to 200 of letters, digits, spaces and - / * : _ + = . @")
]


class Filter(Part):
    """One filter."""

    pattern: Annotated[dict[str, Any], Document()]
    """The pattern that a record must match; see "Control which events Lambda sends" in the Developer Guide."""


class FilterCriteria(Part):
    """The filters; a record that matches none is dropped."""

    filters: list[Filter]


class Destination(Part):
    """A destination."""

    destination: DestinationArn


class DestinationConfig(Part):
    """Where records go that were dropped."""

    on_success: Destination | None = None
    on_failure: Destination | None = None


class MetricsConfig(Part):
    """The metrics that Lambda publishes."""

    metrics: Annotated[
        list[Literal["EventCount", "ErrorCount", "KafkaMetrics"]], Unordered(), Field(max_length=3)
    ]


class MappingLogging(Part):
    """What Lambda logs about a mapping of Kafka."""

    system_log_level: Literal["DEBUG", "INFO", "WARN"]


class ScalingConfig(Part):
    """How many copies of the function a queue may use."""

    maximum_concurrency: Annotated[int, Field(ge=2, le=1000)]


class ProvisionedPollerConfig(Part):
    """How many pollers read the source at least and at most."""

    minimum_pollers: Annotated[int | None, Field(ge=1, le=200)] = None
    maximum_pollers: Annotated[int | None, Field(ge=1, le=10000)] = None
    poller_group_name: (
        Annotated[str, Form(r"[a-zA-Z0-9-_]*", "a-z, A-Z, 0-9, - and _ alone"), Field(max_length=128)] | None
    ) = None


class SourceAccess(Part):
    """How the source is reached: a subnet, a security group, a secret, or a virtual host."""

    type: Literal[
        "BASIC_AUTH",
        "VPC_SUBNET",
        "VPC_SECURITY_GROUP",
        "SASL_SCRAM_512_AUTH",
        "SASL_SCRAM_256_AUTH",
        "VIRTUAL_HOST",
        "CLIENT_CERTIFICATE_TLS_AUTH",
        "SERVER_ROOT_CA_CERTIFICATE",
        "OAUTHBEARER_AUTH",
        "OAUTHBEARER_SCOPE",
        "OAUTHBEARER_AUDIENCE",
        "OAUTHBEARER_LOGICAL_CLUSTER",
        "OAUTHBEARER_IDENTITY_POOL",
        "IAM_AUTH",
        "IAM_OAUTHBEARER_AUTH",
    ]
    uri: Annotated[
        str,
        Wire("URI"),
        Form(r"[ a-zA-Z0-9\-/*:_+=.@]{1,200}", "1 to 200 of letters, digits, spaces and - / * : _ + = . @"),
    ]


class SelfManagedEventSource(Part):
    """An Apache Kafka cluster of your own."""

    endpoints: dict[
        Literal["KAFKA_BOOTSTRAP_SERVERS"],
        Annotated[
            list[
                Annotated[
                    str,
                    Form(
                        r"([a-zA-Z0-9]([a-zA-Z0-9\-]*[a-zA-Z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9\-]*[A-Za-z0-9])?:\d{1,5}",
                        "HOST:PORT",
                    ),
                    Field(max_length=300),
                ]
            ],
            Field(min_length=1, max_length=10),
        ],
    ]


class SchemaAccess(Part):
    """How the schema registry is reached."""

    type: Literal[
        "BASIC_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH", "SERVER_ROOT_CA_CERTIFICATE", "OAUTHBEARER_AUTH"
    ]
    uri: Annotated[Arn, Wire("URI"), Field(max_length=10000)]


class SchemaValidation(Part):
    """A part of a record that is validated."""

    attribute: Literal["KEY", "VALUE"]


class SchemaRegistryConfig(Part):
    """The schema registry of a Kafka cluster."""

    schema_registry_uri: Annotated[
        str,
        Wire("SchemaRegistryURI"),
        Form(r"[a-zA-Z0-9\-/*:_+=.@]+", "an address, or the ARN of a registry"),
        Field(max_length=10000),
    ]
    event_record_format: Literal["JSON", "SOURCE"] | None = None
    access_configs: Annotated[list[SchemaAccess] | None, Rows(("type", "uri"))] = None
    schema_validation_configs: Annotated[list[SchemaValidation] | None, Rows(("attribute",))] = None


class ManagedKafka(Part):
    """The settings of an MSK cluster."""

    consumer_group_id: Annotated[GroupId | None, LASTS] = None
    schema_registry_config: Annotated[SchemaRegistryConfig | None, Whole(), LASTS] = None


class SelfManagedKafka(ManagedKafka):
    """The settings of an Apache Kafka cluster of your own."""

    consumption_mode: Annotated[Literal["Stream", "Queue"] | None, LASTS] = None


class DocumentDb(Part):
    """What is read of a DocumentDB cluster."""

    database_name: Annotated[
        str | None,
        Form(r'[^ /.$"]+', 'a name without spaces and without / . $ "'),
        Field(max_length=63),
        LASTS,
    ] = None
    collection_name: Annotated[
        str | None,
        Form(
            r"(?!system\.)[_a-zA-Z0-9][^$]*",
            "a name that begins with a letter, a digit or _, and not with system.",
        ),
        Field(max_length=57),
        LASTS,
    ] = None
    full_document: Annotated[Literal["UpdateLookup", "Default"] | None, Cleared("Default")] = None


class EventSourceMapping(Resource):
    """What a function reads its events from. AWS gives it no name: our mark identifies it."""

    event_source_arn: SourceArn | None = None
    """The queue, stream, cluster or broker; left out for a Kafka cluster of your own."""
    self_managed_event_source: Annotated[SelfManagedEventSource | None, Whole()] = None
    function_name: Annotated[NamedFunction | None, Means("lambda.alias"), Field(max_length=256), LASTS] = None
    """The function by its name in the stack, or the ARN of a function or of an alias."""
    enabled: Annotated[bool | None, Cleared(value=True)] = None
    batch_size: Annotated[int | None, Field(ge=1, le=10000), LASTS] = None
    maximum_batching_window_in_seconds: Annotated[int | None, Field(ge=0, le=300), Cleared(0)] = None
    filter_criteria: Annotated[FilterCriteria | None, Cleared({})] = None
    kms_key_arn: Annotated[KeyArn | None, Wire("KMSKeyArn"), Cleared("")] = None
    """The key that encrypts the filters."""
    metrics_config: Annotated[MetricsConfig | None, Cleared({"Metrics": []})] = None
    logging_config: Annotated[MappingLogging | None, LASTS] = None
    scaling_config: Annotated[ScalingConfig | None, Cleared({})] = None
    parallelization_factor: Annotated[int | None, Field(ge=1, le=10), Cleared(1)] = None
    starting_position: Literal["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"] | None = None
    starting_position_timestamp: Moment | None = None
    destination_config: Annotated[DestinationConfig | None, Whole(), Cleared({})] = None
    maximum_record_age_in_seconds: Annotated[int | None, Field(ge=-1, le=604800), Cleared(-1)] = None
    bisect_batch_on_function_error: Annotated[bool | None, Cleared(value=False)] = None
    maximum_retry_attempts: Annotated[int | None, Field(ge=-1, le=10000), Cleared(-1)] = None
    tumbling_window_in_seconds: Annotated[int | None, Field(ge=0, le=900), Cleared(0)] = None
    topics: Annotated[
        list[Annotated[str, Form(r"[^.][a-zA-Z0-9\-_.]+", "the name of a topic"), Field(max_length=249)]]
        | None,
        Field(min_length=1, max_length=1),
    ] = None
    queues: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=1000)]] | None, Field(min_length=1, max_length=1)
    ] = None
    source_access_configurations: Annotated[
        list[SourceAccess] | None, Rows(("type", "uri")), Cleared([]), Field(max_length=22)
    ] = None
    function_response_types: Annotated[
        list[Literal["ReportBatchItemFailures"]] | None, Unordered(), Cleared([]), Field(max_length=1)
    ] = None
    amazon_managed_kafka_event_source_config: Annotated[ManagedKafka | None, LASTS] = None
    self_managed_kafka_event_source_config: Annotated[SelfManagedKafka | None, LASTS] = None
    document_db_event_source_config: Annotated[
        DocumentDb | None, Wire("DocumentDBEventSourceConfig"), LASTS
    ] = None
    provisioned_poller_config: Annotated[ProvisionedPollerConfig | None, Cleared({})] = None


DEFAULTS: Settings = {
    "enabled": True,
    "maximum_batching_window_in_seconds": 0,
    "parallelization_factor": 1,
    "maximum_record_age_in_seconds": -1,
    "bisect_batch_on_function_error": False,
    "maximum_retry_attempts": -1,
    "tumbling_window_in_seconds": 0,
    "function_response_types": [],
}
"""What Lambda gives a new mapping. The size of a batch depends on the source."""

"""lambda.event_source_mapping."""

from reconciler.testing import Change, Drift, Given, Sample, Settings
from tests.contract.samples.lambda_function import EMPTY_ZIP, arn, role

ONE, OTHER = (arn("lambda", f"function:{name}") for name in ("reads", "reads-too"))
QUEUE = arn("sqs", "orders")
BROKER = arn("mq", "broker:orders:b-11111111-2222-3333-4444-555555555555")
CLUSTER = arn("kafka", "cluster/orders/11111111-2222-3333-4444-555555555555-1")
DOCUMENTS = arn("rds", "cluster:orders")
DEAD, OTHER_DEAD = (arn("sqs", name) for name in ("dead", "dead-too"))
KEY, OTHER_KEY = (arn("kms", f"key/{name}") for name in ("one", "two"))
SECRET, OTHER_SECRET = (arn("secretsmanager", f"secret:{name}-abcdef") for name in ("kafka", "mq"))
REGISTRY, OTHER_REGISTRY = (arn("glue", f"registry/{name}") for name in ("one", "two"))
UPDATE = ("UpdateEventSourceMapping",)
REFUSED = "AWS cannot change {}"


def function(name: str) -> Given:
    code = {"ZipFile": EMPTY_ZIP}
    made = {
        "Runtime": "python3.13",
        "Handler": "app.handler",
        "Role": "arn:aws:iam::123456789012:role/worker",
    }
    return Given("lambda", "create_function", {"FunctionName": name, "Code": code, **made})


def filters(*kinds: str) -> Settings:
    return {"filters": [{"pattern": {"body": {"kind": [each]}}} for each in kinds]}


def stream(table: str, variable: str) -> Given:
    key = {"AttributeName": "id"}
    made = {
        "TableName": table,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{**key, "AttributeType": "S"}],
        "KeySchema": [{**key, "KeyType": "HASH"}],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    }
    like = arn("dynamodb", f"table/{table}/stream/2026-01-01T00:00:00.000")
    return Given("dynamodb", "create_table", made, variable, "TableDescription.LatestStreamArn", like=like)


def registry(uri: str, part: str = "VALUE") -> Settings:
    return {
        "schema_registry_uri": uri,
        "event_record_format": "JSON",
        "access_configs": [{"type": "BASIC_AUTH", "uri": SECRET}],
        "schema_validation_configs": [{"attribute": part}],
    }


OWN = "Kafka of one's own"
FORMS: dict[str, Settings] = {
    "a stream": {
        "event_source_arn": "${orders_stream}",
        "function_name": ONE,
        "starting_position": "AT_TIMESTAMP",
        "starting_position_timestamp": "2026-01-01T00:00:00Z",
        "batch_size": 100,
        "parallelization_factor": 2,
        "maximum_record_age_in_seconds": 3600,
        "bisect_batch_on_function_error": True,
        "maximum_retry_attempts": 5,
        "tumbling_window_in_seconds": 30,
        "destination_config": {"on_failure": {"destination": DEAD}},
    },
    "Kafka": {
        "event_source_arn": CLUSTER,
        "function_name": ONE,
        "starting_position": "TRIM_HORIZON",
        "topics": ["orders"],
        "amazon_managed_kafka_event_source_config": {
            "consumer_group_id": "readers",
            "schema_registry_config": registry(REGISTRY),
        },
        "provisioned_poller_config": {"minimum_pollers": 1, "maximum_pollers": 5, "poller_group_name": "g"},
        "logging_config": {"system_log_level": "INFO"},
    },
    OWN: {
        "self_managed_event_source": {"endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["kafka.example.com:9092"]}},
        "function_name": ONE,
        "starting_position": "TRIM_HORIZON",
        "topics": ["orders"],
        "self_managed_kafka_event_source_config": {
            "consumer_group_id": "readers",
            "schema_registry_config": registry(REGISTRY),
            "consumption_mode": "Stream",
        },
        "source_access_configurations": [{"type": "SASL_SCRAM_512_AUTH", "uri": SECRET}],
    },
    "a broker": {
        "event_source_arn": BROKER,
        "function_name": ONE,
        "queues": ["orders"],
        "source_access_configurations": [
            {"type": "BASIC_AUTH", "uri": SECRET},
            {"type": "VIRTUAL_HOST", "uri": "/"},
        ],
    },
    "DocumentDB": {
        "event_source_arn": DOCUMENTS,
        "function_name": ONE,
        "starting_position": "LATEST",
        "document_db_event_source_config": {
            "database_name": "shop",
            "collection_name": "orders",
            "full_document": "UpdateLookup",
        },
        "source_access_configurations": [{"type": "BASIC_AUTH", "uri": SECRET}],
    },
}

SAMPLE = Sample(
    name="orders",
    given=(
        role("worker"),
        function("reads"),
        function("reads-too"),
        *(Given("sqs", "create_queue", {"QueueName": name}) for name in ("orders", "tills")),
        stream("orders-table", "orders_stream"),
    ),
    least=("event_source_arn",),
    base={
        "event_source_arn": QUEUE,
        "function_name": ONE,
        "enabled": True,
        "batch_size": 20,
        "maximum_batching_window_in_seconds": 5,
        "filter_criteria": filters("order"),
        "kms_key_arn": KEY,
        "metrics_config": {"metrics": ["EventCount"]},
        "scaling_config": {"maximum_concurrency": 5},
        "function_response_types": ["ReportBatchItemFailures"],
        "tags": {"Team": "orders"},
    },
    forms=FORMS,
    misfits={"starting_position_timestamp: str here, timestamp there": "boto3 takes the text as well"},
    no_meaning=dict.fromkeys(
        (
            "amazon_managed_kafka_event_source_config.consumer_group_id",
            "self_managed_kafka_event_source_config.consumer_group_id",
        ),
        "a consumer group is a name within Kafka",
    ),
    changes=(
        Change("event_source_arn", arn("sqs", "tills"), refused=REFUSED.format("event_source_arn")),
        Change("function_name", OTHER, UPDATE),
        Change("enabled", False, UPDATE),
        Change("batch_size", 30, UPDATE),
        Change("maximum_batching_window_in_seconds", 10, UPDATE),
        Change("filter_criteria", filters("order", "return"), UPDATE),
        Change("filter_criteria", None, UPDATE, "taken away"),
        Change("kms_key_arn", OTHER_KEY, UPDATE),
        Change("kms_key_arn", None, UPDATE, "taken away"),
        Change("metrics_config", {"metrics": ["ErrorCount"]}, UPDATE),
        Change("metrics_config", None, UPDATE, "taken away"),
        Change("scaling_config", {"maximum_concurrency": 7}, UPDATE),
        Change("scaling_config", None, UPDATE, "taken away"),
        Change("function_response_types", None, UPDATE, "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
        *(
            Change(name, value, UPDATE, form="a stream")
            for name, value in (
                ("parallelization_factor", 3),
                ("maximum_record_age_in_seconds", 7200),
                ("bisect_batch_on_function_error", False),
                ("maximum_retry_attempts", 6),
                ("tumbling_window_in_seconds", 60),
                ("destination_config", {"on_failure": {"destination": OTHER_DEAD}}),
            )
        ),
        *(
            Change(name, None, UPDATE, f"{name} taken away", form="a stream")
            for name in ("parallelization_factor", "destination_config", "maximum_retry_attempts")
        ),
        Change(
            "starting_position",
            "LATEST",
            refused=REFUSED.format("starting_position"),
            form="a stream",
            drops=("starting_position_timestamp",),
        ),
        Change(
            "starting_position_timestamp",
            "2026-02-01T00:00:00Z",
            refused=REFUSED.format("starting_position_timestamp"),
            form="a stream",
        ),
        Change("topics", ["returns"], refused=REFUSED.format("topics"), form="Kafka"),
        Change("logging_config", {"system_log_level": "WARN"}, UPDATE, form="Kafka"),
        Change(
            "provisioned_poller_config", {"minimum_pollers": 2, "maximum_pollers": 6}, UPDATE, form="Kafka"
        ),
        Change(
            "amazon_managed_kafka_event_source_config",
            {"schema_registry_config": registry(OTHER_REGISTRY, "KEY")},
            UPDATE,
            form="Kafka",
        ),
        Change(
            "self_managed_event_source",
            {"endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["kafka.example.com:9093"]}},
            refused=REFUSED.format("self_managed_event_source"),
            form=OWN,
        ),
        Change(
            "self_managed_kafka_event_source_config",
            {"schema_registry_config": registry(OTHER_REGISTRY, "KEY"), "consumption_mode": "Stream"},
            UPDATE,
            form=OWN,
        ),
        Change(
            "source_access_configurations",
            [{"type": "SASL_SCRAM_512_AUTH", "uri": OTHER_SECRET}],
            UPDATE,
            form=OWN,
        ),
        Change("queues", ["returns"], refused=REFUSED.format("queues"), form="a broker"),
        Change(
            "document_db_event_source_config",
            {"database_name": "other", "collection_name": "returns", "full_document": "Default"},
            UPDATE,
            form="DocumentDB",
        ),
    ),
    drifts=(
        Drift("enabled", "update_event_source_mapping", {"Enabled": False}),
        Drift("batch_size", "update_event_source_mapping", {"BatchSize": 15}),
        Drift("filter_criteria", "update_event_source_mapping", {"FilterCriteria": {}}),
    ),
)

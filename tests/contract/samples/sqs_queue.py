"""sqs.queue."""

from reconciler.testing import Change, Drift, Given, Sample, Settings

ACCOUNT = "123456789012"
DEAD, OTHER_DEAD, ORDERS, TILLS = (
    f"arn:aws:sqs:eu-west-2:{ACCOUNT}:{each}" for each in ("dead", "others-dead", "orders", "tills")
)
SET = "SetQueueAttributes"


def letting(action: str) -> Settings:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "events",
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": action,
                "Resource": ORDERS,
            }
        ],
    }


def redriven(target: str = DEAD, count: int = 5) -> Settings:
    return {"deadLetterTargetArn": target, "maxReceiveCount": count}


SAMPLE = Sample(
    name="orders",
    given=(
        Given("kms", "create_key", {}, "one_key", "KeyMetadata.KeyId"),
        Given("kms", "create_key", {}, "another_key", "KeyMetadata.KeyId"),
        Given("sqs", "create_queue", {"QueueName": "dead"}, "dead", "QueueUrl"),
        Given("sqs", "create_queue", {"QueueName": "others-dead"}, "others_dead", "QueueUrl"),
    ),
    base={
        "fifo_queue": False,
        "delay_seconds": 5,
        "maximum_message_size": 2048,
        "message_retention_period": 3600,
        "receive_message_wait_time_seconds": 10,
        "visibility_timeout": 60,
        "queue_policy": letting("sqs:SendMessage"),
        "redrive_policy": redriven(),
        "redrive_allow_policy": {"redrivePermission": "byQueue", "sourceQueueArns": [TILLS]},
        "kms_master_key_id": "${one_key}",
        "kms_data_key_reuse_period_seconds": 600,
        "tags": {"Team": "shop"},
    },
    forms={
        "FIFO": {
            "fifo_queue": True,
            "content_based_deduplication": True,
            "deduplication_scope": "messageGroup",
            "fifo_throughput_limit": "perQueue",
        },
        "with keys of SQS": {"sqs_managed_sse_enabled": True},
    },
    changes=(
        Change("fifo_queue", True, refused="AWS cannot change fifo_queue", drops=("redrive_policy",)),
        Change("delay_seconds", 7, (SET,)),
        Change("delay_seconds", None, (SET,), "taken away"),
        Change("maximum_message_size", 4096, (SET,)),
        Change("message_retention_period", 7200, (SET,)),
        Change("receive_message_wait_time_seconds", 20, (SET,)),
        Change("visibility_timeout", 90, (SET,)),
        Change("queue_policy", letting("sqs:*"), (SET,)),
        Change("queue_policy", None, (SET,), "taken away"),
        Change("redrive_policy", redriven(count=9), (SET,)),
        Change("redrive_policy", redriven(OTHER_DEAD), (SET,), "to another"),
        Change("redrive_policy", None, (SET,), "taken away"),
        Change("redrive_allow_policy", {"redrivePermission": "denyAll"}, (SET,)),
        Change("redrive_allow_policy", None, (SET,), "taken away"),
        Change("kms_master_key_id", "${another_key}", (SET,)),
        Change("kms_master_key_id", None, (SET,), "taken away", drops=("kms_data_key_reuse_period_seconds",)),
        Change("kms_data_key_reuse_period_seconds", 900, (SET,)),
        Change("sqs_managed_sse_enabled", False, (SET,), form="with keys of SQS"),
        Change("content_based_deduplication", False, (SET,), form="FIFO"),
        Change("deduplication_scope", "queue", (SET,), form="FIFO"),
        Change("fifo_throughput_limit", "perMessageGroupId", (SET,), form="FIFO"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagQueue", "UntagQueue")),
    ),
    drifts=(
        Drift("visibility_timeout", "set_queue_attributes", {"Attributes": {"VisibilityTimeout": "1"}}),
        Drift("redrive_policy", "set_queue_attributes", {"Attributes": {"RedrivePolicy": ""}}),
    ),
)

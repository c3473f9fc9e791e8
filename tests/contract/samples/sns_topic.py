"""sns.topic."""

from typing import Any

from reconciler.testing import Change, Drift, Given, Sample, Settings

ACCOUNT = "123456789012"
QUEUE, OTHER_QUEUE, DEAD, OTHER_DEAD = (
    f"arn:aws:sqs:eu-west-2:{ACCOUNT}:{each}" for each in ("orders", "tills", "dead", "others-dead")
)
STREAM = f"arn:aws:firehose:eu-west-2:{ACCOUNT}:deliverystream/orders"
ROLE, OTHER_ROLE = (f"arn:aws:iam::{ACCOUNT}:role/{each}" for each in ("feedback", "others-feedback"))
SET, SUBSCRIBE, SET_OF_IT, LEAVE = (
    "SetTopicAttributes",
    "Subscribe",
    "SetSubscriptionAttributes",
    "Unsubscribe",
)


def retrying(times: int) -> Settings:
    return {
        "minDelayTarget": 20,
        "maxDelayTarget": 20,
        "numRetries": times,
        "numMaxDelayRetries": 0,
        "numNoDelayRetries": 0,
        "numMinDelayRetries": 0,
        "backoffFunction": "linear",
    }


def letting(action: str) -> Settings:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "events",
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": action,
                "Resource": "*",
            }
        ],
    }


def auditing(rate: str) -> Settings:
    return {
        "Name": "audit",
        "Version": "2021-06-01",
        "Statement": [
            {
                "Sid": "audit",
                "DataDirection": "Inbound",
                "Principal": ["*"],
                "DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"],
                "Operation": {"Audit": {"SampleRate": rate, "FindingsDestination": {}}},
            }
        ],
    }


def replaying(day: str) -> Settings:
    return {"PointType": "Timestamp", "StartingPoint": f"2026-11-{day}T00:00:00.000Z"}


TO_QUEUE: Settings = {
    "protocol": "sqs",
    "endpoint": QUEUE,
    "filter_policy": {"shop": ["north"]},
    "filter_policy_scope": "MessageAttributes",
    "raw_message_delivery": True,
    "redrive_policy": {"deadLetterTargetArn": DEAD},
}
TO_STREAM: Settings = {"protocol": "firehose", "endpoint": STREAM, "subscription_role_arn": ROLE}
TO_PAGE: Settings = {
    "protocol": "https",
    "endpoint": "https://example.com/orders",
    "delivery_policy": {"healthyRetryPolicy": retrying(3)},
}
BY_MAIL: Settings = {"protocol": "email", "endpoint": "orders@example.com"}
BASE_ROWS = [TO_QUEUE, TO_STREAM, TO_PAGE]


def rows(**changed: Any) -> list[Settings]:
    """The subscriptions of the base, with changes to that of the queue."""
    return [{**TO_QUEUE, **changed}, TO_STREAM, TO_PAGE]


LOGGED = ("http", "firehose", "lambda", "application", "sqs")

SAMPLE = Sample(
    name="orders",
    given=(
        Given("kms", "create_key", {}, "one_key", "KeyMetadata.KeyId"),
        Given("kms", "create_key", {}, "another_key", "KeyMetadata.KeyId"),
    ),
    base={
        "fifo_topic": False,
        "display_name": "Orders",
        "topic_policy": letting("sns:Publish"),
        "delivery_policy": {"http": {"defaultHealthyRetryPolicy": retrying(5)}},
        "kms_master_key_id": "${one_key}",
        "tracing_config": "Active",
        "signature_version": "2",
        "maximum_message_size": 2048,
        "data_protection_policy": auditing("50"),
        **{f"{each}_success_feedback_role_arn": ROLE for each in LOGGED},
        **{f"{each}_success_feedback_sample_rate": 50 for each in LOGGED},
        **{f"{each}_failure_feedback_role_arn": ROLE for each in LOGGED},
        "subscriptions": BASE_ROWS,
        "tags": {"Team": "shop"},
    },
    forms={
        "FIFO": {
            "fifo_topic": True,
            "content_based_deduplication": True,
            "fifo_throughput_scope": "MessageGroup",
            "archive_policy": {"MessageRetentionPeriod": "30"},
            "subscriptions": [
                {
                    "protocol": "sqs",
                    "endpoint": f"{QUEUE}.fifo",
                    "replay_policy": replaying("01"),
                }
            ],
        },
        "FIFO without an archive": {"fifo_topic": True, "content_based_deduplication": False},
    },
    changes=(
        Change(
            "fifo_topic",
            True,
            refused="AWS cannot change fifo_topic",
            drops=("tracing_config", "subscriptions"),
        ),
        Change("display_name", "Shop", (SET,)),
        Change("display_name", None, (SET,), "taken away"),
        Change("topic_policy", letting("sns:*"), (SET,)),
        Change("delivery_policy", {"http": {"defaultHealthyRetryPolicy": retrying(7)}}, (SET,)),
        Change("delivery_policy", None, (SET,), "taken away"),
        Change("kms_master_key_id", "${another_key}", (SET,)),
        Change("kms_master_key_id", None, (SET,), "taken away"),
        Change("tracing_config", "PassThrough", (SET,)),
        Change("signature_version", "1", (SET,)),
        Change("maximum_message_size", 4096, (SET,)),
        Change("content_based_deduplication", False, (SET,), form="FIFO"),
        Change("fifo_throughput_scope", "Topic", (SET,), form="FIFO"),
        Change("archive_policy", {"MessageRetentionPeriod": "60"}, (SET,), form="FIFO"),
        Change("archive_policy", None, (SET,), "taken away", form="FIFO"),
        Change("data_protection_policy", auditing("99"), ("PutDataProtectionPolicy",)),
        Change("data_protection_policy", None, ("PutDataProtectionPolicy",), "taken away"),
        *(Change(f"{each}_success_feedback_role_arn", OTHER_ROLE, (SET,)) for each in LOGGED),
        *(Change(f"{each}_success_feedback_sample_rate", 99, (SET,)) for each in LOGGED),
        *(Change(f"{each}_failure_feedback_role_arn", OTHER_ROLE, (SET,)) for each in LOGGED),
        Change("sqs_failure_feedback_role_arn", None, (SET,), "taken away"),
        Change("subscriptions", rows(filter_policy={"shop": ["south"]}), (SET_OF_IT,), "filtered otherwise"),
        Change(
            "subscriptions",
            rows(filter_policy={"shop": {"name": ["north"]}}, filter_policy_scope="MessageBody"),
            (SET_OF_IT, SET_OF_IT),
            "by body",
        ),
        Change(
            "subscriptions", rows(filter_policy=None, filter_policy_scope=None), (SET_OF_IT,), "unfiltered"
        ),
        Change("subscriptions", rows(raw_message_delivery=False), (SET_OF_IT,), "not raw"),
        Change(
            "subscriptions",
            rows(redrive_policy={"deadLetterTargetArn": OTHER_DEAD}),
            (SET_OF_IT,),
            "redriven",
        ),
        Change("subscriptions", rows(redrive_policy=None), (SET_OF_IT,), "not redriven"),
        Change(
            "subscriptions",
            [TO_QUEUE, {**TO_STREAM, "subscription_role_arn": OTHER_ROLE}, TO_PAGE],
            (SET_OF_IT,),
            "by another role",
        ),
        Change(
            "subscriptions",
            [*BASE_ROWS, {"protocol": "sqs", "endpoint": OTHER_QUEUE}],
            (SUBSCRIBE,),
            "one more",
        ),
        Change(
            "subscriptions", [*BASE_ROWS, BY_MAIL], (SUBSCRIBE, "TagResource"), "by mail", one_way="it waits"
        ),
        Change("subscriptions", rows(endpoint=OTHER_QUEUE), (SUBSCRIBE, LEAVE), "another"),
        Change("subscriptions", [TO_QUEUE, TO_PAGE], (LEAVE,), "one fewer"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift(
            "display_name", "set_topic_attributes", {"AttributeName": "DisplayName", "AttributeValue": "x"}
        ),
        Drift(
            "topic_policy",
            "set_topic_attributes",
            {
                "AttributeName": "Policy",
                "AttributeValue": '{"Version":"2012-10-17","Statement":[{"Sid":"x","Effect":"Allow","Principal":"*","Action":"sns:Publish","Resource":"*"}]}',
            },
        ),
        Drift("subscriptions", "subscribe", {"Protocol": "sqs", "Endpoint": OTHER_QUEUE}),
    ),
)

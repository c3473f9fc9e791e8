"""cloudtrail.trail."""

import json
from typing import Any

from reconciler.testing import Change, Drift, Given, Sample, Settings
from tests.contract.samples.kms_key import key_policy

ACCOUNT = "123456789012"
UPDATE = ("UpdateTrail",)
EVENTS, INSIGHTS = ("PutEventSelectors",), ("PutInsightSelectors",)
CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}


def allowing(*pairs: tuple[str, str], principal: Settings = CLOUDTRAIL) -> Settings:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": f"S{number}",
                "Effect": "Allow",
                "Principal": principal,
                "Action": action,
                "Resource": resource,
            }
            for number, (action, resource) in enumerate(pairs)
        ],
    }


def bucket(name: str) -> Settings:
    arn = f"arn:aws:s3:::{name}"
    writes = (("s3:GetBucketAcl", arn), ("s3:PutObject", f"{arn}/*"))
    return {"bucket_policy": allowing(*writes)}


def topic(name: str) -> Settings:
    arn = f"arn:aws:sns:eu-west-2:{ACCOUNT}:{name}"
    return {"topic_policy": allowing(("SNS:Publish", arn))}


TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": CLOUDTRAIL, "Action": "sts:AssumeRole"}],
}
KEYS = {
    "Version": "2012-10-17",
    "Statement": [
        *key_policy("kms:Decrypt")["Statement"],
        {"Sid": "Trails", "Effect": "Allow", "Principal": CLOUDTRAIL, "Action": "kms:*", "Resource": "*"},
    ],
}
EVERYTHING: dict[str, Any] = {
    "read_write_type": "WriteOnly",
    "include_management_events": True,
    "data_resources": [
        {"type": "AWS::S3::Object", "values": ["arn:aws:s3:::orders/", "arn:aws:s3:::tills/"]}
    ],
    "exclude_management_event_sources": ["kms.amazonaws.com"],
}


def advanced(name: str, **more: Any) -> Settings:
    return {
        "name": name,
        "field_selectors": [
            {
                "field": "resources.ARN",
                "equals": ["arn:aws:s3:::orders/x"],
                "starts_with": ["arn:aws:s3:::orders/"],
                "ends_with": [".json"],
                "not_equals": ["arn:aws:s3:::orders/y"],
                "not_starts_with": ["arn:aws:s3:::tills/"],
                "not_ends_with": [".tmp"],
                **more,
            },
            {"field": "eventCategory", "equals": ["Data"]},
            {"field": "resources.type", "equals": ["AWS::S3::Object"]},
        ],
    }


PLAIN: dict[str, Any] = {"s3_bucket_name": "${s3.bucket:trail-logs#name}"}
RATE, ERRORS = (
    {"insight_type": f"Api{each}RateInsight", "event_categories": ["Management"]}
    for each in ("Call", "Error")
)

SAMPLE = Sample(
    name="all-events",
    around={
        "s3.bucket": {each: bucket(each) for each in ("trail-logs", "other-trail-logs")},
        "sns.topic": {each: topic(each) for each in ("delivered", "also-delivered")},
        "iam.role": {
            each: {"assume_role_policy_document": TRUST} for each in ("trail-to-logs", "trail-to-others")
        },
        "logs.log_group": {"/trail": {}, "/other-trail": {}},
    },
    given=(
        Given("organizations", "create_organization", {}),
        *(
            Given("kms", "create_key", {"Policy": json.dumps(KEYS)}, f"{each}_key", "KeyMetadata.Arn")
            for each in ("one", "another")
        ),
    ),
    base={
        **PLAIN,
        "s3_key_prefix": "events",
        "sns_topic_name": "${sns.topic:delivered}",
        "include_global_service_events": True,
        "is_multi_region_trail": True,
        "is_organization_trail": False,
        "enable_log_file_validation": True,
        "recursive_logging": False,
        "cloud_watch_logs_log_group_arn": "${logs.log_group:/trail}",
        "cloud_watch_logs_role_arn": f"arn:aws:iam::{ACCOUNT}:role/trail-to-logs",
        "kms_key_id": "${one_key}",
        "event_selectors": [EVERYTHING],
        "insight_selectors": [RATE],
        "aggregation_configurations": [{"event_category": "Data", "templates": ["API_ACTIVITY"]}],
        "is_logging": True,
        "tags": {"Team": "shop"},
    },
    forms={"by fields": {**PLAIN, "advanced_event_selectors": [advanced("orders")]}},
    changes=(
        Change("s3_bucket_name", "${s3.bucket:other-trail-logs#name}", UPDATE),
        Change("s3_key_prefix", "all", UPDATE),
        Change("s3_key_prefix", None, UPDATE, "taken away"),
        Change("sns_topic_name", "${sns.topic:also-delivered}", UPDATE),
        Change("sns_topic_name", None, UPDATE, "taken away"),
        Change(
            "include_global_service_events", False, UPDATE, drops=("is_multi_region_trail",), form="by fields"
        ),
        Change("is_multi_region_trail", False, UPDATE),
        Change("is_organization_trail", True, UPDATE),
        Change("enable_log_file_validation", False, UPDATE),
        Change("recursive_logging", True, UPDATE),
        Change("cloud_watch_logs_log_group_arn", "${logs.log_group:/other-trail}", UPDATE),
        Change("cloud_watch_logs_role_arn", f"arn:aws:iam::{ACCOUNT}:role/trail-to-others", UPDATE),
        Change("kms_key_id", "${another_key}", UPDATE),
        Change("kms_key_id", None, UPDATE, "taken away"),
        Change("event_selectors", [{**EVERYTHING, "read_write_type": "All"}], EVENTS),
        Change("advanced_event_selectors", [advanced("orders", equals=["x"])], EVENTS, form="by fields"),
        Change("insight_selectors", [RATE, ERRORS], INSIGHTS),
        Change("insight_selectors", None, INSIGHTS, "taken away"),
        Change(
            "aggregation_configurations",
            [{"event_category": "Data", "templates": ["RESOURCE_ACCESS"]}],
            ("PutEventConfiguration",),
        ),
        Change("aggregation_configurations", None, ("PutEventConfiguration",), "taken away"),
        Change("is_logging", False, ("StopLogging",)),
        Change("tags", {"Team": None, "Cost": "42"}, ("AddTags", "RemoveTags")),
    ),
    drifts=(
        Drift("is_logging", "stop_logging", {}),
        Drift("s3_key_prefix", "update_trail", {"S3KeyPrefix": ""}),
        Drift("enable_log_file_validation", "update_trail", {"EnableLogFileValidation": False}),
    ),
)

"""logs.log_group."""

import json
from typing import Any

from reconciler.testing import Change, Drift, Given, Sample, Settings

ACCOUNT = "123456789012"
EVENTS, OTHERS = (f"arn:aws:kinesis:eu-west-2:{ACCOUNT}:stream/{each}" for each in ("events", "others"))
ROLE = f"arn:aws:iam::{ACCOUNT}:role/logs-to-streams"
FOR_LOGS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Principal": {"Service": "logs.eu-west-2.amazonaws.com"},
            "Action": [
                "kms:Encrypt*",
                "kms:Decrypt*",
                "kms:ReEncrypt*",
                "kms:GenerateDataKey*",
                "kms:Describe*",
            ],
            "Resource": "*",
        },
    ],
}
FOR_ALL_LOGS = {"Policy": json.dumps(FOR_LOGS)}


def masking(what: str) -> Settings:
    data = [f"arn:aws:dataprotection::aws:data-identifier/{what}"]
    return {
        "Name": "masking",
        "Version": "2021-06-01",
        "Statement": [
            {"Sid": "audit", "DataIdentifier": data, "Operation": {"Audit": {"FindingsDestination": {}}}},
            {"Sid": "redact", "DataIdentifier": data, "Operation": {"Deidentify": {"MaskConfig": {}}}},
        ],
    }


def counting(name: str, level: str = "ERROR", **made: Any) -> Settings:
    return {
        "filter_name": name,
        "filter_pattern": f'{{ $.level = "{level}" }}',
        "metric_transformations": [
            {
                "metric_name": f"{name}-count",
                "metric_namespace": "Shop",
                "metric_value": "1",
                "unit": "Count",
                **made,
            }
        ],
    }


def sending(name: str, to: str, **more: Any) -> Settings:
    return {
        "filter_name": name,
        "filter_pattern": "",
        "destination_arn": to,
        "role_arn": ROLE,
        "distribution": "ByLogStream",
        **more,
    }


def writing(*principals: str) -> Settings:
    """A resource policy for these services."""
    group = "arn:aws:logs:eu-west-2:123456789012:log-group:/shop/orders:*"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Services",
                "Effect": "Allow",
                "Principal": {"Service": [f"{each}.amazonaws.com" for each in principals]},
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": group,
            }
        ],
    }


OTHERWISE = {
    **counting(
        "errors", "FATAL", metric_name="fatal", metric_namespace="Till", metric_value="2", unit="None"
    ),
    "apply_on_transformed_logs": True,
    "field_selection_criteria": '@aws.region = "eu-west-2"',
    "emit_system_field_dimensions": ["@aws.account"],
}
BY_SHOP = counting("errors", dimensions={"Shop": "$.shop"})


METRIC = ("PutMetricFilter",)

SAMPLE = Sample(
    name="/shop/orders",
    given=(
        Given("kms", "create_key", FOR_ALL_LOGS, "one_key", "KeyMetadata.Arn"),
        Given("kms", "create_key", FOR_ALL_LOGS, "another_key", "KeyMetadata.Arn"),
        Given("kinesis", "create_stream", {"StreamName": "events", "ShardCount": 1}),
        Given("kinesis", "create_stream", {"StreamName": "others", "ShardCount": 1}),
    ),
    base={
        "log_group_class": "STANDARD",
        "kms_key_id": "${one_key}",
        "deletion_protection_enabled": False,
        "bearer_token_authentication_enabled": False,
        "retention_in_days": 30,
        "data_protection_policy": masking("EmailAddress"),
        "index_policy": {"Fields": ["order"]},
        "resource_policy": writing("route53"),
        "metric_filters": [counting("errors"), counting("warnings", "WARN", default_value=0.0)],
        "subscription_filters": [sending("all", EVENTS)],
        "tags": {"Team": "shop"},
    },
    changes=(
        Change("log_group_class", "INFREQUENT_ACCESS", refused="AWS cannot change log_group_class"),
        Change("kms_key_id", "${another_key}", ("AssociateKmsKey",)),
        Change("kms_key_id", None, ("DisassociateKmsKey",), "taken away"),
        Change("deletion_protection_enabled", True, ("PutLogGroupDeletionProtection",)),
        Change("bearer_token_authentication_enabled", True, ("PutBearerTokenAuthentication",)),
        Change("retention_in_days", 90, ("PutRetentionPolicy",)),
        Change("retention_in_days", None, ("DeleteRetentionPolicy",), "for ever"),
        Change("data_protection_policy", masking("IpAddress"), ("PutDataProtectionPolicy",)),
        Change("data_protection_policy", None, ("DeleteDataProtectionPolicy",), "taken away"),
        Change("index_policy", {"Fields": ["order", "customer"]}, ("PutIndexPolicy",)),
        Change("index_policy", None, ("DeleteIndexPolicy",), "taken away"),
        Change("resource_policy", writing("route53", "es"), ("PutResourcePolicy",)),
        Change("resource_policy", None, ("DeleteResourcePolicy",), "taken away"),
        Change("metric_filters", [OTHERWISE, counting("warnings", "WARN", default_value=0.0)], METRIC),
        Change(
            "metric_filters", [BY_SHOP, counting("warnings", "WARN", default_value=0.0)], METRIC, "by shop"
        ),
        Change("metric_filters", [counting("errors")], ("DeleteMetricFilter",), "one fewer"),
        Change(
            "metric_filters",
            [counting("errors"), counting("faults")],
            ("PutMetricFilter", "DeleteMetricFilter"),
            "another",
        ),
        Change(
            "subscription_filters",
            [
                sending(
                    "all",
                    OTHERS,
                    filter_pattern="ERROR",
                    role_arn=f"{ROLE}-of-others",
                    distribution="Random",
                    apply_on_transformed_logs=True,
                    field_selection_criteria='@aws.region = "eu-west-2"',
                    emit_system_fields=["@aws.region"],
                )
            ],
            ("PutSubscriptionFilter",),
        ),
        Change("subscription_filters", None, ("DeleteSubscriptionFilter",), "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift("retention_in_days", "put_retention_policy", {"retentionInDays": 1}),
        Drift("retention_in_days", "delete_retention_policy", {}),
        Drift("kms_key_id", "disassociate_kms_key", {}),
        Drift("metric_filters", "delete_metric_filter", {"filterName": "errors"}),
        Drift("subscription_filters", "delete_subscription_filter", {"filterName": "all"}),
    ),
)

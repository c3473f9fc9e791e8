"""Where a declaration differs from botocore's model on purpose: what differs, and why."""

from collections.abc import Mapping

NEEDED: Mapping[str, Mapping[str, str]] = {
    "connect.phone_number": {
        "phone_number": "`prepare` takes one from AWS's stock where none is written",
    },
    "dynamodb.table": {
        "attribute_definitions": "only a replica of a table of another account goes without",
        "key_schema": "only a replica of a table of another account goes without",
    },
    "ec2.subnet": {
        "vpc_id": "`prepare` takes the default VPC where none is written",
    },
}
"""Fields that create needs and the model of AWS does not say so, or the other way round."""

STOCK = "`prepare` looks for a number by it, and takes it out of the request"
BY_MAIL = "AWS reports the canonical id instead, which would differ for ever"
OLD = "S3 keeps it for rules of before 2018; `folded` and `unfolded` speak it for us"
ONE_CONDITION = "a filter of one condition; `folded` and `unfolded` turn it into `And` and back"
ALONE = "AWS takes one attribute a call, each in a structure of its own, which its group makes"
MISFITS: Mapping[str, Mapping[str, str]] = {
    "connect.phone_number": {
        "country_code: claim_phone_number has no member PhoneNumberCountryCode": STOCK,
        "type: claim_phone_number has no member PhoneNumberType": STOCK,
        "prefix: claim_phone_number has no member PhoneNumberPrefix": STOCK,
    },
    "dynamodb.table": {
        "sse.sse_type: AWS has AES256 as well": "the model's own documentation says that only KMS is supported",
    },
    "ec2.subnet": {
        f"{field}: bool here, structure there": ALONE
        for field in (
            "assign_ipv6_address_on_creation",
            "enable_dns64",
            "map_customer_owned_ip_on_launch",
            "map_public_ip_on_launch",
        )
    },
    "lambda.function": {
        "code.sha256: AWS has no member CodeSha256": "compared with what AWS shows, and sent by nothing",
    },
    "s3.bucket": {
        "encryption.rules[].sse_algorithm: AWS has aws:backup, aws:fsx as well": "of other services' own buckets",
        "lifecycle[]: AWS has Prefix as well": OLD,
        "lifecycle[].filter: AWS has Prefix as well": ONE_CONDITION,
        "lifecycle[].filter: AWS has Tag as well": ONE_CONDITION,
        "lifecycle[].filter: AWS has ObjectSizeGreaterThan as well": ONE_CONDITION,
        "lifecycle[].filter: AWS has ObjectSizeLessThan as well": ONE_CONDITION,
        "logging.target_grants[].Grantee: AWS has DisplayName as well": "only replies carry it",
        "logging.target_grants[].Grantee: AWS has EmailAddress as well": BY_MAIL,
        "logging.target_grants[].type: AWS has AmazonCustomerByEmail as well": BY_MAIL,
        "logging.TargetObjectKeyFormat: AWS has SimplePrefix as well": "what AWS does without any format",
        "replication.rules[]: AWS has Prefix as well": OLD,
        "replication.rules[].filter: AWS has Prefix as well": ONE_CONDITION,
        "replication.rules[].filter: AWS has Tag as well": ONE_CONDITION,
        "replication.rules[].destination.storage_class: AWS has AWS_BACKUP_LOW_COST_WARM, AWS_BACKUP_WARM, "
        "EXPRESS_ONEZONE, FSX_ONTAP, FSX_OPENZFS, OUTPOSTS, SNOW as well": "not of general-purpose buckets",
    },
}
"""Fields that do not fit the member that they travel in."""

CHOSEN = "the author chooses it"
ACCOUNT = "an account; no kind and no attribute stands for one"
NO_MEANING: Mapping[str, Mapping[str, str]] = {
    "cloudwatch.alarm": {
        "metrics[].account_id": ACCOUNT,
        "metrics[].id": CHOSEN,
        "threshold_metric_id": "an id of its own metrics",
    },
    "connect.user": {"directory_user_id": "a user of a directory is no resource of AWS"},
    "ec2.security_group": {f"{direction}[].user_id": ACCOUNT for direction in ("ingress", "egress")},
    "kms.key": {"xks_key_id": "of a key store outside AWS"},
    "lambda.function": {"permissions[].statement_id": CHOSEN},
    "s3.bucket": {
        "cors[].id": CHOSEN,
        "lifecycle[].id": CHOSEN,
        "logging.target_grants[].id": ACCOUNT,
        "notification.lambda_function_configurations[].id": CHOSEN,
        "notification.queue_configurations[].id": CHOSEN,
        "notification.topic_configurations[].id": CHOSEN,
        "replication.rules[].id": CHOSEN,
    },
}
"""Texts that are called an id or an ARN and take every reference, and why."""

"""s3.bucket."""

from typing import Any

from reconciler.testing import Change, Drift, Given, Sample, Settings

LOCKED, PLAIN, BY_ATTRIBUTES = "with a lock", "plain", "by attributes"
ACCOUNT = {"AWS": "arn:aws:iam::123456789012:root"}
LOG_DELIVERY = {"Service": "logging.s3.amazonaws.com"}
ROLE = "arn:aws:iam::123456789012:role/"


def guards(**changed: bool) -> Settings:
    block = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")
    return {**dict.fromkeys(block, True), **changed}


def encryption(**rule: Any) -> Settings:
    return {"rules": [{"sse_algorithm": "AES256", **rule}]}


def policy(action: str, bucket: str = "contract-photos-${serial}", principal: Settings = ACCOUNT) -> Settings:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Reports",
                "Effect": "Allow",
                "Principal": principal,
                "Action": f"s3:{action}",
                "Resource": f"arn:aws:s3:::{bucket}/*",
            }
        ],
    }


UPLOADS = {
    "id": "uploads",
    "allowed_origins": ["https://app.example.com"],
    "allowed_methods": ["GET", "PUT"],
    "allowed_headers": ["*"],
    "expose_headers": ["ETag"],
    "max_age_seconds": 3000,
}
TEMPORARY = {
    "id": "temporary",
    "status": "Enabled",
    "filter": {
        "prefix": "temp/",
        "tags": [{"key": "kept", "value": "no"}],
        "object_size_greater_than": 1,
        "object_size_less_than": 1000000,
    },
    "expiration": {"days": 7},
}
OLD = {
    "id": "old",
    "status": "Enabled",
    "expiration": {"days": 3650},
    "transitions": [
        {"storage_class": "STANDARD_IA", "days": 30},
        {"storage_class": "GLACIER", "days": 90},
    ],
    "noncurrent_version_expiration": {"noncurrent_days": 60, "newer_noncurrent_versions": 3},
    "noncurrent_version_transitions": [{"storage_class": "STANDARD_IA", "noncurrent_days": 30}],
    "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
}
NOTIFICATION = {
    "topic_configurations": [
        {
            "id": "topic",
            "topic_arn": "${topic}",
            "events": ["s3:ObjectCreated:*"],
            "filter_rules": [{"name": "prefix", "value": "in/"}, {"name": "suffix", "value": ".jpg"}],
        }
    ],
    "queue_configurations": [
        {
            "id": "queue",
            "queue_arn": "arn:aws:sqs:eu-west-2:123456789012:contract",
            "events": ["s3:ObjectRemoved:Delete"],
        }
    ],
    "event_bridge": True,
}
LOGGING = {
    "target_bucket": "contract-logs",
    "target_prefix": "access/",
    "partition_date_source": "EventTime",
    "target_grants": [
        {
            "type": "Group",
            "uri": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
            "permission": "READ",
        }
    ],
}
WEBSITE = {
    "index_document": {"suffix": "index.html"},
    "error_document": {"key": "error.html"},
    "routing_rules": [
        {
            "condition": {"key_prefix_equals": "docs/"},
            "redirect": {"replace_key_prefix_with": "documents/"},
        }
    ],
}
COPIES = {
    "id": "copies",
    "status": "Enabled",
    "priority": 1,
    "filter": {"prefix": "in/"},
    "destination": {"bucket": "arn:aws:s3:::contract-copies", "storage_class": "STANDARD_IA"},
    "delete_marker_replication": "Disabled",
}
VERSIONED = {"versioning": {"status": "Enabled"}}

BY_MAIL = "AWS reports the canonical id instead, which would differ for ever"
BEFORE_2018 = "S3 keeps it for rules of before 2018; `folded` and `unfolded` speak it for us"
ONE_CONDITION = "a filter of one condition; `folded` and `unfolded` turn it into `And` and back"

CHOSEN = (
    "cors[].id",
    "lifecycle[].id",
    "notification.lambda_function_configurations[].id",
    "notification.queue_configurations[].id",
    "notification.topic_configurations[].id",
    "replication.rules[].id",
)

SAMPLE = Sample(
    name="contract-photos",
    around={
        "s3.bucket": {
            "contract-logs": {"bucket_policy": policy("PutObject", "contract-logs", LOG_DELIVERY)},
            "contract-copies": VERSIONED,
        }
    },
    given=(
        Given(
            "sns",
            "create_topic",
            {"Name": "contract"},
            "topic",
            "TopicArn",
            like="arn:aws:sns:eu-west-2:123456789012:contract",
        ),
        Given("sqs", "create_queue", {"QueueName": "contract"}),
    ),
    base={
        "object_lock_enabled": False,
        "public_access_block": guards(),
        "object_ownership": "BucketOwnerPreferred",
        **VERSIONED,
        "encryption": encryption(bucket_key_enabled=False, blocked_encryption_types=["SSE-C"]),
        "bucket_policy": policy("GetObject"),
        "cors": [UPLOADS],
        "lifecycle": [TEMPORARY, OLD],
        "transition_default_minimum_object_size": "varies_by_storage_class",
        "notification": NOTIFICATION,
        "logging": LOGGING,
        "website": WEBSITE,
        "acceleration": "Enabled",
        "request_payment": "Requester",
        "abac": "Disabled",
        "replication": {"role": f"{ROLE}copier", "rules": [COPIES]},
        "tags": {"Team": "photos"},
    },
    forms={
        LOCKED: {
            "object_lock_enabled": True,
            **VERSIONED,
            "default_retention": {"mode": "GOVERNANCE", "days": 30},
        },
        BY_ATTRIBUTES: {"abac": "Enabled", "tags": {"Team": "photos"}},
        PLAIN: {**VERSIONED, "lifecycle": [TEMPORARY]},
    },
    changes=(
        Change(
            "object_lock_enabled",
            True,
            ("PutObjectLockConfiguration",),
            one_way="S3 cannot turn off object lock",
        ),
        Change("object_lock_enabled", False, refused="S3 cannot turn off object lock", form=LOCKED),
        Change("public_access_block", guards(block_public_acls=False), ("PutPublicAccessBlock",)),
        Change("public_access_block", None, ("DeletePublicAccessBlock",), "cleared"),
        Change("object_ownership", "BucketOwnerEnforced", ("PutBucketOwnershipControls",)),
        Change("object_ownership", None, ("DeleteBucketOwnershipControls",), "cleared"),
        Change("versioning", {"status": "Suspended"}, ("PutBucketVersioning",), form=PLAIN),
        Change(
            "encryption",
            encryption(sse_algorithm="aws:kms", bucket_key_enabled=True),
            ("PutBucketEncryption",),
        ),
        Change("bucket_policy", policy("GetObjectVersion"), ("PutBucketPolicy",)),
        Change("bucket_policy", None, ("DeleteBucketPolicy",), "cleared"),
        Change("cors", [{**UPLOADS, "allowed_methods": ["GET", "POST"]}], ("PutBucketCors",)),
        Change("cors", None, ("DeleteBucketCors",), "cleared"),
        Change(
            "lifecycle",
            [{**TEMPORARY, "filter": {"prefix": "temp/"}}, OLD],
            ("PutBucketLifecycleConfiguration",),
        ),
        Change("lifecycle", None, ("DeleteBucketLifecycle",), "cleared", form=PLAIN),
        Change(
            "transition_default_minimum_object_size",
            "all_storage_classes_128K",
            ("PutBucketLifecycleConfiguration",),
        ),
        Change("notification", {"event_bridge": None}, ("PutBucketNotificationConfiguration",)),
        Change("notification", None, ("PutBucketNotificationConfiguration",), "cleared"),
        Change("logging", {**LOGGING, "target_prefix": "all/"}, ("PutBucketLogging",)),
        Change("logging", {**LOGGING, "partition_date_source": None}, ("PutBucketLogging",), "in one folder"),
        Change("logging", None, ("PutBucketLogging",), "cleared"),
        Change(
            "website",
            {"redirect_all_requests_to": {"host_name": "example.com", "protocol": "https"}},
            ("PutBucketWebsite",),
        ),
        Change("website", None, ("DeleteBucketWebsite",), "cleared"),
        Change("acceleration", "Suspended", ("PutBucketAccelerateConfiguration",)),
        Change("acceleration", None, ("PutBucketAccelerateConfiguration",), "cleared"),
        Change("request_payment", "BucketOwner", ("PutBucketRequestPayment",)),
        Change("abac", "Enabled", ("PutBucketAbac",)),
        Change(
            "default_retention",
            {"mode": "COMPLIANCE", "years": 1},
            ("PutObjectLockConfiguration",),
            form=LOCKED,
        ),
        Change("default_retention", None, ("PutObjectLockConfiguration",), "cleared", form=LOCKED),
        Change(
            "replication",
            {"role": f"{ROLE}copier", "rules": [{**COPIES, "status": "Disabled"}]},
            ("PutBucketReplication",),
        ),
        Change("replication", None, ("DeleteBucketReplication",), "cleared"),
        Change("tags", {"Team": None, "Cost": "42"}, ("PutBucketTagging",)),
        Change(
            "tags",
            {"Team": None, "Cost": "42"},
            ("TagResource", "UntagResource"),
            "with attribute-based access control",
            form=BY_ATTRIBUTES,
        ),
    ),
    drifts=(
        Drift("bucket_policy", "delete_bucket_policy", {}),
        Drift("website", "delete_bucket_website", {}),
        Drift(
            "acceleration",
            "put_bucket_accelerate_configuration",
            {"AccelerateConfiguration": {"Status": "Suspended"}},
        ),
    ),
    misfits={
        "encryption.rules[].sse_algorithm: AWS has aws:backup, aws:fsx as well": "of other services' own buckets",
        "lifecycle[]: AWS has Prefix as well": BEFORE_2018,
        "lifecycle[].filter: AWS has Prefix as well": ONE_CONDITION,
        "lifecycle[].filter: AWS has Tag as well": ONE_CONDITION,
        "lifecycle[].filter: AWS has ObjectSizeGreaterThan as well": ONE_CONDITION,
        "lifecycle[].filter: AWS has ObjectSizeLessThan as well": ONE_CONDITION,
        "logging.target_grants[].Grantee: AWS has DisplayName as well": "only replies carry it",
        "logging.target_grants[].Grantee: AWS has EmailAddress as well": BY_MAIL,
        "logging.target_grants[].type: AWS has AmazonCustomerByEmail as well": BY_MAIL,
        "logging.TargetObjectKeyFormat: AWS has SimplePrefix as well": "what AWS does without any format",
        "replication.rules[]: AWS has Prefix as well": BEFORE_2018,
        "replication.rules[].filter: AWS has Prefix as well": ONE_CONDITION,
        "replication.rules[].filter: AWS has Tag as well": ONE_CONDITION,
        "replication.rules[].destination.storage_class: AWS has AWS_BACKUP_LOW_COST_WARM, AWS_BACKUP_WARM, "
        "EXPRESS_ONEZONE, FSX_ONTAP, FSX_OPENZFS, OUTPOSTS, SNOW as well": "not of general-purpose buckets",
    },
    emptied_with={"lifecycle": {"transition_default_minimum_object_size": None}},
    no_meaning={
        "logging.target_grants[].id": "an account; no kind and no attribute stands for one",
        **dict.fromkeys(CHOSEN, "the author chooses it"),
    },
    slow=True,
)

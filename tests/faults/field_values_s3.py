"""Two values for every field of a bucket, and the settings that they need."""

from collections.abc import Mapping
from typing import Any

from reconciler.testing import Given
from tests.contract.samples.s3_bucket import (
    COPIES,
    LOGGING,
    ROLE,
    UPLOADS,
    VERSIONED,
    WEBSITE,
    encryption,
    guards,
    policy,
)
from tests.faults.common_field_values import BOOL, TAGS, under
from tests.faults.field_places import FieldValues, KindValues, Settings

OFF_FIRST = (False, True)
SWITCH = ("Enabled", "Disabled")
OFF_ON = ("Disabled", "Enabled")
KMS_KEYS = ("arn:aws:kms:eu-west-2:123456789012:key/1234", "arn:aws:kms:eu-west-2:123456789012:key/5678")
COLD = ("GLACIER", "DEEP_ARCHIVE")
CLEANED = {"abort_incomplete_multipart_upload": {"days_after_initiation": 1}}
RULE: Settings = {
    "id": "old",
    "status": "Enabled",
    "filter": {"prefix": "in/"},
    "expiration": {"days": 400},
}
PLAIN_RULE: Settings = {"id": "old", "status": "Enabled", "filter": {"prefix": "in/"}, **CLEANED}
LIFE = "lifecycle[]"
COPY = "replication.rules[]"
IN_PLAIN = {"lifecycle": [PLAIN_RULE]}
LONG_TEXT = "x" * 255
EVENTS = (["s3:ObjectCreated:*"], ["s3:ObjectRemoved:Delete"])
FUNCTION = "arn:aws:lambda:eu-west-2:123456789012:function:"
QUEUES = "arn:aws:sqs:eu-west-2:123456789012:"
LOCKED: Settings = {"object_lock_enabled": True, **VERSIONED, "policy": {"protect": False}}
ABLE: Settings = {**VERSIONED, "policy": {"protect": False}}
DAYS_LOCK = {"mode": "GOVERNANCE", "days": 30}
REPLICATED = {**VERSIONED, "replication": {"role": f"{ROLE}copier", "rules": [COPIES]}}
SITE = {"index_document": {"suffix": "index.html"}}
ROUTE = {
    "condition": {"key_prefix_equals": "docs/"},
    "redirect": {"replace_key_prefix_with": "documents/"},
}
ROUTED = {"website": {**SITE, "routing_rules": [ROUTE]}}
ELSEWHERE = {"host_name": "example.com", "protocol": "https"}
GROUPS = "http://acs.amazonaws.com/groups/"
READERS = {"type": "Group", "uri": f"{GROUPS}global/AuthenticatedUsers", "permission": "READ"}
ONE_READER = {"type": "CanonicalUser", "id": "a" * 64, "permission": "READ"}
PARTITIONED = {"logging": LOGGING}


def in_life(first: Any, second: Any, member: str, base: Settings, **more: Any) -> FieldValues:
    """Two values of a member of a structure of a lifecycle rule, with the structure present."""
    return FieldValues(first, second, beside={"lifecycle": [{**PLAIN_RULE, member: base}]}, **more)


def granted(first: Settings, second: Settings) -> FieldValues:
    """Two grants for log objects; the members of a grant change together."""
    one, two = ({**LOGGING, "target_grants": [each]} for each in (first, second))
    return FieldValues(one, two, tops=True, edges=(), without="logging.target_grants")


def life(member: str, first: Any, second: Any, **more: Any) -> FieldValues:
    """Two forms of a structure of a lifecycle rule."""
    one, two = ([{**PLAIN_RULE, member: each}] for each in (first, second))
    return FieldValues(one, two, tops=True, beside=IN_PLAIN, without=f"{LIFE}.{member}", **more)


def listeners(kind: str, arn: str, one: str, two: str) -> dict[str, Any]:
    """The pairs of values of one type of notification target."""
    where = f"notification.{kind}[]"
    told = {"id": "told", "events": EVENTS[0], arn: one}
    return {
        f"notification.{kind}": ([told], [{**told, "id": "other"}]),
        f"{where}.id": ("told", "other"),
        f"{where}.events": EVENTS,
        f"{where}.filter_rules": (
            [{"name": "prefix", "value": "in/"}],
            [{"name": "prefix", "value": "in/"}, {"name": "suffix", "value": ".jpg"}],
        ),
        f"{where}.filter_rules[].name": FieldValues("prefix", "suffix"),
        f"{where}.filter_rules[].value": ("in/", "out/"),
        f"{where}.{arn}": (one, two),
    }


BUCKET = KindValues(
    base={"policy": {"protect": False}},
    around={
        "encryption.rules[]": {"sse_algorithm": "aws:kms"},
        "cors[]": UPLOADS,
        LIFE: RULE,
        f"{LIFE}.filter.tags[]": {"key": "kept", "value": "no"},
        f"{LIFE}.transitions[]": {"storage_class": "GLACIER", "days": 90},
        f"{LIFE}.noncurrent_version_transitions[]": {"storage_class": "GLACIER", "noncurrent_days": 30},
        "notification.topic_configurations[]": {"id": "told", "events": EVENTS[0], "topic_arn": "${topic}"},
        "notification.queue_configurations[]": {
            "id": "told",
            "events": EVENTS[0],
            "queue_arn": f"{QUEUES}contract",
        },
        "notification.lambda_function_configurations[]": {
            "id": "told",
            "events": EVENTS[0],
            "lambda_function_arn": f"{FUNCTION}one",
        },
        "notification.topic_configurations[].filter_rules[]": {"name": "prefix", "value": "in/"},
        "notification.queue_configurations[].filter_rules[]": {"name": "prefix", "value": "in/"},
        "notification.lambda_function_configurations[].filter_rules[]": {"name": "prefix", "value": "in/"},
        "logging": LOGGING,
        "logging.target_grants[]": READERS,
        "website": SITE,
        "website.routing_rules[]": ROUTE,
        "replication": {"role": f"{ROLE}copier", "rules": [COPIES]},
        f"{COPY}.filter.tags[]": {"key": "kept", "value": "no"},
    },
    by_path={
        "tags": TAGS,
        "object_lock_enabled": FieldValues(True, True, base=ABLE, edges=()),
        "public_access_block": (guards(block_public_acls=False), guards(ignore_public_acls=False)),
        **under(
            "public_access_block",
            block_public_acls=OFF_FIRST,
            ignore_public_acls=OFF_FIRST,
            block_public_policy=OFF_FIRST,
            restrict_public_buckets=OFF_FIRST,
        ),
        "object_ownership": ("BucketOwnerPreferred", "ObjectWriter"),
        "versioning": ({"status": "Enabled"}, {"status": "Suspended"}),
        "versioning.status": ("Enabled", "Suspended"),
        "versioning.mfa_delete": FieldValues("Disabled", "Enabled", beside=VERSIONED, edges=()),
        "encryption": (encryption(sse_algorithm="aws:kms"), encryption(sse_algorithm="aws:kms:dsse")),
        "encryption.rules": (
            [{"sse_algorithm": "aws:kms"}],
            [{"sse_algorithm": "aws:kms", "bucket_key_enabled": True}],
        ),
        "encryption.rules[].sse_algorithm": FieldValues("aws:kms", "aws:kms:dsse"),
        "encryption.rules[].kms_master_key_id": KMS_KEYS,
        "encryption.rules[].bucket_key_enabled": BOOL,
        # New buckets block SSE-C by default.
        "encryption.rules[].blocked_encryption_types": FieldValues(["NONE"], ["SSE-C"], edges=()),
        "bucket_policy": (policy("GetObject"), policy("GetObjectVersion")),
        "cors": ([UPLOADS], [{**UPLOADS, "allowed_methods": ["GET"]}, {**UPLOADS, "id": "more"}]),
        **under(
            "cors[]",
            id=("uploads", "other"),
            allowed_origins=(["https://one.example.com"], ["https://two.example.com"]),
            allowed_methods=(["GET", "PUT"], ["POST"]),
            allowed_headers=(["x-one"], ["x-two"]),
            expose_headers=(["ETag"], ["x-two"]),
            max_age_seconds=(3000, 60),
        ),
        "lifecycle": ([RULE], [{**RULE, "expiration": {"days": 500}}, {**PLAIN_RULE, "id": "other"}]),
        f"{LIFE}.id": ("old", "older"),
        f"{LIFE}.status": SWITCH,
        f"{LIFE}.filter": ({"prefix": "in/"}, {"prefix": "out/", "object_size_less_than": 1000}),
        f"{LIFE}.filter.prefix": ("in/", "out/"),
        f"{LIFE}.filter.tags": (
            [{"key": "kept", "value": "no"}],
            [{"key": "kept", "value": "yes"}, {"key": "team", "value": "photos"}],
        ),
        f"{LIFE}.filter.tags[].key": ("kept", "team"),
        f"{LIFE}.filter.tags[].value": ("no", "yes"),
        f"{LIFE}.filter.object_size_greater_than": FieldValues(10, 20, edges=(0,)),
        f"{LIFE}.filter.object_size_less_than": FieldValues(1000, 2000),
        f"{LIFE}.expiration": FieldValues({"days": 400}, {"days": 500}, beside=IN_PLAIN),
        f"{LIFE}.expiration.days": FieldValues(400, 500, beside=IN_PLAIN, without=f"{LIFE}.expiration"),
        f"{LIFE}.expiration.date": life("expiration", {"date": "2030-01-01"}, {"date": "2031-01-01"}),
        f"{LIFE}.expiration.expired_object_delete_marker": life(
            "expiration", {"expired_object_delete_marker": True}, {"days": 7}
        ),
        f"{LIFE}.transitions": (
            [{"storage_class": "GLACIER", "days": 90}],
            [{"storage_class": "STANDARD_IA", "days": 30}, {"storage_class": "GLACIER", "days": 120}],
        ),
        f"{LIFE}.transitions[].storage_class": FieldValues("GLACIER", "DEEP_ARCHIVE"),
        f"{LIFE}.transitions[].days": FieldValues(90, 91, without=f"{LIFE}.transitions", edges=(0,)),
        f"{LIFE}.transitions[].date": life(
            "transitions",
            [{"storage_class": "GLACIER", "date": "2030-01-01"}],
            [{"storage_class": "GLACIER", "date": "2031-01-01"}],
        ),
        f"{LIFE}.noncurrent_version_expiration": ({"noncurrent_days": 60}, {"noncurrent_days": 61}),
        f"{LIFE}.noncurrent_version_expiration.noncurrent_days": FieldValues(
            60, 61, without=f"{LIFE}.noncurrent_version_expiration"
        ),
        f"{LIFE}.noncurrent_version_expiration.newer_noncurrent_versions": in_life(
            3, 4, "noncurrent_version_expiration", {"noncurrent_days": 60}
        ),
        f"{LIFE}.noncurrent_version_transitions": (
            [{"storage_class": "GLACIER", "noncurrent_days": 30}],
            [{"storage_class": "GLACIER", "noncurrent_days": 31}],
        ),
        f"{LIFE}.noncurrent_version_transitions[].storage_class": FieldValues("GLACIER", "DEEP_ARCHIVE"),
        f"{LIFE}.noncurrent_version_transitions[].noncurrent_days": FieldValues(
            30, 31, without=f"{LIFE}.noncurrent_version_transitions"
        ),
        f"{LIFE}.noncurrent_version_transitions[].newer_noncurrent_versions": (3, 4),
        f"{LIFE}.abort_incomplete_multipart_upload": (
            {"days_after_initiation": 2},
            {"days_after_initiation": 3},
        ),
        f"{LIFE}.abort_incomplete_multipart_upload.days_after_initiation": (2, 3),
        "transition_default_minimum_object_size": FieldValues(
            "varies_by_storage_class", "all_storage_classes_128K", beside={"lifecycle": [RULE]}
        ),
        "notification": ({"event_bridge": True}, {"event_bridge": None}),
        **listeners("topic_configurations", "topic_arn", "${topic}", "${topic2}"),
        **listeners("queue_configurations", "queue_arn", f"{QUEUES}contract", f"{QUEUES}contract2"),
        **listeners("lambda_function_configurations", "lambda_function_arn", f"{FUNCTION}one", f"{FUNCTION}two"),
        "notification.event_bridge": FieldValues(True, True),
        "logging": (LOGGING, {**LOGGING, "target_prefix": "all/"}),
        "logging.target_bucket": ("contract-logs", "contract-logs-2"),
        "logging.target_prefix": ("access/", "all/"),
        "logging.partition_date_source": ("EventTime", "DeliveryTime"),
        "logging.target_grants": ([READERS], [READERS, {**READERS, "permission": "WRITE"}]),
        **under(
            "logging.target_grants[]",
            type=granted(READERS, ONE_READER),
            id=granted(ONE_READER, {**ONE_READER, "id": "b" * 64}),
            uri=granted(READERS, {**READERS, "uri": f"{GROUPS}s3/LogDelivery"}),
            permission=("READ", "WRITE"),
        ),
        "website": (WEBSITE, {"redirect_all_requests_to": ELSEWHERE}),
        "website.index_document": FieldValues({"suffix": "index.html"}, {"suffix": "home.html"}, without="website"),
        "website.index_document.suffix": FieldValues("index.html", "home.html"),
        "website.error_document": ({"key": "error.html"}, {"key": "oops.html"}),
        "website.error_document.key": ("error.html", "oops.html"),
        "website.redirect_all_requests_to": FieldValues(
            {"redirect_all_requests_to": ELSEWHERE},
            {"redirect_all_requests_to": {"host_name": "example.org"}},
            tops=True,
            without="website",
        ),
        "website.redirect_all_requests_to.host_name": FieldValues(
            {"redirect_all_requests_to": ELSEWHERE},
            {"redirect_all_requests_to": {**ELSEWHERE, "host_name": "example.org"}},
            tops=True,
            without="website",
        ),
        "website.redirect_all_requests_to.protocol": FieldValues(
            {"redirect_all_requests_to": ELSEWHERE},
            {"redirect_all_requests_to": {**ELSEWHERE, "protocol": "http"}},
            tops=True,
        ),
        "website.routing_rules": ([ROUTE], [ROUTE, {"redirect": {"host_name": "example.org"}}]),
        "website.routing_rules[].condition": (
            {"key_prefix_equals": "docs/"},
            {"http_error_code_returned_equals": "404"},
        ),
        "website.routing_rules[].condition.http_error_code_returned_equals": FieldValues("404", "403"),
        "website.routing_rules[].condition.key_prefix_equals": FieldValues(
            "docs/",
            "texts/",
            beside={
                "website": {
                    **SITE,
                    "routing_rules": [
                        {**ROUTE, "condition": {"http_error_code_returned_equals": "404", **ROUTE["condition"]}}
                    ],
                }
            },
        ),
        "website.routing_rules[].redirect": ({"host_name": "example.com"}, {"host_name": "example.org"}),
        "website.routing_rules[].redirect.host_name": ("example.com", "example.org"),
        "website.routing_rules[].redirect.http_redirect_code": ("301", "302"),
        "website.routing_rules[].redirect.protocol": ("https", "http"),
        "website.routing_rules[].redirect.replace_key_prefix_with": FieldValues(
            "documents/", "papers/", without="website.routing_rules"
        ),
        "website.routing_rules[].redirect.replace_key_with": FieldValues(
            "one.html",
            "two.html",
            beside={
                "website": {
                    **SITE,
                    "routing_rules": [{"condition": ROUTE["condition"], "redirect": {"host_name": "example.com"}}],
                }
            },
        ),
        "acceleration": ("Enabled", "Suspended"),
        "request_payment": ("Requester", "BucketOwner"),
        "abac": SWITCH,
        "default_retention": FieldValues(DAYS_LOCK, {"mode": "COMPLIANCE", "years": 1}, base=LOCKED),
        "default_retention.mode": FieldValues(
            "GOVERNANCE", "COMPLIANCE", base=LOCKED, beside={"default_retention": DAYS_LOCK}
        ),
        "default_retention.days": FieldValues(
            30, 31, base=LOCKED, beside={"default_retention": DAYS_LOCK}, without="default_retention"
        ),
        "default_retention.years": FieldValues(
            {"mode": "GOVERNANCE", "years": 2},
            {"mode": "GOVERNANCE", "years": 3},
            base=LOCKED,
            tops=True,
            without="default_retention",
            edges=({"mode": "GOVERNANCE", "years": 1},),
        ),
        "default_retention.default_event_hold": FieldValues(
            {"days": 5}, {"days": 6}, base=LOCKED, beside={"default_retention": DAYS_LOCK}
        ),
        "default_retention.default_event_hold.days": FieldValues(
            5, 6, base=LOCKED, beside={"default_retention": DAYS_LOCK}, without="default_retention.default_event_hold"
        ),
        "default_retention.default_event_hold.years": FieldValues(
            2, 3, base=LOCKED, beside={"default_retention": DAYS_LOCK}, without="default_retention.default_event_hold"
        ),
        **{
            f"replication{path}": FieldValues(first, second, beside=VERSIONED)
            for path, (first, second) in {
                "": (
                    {"role": f"{ROLE}copier", "rules": [COPIES]},
                    {"role": f"{ROLE}copier", "rules": [{**COPIES, "priority": 2}]},
                ),
                ".role": (f"{ROLE}copier", f"{ROLE}other"),
                ".rules": ([COPIES], [{**COPIES, "status": "Disabled"}, {**COPIES, "id": "more", "priority": 2}]),
                ".rules[].id": ("copies", "other"),
                ".rules[].status": SWITCH,
                ".rules[].priority": (1, 2),
                ".rules[].filter": ({"prefix": "in/"}, {"prefix": "out/"}),
                ".rules[].filter.prefix": ("in/", "out/"),
                ".rules[].filter.tags": (
                    [{"key": "kept", "value": "no"}],
                    [{"key": "kept", "value": "yes"}, {"key": "team", "value": "photos"}],
                ),
                ".rules[].filter.tags[].key": ("kept", "team"),
                ".rules[].filter.tags[].value": ("no", "yes"),
                ".rules[].destination": (
                    {"bucket": "arn:aws:s3:::contract-copies"},
                    {"bucket": "arn:aws:s3:::contract-copies", "storage_class": "GLACIER"},
                ),
                ".rules[].destination.bucket": (
                    "arn:aws:s3:::contract-copies",
                    "arn:aws:s3:::contract-copies-2",
                ),
                ".rules[].destination.account": ("111111111111", "222222222222"),
                ".rules[].destination.storage_class": ("STANDARD_IA", "GLACIER"),
                ".rules[].destination.replica_kms_key_id": KMS_KEYS,
                ".rules[].destination.replication_time": (
                    {"status": "Enabled", "minutes": 15},
                    {"status": "Disabled", "minutes": 15},
                ),
                ".rules[].destination.metrics": (
                    {"status": "Enabled", "minutes": 15},
                    {"status": "Disabled"},
                ),
                ".rules[].delete_marker_replication": ("Enabled", "Disabled"),
                ".rules[].existing_object_replication": OFF_ON,
                ".rules[].sse_kms_encrypted_objects": ("Enabled", "Disabled"),
                ".rules[].replica_modifications": SWITCH,
            }.items()
        },
    },
)  # fmt: skip
DESTINATION = {"bucket": "arn:aws:s3:::contract-copies"}


def sent_to(
    member: str, first: Any, second: Any, *, beside: Settings | None = None, **more: Any
) -> FieldValues:
    """Two values of a member of the destination of replicas, with the settings that it needs."""
    destination = {**DESTINATION, **(beside or {})}
    rules = [{**COPIES, "destination": destination}]
    return FieldValues(
        first, second, beside={**VERSIONED, "replication": {"role": f"{ROLE}copier", "rules": rules}}, **more
    )


TIMED = {
    "replication_time": {"status": "Enabled", "minutes": 15},
    "metrics": {"status": "Enabled", "minutes": 15},
}
TO = f"{COPY}.destination"
FURTHER: Mapping[str, FieldValues] = {
    f"{TO}.owner": sent_to("owner", "Destination", "Destination", beside={"account": "111111111111"}),
    f"{TO}.replication_time.status": sent_to(
        "status", *SWITCH, beside=TIMED, without=f"{TO}.replication_time"
    ),
    f"{TO}.replication_time.minutes": sent_to(
        "minutes", 15, 15, beside=TIMED, without=f"{TO}.replication_time"
    ),
    f"{TO}.metrics.status": sent_to(
        "status", *SWITCH, beside={"metrics": {"status": "Enabled", "minutes": 15}}, without=f"{TO}.metrics"
    ),
    f"{TO}.metrics.minutes": sent_to(
        "minutes", 15, 15, beside={"metrics": {"status": "Enabled", "minutes": 15}}, without=f"{TO}.metrics"
    ),
}

VALUES_BY_KIND: Mapping[str, KindValues] = {
    "s3.bucket": KindValues(
        BUCKET.base,
        BUCKET.around,
        {**BUCKET.by_path, **FURTHER},
        also={"lifecycle": ("transition_default_minimum_object_size",)},
        given=(
            Given("sns", "create_topic", {"Name": "contract2"}, "topic2", "TopicArn"),
            Given("sqs", "create_queue", {"QueueName": "contract2"}),
        ),
        extra={
            "s3.bucket": {
                "contract-logs-2": {
                    "bucket_policy": policy(
                        "PutObject", "contract-logs-2", {"Service": "logging.s3.amazonaws.com"}
                    )
                },
                "contract-copies-2": VERSIONED,
            }
        },
    )
}

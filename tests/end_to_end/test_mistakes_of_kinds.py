"""Mistakes that AWS would refuse are found before the first call, with place and advice; similar valid files load."""

import json
from pathlib import Path
from typing import Any

import pytest

from reconciler.desired import InvalidStack, load
from reconciler.kinds import known_kinds
from tests.end_to_end.stacks_in_files import (
    CAPACITY,
    CENTRE,
    HEADER,
    HOLIDAY,
    INDEX,
    OPEN,
    PROFILE,
    QUEUE,
    TABLE,
    USER,
    attribute,
    bucket,
    hours,
    key,
    loaded,
    mistakes,
    move,
    replica,
    rule,
    table,
    user,
    without,
)

ON, OFF = {"status": "Enabled"}, {"status": "Suspended"}
BOTH = {"prefix": "x", "tags": [{"key": "a", "value": "b"}]}
QUICK = "connect.quick_connect"

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "alias begins with d-": ({"connect.instance": {"d-x": CENTRE}}, "does not begin with d-"),
    "alias ends with a hyphen": ({"connect.instance": {"acme-": CENTRE}}, "ends with a letter or a digit"),
    "alias with a space": ({"connect.instance": {"my acme": CENTRE}}, "letters, digits and hyphens"),
    "alias too long": ({"connect.instance": {"a" * 46: CENTRE}}, "1 to 45 characters"),
    "security profile": ({"connect.security_profile": {"Agents (UK)": {}}}, "1 to 127 of a-z"),
    "tags that are no mapping": (
        {"ec2.vpc": {"main": {"cidr_block": "10.0.0.0/16", "tags": "x"}}},
        "expected a mapping, got text",
    ),
    "queue name": ({"connect.queue": {"Sales": QUEUE, "q" * 128: QUEUE}}, "1 to 127 characters"),
    "group name": ({"connect.user_hierarchy_group": {"g" * 101: {}}}, "1 to 100 characters"),
    "number of none of many": (
        {"logs.log_group": {"/shop": {"retention_in_days": 13}}},
        "expected one of 1, 3, 5, 7, 14, 30, 60, 90 and 14 more, got another number",
    ),
    "text for one of many numbers": (
        {"logs.log_group": {"/shop": {"retention_in_days": "week"}}},
        "expected one of 1, 3, 5, 7, 14, 30, 60, 90 and 14 more",
    ),
    "user name": ({"connect.user": {"ada lovelace": USER}}, "1 to 100 of a-z"),
    "user name with an @": ({"connect.user": {"ada@example": USER}}, "an @ only in an e-mail address"),
    "user name too long": (
        {"connect.instance": {"main": CENTRE}, "connect.user": {"a" * 21: USER}},
        "at most 20 characters; this one has 21",
    ),
    "table name": (table("ab"), "3 to 255"),
    "table name with a space": (table("my table"), "3 to 255"),
    "bucket name with capitals": (bucket("Acme"), "a-z, 0-9, . and - alone"),
    "bucket name with _": (bucket("acme_photos"), "a-z, 0-9, . and - alone"),
    "short bucket name": (bucket("ab"), "3 to 63"),
    "long bucket name": (bucket("a" * 64), "3 to 63"),
    "bucket name with two dots": (bucket("acme..photos"), "two dots"),
    "bucket name like an address": (bucket("192.168.5.4"), "IP address"),
    "bucket name with a prefix of S3's": (bucket("xn--acme"), "begins with none of xn--"),
    "bucket name with a suffix of S3's": (bucket("acme-s3alias"), "ends with none of -s3alias"),
    "bucket name ends with -": (bucket("acme-"), "begins and ends with a letter"),
    "phone number": ({"connect.phone_number": {"x": {"phone_number": "020 7183 8750"}}}, "E.164"),
    "desk phone": (user(phone_config={"phone_type": "DESK_PHONE", "desk_phone_number": "0207"}), "E.164"),
    "mobile": (user(identity_info={**USER["identity_info"], "mobile": "07700 900000"}), "E.164"),
    "phone of a channel": (
        user(phone_number_configs=[{"channel": "VOICE", "phone_type": "DESK_PHONE", "phone_number": "1"}]),
        "E.164",
    ),
    "phone of a quick connect": (
        {
            QUICK: {
                "x": {
                    "quick_connect_config": {
                        "quick_connect_type": "PHONE_NUMBER",
                        "phone_config": {"phone_number": "1"},
                    }
                }
            }
        },
        "E.164",
    ),
    "country": ({"connect.phone_number": {"x": {"country_code": "UK", "type": "DID"}}}, "GB for the United"),
    "e-mail": (user(identity_info={**USER["identity_info"], "email": "ada"}), "an e-mail address"),
    "time zone": (hours(time_zone="Europe/Lodnon"), 'did you mean "Europe/London"?'),
    "no such day": (hours(overrides=[{**HOLIDAY, "effective_from": "2026-02-30"}]), "no such day"),
    "not a day": (hours(overrides=[{**HOLIDAY, "effective_from": "25.12.2026"}]), "a day as YYYY-MM-DD"),
    "not a time": (hours(config=[{**OPEN, "start_time": "9:00"}]), "a time as HH:MM"),
    "ends before it begins": (hours(overrides=[{**HOLIDAY, "effective_till": "2026-12-24"}]), "is before"),
    "two topics of one name": (
        {"sns.topic": {"orders": {"fifo_topic": True}, "orders.fifo": {"fifo_topic": True}}},
        "sns.topic/orders is the same resource in AWS, orders.fifo; remove one of the two",
    ),
    "an override twice": (hours(overrides=[HOLIDAY, HOLIDAY]), "an earlier one has the same name"),
    "no description": (
        {"connect.routing_profile": {"Agents": without(PROFILE, "description")}},
        "a new connect.routing_profile needs description",
    ),
    "no hours": (
        {"connect.queue": {"Sales": {"description": "Sales"}}},
        "a new connect.queue needs hours_of_operation",
    ),
    "a sender that is no address of the queue": (
        {
            "connect.queue": {
                "Sales": {
                    **QUEUE,
                    "email_addresses": ["orders"],
                    "outbound_email_config": {"outbound_email_address_id": "returns"},
                }
            }
        },
        "returns is not one of the email_addresses of the queue",
    ),
    "no first name": (
        {"connect.instance": {"main": CENTRE}, **user(identity_info={"last_name": "Lovelace"})},
        "a new user needs first_name",
    ),
    "no names": (
        {"connect.instance": {"main": CENTRE}, "connect.user": {"ada": without(USER, "identity_info")}},
        "a new user needs first_name and last_name",
    ),
    "decomposed name": (
        user(identity_info={"first_name": "Rene\u0301", "last_name": "L"}),
        "only composed characters",
    ),
    "SAML with a password": (
        {"connect.instance": {"main": {**CENTRE, "identity_management_type": "SAML"}}, **user()},
        "accepts no password if the instance's identity_management_type is SAML",
    ),
    "SAML with an e-mail address": (
        {
            "connect.instance": {"main": {**CENTRE, "identity_management_type": "SAML"}},
            "connect.user": {
                "ada": {
                    **without(USER, "password"),
                    "identity_info": {"first_name": "Ada", "last_name": "L", "email": "ada@example.com"},
                }
            },
        },
        "accepts no email if the instance's identity_management_type is SAML",
    ),
    "managed without a password": (
        {"connect.instance": {"main": CENTRE}, "connect.user": {"ada": without(USER, "password")}},
        "a new user needs a password",
    ),
    "desk phone without a number": (
        user(phone_config={"phone_type": "DESK_PHONE"}),
        "needs desk_phone_number",
    ),
    "a channel twice": (
        user(auto_accept_configs=[{"channel": "CHAT", "auto_accept": True}] * 2),
        "an earlier one has the same channel",
    ),
    "quick connect of another type": (
        {
            QUICK: {
                "x": {
                    "quick_connect_config": {
                        "quick_connect_type": "QUEUE",
                        "phone_config": {"phone_number": "+442071838750"},
                    }
                }
            }
        },
        "needs queue_config and no other destination; write queue_config, remove phone_config",
    ),
    "directory of another type": (
        {"connect.instance": {"main": {**CENTRE, "directory_id": "d-1234567890"}}},
        "is only for identity_management_type",
    ),
    "store of another type": (
        {
            "connect.instance": {
                "main": {
                    **CENTRE,
                    "storage_configs": [
                        {"resource_type": "CALL_RECORDINGS", "storage_type": "S3"},
                    ],
                }
            }
        },
        "storage_type S3 needs s3_config",
    ),
    "PROVISIONED without capacity": (table(billing_mode="PROVISIONED"), "takes provisioned_throughput"),
    "on demand with capacity": (
        table(provisioned_throughput=CAPACITY),
        "not with billing_mode PAY_PER_REQUEST",
    ),
    "index without capacity": (
        table(
            billing_mode="PROVISIONED",
            provisioned_throughput=CAPACITY,
            global_secondary_indexes=[INDEX],
            attribute_definitions=[attribute("id"), attribute("at")],
        ),
        "each global index of a table with provisioned capacity",
    ),
    "two RANGE keys": (table(key_schema=key("HASH:id", "RANGE:a", "RANGE:b")), "2 or fewer"),
    "RANGE first": (table(key_schema=key("RANGE:a", "HASH:id")), "one HASH attribute, then"),
    "unused definition": (
        table(
            attribute_definitions=[attribute("id"), attribute("at"), attribute("place")],
            global_secondary_indexes=[INDEX],
        ),
        "no key of the table or of its indexes uses place",
    ),
    "missing definition": (table(key_schema=key("HASH:at")), "at is missing"),
    "local index without RANGE": (
        table(
            key_schema=key("HASH:id", "RANGE:at"),
            attribute_definitions=[attribute("id"), attribute("at")],
            local_secondary_indexes=[{**INDEX, "key_schema": key("HASH:id")}],
        ),
        "has a RANGE attribute, too",
    ),
    "local index by another HASH": (
        table(
            key_schema=key("HASH:id", "RANGE:at"),
            attribute_definitions=[attribute("id"), attribute("at")],
            local_secondary_indexes=[{**INDEX, "key_schema": key("HASH:at", "RANGE:id")}],
        ),
        "the partition key of its table",
    ),
    "INCLUDE of nothing": (
        table(
            global_secondary_indexes=[{**INDEX, "projection": {"projection_type": "INCLUDE"}}],
            attribute_definitions=[attribute("id"), attribute("at")],
        ),
        "takes non_key_attributes",
    ),
    "alias of a key": (table(sse={"enabled": True, "kms_master_key_id": "alias/x"}), "the ARN of a KMS key"),
    "days and delete markers": (
        rule(expiration={"days": 1, "expired_object_delete_marker": True}),
        "write exactly one of days, date",
    ),
    "delete markers by tag": (
        rule(filter=BOTH, expiration={"expired_object_delete_marker": True}),
        "delete markers have no tags",
    ),
    "uploads by tag": (
        rule(filter=BOTH, abort_incomplete_multipart_upload={"days_after_initiation": 1}),
        "have no tags",
    ),
    "infrequent too early": (rule(transitions=[move(29, "STANDARD_IA")]), "before day 30"),
    "infrequent too short": (
        rule(transitions=[move(30, "STANDARD_IA"), move(59)]),
        "write 60 or more",
    ),
    "expires before it moves": (rule(transitions=[move(90)], expiration={"days": 90}), "expire before"),
    "days and dates": (
        rule(transitions=[move(90)], expiration={"date": "2027-01-01"}),
        "all have days, or all have dates",
    ),
    "a rule that does nothing": (rule(), "a rule needs an action"),
    "a day that there is not": (rule(expiration={"date": "2026-02-30"}), "no such day"),
    "event": (
        bucket(notification={"topic_configurations": [{"id": "a", "events": ["created"], "topic_arn": "x"}]}),
        "an event of S3",
    ),
    "replicates unversioned": (bucket(replication=replica()), "only from buckets with versioning"),
    "replicates suspended": (
        bucket(replication=replica(), versioning=OFF),
        "only from buckets with versioning",
    ),
    "replicates to suspended": (
        {
            "s3.bucket": {
                "acme-photos": {"versioning": ON, "replication": replica("acme-copies")},
                "acme-copies": {"versioning": OFF},
            }
        },
        "acme-copies has versioning off",
    ),
    "sign in a tag": (bucket(tags={"Cost": "R&D"}), "remove &"),
    "sign in the key of a tag": (bucket(tags={"Cost?": "x"}), "remove ?"),
    "tag of AWS": (
        bucket(tags={"AWS:x": "x"}),
        "tags.AWS:x: this key: AWS: at the beginning is reserved for AWS's own tags; remove this tag, or choose another key",
    ),
    "tag like our marks": (
        bucket(tags={"reconciler:stack": "x"}),
        "tags.reconciler:stack: this key: reconciler: at the beginning is reserved for reconciler's own marks",
    ),
}


@pytest.mark.parametrize(("resources", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_named(tmp_path: Path, resources: dict[str, Any], said: str) -> None:
    found = mistakes(tmp_path, resources)
    assert [each for each in found if said in each] == found[:1], found
    assert "^" not in found[0]


RIGHT: dict[str, dict[str, Any]] = {
    "aliases": {"connect.instance": {"a": CENTRE, "acme--1": CENTRE, "a" * 45: {"existing": True}}},
    "security profile": {"connect.security_profile": {"Agent": {}, "Agents_UK @ 1-2": {}}},
    "user by e-mail": {"connect.user": {"ada@example.com": USER}},
    "a user of an instance outside": user(),
    "a user by SAML": {
        "connect.instance": {"main": {**CENTRE, "identity_management_type": "SAML"}},
        "connect.user": {"a" * 64: without(USER, "password")},
    },
    "a user that lives": {
        "connect.instance": {"main": CENTRE},
        "connect.user": {"ada": {"routing_profile": "Agents", "adopt": True}},
    },
    "a part of what lives": {
        "connect.routing_profile": {"Agents": {"queue_configs": []}},
        "connect.queue": {"Sales": {}},
        "connect.instance": {"main": CENTRE},
        **user(identity_info={"email": "ada@example.com"}),
    },
    "what was renamed lives": {"connect.queue": {"Sales": {"renamed_from": "Selling"}}},
    "time zones": hours(time_zone="UTC"),
    "a leap day": hours(
        overrides=[{**HOLIDAY, "effective_from": "2028-02-29", "effective_till": "2028-02-29"}]
    ),
    "all day": hours(config=[{**OPEN, "start_time": "00:00", "end_time": "00:00"}]),
    "twice a day": hours(config=[OPEN, {**OPEN, "start_time": "18:00", "end_time": "20:00"}]),
    "a number of the stock": {
        "connect.phone_number": {"x": {"country_code": "GB", "type": "DID", "prefix": "+4420"}}
    },
    "a number that lives": {"connect.phone_number": {"x": {"adopt": True}}},
    "tables": {"dynamodb.table": {"a.b": TABLE, "T" * 255: TABLE}},
    "a table that lives": table(
        billing_mode="PROVISIONED", attribute_definitions=[attribute("id"), attribute("at")], adopt=True
    ),
    "capacity of what may live": {"dynamodb.table": {"Orders": without(TABLE, "billing_mode")}},
    "capacity": table(billing_mode="PROVISIONED", provisioned_throughput=CAPACITY),
    "key of many attributes": table(
        attribute_definitions=[attribute(name) for name in ("id", "a", "b", "c")],
        global_secondary_indexes=[{**INDEX, "key_schema": key("HASH:a", "HASH:b", "RANGE:c", "RANGE:id")}],
    ),
    "bucket names": {"s3.bucket": {name: {} for name in ("abc", "1.2.3", "a.b-c", "a" * 63)}},
    "an old bucket": {"s3.bucket": {"Acme_Photos": {"adopt": True}, "ACME": {"existing": True}}},
    "lifecycle": rule(
        filter={"prefix": "x"},
        transitions=[move(30, "STANDARD_IA"), move(60), move(0, "INTELLIGENT_TIERING")],
        expiration={"days": 61},
        abort_incomplete_multipart_upload={"days_after_initiation": 1},
    ),
    "replication": bucket(versioning=ON, replication=replica()),
    "replication of what lives": bucket(adopt=True, replication=replica()),
    "tags": bucket(tags={"Kosten Stelle": "Größe 1+2=3 a.b:/_-@", "費用": "", "Gone": None}),
}


@pytest.mark.parametrize("resources", RIGHT.values(), ids=RIGHT.keys())
def test_what_aws_takes_is_no_mistake(tmp_path: Path, resources: dict[str, Any]) -> None:
    assert mistakes(tmp_path, resources) == []


def test_a_mistake_stands_where_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "stack.yaml").write_text(json.dumps(HEADER))
    (tmp_path / "b.yaml").write_text(
        "s3.bucket:\n"
        "  Acme:\n"
        "    lifecycle:\n"
        "      - {id: a, status: Enabled, transitions: [{storage_class: STANDARD_IA, days: 7}]}\n"
    )
    with pytest.raises(InvalidStack) as told:
        load(tmp_path, None, known_kinds())
    assert [str(each) for each in told.value.mistakes] == [
        "b.yaml:2:3: s3.bucket/Acme: AWS does not accept this name: expected a bucket name of a-z, 0-9, . and - alone",
        (
            "b.yaml:4:83: s3.bucket/Acme.lifecycle[0].transitions[0].days: S3 moves no object to STANDARD_IA before day 30;"
            " write 30 or more"
        ),
    ]


def test_tags_of_the_stack(tmp_path: Path) -> None:
    dev = HEADER["environments"]["dev"]
    more = {"environments": {"dev": {**dev, "variables": {"who": "R&D"}, "tags": {"Who": "${who}"}}}}
    assert mistakes(tmp_path, {}, tags={"a#b": "x", "Long": "x" * 257, "Fine": "${stack}"}) == [
        "tags.a#b: this key: AWS accepts letters, digits, spaces and _ . : / = + - @ in tags; remove #",
        "tags.Long: expected 256 or fewer characters",
    ]
    (said,) = mistakes(tmp_path, {}, **more)
    assert said.startswith("environments.dev.tags.Who: AWS accepts letters")


def test_a_resource_has_at_most_fifty_tags(tmp_path: Path) -> None:
    tags = {f"t{number}": "x" for number in range(24)}
    own = {f"o{number}": "x" for number in range(25)}
    assert mistakes(tmp_path, bucket(tags=without(own, "o0")), tags=tags) == []
    (said,) = mistakes(tmp_path, bucket(tags=own), tags=tags)
    assert "are 49 tags; AWS accepts 50" in said


UNDECIDED: dict[str, tuple[dict[str, Any], str]] = {
    "definition that an unmanaged index may use": (
        table(attribute_definitions=[attribute("id"), attribute("at")]),
        "no key of the table or of its indexes uses at",
    ),
    "capacity that may live": (
        {"dynamodb.table": {"Orders": without(TABLE, "billing_mode")}},
        "a table without billing_mode takes provisioned_throughput",
    ),
    "number that may live": (
        {"connect.phone_number": {"x": {"country_code": "GB"}}},
        "or country_code and type",
    ),
    "name that a directory may hold": (
        user(identity_info={"last_name": "Lovelace"}),
        "needs first_name unless the instance uses a directory",
    ),
    "part of what may live": (
        {"connect.routing_profile": {"Agents": {"queue_configs": []}}},
        "a new connect.routing_profile needs default_outbound_queue, description, media_concurrencies",
    ),
}


@pytest.mark.parametrize(("resources", "said"), UNDECIDED.values(), ids=UNDECIDED.keys())
def test_what_only_a_new_resource_lacks_is_a_warning(
    tmp_path: Path, resources: dict[str, Any], said: str
) -> None:
    assert [said in each for each in loaded(tmp_path, resources).warnings] == [True]


def test_a_user_is_checked_although_the_settings_of_its_instance_are_wrong(tmp_path: Path) -> None:
    wrong = {"connect.instance": {"main": {**CENTRE, "identity_management_type": {"a": "SAML"}}}, **user()}
    assert any("identity_management_type" in line for line in mistakes(tmp_path, wrong))


def test_a_bucket_is_checked_although_the_versioning_of_another_is_wrong(tmp_path: Path) -> None:
    replicating = bucket(versioning={"status": "Enabled"}, replication=replica("arn:aws:s3:::acme-copy"))
    wrong = {"s3.bucket": {**replicating["s3.bucket"], **bucket("acme-copy", versioning=[])["s3.bucket"]}}
    assert any("acme-copy" in line or "versioning" in line for line in mistakes(tmp_path, wrong))

"""A slice of the row `unwritten_fields`: values that another client set in fields outside the files stay."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.faults import shared_sandbox
from tests.faults.field_case import KINDS, FieldCase, FieldSandbox
from tests.faults.field_transitions import VALUES_BY_KIND, fields
from tests.faults.registry import again, row

SLICE = (
    "connect.instance 1",
    "connect.hours_of_operation 1",
    "connect.queue 1",
    "connect.routing_profile 0",
    "connect.security_profile 1",
    "connect.contact_flow 2",
    "dynamodb.table 1",
    # Two cases that found defects: a call overwrote fields outside the files, and lists lost them.
    "connect.user 0",
    "s3.bucket 3",
)


@pytest.fixture(autouse=True)
def _only_one_sandbox() -> Iterator[None]:
    """Stop the sandbox, so that other tests in this process do not use it."""
    yield
    shared_sandbox.leave()


@pytest.mark.parametrize("case", SLICE)
def test_what_nobody_wrote_stays(case: str) -> None:
    assert case in row("unwritten_fields").cases()
    assert row("unwritten_fields").check(case) == [], again("unwritten_fields", case)


# -- minimal examples ----------------------------------------------------------------------------------------------------


def on_stage(kind: str) -> FieldCase:
    """A case of a kind for given settings."""
    kind_values = VALUES_BY_KIND[kind]
    return FieldCase(
        FieldSandbox.of(kind, kind_values),
        KINDS[kind],
        kind_values,
        fields(kind)["tags"],
        kind_values.field_values("tags"),
        {},
    )


BY_CHANNEL = {
    "AutoAcceptConfigs": [{"Channel": "CHAT", "AutoAccept": True}],
    "AfterContactWorkConfigs": [
        {"Channel": "CHAT", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 7}}
    ],
}
IN_FILES = {
    "auto_accept_configs": [{"channel": "CHAT", "auto_accept": True}],
    "after_contact_work_configs": [
        {"channel": "CHAT", "after_contact_work_config": {"after_contact_work_time_limit": 7}}
    ],
}
SOFT = {"phone_config": {"phone_type": "SOFT_PHONE"}}
DESK = {"phone_config": {"phone_type": "DESK_PHONE", "desk_phone_number": "+442079460111"}}


@pytest.mark.parametrize("written", [{}, IN_FILES], ids=["by hand", "in the files"])
def test_settings_by_channel_survive_another_phone_type(written: Mapping[str, Any]) -> None:
    field_case = on_stage("connect.user")
    base = {**field_case.kind_values.base, **written}
    assert field_case.made_pass({**base, **SOFT}).outcome == "settled"
    address = field_case.stage.the_one().address
    field_case.client.update_user_config(**address, **BY_CHANNEL)
    made_pass = field_case.made_pass({**base, **DESK})
    assert made_pass.outcome == "settled", made_pass.summary
    user = field_case.client.describe_user(**address)["User"]
    assert user["PhoneConfig"]["PhoneType"] == "DESK_PHONE"
    assert {name: user.get(name) for name in BY_CHANNEL} == BY_CHANNEL
    field_case.quiet({**base, **DESK}, "with a desk phone")
    assert field_case.violations == []


def test_a_bucket_keeps_its_bucket_key_and_what_it_blocks_when_it_gets_another_key() -> None:
    field_case = on_stage("s3.bucket")
    one, two = (f"arn:aws:kms:eu-west-2:123456789012:key/{each}" for each in ("1234", "5678"))

    def with_key(key: str) -> dict[str, Any]:
        rule = {"sse_algorithm": "aws:kms", "kms_master_key_id": key}
        return {**field_case.kind_values.base, "encryption": {"rules": [rule]}}

    assert field_case.made_pass(with_key(one)).outcome == "settled"
    address = field_case.stage.the_one().address
    rule: dict[str, Any] = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": one},
        "BucketKeyEnabled": True,
        "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
    }
    field_case.client.put_bucket_encryption(**address, ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert field_case.made_pass(with_key(two)).outcome == "settled"
    reply = field_case.client.get_bucket_encryption(**address)["ServerSideEncryptionConfiguration"]
    rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] = two
    assert reply["Rules"] == [rule]


def test_capacity_of_a_table_that_is_paid_on_demand_is_refused_at_once() -> None:
    field_case = on_stage("dynamodb.table")
    base = {
        name: value
        for name, value in field_case.kind_values.base.items()
        if name not in ("billing_mode", "provisioned_throughput")
    }
    assert field_case.made_pass({**base, "billing_mode": "PAY_PER_REQUEST"}).outcome == "settled"
    units = {"read_capacity_units": 2, "write_capacity_units": 2}
    before = field_case.field_sandbox.clock.now()
    made_pass = field_case.made_pass({**base, "provisioned_throughput": units})
    assert (made_pass.outcome, made_pass.calls) == ("failed", [])
    assert "provisioned_throughput" in made_pass.summary
    assert field_case.field_sandbox.clock.now() - before < 1.0

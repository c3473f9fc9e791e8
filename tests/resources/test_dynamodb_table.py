"""DynamoDB tables: the declaration, and reads of live tables."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from reconciler.aws.account import Account
from reconciler.aws.pacing import Pacer
from reconciler.contract import Api, Sighting
from reconciler.field_schema import fields_of
from reconciler.resources.dynamodb.table import TAGGING, TableAdapter
from reconciler.resources.dynamodb.table_model import Table
from reconciler.resources.dynamodb.table_reading import DESCRIBED
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from tests.resources.table_members import define, index, key, units
from tests.resources.wire_members import missing, operations_of

OPERATIONS = operations_of("dynamodb")
ADDRESS = {"TableName": "stamps"}
STREAM, TTL, PITR = "StreamSpecification", "TimeToLiveSpecification", "PointInTimeRecoverySpecification"
NEW = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
ADAPTER = TableAdapter()


# -- the declaration -----------------------------------------------------------------------------------------------


def test_every_operation_exists() -> None:
    named = {
        ADAPTER.create.operation,
        *ADAPTER.delete.operations,
        *ADAPTER.reads.operations,
        *TAGGING.operations,
    }
    named |= {operation for group in ADAPTER.updates for operation in group.operations}
    assert {name for name in named if ":" not in name} <= OPERATIONS.keys()
    assert {name for name in named if ":" in name} == {"kms:describe_key"}


def test_every_field_has_one_home() -> None:
    homes = [*(field for group in ADAPTER.updates for field in group.fields), *ADAPTER.create.fixed]
    assert sorted(homes) == sorted(Table.model_fields.keys() - {"tags"})


@pytest.mark.parametrize("group", ADAPTER.updates, ids=lambda group: group.fields[0])
def test_every_member_of_a_group_exists(group: Any) -> None:
    shapes = fields_of(Table)
    carriers = [OPERATIONS[name].input_shape for name in ("create_table", *group.operations)]
    for field in group.fields:
        lacks = [list(missing(carrier, {field: shapes[field]})) for carrier in carriers]
        assert [] in lacks, lacks


def test_every_described_field_is_named_as_requests_name_it() -> None:
    wires = {field: shape.wire for field, shape in fields_of(Table).items()}
    assert {field: member for field, (member, _) in DESCRIBED.items()}.items() <= wires.items()


def test_create_carries_only_members_that_exist() -> None:
    fields = {name: fields_of(Table)[name] for name in ADAPTER.create.fields}
    assert not list(missing(OPERATIONS["create_table"].input_shape, fields))


# -- what AWS describes --------------------------------------------------------------------------------------------

LIVE: dict[str, Any] = {
    "KeySchema": key("u"),
    "AttributeDefinitions": define(u="S", a="S", gone="S"),
    "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, **units(5)},
    "GlobalSecondaryIndexes": [
        {
            **index("idx", "a"),
            "IndexStatus": "ACTIVE",
            "IndexArn": "arn",
            "ItemCount": 3,
            "ProvisionedThroughput": {"NumberOfDecreasesToday": 1, **units(2)},
        }
    ],
}
SWITCHED_LIVE = {
    **LIVE,
    "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
    "ProvisionedThroughput": units(0),
    "OnDemandThroughput": {"MaxReadRequestUnits": 9, "MaxWriteRequestUnits": -1},
}
KMS = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": "arn:key"}

NORMALISED: Mapping[str, tuple[str, dict[str, Any], str, Any]] = {
    "never on demand": ("AWS says nothing of billing then", LIVE, "billing_mode", "PROVISIONED"),
    "throughput": ("its history is no setting", LIVE, "provisioned_throughput", units(5)),
    "zero throughput": ("on demand has none", SWITCHED_LIVE, "provisioned_throughput", None),
    "one ceiling": ("-1 is none", SWITCHED_LIVE, "on_demand_throughput", {"MaxReadRequestUnits": 9}),
    "definitions": ("one that no key uses says nothing", LIVE, "attribute_definitions", define(u="S", a="S")),
    "index": (
        "without status and statistics",
        LIVE,
        "global_secondary_indexes",
        [index("idx", "a", ProvisionedThroughput=units(2))],
    ),
    "index on demand": ("", SWITCHED_LIVE, "global_secondary_indexes", [index("idx", "a")]),
    "no local index": ("", LIVE, "local_secondary_indexes", []),
    "class": ("AWS says nothing of the standard class", LIVE, "table_class", "STANDARD"),
    "protection": ("", LIVE, "deletion_protection_enabled", False),
    "no stream": ("AWS says nothing of it", LIVE, "stream_specification", {"StreamEnabled": False}),
    "stream": ("", {**LIVE, STREAM: NEW}, "stream_specification", NEW),
    "AWS's own key": ("no description means so", LIVE, "sse", {"Enabled": False}),
    "on the way back to it": (
        "",
        {**LIVE, "SSEDescription": {"Status": "DISABLING"}},
        "sse",
        {"Enabled": False},
    ),
    "a key of ours": (
        "",
        {**LIVE, "SSEDescription": KMS},
        "sse",
        {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "arn:key"},
    ),
    "warm": (
        "its status is no setting",
        {**LIVE, "WarmThroughput": {"ReadUnitsPerSecond": 1, "WriteUnitsPerSecond": 1, "Status": "ACTIVE"}},
        "warm_throughput",
        {"ReadUnitsPerSecond": 1, "WriteUnitsPerSecond": 1},
    ),
}


@pytest.mark.parametrize("name", NORMALISED)
def test_what_aws_describes_is_put_as_requests_put_it(name: str) -> None:
    reason, table, field, expected = NORMALISED[name]
    member, find = DESCRIBED[field]
    assert member == fields_of(Table)[field].wire
    assert find(table) == expected, reason


# -- mistakes in desired state -------------------------------------------------------------------------------------


def halves(*kinds: str) -> list[dict[str, str]]:
    """A key with these attributes, in the form of files."""
    return [
        {"attribute_name": name, "key_type": kind} for name, kind in zip("abcdefghij", kinds, strict=False)
    ]


def by(*kinds: str) -> dict[str, Any]:
    """An index with such a key."""
    return {"index_name": "idx", "key_schema": halves(*kinds), "projection": {"projection_type": "ALL"}}


@pytest.mark.parametrize("partition", range(1, 5))
@pytest.mark.parametrize("sort", range(5))
def test_a_global_index_may_have_a_key_of_up_to_four_and_four_attributes(partition: int, sort: int) -> None:
    index = by(*["HASH"] * partition, *["RANGE"] * sort)
    assert Table.model_validate({"global_secondary_indexes": [index]}).global_secondary_indexes


MISTAKES: Mapping[str, tuple[dict[str, Any], str]] = {
    "provisioned on demand": (
        {
            "billing_mode": "PAY_PER_REQUEST",
            "provisioned_throughput": {"read_capacity_units": 1, "write_capacity_units": 1},
        },
        "provisioned_throughput: not with billing_mode PAY_PER_REQUEST",
    ),
    "a ceiling on what is provisioned": (
        {"billing_mode": "PROVISIONED", "on_demand_throughput": {"max_read_request_units": 5}},
        "on_demand_throughput: not with billing_mode PROVISIONED",
    ),
    "an undefined key": (
        {
            "attribute_definitions": [{"attribute_name": "a", "attribute_type": "S"}],
            "key_schema": [{"attribute_name": "b", "key_type": "HASH"}],
        },
        "attribute_definitions: b is missing",
    ),
    "expiry by nothing": ({"time_to_live": {"enabled": True}}, "write attribute_name if"),
    "no expiry by something": (
        {"time_to_live": {"enabled": False, "attribute_name": "t"}},
        "write attribute_name if",
    ),
    "a stream of nothing": ({"stream_specification": {"stream_enabled": True}}, "write stream_view_type if"),
    "an alias for a key": (
        {"sse": {"enabled": True, "sse_type": "KMS", "kms_master_key_id": "alias/mine"}},
        "the ARN of a KMS key",
    ),
    "a key for nothing": ({"sse": {"enabled": False, "sse_type": "KMS"}}, "need enabled: true"),
    "a period for nothing": (
        {"point_in_time_recovery": {"enabled": False, "recovery_period_in_days": 5}},
        "needs enabled recovery",
    ),
    "two sort keys": (
        {"key_schema": halves("RANGE", "RANGE")},
        "a key is one HASH attribute, then optionally one RANGE attribute",
    ),
    "the sort key first": ({"key_schema": halves("RANGE", "HASH")}, "a key is one HASH attribute"),
    "two partition keys of a table": ({"key_schema": halves("HASH", "HASH")}, "a key is one HASH attribute"),
    "two partition keys of a local index": (
        {"local_secondary_indexes": [by("HASH", "HASH")]},
        "a key is one HASH attribute",
    ),
    "the same attribute twice": (
        {"key_schema": [{"attribute_name": "a", "key_type": each} for each in ("HASH", "RANGE")]},
        "a is in the key twice",
    ),
    "five partition attributes": (
        {"global_secondary_indexes": [by(*["HASH"] * 5)]},
        "a key of a global index is 1 to 4 HASH attributes, then up to 4 RANGE attributes",
    ),
    "five sort attributes": (
        {"global_secondary_indexes": [by("HASH", *["RANGE"] * 5)]},
        "1 to 4 HASH attributes",
    ),
    "sort attributes alone": ({"global_secondary_indexes": [by("RANGE")]}, "1 to 4 HASH attributes"),
    "partition and sort attributes mixed": (
        {"global_secondary_indexes": [by("HASH", "RANGE", "HASH")]},
        "1 to 4 HASH attributes",
    ),
    "no indexes as a list": ({"global_secondary_indexes": []}, "at least 1 item"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_named(name: str) -> None:
    settings, message = MISTAKES[name]
    with pytest.raises(ValidationError, match=message):
        Table.model_validate(settings)


def test_null_clears_what_may_be_cleared() -> None:
    lasting = {"attribute_definitions", "provisioned_throughput", "warm_throughput"}
    assert Table.model_validate(dict.fromkeys(Table.model_fields.keys() - lasting)).model_fields_set
    for name in lasting:
        with pytest.raises(ValidationError, match="AWS cannot clear this"):
            Table.model_validate({name: None})


# -- live tables ---------------------------------------------------------------------------------------------------

CREATED: dict[str, Any] = {
    "AttributeDefinitions": define(u="S", a="S"),
    "KeySchema": key("u"),
    "GlobalSecondaryIndexes": [index("idx", "a")],
    "BillingMode": "PAY_PER_REQUEST",
    **TAGGING.in_create({"reconciler:stack": "s"}),
}


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(1_800_000_000)


@pytest.fixture
def api(clock: VirtualClock) -> Iterator[Api]:
    with Sandbox(clock=clock.now, settling_seconds=10) as sandbox:
        session = sandbox.session("eu-west-2")
        yield Account(session, "123456789012", "eu-west-2", clock, Random(1), Pacer(clock)).api("dynamodb")


@pytest.fixture
def live(api: Api, clock: VirtualClock) -> Sighting:
    parameters = ADAPTER.prepare(api, {**CREATED, **ADDRESS})
    address, arn = ADAPTER.created(api, {}, api.call("create_table", **parameters), parameters)
    sighting = Sighting("stamps", address, arn)
    while ADAPTER.waiting_for(api, sighting):
        clock.sleep(1)
    return sighting


def test_a_created_table_is_seen_by_both_ways(api: Api, live: Sighting) -> None:
    (seen,) = ADAPTER.list(api, {})
    found = ADAPTER.find_by_name(api, {}, "stamps")
    assert found
    assert [(each.name, each.address, each.arn) for each in (seen, found)] == [
        ("stamps", ADDRESS, live.arn)
    ] * 2
    assert ADAPTER.find_by_name(api, {}, "others") is None


def test_tags_are_read(api: Api, live: Sighting) -> None:
    assert TAGGING.read(api, live) == {"reconciler:stack": "s"}


def test_what_was_created_is_read(api: Api, live: Sighting) -> None:
    settings = ADAPTER.get_fields(
        api, live, frozenset({"key_schema", "attribute_definitions", "billing_mode"})
    )
    assert settings == {
        "KeySchema": key("u"),
        "AttributeDefinitions": define(u="S", a="S"),
        "BillingMode": "PAY_PER_REQUEST",
    }


@pytest.mark.parametrize(
    ("field", "settings"),
    [
        ("point_in_time_recovery", {PITR: {"PointInTimeRecoveryEnabled": False}}),
        ("time_to_live", {TTL: {"Enabled": False}}),
        ("resource_policy", {}),
    ],
)
def test_what_was_never_set_is_off(api: Api, live: Sighting, field: str, settings: dict[str, Any]) -> None:
    assert ADAPTER.get_fields(api, live, frozenset({field})) == settings


def test_what_was_set_is_read(api: Api, live: Sighting) -> None:
    recovery = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 9}
    expiry = {"Enabled": True, "AttributeName": "t"}
    policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
    api.call("update_continuous_backups", **ADDRESS, PointInTimeRecoverySpecification=recovery)
    api.call("update_time_to_live", **ADDRESS, TimeToLiveSpecification=expiry)
    api.call("put_resource_policy", ResourceArn=live.arn, Policy=policy)
    fields = frozenset({"point_in_time_recovery", "time_to_live", "resource_policy"})
    assert ADAPTER.get_fields(api, live, fields) == {PITR: recovery, TTL: expiry, "ResourcePolicy": policy}


def test_a_table_that_aws_works_on_is_waited_for(api: Api, live: Sighting, clock: VirtualClock) -> None:
    api.call("update_table", **ADDRESS, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "idx"}}])
    assert ADAPTER.waiting_for(api, live) == "table is UPDATING"
    clock.sleep(60)
    assert ADAPTER.waiting_for(api, live) is None

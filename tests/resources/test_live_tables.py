"""Passes over tables that others change as well."""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.resources.live_harness import LiveHarness, fields, messages

NAME = "Orders"


def attribute(name: str, of: str = "S") -> dict[str, str]:
    return {"attribute_name": name, "attribute_type": of}


def hashed(name: str) -> list[dict[str, str]]:
    return [{"attribute_name": name, "key_type": "HASH"}]


def index(name: str, *by: str) -> dict[str, Any]:
    return {
        "index_name": name,
        "key_schema": [key for each in by for key in hashed(each)],
        "projection": {"projection_type": "ALL"},
    }


def orders(**settings: Any) -> dict[str, Any]:
    """A stack of one table, on demand."""
    plain = {
        "attribute_definitions": [attribute("id")],
        "key_schema": hashed("id"),
        "billing_mode": "PAY_PER_REQUEST",
    }
    return {"dynamodb.table": {NAME: {**plain, **settings}}}


def add_index(harness: LiveHarness, name: str, attribute_name: str) -> None:
    """Add an index as another client."""
    harness.client("dynamodb").update_table(
        TableName=NAME,
        AttributeDefinitions=[{"AttributeName": attribute_name, "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": name,
                    "KeySchema": [{"AttributeName": attribute_name, "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            }
        ],
    )
    harness.clock.sleep(600)


def described(harness: LiveHarness) -> dict[str, Any]:
    found: dict[str, Any] = harness.client("dynamodb").describe_table(TableName=NAME)["Table"]
    return found


def indexes(harness: LiveHarness) -> list[str]:
    return sorted(each["IndexName"] for each in described(harness).get("GlobalSecondaryIndexes", ()))


# -- indexes outside the files -------------------------------------------------------------------------------------


def test_an_index_added_by_hand_is_nobodys_drift_where_the_files_say_nothing_of_indexes(
    harness: LiveHarness,
) -> None:
    harness.settle(orders())
    add_index(harness, "by-customer", "customer")
    harness.require_quiet(orders())
    assert indexes(harness) == ["by-customer"]


@pytest.mark.parametrize(
    "changed",
    [
        {"deletion_protection_enabled": True},
        {"on_demand_throughput": {"max_read_request_units": 50}},
        {"stream_specification": {"stream_enabled": True, "stream_view_type": "KEYS_ONLY"}},
        {"table_class": "STANDARD_INFREQUENT_ACCESS"},
        {"time_to_live": {"enabled": True, "attribute_name": "until"}},
        {
            "billing_mode": "PROVISIONED",
            "provisioned_throughput": {"read_capacity_units": 3, "write_capacity_units": 2},
        },
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_no_update_deletes_an_index_that_nobody_wrote(harness: LiveHarness, changed: dict[str, Any]) -> None:
    harness.settle(orders())
    add_index(harness, "by-customer", "customer")
    report = harness.run(orders(**changed))
    assert report.outcome == "settled", messages(report)
    assert indexes(harness) == ["by-customer"]
    updates = [each for _, sent in harness.calls for each in sent.get("GlobalSecondaryIndexUpdates", ())]
    assert [each for each in updates if "Update" not in each] == []
    harness.require_quiet(orders(**changed))


def test_another_type_for_the_key_of_an_index_that_nobody_wrote_is_refused(harness: LiveHarness) -> None:
    harness.settle(orders())
    add_index(harness, "by-customer", "customer")
    wanted = orders(attribute_definitions=[attribute("id"), attribute("customer", "N")])
    report = harness.run(wanted)
    assert report.outcome == "failed"
    assert "index by-customer, which is not in the files" in messages(report)[0]
    assert indexes(harness) == ["by-customer"]


# -- indexes that are created again --------------------------------------------------------------------------------

BY_A = orders(
    attribute_definitions=[attribute("id"), attribute("a")], global_secondary_indexes=[index("idx", "a")]
)
BY_B = orders(
    attribute_definitions=[attribute("id"), attribute("b")], global_secondary_indexes=[index("idx", "b")]
)


class ThrottledAfter:
    """A client that is throttled permanently after a number of calls of an operation."""

    def __init__(self, client: Any, operation: str, calls: int) -> None:
        self.client, self.operation, self.calls = client, operation, calls

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.client, name)
        return partial(self._counted, method) if name == self.operation else method

    def _counted(self, method: Any, **parameters: Any) -> Any:
        self.calls -= 1
        if self.calls < 0:
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow"}}, self.operation)
        return method(**parameters)


@pytest.mark.parametrize("calls", [0, 1])
def test_an_index_that_is_built_anew_heals_when_the_pass_breaks_off(harness: LiveHarness, calls: int) -> None:
    harness.settle(BY_A)
    api = harness.account.api("dynamodb")
    whole = api.client
    api.client = ThrottledAfter(whole, "update_table", calls)
    report = harness.run(BY_B)
    api.client = whole
    assert report.outcome == "failed", messages(report)
    harness.clock.sleep(600)
    report = harness.settle(BY_B)
    assert report.plan.actions
    (found,) = described(harness)["GlobalSecondaryIndexes"]
    assert found["KeySchema"] == [{"AttributeName": "b", "KeyType": "HASH"}]


@pytest.mark.parametrize(
    "wanted",
    [
        BY_B,
        orders(
            attribute_definitions=[attribute("id"), attribute("a")],
            global_secondary_indexes=[{**index("idx", "a"), "projection": {"projection_type": "KEYS_ONLY"}}],
        ),
        orders(
            attribute_definitions=[attribute("id"), attribute("a", "N")],
            global_secondary_indexes=[index("idx", "a")],
        ),
    ],
    ids=["another key", "another projection", "another type"],
)
def test_a_plan_says_that_an_index_is_deleted_and_built_anew(
    harness: LiveHarness, wanted: dict[str, Any]
) -> None:
    harness.settle(BY_A)
    seen = harness.run(wanted, dry_run=True)
    deleted = {each.deletes for action in seen.plan.actions.values() for each in action.differences}
    assert "index idx" in deleted


def test_a_plan_says_that_an_index_is_deleted_which_the_files_do_not_list(harness: LiveHarness) -> None:
    harness.settle(BY_A)
    add_index(harness, "by-customer", "customer")
    seen = harness.run(BY_A, dry_run=True)
    deleted = {
        each.field: each.deletes for action in seen.plan.actions.values() for each in action.differences
    }
    assert deleted == {"global_secondary_indexes[by-customer]": "global_secondary_indexes[by-customer]"}


def test_the_guard_counts_an_index_that_goes_and_names_it(harness: LiveHarness) -> None:
    harness.settle(BY_A)
    add_index(harness, "by-customer", "customer")
    report = harness.run(BY_A, guard={"max_deletes": 0})
    assert (report.outcome, report.mutating_calls) == ("refused", 0)
    assert report.refusals == (
        (
            "the plan deletes 1 within resources that stay, and `max_deletes` of the stack's guard is 0: "
            "dynamodb.table/Orders (global_secondary_indexes[by-customer])"
        ),
    )
    assert report.hints == ("--allow-deletes 1 approves this plan",)
    assert report.plan.rows == {("dynamodb.table", "global_secondary_indexes"): 2}


# -- keys of several attributes ------------------------------------------------------------------------------------


def wide(partition: int, sort: int) -> dict[str, Any]:
    """A stack whose table has an index with these numbers of partition and sort key attributes."""
    names = [f"p{number}" for number in range(partition)], [f"s{number}" for number in range(sort)]
    keys = [
        {"attribute_name": name, "key_type": kind}
        for kind, half in zip(("HASH", "RANGE"), names, strict=True)
        for name in half
    ]
    wanted = {**index("wide"), "key_schema": keys}
    defined = [attribute("id"), *(attribute(name) for half in names for name in half)]
    return orders(attribute_definitions=defined, global_secondary_indexes=[wanted])


@pytest.mark.parametrize(
    "size", [*Random(12).sample([(p, s) for p in range(1, 5) for s in range(5)], 4), (4, 4)]
)
def test_an_index_with_a_key_of_several_attributes_is_made_and_held(
    harness: LiveHarness, size: tuple[int, int]
) -> None:
    harness.settle(wide(*size))
    (found,) = described(harness)["GlobalSecondaryIndexes"]
    kinds = [each["KeyType"] for each in found["KeySchema"]]
    assert kinds == ["HASH"] * size[0] + ["RANGE"] * size[1]


def test_one_more_attribute_in_the_key_builds_the_index_anew(harness: LiveHarness) -> None:
    harness.settle(wide(1, 1))
    harness.settle(wide(2, 1))
    (found,) = described(harness)["GlobalSecondaryIndexes"]
    assert [each["AttributeName"] for each in found["KeySchema"]] == ["p0", "p1", "s0"]


# -- encryption ----------------------------------------------------------------------------------------------------


def new_key(harness: LiveHarness) -> str:
    return str(harness.client("kms").create_key()["KeyMetadata"]["Arn"])


def key_of(harness: LiveHarness) -> str | None:
    """The key of the table; None for an AWS owned key."""
    found: str | None = described(harness).get("SSEDescription", {}).get("KMSMasterKeyArn")
    return found


def managed_key(harness: LiveHarness) -> str:
    return str(harness.client("kms").describe_key(KeyId="alias/aws/dynamodb")["KeyMetadata"]["Arn"])


MANAGED = (
    {"enabled": True},
    {"enabled": True, "sse_type": "KMS"},
    {"enabled": True, "kms_master_key_id": None},
)


@pytest.mark.parametrize("sse", MANAGED, ids=str)
def test_enabled_encryption_without_a_key_means_the_key_that_aws_keeps(
    harness: LiveHarness, sse: dict[str, Any]
) -> None:
    harness.settle(orders(sse=sse))
    assert key_of(harness) == managed_key(harness)
    harness.client("dynamodb").update_table(
        TableName=NAME,
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": new_key(harness)},
    )
    harness.clock.sleep(600)
    seen = harness.run(orders(sse=sse), dry_run=True)
    assert fields(seen) == ["sse.kms_master_key_id"]
    harness.settle(orders(sse=sse))
    assert key_of(harness) == managed_key(harness)


def test_encryption_goes_to_a_key_of_the_account_and_back(harness: LiveHarness) -> None:
    own = new_key(harness)
    ways: list[tuple[dict[str, Any] | None, Callable[[], str | None]]] = [
        ({"enabled": True, "kms_master_key_id": own}, lambda: own),
        ({"enabled": True}, lambda: managed_key(harness)),
        ({"enabled": False}, lambda: None),
        ({"enabled": True, "kms_master_key_id": own}, lambda: own),
        (None, lambda: None),
    ]
    for sse, expected in ways:
        harness.settle(orders(sse=sse))
        assert key_of(harness) == expected()


def test_encryption_that_nobody_wrote_stays(harness: LiveHarness) -> None:
    own = new_key(harness)
    harness.settle(orders(sse={"enabled": True, "kms_master_key_id": own}))
    harness.require_quiet(orders())
    assert key_of(harness) == own


# -- warm throughput -----------------------------------------------------------------------------------------------


def warm(reads: int, writes: int) -> dict[str, int]:
    return {"read_units_per_second": reads, "write_units_per_second": writes}


def warmed(harness: LiveHarness, reads: int, writes: int) -> None:
    """Raise the warm throughput like traffic does."""
    harness.client("dynamodb").update_table(
        TableName=NAME, WarmThroughput={"ReadUnitsPerSecond": reads, "WriteUnitsPerSecond": writes}
    )
    harness.clock.sleep(600)


def test_more_warm_throughput_than_written_is_no_difference(harness: LiveHarness) -> None:
    wanted = orders(warm_throughput=warm(13000, 5000))
    harness.settle(wanted)
    warmed(harness, 20000, 9000)
    harness.require_quiet(wanted)


def test_only_the_half_that_is_below_the_written_one_is_raised(harness: LiveHarness) -> None:
    harness.settle(orders(warm_throughput=warm(13000, 5000)))
    warmed(harness, 20000, 5000)
    report = harness.settle(orders(warm_throughput=warm(14000, 6000)))
    assert fields(report) == ["warm_throughput.write_units_per_second"]
    found = described(harness)["WarmThroughput"]
    assert (found["ReadUnitsPerSecond"], found["WriteUnitsPerSecond"]) == (20000, 6000)


def test_more_warm_throughput_of_an_index_than_written_is_no_difference(harness: LiveHarness) -> None:
    defined = [attribute("id"), attribute("a")]
    wanted = {**index("idx", "a"), "warm_throughput": warm(13000, 5000)}
    stack = orders(attribute_definitions=defined, global_secondary_indexes=[wanted])
    harness.settle(stack)
    update = {
        "IndexName": "idx",
        "WarmThroughput": {"ReadUnitsPerSecond": 15000, "WriteUnitsPerSecond": 7000},
    }
    harness.client("dynamodb").update_table(TableName=NAME, GlobalSecondaryIndexUpdates=[{"Update": update}])
    harness.clock.sleep(600)
    harness.require_quiet(stack)

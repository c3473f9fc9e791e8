"""Unreadable replies and rows in whole passes: nothing is created twice, pruned or reported as settled because of them."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from reconciler.applying import Quiet
from reconciler.aws.account import Account
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Desired, Key, Place, Stack

REGION = "eu-west-2"
DAY = 24 * 3600.0
MAIN = Key("connect.instance", "reply-desk")
WHEN = {"day": "MONDAY", "start_time": "09:00", "end_time": "17:00"}
SETTINGS: Mapping[Key, Mapping[str, Any]] = {
    MAIN: {
        "identity_management_type": "CONNECT_MANAGED",
        "inbound_calls_enabled": True,
        "outbound_calls_enabled": True,
    },
    Key("connect.hours_of_operation", "Day"): {"time_zone": "UTC", "config": [WHEN]},
    Key("connect.hours_of_operation", "Night"): {"time_zone": "UTC", "config": [WHEN]},
    Key("connect.phone_number", "main_line"): {"country_code": "GB", "type": "DID"},
    Key("dynamodb.table", "reply-orders"): {
        "attribute_definitions": [{"attribute_name": "id", "attribute_type": "S"}],
        "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
        "billing_mode": "PAY_PER_REQUEST",
    },
    Key("s3.bucket", "reply-images"): {},
}


def desired(key: Key) -> Desired:
    """A desired resource."""
    scope = MAIN if known_kinds()[key.kind].parent else None
    return Desired(key, dict(SETTINGS[key]), Place("stack.yaml", 1, 1), scope=scope)


@dataclass
class Wire:
    """A sandbox whose replies can be changed, and functions that run passes."""

    box: Sandbox
    clock: VirtualClock
    account: Account
    keys: list[Key] = field(default_factory=lambda: list(SETTINGS))
    prune: bool = False

    def __post_init__(self) -> None:
        self.spoil: Callable[[str, dict[str, Any]], None] = lambda _operation, _reply: None
        for service in ("connect", "dynamodb", "s3", "sts"):
            client = self.account.api(service).client
            client.meta.events.register_first("before-parse", self._pass_on)

    def _pass_on(self, operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
        before = response_dict["body"]
        self.spoil(operation_model.name, response_dict)
        if response_dict["body"] != before:
            response_dict["headers"].pop("content-length", None)

    def run(self) -> PassReport:
        """One pass."""
        resources = {key: desired(key) for key in self.keys}
        stack = Stack("replies", "dev", self.box.account, REGION, resources, prune=self.prune)
        return Pass(stack, known_kinds(), self.account, self.clock, Options(), Quiet()).run()

    def every(self, operation: str, change: Callable[[bytes], bytes]) -> None:
        """Change every reply to an operation from now on."""

        def spoil(name: str, reply: dict[str, Any]) -> None:
            if name == operation:
                reply["body"] = change(reply["body"])

        self.spoil = spoil


@pytest.fixture
def wire() -> Iterator[Wire]:
    with sandboxed() as (box, clock):
        made = Wire(box, clock, account_in(box, REGION, clock))
        assert made.run().outcome == "settled"
        yield made


def said(report: PassReport) -> dict[str, str]:
    """The outcome of each action, by name."""
    return {key.name: result.outcome for key, result in report.results.items()}


PAGE = b"<html>login</html>"
READS = (
    "ListInstances", "ListTagsForResource", "SearchHoursOfOperations", "ListPhoneNumbersV2",
    "ListFlowAssociations", "ListTables", "ListTagsOfResource", "ListBuckets", "GetBucketTagging",
    "GetCallerIdentity",
)  # fmt: skip


@pytest.mark.parametrize("operation", READS)
def test_eight_days_later_an_unreadable_reply_creates_nothing(wire: Wire, operation: str) -> None:
    """AWS has forgotten the token of the claim by then: it would claim a second number."""
    wire.clock.sleep(8 * DAY)
    wire.every(operation, lambda _body: PAGE)
    report = wire.run()
    assert (report.outcome, report.mutating_calls) == ("failed", 0)
    wire.spoil = lambda _operation, _reply: None
    assert (again := wire.run()).outcome == "settled", said(again)
    assert again.mutating_calls == 0


def test_an_unreadable_reply_to_a_create_is_looked_for(wire: Wire) -> None:
    wire.account.api("connect").client.delete_hours_of_operation(
        InstanceId=_instance(wire), HoursOfOperationId=_hours(wire)["Night"]
    )
    wire.every("CreateHoursOfOperation", lambda _body: PAGE)
    report = wire.run()
    assert said(report)["Night"] == "done"
    assert report.calls["connect:CreateHoursOfOperation"] == 1


def without(member: str, name: str) -> Callable[[bytes], bytes]:
    """Remove a member from the row with this name."""

    def change(body: bytes) -> bytes:
        content = json.loads(body)
        for row in content["HoursOfOperations"]:
            if row["Name"] == name:
                del row[member]
        return json.dumps(content).encode()

    return change


def test_a_row_without_its_id_costs_its_own_resource_even_under_another_name(wire: Wire) -> None:
    wire.every("SearchHoursOfOperations", without("HoursOfOperationId", "Day"))
    report = wire.run()
    assert said(report) == {"Day": "refused"}
    assert report.outcome == "failed"
    assert report.mutating_calls == 0
    assert 'has no "HoursOfOperationId"' in str(report.plan.refused[0].refusal)
    assert report.blind == ()
    wire.account.api("connect").client.update_hours_of_operation(
        InstanceId=_instance(wire), HoursOfOperationId=_hours(wire)["Day"], Name="Evening"
    )
    wire.every("SearchHoursOfOperations", without("HoursOfOperationId", "Evening"))
    report = wire.run()
    assert said(report) == {"Day": "refused"}, "its marks tell whose row it is: it is not created again"
    assert (report.mutating_calls, report.blind) == (0, ())


def test_a_row_that_says_nothing_creates_nothing_and_is_told_by_its_place(wire: Wire) -> None:
    """Night was deleted, but the unreadable row may be Night."""
    wire.account.api("connect").client.delete_hours_of_operation(
        InstanceId=_instance(wire), HoursOfOperationId=_hours(wire)["Night"]
    )
    wire.every("SearchHoursOfOperations", lambda body: json.dumps({"HoursOfOperations": [*json.loads(body)["HoursOfOperations"], {}]}).encode())  # fmt: skip
    report = wire.run()
    assert said(report)["Night"] == "refused"
    assert (report.outcome, report.mutating_calls) == ("failed", 0)
    assert any("HoursOfOperations[" in each for each in report.blind)


def test_nothing_of_a_kind_is_pruned_while_a_row_of_it_cannot_be_read(wire: Wire) -> None:
    wire.prune = True
    wire.keys.remove(Key("connect.hours_of_operation", "Night"))
    wire.every("SearchHoursOfOperations", lambda body: json.dumps({"HoursOfOperations": [*json.loads(body)["HoursOfOperations"], None]}).encode())  # fmt: skip
    report = wire.run()
    assert (report.outcome, report.mutating_calls) == ("failed", 0)
    assert "is null" in report.blind[0]
    wire.spoil = lambda _operation, _reply: None
    assert said(wire.run()) == {"Night": "done"}


def test_a_row_of_a_wrong_type_costs_no_other_kind(wire: Wire) -> None:
    wire.every(
        "ListTables", lambda body: json.dumps({"TableNames": [5, *json.loads(body)["TableNames"]]}).encode()
    )
    wire.keys.remove(Key("s3.bucket", "reply-images"))
    wire.account.api("connect").client.delete_hours_of_operation(
        InstanceId=_instance(wire), HoursOfOperationId=_hours(wire)["Night"]
    )
    report = wire.run()
    assert said(report) == {"Night": "done"}
    assert report.outcome == "failed"
    assert report.blind[0].startswith("dynamodb.table: list_tables: TableNames[1] is a number")


def test_a_strangers_row_that_cannot_be_read_is_nobodys_business(wire: Wire) -> None:
    client = wire.account.api("connect").client
    instance = _instance(wire)
    client.create_hours_of_operation(
        InstanceId=instance,
        Name="A stranger's",
        TimeZone="UTC",
        Config=[
            {"Day": "MONDAY", "StartTime": {"Hours": 9, "Minutes": 0}, "EndTime": {"Hours": 10, "Minutes": 0}}
        ],
        Tags={"Owner": "somebody"},
    )

    wire.every("SearchHoursOfOperations", without("HoursOfOperationId", "A stranger's"))
    assert wire.run().outcome == "settled"


def test_tags_that_cannot_be_read_cost_their_own_resource(wire: Wire) -> None:
    wire.account.api("connect").client.delete_hours_of_operation(
        InstanceId=_instance(wire), HoursOfOperationId=_hours(wire)["Night"]
    )
    wire.every("ListTagsOfResource", lambda _body: b"[]")
    report = wire.run()
    assert said(report) == {"reply-orders": "refused", "Night": "done"}
    assert report.mutating_calls == 1


def _instance(wire: Wire) -> str:
    rows = wire.account.api("connect").client.list_instances()["InstanceSummaryList"]
    return str(next(row["Id"] for row in rows if row["InstanceAlias"] == MAIN.name))


def _hours(wire: Wire) -> dict[str, str]:
    rows = wire.account.api("connect").client.list_hours_of_operations(InstanceId=_instance(wire))
    return {row["Name"]: row["Id"] for row in rows["HoursOfOperationSummaryList"]}

"""Names exchanged in an Amazon Connect instance: every kind that AWS can rename gets its own names back in one pass."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from reconciler.contract import RowsIn
from reconciler.planning.name_exchange import renames
from reconciler.sandbox.account import sandboxed
from reconciler.stack import Desired, Key, Place, Stack
from tests.engine.test_races import Harness
from tests.stub_api import StubApi

ACCOUNT, REGION = "123456789012", "eu-west-2"
INSTANCE = Key("connect.instance", "acme")
PLACE = Place("stack.yaml", 1, 1)
OPEN = {"time_zone": "UTC", "config": []}
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "connect.hours_of_operation": OPEN,
    "connect.queue": {"hours_of_operation": "Open"},
    "connect.routing_profile": {
        "description": "d",
        "default_outbound_queue": "BasicQueue",
        "media_concurrencies": [{"channel": "VOICE", "concurrency": 1}],
    },
    "connect.quick_connect": {
        "quick_connect_config": {
            "quick_connect_type": "PHONE_NUMBER",
            "phone_config": {"phone_number": "+442000000001"},
        }
    },
    "connect.contact_flow": {
        "type": "CONTACT_FLOW",
        "content": {
            "Version": "2019-10-30",
            "StartAction": "end",
            "Metadata": {},
            "Actions": [
                {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
            ],
        },
    },
}
LONG = "x" * 99
NAMES = ("A", "b c", LONG)


@pytest.fixture
def harness() -> Iterator[Harness]:
    with sandboxed(ACCOUNT) as (box, clock):
        yield Harness(box, clock)


def stack_of(kind: str, former: Mapping[str, str]) -> Stack:
    basic = Desired(Key("connect.queue", "BasicQueue"), {}, PLACE, INSTANCE, existing=True)
    hours = Desired(Key("connect.hours_of_operation", "Open"), OPEN, PLACE, INSTANCE)
    references = {
        "connect.queue": {"hours_of_operation": (hours.key,)},
        "connect.routing_profile": {"default_outbound_queue": (basic.key,)},
    }
    wanted = [
        Desired(
            Key(kind, name),
            SETTINGS[kind],
            PLACE,
            INSTANCE,
            references=references.get(kind, {}),
            renamed_from=former.get(name),
        )
        for name in NAMES
    ]
    centre = [Desired(INSTANCE, {}, PLACE, existing=True), basic, hours, *wanted]
    return Stack("acme", "dev", ACCOUNT, REGION, {each.key: each for each in centre})


def ids(harness: Harness, kind: str) -> dict[str, str]:
    """By name in AWS: the id of its resource."""
    adapter = harness.kinds[kind]
    rows = adapter.list(_Api(harness.connect), {"InstanceId": harness.instance})
    return {each.name: each.id for each in rows if each.name in NAMES}


class _Api(StubApi):
    """Plain boto3 with the interface that adapters use."""

    account, region, partition = ACCOUNT, REGION, "aws"

    def __init__(self, client: Any) -> None:
        self.client = client

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        reply: dict[str, Any] = getattr(self.client, operation)(**parameters)
        return reply

    def pages(self, operation: str, *, rows_in: RowsIn = None, **parameters: Any) -> Iterator[Any]:
        parameters.pop("MaxResults", None)
        found = getattr(self.client, operation)(**parameters)
        return iter(next(value for value in found.values() if isinstance(value, list)))

    def beside(self, service: str) -> Any:
        raise AssertionError(service)


@pytest.mark.parametrize("kind", SETTINGS)
def test_a_ring_of_three_exchanges_names_in_one_pass(harness: Harness, kind: str) -> None:
    assert renames(harness.kinds[kind])
    report = harness.apply(stack_of(kind, {}))
    assert report.outcome == "settled", report.results
    before = ids(harness, kind)
    assert set(before) == set(NAMES)
    former = {"A": "b c", "b c": LONG, LONG: "A"}
    wanted = stack_of(kind, former)
    report = harness.apply(wanted)
    assert report.outcome == "settled", report.results
    assert ids(harness, kind) == {name: before[old] for name, old in former.items()}
    assert (report.mutating_calls, report.estimated_calls) == (report.estimated_calls, 8)
    again = harness.apply(wanted)
    assert (again.outcome, again.mutating_calls) == ("settled", 0)

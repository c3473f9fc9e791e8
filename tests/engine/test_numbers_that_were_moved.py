"""A number that was moved out of its instance is not absent: no second one is claimed, and it is not released."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from reconciler.applying.delete import Deleter
from reconciler.contract import Address, Api, Sighting
from reconciler.errors import Refused
from reconciler.pass_report import PassReport
from reconciler.resources.connect.phone_number import PhoneNumberAdapter
from reconciler.sandbox.account import sandboxed
from reconciler.stack import Key
from tests.engine.test_races import ALIAS, STOCK, Harness

ACCOUNT = "123456789012"
DAYS = 86400.0
KEY = Key("connect.phone_number", "line")


@pytest.fixture
def harness() -> Iterator[Harness]:
    with sandboxed(ACCOUNT) as (box, clock):
        yield Harness(box, clock)


def claimed(harness: Harness) -> dict[str, Any]:
    assert harness.run(["line"], **STOCK).outcome == "settled"
    (row,) = harness.connect.list_phone_numbers_v2()["ListPhoneNumbersSummaryList"]
    found: dict[str, Any] = row
    return found


def another_instance(harness: Harness) -> str:
    made = harness.connect.create_instance(
        InstanceAlias=f"{ALIAS}-two",
        IdentityManagementType="SAML",
        InboundCallsEnabled=True,
        OutboundCallsEnabled=True,
    )
    harness.connect.describe_instance(InstanceId=made["Id"])
    return str(made["Arn"])


def group(harness: Harness) -> str:
    harness.connect.replicate_instance(
        InstanceId=harness.instance, ReplicaRegion="eu-central-1", ReplicaAlias=f"{ALIAS}-copy"
    )
    harness.clock.sleep(600)
    made = harness.connect.create_traffic_distribution_group(Name="both", InstanceId=harness.instance)
    harness.clock.sleep(600)
    return str(made["Arn"])


def all_numbers(harness: Harness) -> list[str]:
    rows = harness.connect.list_phone_numbers_v2()["ListPhoneNumbersSummaryList"]
    return [row["PhoneNumber"] for row in rows]


def refused(report: PassReport, number: dict[str, Any], place: str) -> None:
    (result,) = report.results.values()
    assert (report.outcome, result.outcome, report.mutating_calls) == ("failed", "refused", 0)
    assert number["PhoneNumber"] in result.message
    assert place in result.message
    assert result.message.endswith(
        "; move it back, or release it there; to continue without it, remove the tags reconciler:stack and "
        "reconciler:key from it, and the next pass creates another one"
    )


@pytest.mark.parametrize("others", [0, 5])
@pytest.mark.parametrize("days", [0, 8])
@pytest.mark.parametrize("target_of", [another_instance, group])
def test_no_second_number_is_claimed_for_one_that_was_moved(
    harness: Harness, target_of: Any, days: int, others: int
) -> None:
    number, target = claimed(harness), target_of(harness)
    harness.connect.update_phone_number(PhoneNumberId=number["PhoneNumberId"], TargetArn=target)
    for _ in range(others):
        found = harness.connect.search_available_phone_numbers(
            TargetArn=target, PhoneNumberCountryCode="GB", PhoneNumberType="DID"
        )["AvailableNumbersList"]
        harness.connect.claim_phone_number(TargetArn=target, PhoneNumber=found[0]["PhoneNumber"])
        harness.clock.sleep(60)
    harness.clock.sleep(days * DAYS)
    before = all_numbers(harness)
    refused(harness.run(["line"], **STOCK), number, target)
    assert all_numbers(harness) == before
    harness.connect.update_phone_number(
        PhoneNumberId=number["PhoneNumberId"],
        TargetArn=harness.connect.describe_instance(InstanceId=harness.instance)["Instance"]["Arn"],
    )
    report = harness.run(["line"], **STOCK)
    assert (report.outcome, report.mutating_calls) == ("settled", 0)


def test_a_moved_number_without_our_mark_is_replaced(harness: Harness) -> None:
    number = claimed(harness)
    harness.connect.update_phone_number(
        PhoneNumberId=number["PhoneNumberId"], TargetArn=another_instance(harness)
    )
    harness.connect.untag_resource(
        resourceArn=number["PhoneNumberArn"], tagKeys=["reconciler:stack", "reconciler:key"]
    )
    harness.clock.sleep(8 * DAYS)
    assert harness.run(["line"], **STOCK).outcome == "settled"
    assert len(all_numbers(harness)) == 2


def test_a_quiet_pass_does_not_look_through_the_account(harness: Harness) -> None:
    claimed(harness)
    assert harness.run(["line"], **STOCK).calls["connect:ListPhoneNumbersV2"] == 1


def test_a_look_through_the_account_that_fails_is_not_absence(harness: Harness) -> None:
    number = claimed(harness)
    harness.connect.update_phone_number(
        PhoneNumberId=number["PhoneNumberId"], TargetArn=another_instance(harness)
    )
    harness.clock.sleep(8 * DAYS)

    class Denied(PhoneNumberAdapter):
        def elsewhere(self, api: Api, scope: Address) -> Iterable[tuple[Sighting, str]]:
            raise Refused("list_phone_numbers_v2", "AccessDeniedException", "not authorized")

    harness.kinds[KEY.kind] = Denied()
    report = harness.run(["line"], **STOCK)
    assert report.results[KEY].outcome == "refused"
    assert "could not be looked for in the whole account" in report.results[KEY].message
    assert len(all_numbers(harness)) == 1


def test_a_number_that_moves_after_the_plan_is_not_released(harness: Harness, monkeypatch: Any) -> None:
    number, target = claimed(harness), another_instance(harness)
    stack = harness.stack([], {}, prune=True)
    drop = Deleter.drop

    def moved_first(self: Deleter, key: Key) -> str:
        harness.connect.update_phone_number(PhoneNumberId=number["PhoneNumberId"], TargetArn=target)
        return drop(self, key)

    harness.connect.tag_resource(resourceArn=number["PhoneNumberArn"], tags={"reconciler:protect": "false"})
    monkeypatch.setattr(Deleter, "drop", moved_first)
    report = harness.apply(stack, allow_deletes=1)
    assert report.results[KEY].outcome == "refused"
    assert target in report.results[KEY].message
    assert all_numbers(harness) == [number["PhoneNumber"]]

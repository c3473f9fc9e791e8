"""Claims of available numbers: a stack claims them one at a time; if another client was faster, another number is chosen."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from reconciler.applying import Quiet
from reconciler.contract import Api
from reconciler.errors import Refused
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.resources.connect.phone_number import PhoneNumberAdapter
from reconciler.runtime.clock import VirtualClock
from reconciler.runtime.retrying import CHOICES
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.sandbox.fault_injection import Attempt, FaultKind
from reconciler.stack import Desired, Key, Place, Stack

REGION, ALIAS, ACCOUNT = "eu-west-2", "acme", "123456789012"
INSTANCE = Key("connect.instance", ALIAS)
PLACE = Place("stack.yaml", 1, 1)


class Harness:
    """An instance without numbers, and functions that run passes."""

    def __init__(self, box: Sandbox, clock: VirtualClock) -> None:
        self.box, self.clock = box, clock
        self.kinds = dict(known_kinds())
        self.connect = box.session(REGION).client("connect")
        self.instance = self.connect.create_instance(
            InstanceAlias=ALIAS,
            IdentityManagementType="SAML",
            InboundCallsEnabled=True,
            OutboundCallsEnabled=True,
        )["Id"]
        self.connect.describe_instance(InstanceId=self.instance)

    def run(self, names: list[str], **settings: str) -> PassReport:
        """Run a pass over numbers with these settings."""
        return self.apply(self.stack(names, settings))

    def stack(self, names: list[str], settings: Mapping[str, str], *, prune: bool = False) -> Stack:
        """A stack with the instance and numbers with these settings."""
        number = settings.get("phone_number")
        keys = [Key("connect.phone_number", name) for name in names]
        wanted = [Desired(each, settings, PLACE, INSTANCE, aws_name=number) for each in keys]
        centre = [Desired(INSTANCE, {}, PLACE, existing=True), *wanted]
        return Stack("acme", "dev", ACCOUNT, REGION, {each.key: each for each in centre}, prune=prune)

    def apply(self, stack: Stack, **options: Any) -> PassReport:
        """One pass over a stack."""
        aws = account_in(self.box, REGION, self.clock)
        return Pass(stack, self.kinds, aws, self.clock, Options(**options), Quiet()).run()

    @property
    def numbers(self) -> list[str]:
        """Every number of the instance, in the order of claim."""
        rows = self.connect.list_phone_numbers_v2(InstanceId=self.instance)["ListPhoneNumbersSummaryList"]
        return [row["PhoneNumber"] for row in rows]

    def snatch(self, number: str) -> None:
        """Claim a number as another client."""
        self.connect.claim_phone_number(InstanceId=self.instance, PhoneNumber=number)


@pytest.fixture
def harness() -> Iterator[Harness]:
    with sandboxed(ACCOUNT) as (box, clock):
        yield Harness(box, clock)


STOCK = {"country_code": "GB", "type": "DID"}
FIVE = [f"line-{number}" for number in range(5)]


def test_numbers_of_one_stack_are_claimed_one_after_the_other(harness: Harness) -> None:
    report = harness.run(FIVE, **STOCK)
    assert report.outcome == "settled", report.results
    assert len(set(harness.numbers)) == len(FIVE)
    assert report.calls["connect:SearchAvailablePhoneNumbers"] == len(FIVE), "nobody had to choose again"
    assert report.calls["connect:ClaimPhoneNumber"] == len(FIVE)


def test_once_claimed_they_are_kept(harness: Harness) -> None:
    harness.run(FIVE, **STOCK)
    before = harness.numbers
    again = harness.run(FIVE, **STOCK)
    assert (again.outcome, again.mutating_calls, harness.numbers) == ("settled", 0, before)


class Sniped(PhoneNumberAdapter):
    """Numbers that another client claims between our search and our claim, a given number of times."""

    def __init__(self, harness: Harness, times: int) -> None:
        self._harness, self._times = harness, times
        self.snatched: list[str] = []

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        prepared = super().prepare(api, parameters)
        if len(self.snatched) < self._times:
            self.snatched.append(prepared["PhoneNumber"])
            self._harness.snatch(prepared["PhoneNumber"])
        return prepared


@pytest.mark.parametrize("times", [1, CHOICES - 1])
def test_a_number_that_is_snatched_is_chosen_again(harness: Harness, times: int) -> None:
    sniped = harness.kinds["connect.phone_number"] = Sniped(harness, times)
    report = harness.run(["hotline"], **STOCK)
    assert report.outcome == "settled", report.results
    assert len(set(sniped.snatched)) == times
    assert len(harness.numbers) == times + 1
    assert report.calls["connect:SearchAvailablePhoneNumbers"] == times + 1


def test_a_race_that_is_lost_too_often_is_given_up(harness: Harness) -> None:
    sniped = harness.kinds["connect.phone_number"] = Sniped(harness, 99)
    report = harness.run(["hotline"], **STOCK)
    (result,) = (each for key, each in report.results.items() if key.name == "hotline")
    assert result.outcome in {"refused", "failed"}
    assert "not available" in result.message
    assert sorted(harness.numbers) == sorted(sniped.snatched)
    assert len(sniped.snatched) == CHOICES


class Unable(Sniped):
    """A kind that loses a race and then cannot choose again, with an error message like that of a lost race."""

    asked = 0

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        self.asked += 1
        if self.asked > 1:
            raise Refused("search_available_phone_numbers", "NoNumbers", "a number is not available")
        return super().prepare(api, parameters)


def test_a_choice_that_fails_is_no_lost_race(harness: Harness) -> None:
    unable = harness.kinds["connect.phone_number"] = Unable(harness, 1)
    report = harness.run(["hotline"], **STOCK)
    assert (report.outcome, unable.asked) == ("failed", 2)


def _denied(attempt: Attempt) -> FaultKind | None:
    return FaultKind.ACCESS_DENIED if attempt.operation == "ClaimPhoneNumber" else None


def test_what_aws_refuses_for_another_reason_is_not_chosen_again(harness: Harness) -> None:
    harness.box.inject(_denied)
    report = harness.run(["hotline"], **STOCK)
    assert report.outcome == "failed"
    assert report.calls["connect:SearchAvailablePhoneNumbers"] == 1
    assert report.calls["connect:ClaimPhoneNumber"] == 1


def test_a_number_that_was_asked_for_by_name_is_not_replaced_by_another(harness: Harness) -> None:
    harness.snatch("+442079460000")
    report = harness.run(["hotline"], phone_number="+442079460001")
    assert report.outcome == "settled"
    harness.kinds["connect.phone_number"] = Sniped(harness, 1)
    lost = harness.run(["other"], phone_number="+442079460002")
    assert lost.outcome == "failed"
    assert lost.calls.get("connect:SearchAvailablePhoneNumbers", 0) == 0
    assert lost.calls["connect:ClaimPhoneNumber"] == 1


def test_a_number_that_was_released_behind_our_back_is_replaced_once_aws_forgot_our_token(
    harness: Harness,
) -> None:
    harness.run(["hotline"], **STOCK)
    (row,) = harness.connect.list_phone_numbers_v2(InstanceId=harness.instance)["ListPhoneNumbersSummaryList"]
    harness.connect.release_phone_number(PhoneNumberId=row["PhoneNumberId"])
    # The number for the token may exist without being visible, so no other number is claimed.
    report = harness.run(["hotline"], **STOCK)
    (result,) = (each for key, each in report.results.items() if key.name == "hotline")
    assert (result.outcome, harness.numbers) == ("unsure", [])
    harness.clock.sleep(8 * 24 * 3600)
    assert harness.run(["hotline"], **STOCK).outcome == "settled"
    assert len(harness.numbers) == 1


def test_another_number_in_its_place_is_another_claim(harness: Harness) -> None:
    harness.run(["hotline"], phone_number="+442079460001")
    (row,) = harness.connect.list_phone_numbers_v2(InstanceId=harness.instance)["ListPhoneNumbersSummaryList"]
    harness.connect.release_phone_number(PhoneNumberId=row["PhoneNumberId"])
    assert harness.run(["hotline"], phone_number="+442079460002").outcome == "settled"
    assert harness.numbers == ["+442079460002"]

"""Kinds that compute the name in AWS from settings: a resource with our mark is the same resource with its former name."""

from collections.abc import Mapping
from typing import Any

from reconciler.contract import Create, Delete
from tests.engine.small_harness import Harness, key, outcomes, stack, want
from tests.engine.small_service import KINDS, HoursAdapter


class Zoned(HoursAdapter):
    """Hours whose name in AWS contains their zone."""

    updates = ()
    create = Create("create_hours", ("zone",), needed=frozenset({"zone"}), fixed=frozenset({"zone"}))
    delete = Delete("delete_hours")

    def aws_name(self, name: str, settings: Mapping[str, Any]) -> str:
        return f"{name}.{settings.get('zone', 'UTC')}"


ZONED = {**KINDS, "toy.hours": Zoned()}


def hours(zone: str, **said: Any) -> Any:
    return stack(want("toy.hours/Day", {"zone": zone}, aws_name=f"Day.{zone}", **said))


def test_a_setting_that_changes_the_name_makes_no_second_one(harness: Harness) -> None:
    harness.settle(hours("UTC"), kinds=ZONED)
    report = harness.run(hours("CET"), ZONED)
    assert (outcomes(report)["Day"], report.mutating_calls) == ("refused", 0)
    action = report.plan.actions[key("toy.hours/Day")]
    assert "AWS cannot change name, zone" in (action.refusal or "")
    assert harness.service.names("hours") == ["Day.UTC"]

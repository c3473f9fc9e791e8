"""Reads that lag behind writes, with and without stale values."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox.account import sandboxed
from reconciler.sandbox.fault_injection import Lag, SandboxSettings
from tests.sandbox.plain_clients import client_in, make_hours, make_instance, names_of_hours


class Harness(NamedTuple):
    connect: Any
    instance: str
    clock: VirtualClock

    def described(self, hours: str) -> str | None:
        try:
            reply = self.connect.describe_hours_of_operation(
                InstanceId=self.instance, HoursOfOperationId=hours
            )
        except self.connect.exceptions.ResourceNotFoundException:
            return None
        found: str = reply["HoursOfOperation"]["Name"]
        return found

    def listed(self) -> set[str]:
        return names_of_hours(self.connect, self.instance) - {"Basic Hours"}

    def searched(self) -> set[str]:
        found = self.connect.search_hours_of_operations(InstanceId=self.instance)["HoursOfOperations"]
        return {each["Name"] for each in found} - {"Basic Hours"}

    def seen(self, hours: str) -> tuple[str | None, set[str], set[str]]:
        return self.described(hours), self.listed(), self.searched()

    def rename(self, hours: str, name: str) -> None:
        self.connect.update_hours_of_operation(InstanceId=self.instance, HoursOfOperationId=hours, Name=name)

    def delete(self, hours: str) -> None:
        self.connect.delete_hours_of_operation(InstanceId=self.instance, HoursOfOperationId=hours)


@pytest.fixture
def harness(request: pytest.FixtureRequest) -> Iterator[Harness]:
    """A contact centre whose Describe lags by 1 s, List by 2 s and Search by 3 s."""
    stale = getattr(request, "param", True)
    with sandboxed(settings=SandboxSettings(lag=Lag(1, 2, 3, stale=stale))) as (box, clock):
        connect = client_in(box)
        instance = make_instance(connect)
        clock.sleep(60)
        yield Harness(connect, instance, clock)


@pytest.mark.parametrize("harness", [False, True], indirect=True, ids=["new only", "stale"])
def test_describe_list_and_search_learn_of_a_new_resource_each_in_its_own_time(harness: Harness) -> None:
    hours = make_hours(harness.connect, harness.instance)
    assert harness.seen(hours) == (None, set(), set())
    harness.clock.sleep(1)
    assert harness.seen(hours) == ("Days", set(), set())
    harness.clock.sleep(1)
    assert harness.seen(hours) == ("Days", {"Days"}, set())
    harness.clock.sleep(1)
    assert harness.seen(hours) == ("Days", {"Days"}, {"Days"})


def test_an_updated_resource_shows_what_it_was(harness: Harness) -> None:
    hours = make_hours(harness.connect, harness.instance)
    harness.clock.sleep(60)
    harness.rename(hours, "Nights")
    assert harness.seen(hours) == ("Days", {"Days"}, {"Days"})
    harness.clock.sleep(1)
    assert harness.seen(hours) == ("Nights", {"Days"}, {"Days"})
    harness.clock.sleep(1)
    assert harness.seen(hours) == ("Nights", {"Nights"}, {"Days"})
    harness.clock.sleep(1)
    assert harness.seen(hours) == ("Nights", {"Nights"}, {"Nights"})


def test_a_deleted_resource_is_still_there_and_cannot_be_changed(harness: Harness) -> None:
    hours = make_hours(harness.connect, harness.instance)
    harness.clock.sleep(60)
    harness.delete(hours)
    assert harness.seen(hours) == ("Days", {"Days"}, {"Days"})
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        harness.rename(hours, "Ghost")
    harness.clock.sleep(2)
    assert harness.seen(hours) == (None, set(), {"Days"})
    harness.clock.sleep(1)
    assert harness.seen(hours) == (None, set(), set())


def test_many_changes_in_a_row_are_seen_in_their_order(harness: Harness) -> None:
    hours = make_hours(harness.connect, harness.instance)
    harness.clock.sleep(60)
    for number in range(4):
        harness.rename(hours, f"Version {number}")
        harness.clock.sleep(0.75)
    assert harness.seen(hours) == ("Version 2", {"Version 1"}, {"Version 0"})
    harness.clock.sleep(60)
    assert harness.seen(hours) == ("Version 3", {"Version 3"}, {"Version 3"})


@pytest.mark.parametrize("harness", [False], indirect=True)
def test_without_stale_reads_only_new_resources_lag(harness: Harness) -> None:
    hours = make_hours(harness.connect, harness.instance)
    harness.clock.sleep(60)
    harness.rename(hours, "Nights")
    assert harness.seen(hours) == ("Nights", {"Nights"}, {"Nights"})
    harness.delete(hours)
    assert harness.seen(hours) == (None, set(), set())


def test_names_are_taken_at_once_although_nobody_can_see_them(harness: Harness) -> None:
    make_hours(harness.connect, harness.instance)
    with pytest.raises(ClientError, match="DuplicateResourceException"):
        make_hours(harness.connect, harness.instance)


def test_the_next_sandbox_does_not_lag() -> None:
    with sandboxed(settings=SandboxSettings(lag=Lag.everywhere(5))) as (box, _):
        connect = client_in(box)
        instance = make_instance(connect)
        make_hours(connect, instance)
        assert connect.list_instances()["InstanceSummaryList"] == []
    with sandboxed() as (box, _):
        connect = client_in(box)
        instance = make_instance(connect)
        make_hours(connect, instance)
        assert "Days" in names_of_hours(connect, instance)

"""The audit finds what the cache cannot show: changes that no list shows, and an instance with a new id."""

import pytest

from reconciler.cache_store import Memory
from reconciler.contract import Sighting
from reconciler.kinds import known_kinds
from reconciler.observing.cache_policy import AUDIT_UNTIL, CachedReader
from reconciler.stack import Desired
from tests.engine.small_centre import (
    HOUR,
    MINUTE,
    Centre,
    changes,
    looked,
    more,
    profile,
    queue,
    stack,
    versions,
)
from tests.stub_api import StubApi

# -- associations: AWS does not guarantee that they change the time of the last change -------------------------------------------------

OURS = {
    "quick connects of a queue": (queue("Sales", "Lawyer"), "queues"),
    "no quick connects any more": (queue("Complaints"), "queues"),
    "queues of a routing profile": (profile("Agents", "Sales", "Complaints"), "routing_profiles"),
}


@pytest.mark.parametrize(("changed", "kind"), OURS.values(), ids=OURS.keys())
def test_our_own_change_of_an_association_is_not_undone_by_memory(
    warm: Centre, changed: Desired, kind: str
) -> None:
    before = versions(warm, kind)
    warm.desired = stack(changed)
    assert (changes(report := warm.run()), report.outcome) == ([f"update {changed.key.name}"], "settled")
    assert versions(warm, kind) == before, "the sandbox is no use here: the change shows in the list"
    for pause in (0, MINUTE, HOUR):
        warm.clock.sleep(pause)
        warm.quiet()


def test_a_foreign_change_of_an_association_is_found_by_the_audit(warm: Centre) -> None:
    before = versions(warm, "queues")
    (boss,) = (row["Id"] for row in warm.found("quick_connects") if row["Name"] == "Boss")
    warm.connect.associate_queue_quick_connects(
        **warm.instance, QueueId=warm.id_of("queues", "Support"), QuickConnectIds=[boss]
    )
    assert versions(warm, "queues") == before, "the sandbox is no use here: the change shows in the list"
    found = []
    for hour in range(1, 26):
        warm.clock.sleep(HOUR)
        report = warm.run()
        assert report.outcome == "settled"
        found += [(hour, change) for change in changes(report)]
    ((hour, change),) = found
    assert change == "update Support"
    assert 12 <= hour <= 24
    warm.quiet()


# -- the audit -----------------------------------------------------------------------------------------------------------------------


def test_after_a_day_everything_has_been_read_anew(warm: Centre) -> None:
    start = warm.clock.now()
    assert looked(warm)
    for _ in range(25):
        warm.clock.sleep(HOUR)
        warm.quiet()
    assert min(looked(warm).values()) > start
    assert min(looked(warm).values()) >= warm.clock.now() - AUDIT_UNTIL - HOUR


def test_a_pass_that_read_nothing_counts_as_the_last_one(warm: Centre) -> None:
    warm.clock.sleep(AUDIT_UNTIL)
    warm.quiet()
    warm.clock.sleep(AUDIT_UNTIL + HOUR)
    warm.quiet()
    at_once = warm.clock.now()
    warm.clock.sleep(1)
    warm.quiet()
    assert max(looked(warm).values()) <= at_once, "a second holds a fifth of a call"


def test_before_half_a_day_nothing_is_read_anew(warm: Centre) -> None:
    quiet = warm.quiet()
    warm.clock.sleep(11 * HOUR)
    assert more(warm.quiet(), quiet) == {}


# The seconds since the last pass, and the number of reads that a tenth of two calls a second allows in this time.
BUDGETS = [(1.0, 0), (10.0, 2), (60.0, 12), (HOUR, 720), (8 * HOUR, 1000)]


@pytest.mark.parametrize(("since", "budget"), BUDGETS)
def test_the_audit_takes_a_tenth_of_the_quota_and_the_oldest_first(since: float, budget: int) -> None:
    now, version = 1_800_000_000.0, "2020-01-01T00:00:00+00:00"
    ages = {f"user {n}": AUDIT_UNTIL + n for n in range(1, 1001)}
    memories = {name: Memory(version, now - age, {}, {}) for name, age in ages.items()}
    glanced = [Sighting(name, {"UserId": name}, name, version) for name in memories]
    user = known_kinds()["connect.user"]
    reader = CachedReader(user, StubApi(), {}, now, memories, last_look=now - since)
    assert reader._audited(glanced) == {f"user {n}" for n in range(1001 - budget, 1001)}


# -- an instance with a new id ---------------------------------------------------------------------------------------------------------


def test_an_instance_that_was_recreated_is_missed_and_then_found(warm: Centre) -> None:
    old = warm.instance
    warm.connect.delete_instance(**old)
    warm.open()
    assert warm.instance != old
    missed = warm.run()
    assert (missed.outcome, missed.mutating_calls) == ("failed", 0)
    messages = [result.message for result in missed.results.values() if result.outcome == "refused"]
    assert messages
    assert all("could not be seen" in message for message in messages)
    found = warm.run()
    assert {action.verb for action in found.plan.pending} == {"create"}
    # The number was released with the old instance, and a released number cannot be claimed for some time.
    left = {key.name: result.message for key, result in found.results.items() if result.outcome != "done"}
    assert left.keys() == {"hotline"}
    assert "not available" in left["hotline"]
    assert changes(warm.run()) == ["create hotline"]

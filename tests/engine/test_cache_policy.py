"""A pass uses cached data while it is certainly current, and finds changes in time."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from reconciler.aws.api import ServiceApi
from reconciler.cache_store import FileCache, NoCache
from reconciler.errors import Absent
from reconciler.observing.cache_policy import LAG
from tests.engine.small_centre import HOUR, MINUTE, Centre, changes, more, profile, queue, stack, total, user

# -- the calls of a pass without changes --------------------------------------------------------------------------------------------

UNVERSIONED = {"connect:SearchContactFlows"}
"""ListContactFlows has no time of the last change, so our flows are searched in every pass."""


def test_a_quiet_warm_pass_only_lists(warm: Centre) -> None:
    operations = set(warm.quiet().calls) - UNVERSIONED - {"sts:GetCallerIdentity"}
    assert operations
    assert [each for each in sorted(operations) if not each.startswith("connect:List")] == []


def test_a_cold_pass_searches(cold: Centre) -> None:
    calls = cold.run(NoCache()).calls
    assert {"connect:SearchUsers", "connect:SearchQueues", "connect:ListQueueQuickConnects"} <= calls.keys()


def test_every_quiet_pass_costs_the_same(warm: Centre) -> None:
    first = warm.quiet()
    warm.clock.sleep(MINUTE)
    assert more(warm.quiet(), first) == {}


def test_a_quiet_pass_writes_no_memory_anew(warm: Centre) -> None:
    before = remembered(warm)
    assert before
    warm.quiet()
    assert remembered(warm) == before


def remembered(centre: Centre) -> list[Any]:
    with closing(sqlite3.connect(centre.file)) as database:
        return database.execute("select * from sightings").fetchall()


# -- changed resources are read ------------------------------------------------------------------------------------------------------


def test_one_changed_user_costs_one_describe(warm: Centre) -> None:
    quiet = warm.quiet()
    warm.move("bob", "Angels")
    dry = warm.run(dry_run=True)
    assert changes(dry) == ["update bob"]
    assert more(dry, quiet) == {"connect:DescribeUser": 1}


def test_a_changed_user_is_put_right_and_that_is_remembered(warm: Centre) -> None:
    before = warm.quiet()
    warm.move("bob", "Angels")
    assert (changes(report := warm.run()), report.outcome) == (["update bob"], "settled")
    warm.clock.sleep(HOUR)
    assert more(warm.quiet(), before) == {"connect:DescribeUser": 1}
    assert more(warm.quiet(), before) == {}


def test_a_new_and_a_deleted_user_are_seen(warm: Centre) -> None:
    warm.connect.delete_user(**warm.instance, UserId=warm.id_of("users", "cy"))
    warm.desired = stack(user("eve"))
    assert (changes(report := warm.run()), report.outcome) == (["create cy", "create eve"], "settled")
    warm.quiet()


def test_many_changes_are_read_in_bulk(warm: Centre) -> None:
    quiet = warm.quiet()
    for name in ("ann", "bob", "cy"):
        warm.move(name, "Angels")
    dry = warm.run(dry_run=True)
    assert changes(dry) == ["update ann", "update bob", "update cy"]
    assert more(dry, quiet) == {"connect:SearchUsers": 1}


@pytest.mark.parametrize(("age", "reads"), [(1.0, 1), (LAG - 1, 1), (LAG + 1, 0)])
def test_what_changed_just_before_the_look_is_not_believed(warm: Centre, age: float, reads: int) -> None:
    quiet = warm.quiet()
    warm.move("bob", "Angels")
    warm.move("bob", "Agents")
    warm.clock.sleep(age)
    warm.quiet()
    assert warm.quiet().calls.get("connect:DescribeUser", 0) == reads
    warm.clock.sleep(LAG + 1)
    warm.quiet()
    assert more(warm.quiet(), quiet) == {}


# -- the cache is never required -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [None, b"", b"no database at all" * 999])
def test_without_its_memory_a_pass_comes_to_the_same_with_more_calls(
    warm: Centre, content: bytes | None
) -> None:
    quiet = warm.quiet()
    if content is None:
        warm.file.unlink()
    else:
        warm.file.write_bytes(content)
    assert total(warm.quiet()) > total(quiet)
    warm.clock.sleep(MINUTE)
    assert more(warm.quiet(), quiet) == {}


def test_where_nothing_can_be_remembered_every_pass_is_cold(warm: Centre) -> None:
    nowhere = FileCache(warm.file / "below a file")
    warm.move("bob", "Angels")
    assert (changes(report := warm.run(nowhere)), report.outcome) == (["update bob"], "settled")
    again = warm.run(nowhere)
    assert (again.plan.pending, again.calls["connect:SearchUsers"]) == ((), 1)


def test_with_and_without_memory_the_plan_is_the_same(warm: Centre) -> None:
    warm.move("bob", "Angels")
    warm.connect.delete_user(**warm.instance, UserId=warm.id_of("users", "cy"))
    warm.connect.update_queue_status(
        **warm.instance, QueueId=warm.id_of("queues", "Sales"), Status="DISABLED"
    )
    warm.desired = stack(queue("Sales", "Lawyer"), profile("Angels", "Support"), user("eve"))
    dry, without = warm.run(dry_run=True), warm.run(NoCache(), dry_run=True)
    assert dry.plan.pending
    assert dry.plan.pending == without.plan.pending
    assert warm.run().plan.pending == dry.plan.pending


def test_what_a_list_shows_and_a_read_does_not_find_is_refused_for_this_pass(
    warm: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = ServiceApi.pages

    def instead(api: ServiceApi, operation: str, **parameters: Any) -> Any:
        if operation == "list_queue_quick_connects":
            raise Absent(operation, "ResourceNotFoundException", "it is gone")
        return pages(api, operation, **parameters)

    monkeypatch.setattr(ServiceApi, "pages", instead)
    report = warm.run(NoCache(), dry_run=True)
    assert report.outcome == "failed"
    refused = {str(key): action.refusal for key, action in report.plan.actions.items()}
    assert refused == dict.fromkeys(
        ("connect.queue/Complaints", "connect.queue/Sales", "connect.queue/Support"),
        "could not be read: list_queue_quick_connects: ResourceNotFoundException: it is gone",
    )

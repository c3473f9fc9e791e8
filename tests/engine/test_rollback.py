"""Rollback to an earlier pass: it restores the settings of its files, and all other fields that later passes changed."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Quiet
from reconciler.contract import Wired
from reconciler.history import (
    HistoryError,
    Ledger,
    Record,
    RollbackStack,
    SqliteHistory,
    record_of,
    rollback_stack,
    why_no_rollback,
)
from reconciler.history.history_text import record_lines
from reconciler.model import Settings
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.stack import GuardLimits, Policy, Stack
from tests.engine.small_faults import Fault
from tests.engine.small_harness import Harness, key, marks, outcomes, stack, want
from tests.engine.small_service import KINDS

DAY = want("toy.hours/Day", {"zone": "UTC"})
NIGHT = want("toy.hours/Night", {"zone": "CET"})
BACKUP = want("toy.queue/Backup", {"hours": "Day"})
SALES = want("toy.queue/Sales", {"hours": "Day"})
SHOP = stack(DAY, BACKUP, SALES)


def sales(**settings: Any) -> Stack:
    """The shop with more settings of Sales."""
    return stack(DAY, BACKUP, want("toy.queue/Sales", {"hours": "Day", **settings}))


@dataclass
class Past:
    """A harness that records its passes in a history."""

    harness: Harness
    history: SqliteHistory
    back: RollbackStack = field(init=False)

    def run(self, wanted: Stack, **options: Any) -> int:
        """Run one pass, and return its number."""
        report = self.harness.run(wanted, **options)
        return self.history.add(record_of(report, who="ada", trigger="once"))

    def rollback(self, number: int, **options: Any) -> PassReport:
        """Roll back to a pass, after a dry run that counts deletes."""
        target = self.history.get(number)
        assert why_no_rollback(target) is None
        later = list(self.history.since(number, "shop", "dev"))
        self.back = rollback_stack(target, later, KINDS)
        if self.back.lent:
            looked = self.harness.run(self.back.stack, dry_run=True)
            gone = self.back.lent & looked.plan.actions.keys()
            self.back = rollback_stack(target, later, KINDS, gone)
        report = self.harness.run(self.back.stack, **options)
        self.history.add(record_of(report, who="ada", trigger=f"rollback {number}"))
        return report


@pytest.fixture
def past(harness: Harness, tmp_path: Path) -> Past:
    return Past(harness, SqliteHistory(tmp_path / "history.sqlite"))


@pytest.fixture
def begun(past: Past) -> Past:
    """A harness with the shop, and with fields that another client has set and that the files do not have."""
    assert past.run(SHOP) == 1
    past.harness.service.live("Sales").members |= {"Limit": 3, "Labels": ["x"]}
    past.harness.service.live("Sales").tags["Owner"] = "somebody"
    return past


def settled_again(past: Past, report: PassReport) -> None:
    assert report.outcome == "settled", report.results
    assert past.harness.run(past.back.stack).plan.actions == {}


def test_what_no_file_wrote_is_again_what_the_first_later_pass_found(begun: Past) -> None:
    before = begun.harness.service.state()
    begun.run(sales(limit=5, labels=["a"], note="loud", tags={"Owner": "us", "Team": "b"}))
    begun.run(sales(limit=6, overflow="Backup"))
    begun.run(sales(limit=7, labels=[]))
    settled_again(begun, begun.rollback(1))
    assert begun.harness.service.state() == before


def test_what_aws_refused_half_way_is_put_back_as_far_as_it_was_carried_out(begun: Past) -> None:
    before = begun.harness.service.state()
    begun.harness.service.faults = [Fault("add_queue_label", "denied", times=1)]
    number = begun.run(sales(limit=5, labels=["a"]))
    (said,) = begun.history.get(number).report["actions"]
    assert (said["outcome"], said["begun"]) == ("refused", True)
    assert begun.harness.service.live("Sales").members["Limit"] == 5
    settled_again(begun, begun.rollback(1))
    assert begun.harness.service.state() == before


def test_what_was_made_half_way_is_told_of(begun: Past) -> None:
    begun.harness.service.faults = [Fault("add_queue_label", "denied", times=1)]
    late = want("toy.queue/Late", {"hours": "Day", "labels": ["a"]})
    number = begun.run(stack(DAY, BACKUP, SALES, late))
    settled_again(begun, begun.rollback(1))
    assert begun.back.notes == (
        f"toy.queue/Late, which pass {number} made, is left alone: pass 1 did not prune",
    )


def test_where_the_files_wrote_a_value_theirs_wins(begun: Past) -> None:
    begun.run(sales(limit=5))
    begun.harness.service.live("Sales").members["Limit"] = 9
    begun.run(sales(limit=6))
    settled_again(begun, begun.rollback(2))
    assert begun.harness.service.live("Sales").members["Limit"] == 5


def test_what_nobody_changed_is_left_alone(begun: Past) -> None:
    begun.run(sales(note="loud"))
    begun.harness.service.live("Sales").members["Limit"] = 9
    settled_again(begun, begun.rollback(1))
    sales_now = begun.harness.service.live("Sales")
    assert sales_now.members["Limit"] == 9
    assert "Note" not in sales_now.members


def test_a_rollback_can_be_rolled_back(begun: Past) -> None:
    begun.run(sales(limit=5, note="loud"))
    changed = begun.harness.service.state()
    begun.rollback(1)
    settled_again(begun, begun.rollback(2))
    assert begun.harness.service.state() == changed


def test_dry_runs_count_for_nothing(begun: Past) -> None:
    dry = begun.run(sales(limit=5), dry_run=True)
    begun.harness.service.live("Sales").members["Limit"] = 4
    begun.run(sales(limit=6))
    assert why_no_rollback(begun.history.get(dry)) == "it was a dry run and changed nothing"
    begun.rollback(1)
    assert begun.harness.service.live("Sales").members["Limit"] == 4


def test_a_pass_that_failed_counts(begun: Past) -> None:
    report = begun.harness.run(sales(limit=5))
    broken = replace(record_of(report, who="ada", trigger="once"), outcome="stopped")
    begun.history.add(broken)
    settled_again(begun, begun.rollback(1))
    assert begun.harness.service.live("Sales").members["Limit"] == 3


class Killed(BaseException):
    """The end of the process."""


def test_a_pass_that_was_killed_has_left_what_it_found(begun: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    call = begun.harness.service.call

    def killed(operation: str, **parameters: Any) -> dict[str, Any]:
        reply = call(operation, **parameters)
        if operation.startswith("update"):
            raise Killed
        return reply

    troubles: list[HistoryError] = []
    ledger = Ledger(begun.history, "ada", "once", "", troubles.append)
    wanted, harness = sales(limit=5), begun.harness
    one = Pass(wanted, KINDS, harness, harness.clock, Options(), Quiet(), applying=ledger.begins)
    monkeypatch.setattr(harness.service, "call", killed)
    with pytest.raises(Killed):
        one.run()
    monkeypatch.undo()
    assert harness.service.live("Sales").members["Limit"] == 5
    assert (begun.history.get(2).outcome, begun.history.get(2).before) == (
        "stopped",
        {"toy.queue/Sales": {"limit": 3}},
    )
    told = "\n".join(map(str, record_lines(begun.history.get(2), 0.0)))
    assert "Stopped: 0 changes, 1 waiting" in told
    settled_again(begun, begun.rollback(1))
    assert (harness.service.live("Sales").members["Limit"], troubles) == (3, [])


def test_a_quiet_pass_is_written_down_once_and_a_changing_one_in_one_place(begun: Past) -> None:
    harness = begun.harness
    for wanted, outcome in ((sales(limit=5), "settled"), (sales(limit=5), "settled")):
        ledger = Ledger(begun.history, "ada", "once", "why", lambda trouble: None)
        one = Pass(wanted, KINDS, harness, harness.clock, Options(), Quiet(), applying=ledger.begins)
        ledger.ended(one.run())
        assert begun.history.get(ledger.number or 0).outcome == outcome
    assert [(each.number, each.changes, each.note) for each in begun.history.newest()][:2] == [
        (3, 0, "why"),
        (2, 1, "why"),
    ]


def test_what_was_deleted_since_is_made_again(begun: Past) -> None:
    begun.run(stack(DAY, SALES, prune=True))
    assert begun.harness.service.names("queue") == ["Sales"]
    settled_again(begun, begun.rollback(1))
    assert sorted(begun.harness.service.names("queue")) == ["Backup", "Sales"]


def test_what_was_made_and_deleted_since_is_not_told_of(past: Past) -> None:
    first = past.run(SHOP)
    past.run(stack(DAY, BACKUP, SALES, NIGHT))
    past.run(replace(SHOP, prune=True))
    settled_again(past, past.rollback(first))
    assert past.back.notes == ()


def test_what_was_made_since_goes_only_where_the_files_prune(past: Past) -> None:
    late = want("toy.queue/Late", {"hours": "Night"})
    for prune in (False, True):
        first = past.run(replace(SHOP, prune=prune))
        past.run(stack(DAY, BACKUP, SALES, NIGHT, late))
        report = past.rollback(first)
        settled_again(past, report)
        assert ("Late" in past.harness.service.names("queue")) is not prune
        assert any("toy.queue/Late, which pass" in note for note in past.back.notes) is not prune


def test_what_was_adopted_since_gets_its_fields_back_and_is_never_pruned(begun: Past) -> None:
    before = begun.harness.service.live("Sales")
    before.tags = {"Owner": "somebody"}
    alone = begun.run(stack(DAY, BACKUP, prune=True))
    taken = replace(want("toy.queue/Sales", {"hours": "Day", "limit": 8, "note": "ours"}), adopt=True)
    begun.run(stack(DAY, BACKUP, taken))
    settled_again(begun, begun.rollback(alone))
    now = begun.harness.service.live("Sales")
    assert (now.members["Limit"], now.members.get("Note")) == (3, None)
    assert now.tags == {**marks("Sales"), "Owner": "somebody"}
    assert any("toy.queue/Sales was adopted after pass" in note for note in begun.back.notes)


def test_what_was_renamed_since_gets_its_name_back(begun: Past) -> None:
    sales_id = begun.harness.service.live("Sales").id
    renamed = want("toy.queue/Hotline", {"hours": "Day", "limit": 8}, renamed_from="Sales")
    begun.run(stack(DAY, BACKUP, renamed))
    begun.run(stack(DAY, BACKUP, replace(renamed, settings={**renamed.settings, "note": "x"})))
    assert begun.harness.service.names("queue") == ["Backup", "Hotline"]
    settled_again(begun, begun.rollback(1))
    now = begun.harness.service.live("Sales")
    assert (now.id, now.members["Limit"], now.members.get("Note")) == (sales_id, 3, None)
    assert sorted(begun.harness.service.names("queue")) == ["Backup", "Sales"]


def test_what_was_released_since_is_taken_again(begun: Past) -> None:
    begun.run(replace(stack(DAY, BACKUP), release=(key("toy.queue/Sales"),)))
    begun.harness.service.live("Sales").members["HoursId"] = None
    settled_again(begun, begun.rollback(1))
    now = begun.harness.service.live("Sales")
    assert now.members["HoursId"] == begun.harness.service.live("Day").id
    assert marks("Sales").items() <= now.tags.items()


def test_a_former_value_may_refer_to_what_no_file_names(begun: Past) -> None:
    begun.run(stack(DAY, NIGHT, BACKUP, SALES))
    night = begun.harness.service.live("Night")
    night.tags.clear()
    begun.harness.service.live("Sales").members["HoursId"] = night.id
    bare = begun.run(stack(DAY, BACKUP, want("toy.queue/Sales", {"limit": 1})))
    begun.run(SHOP)
    report = begun.rollback(bare)
    settled_again(begun, report)
    assert begun.harness.service.live("Sales").members["HoursId"] == night.id
    assert night.tags == {}


def test_a_former_value_that_refers_to_what_is_gone_is_told_and_left(begun: Past) -> None:
    begun.run(stack(DAY, NIGHT, BACKUP, SALES))
    night = begun.harness.service.live("Night")
    begun.harness.service.live("Sales").members["HoursId"] = night.id
    bare = begun.run(stack(DAY, BACKUP, want("toy.queue/Sales", {"limit": 1})))
    begun.run(SHOP)
    night.died = begun.harness.clock.now()
    settled_again(begun, begun.rollback(bare))
    assert begun.back.notes == (
        "toy.queue/Sales.hours is not restored: it named toy.hours/Night, which no longer exists",
    )
    assert begun.harness.service.live("Sales").members["HoursId"] == begun.harness.service.live("Day").id


def test_what_aws_cannot_bring_back_is_told_and_left(begun: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """Like object lock, which S3 cannot turn off."""

    def louder_only(field: str, written: Settings, reported: Wired) -> str:
        return "the note stays" if field == "note" and reported.get("Note") and not written[field] else ""

    def only_anew(field: str, written: Settings, reported: Wired) -> bool:
        return field == "note" and bool(reported.get("Note")) and not written[field]

    begun.run(sales(note="loud", limit=5))
    for hook, answer, why in (
        ("impossible", louder_only, "the note stays"),
        ("replaces", only_anew, "AWS cannot change it on a live resource"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(KINDS["toy.queue"], hook, answer, raising=False)
            settled_again(begun, begun.rollback(1))
        assert begun.back.notes == (f"toy.queue/Sales.note is not restored: {why}",)
    members = begun.harness.service.live("Sales").members
    assert (members["Note"], members["Limit"]) == ("loud", 3)


def test_what_was_ignored_or_only_reported_then_is_put_back_too(begun: Past) -> None:
    for policy in (Policy(ignore=("limit",)), Policy(on_drift="report")):
        begun.harness.service.live("Sales").members["Limit"] = 3
        lenient = want("toy.queue/Sales", {"hours": "Day", "limit": 1}, policy=policy)
        number = begun.run(stack(DAY, BACKUP, lenient))
        begun.run(sales(limit=5, note="loud"))
        assert begun.rollback(number).outcome == "settled"
        now = begun.harness.service.live("Sales").members
        assert (now["Limit"], now.get("Note")) == (3, None)


def test_the_guard_holds_on_the_way_back(past: Past) -> None:
    ten = [want(f"toy.hours/H{index}", {"zone": "UTC"}) for index in range(10)]
    first = past.run(stack(*ten[:5], prune=True, guard=GuardLimits()))
    past.run(stack(*ten))
    assert past.rollback(first).outcome == "refused"
    assert past.rollback(first, allow_deletes=5).outcome == "settled"
    assert len(past.harness.service.names("hours")) == 5


def test_with_other_credentials_nothing_is_called(begun: Past) -> None:
    begun.run(sales(limit=5))
    begun.harness.belongs_to = "222222222222"
    before = len(begun.harness.service.calls)
    assert begun.rollback(1).outcome == "refused"
    assert len(begun.harness.service.calls) == before


NO_WAY: dict[str, tuple[dict[str, Any], str]] = {
    "refused": ({"outcome": "refused"}, "it was refused, and its desired state was never reached"),
    "stopped": ({"outcome": "stopped"}, "it was stopped, and its desired state was never reached"),
    "limited": ({"whole": False}, "it was limited to some resources"),
    "not kept": ({"desired": None, "note": "its desired state is not kept: why"}, "is not kept: why"),
}


@pytest.mark.parametrize(("differs", "said"), NO_WAY.values(), ids=NO_WAY)
def test_there_is_no_way_back_to_what_never_was(begun: Past, differs: dict[str, Any], said: str) -> None:
    record: Record = replace(begun.history.get(1), **differs)
    assert said in (why_no_rollback(record) or "")


def test_only_what_is_named_is_a_limited_pass(begun: Past) -> None:
    limited = begun.run(sales(limit=5), only=("toy.queue/*",))
    assert not begun.history.get(limited).whole
    assert outcomes(begun.rollback(1)) == {"Sales": "done"}

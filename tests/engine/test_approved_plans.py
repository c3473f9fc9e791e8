"""An approved plan is applied exactly as approved, or not at all."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.pass_report import PassReport
from reconciler.reports import planfile
from reconciler.reports.planfile import BadPlanFile, StalePlanFile, read_plan, write_plan
from reconciler.stack import GuardLimits, Policy, Stack
from tests.engine.small_harness import Harness, stack, want

DAY = want("toy.hours/Day", {"zone": "UTC"})
SALES = want("toy.queue/Sales", {"hours": "Day", "limit": 5, "labels": ["a"]})
SHOP = stack(DAY, SALES)
LATE = want("toy.queue/Late", {"hours": "Day", "limit": 1})
WANTED = replace(
    stack(DAY, want("toy.queue/Sales", {**SALES.settings, "limit": 7}), LATE), files_hash="the files"
)


@pytest.fixture
def settled(harness: Harness) -> Harness:
    harness.settle(SHOP)
    return harness


@pytest.fixture
def file(settled: Harness, tmp_path: Path) -> Path:
    """A plan file with changes of the shop."""
    written = tmp_path / "plan.json"
    write_plan(written, settled.run(WANTED, dry_run=True))
    return written


def applied(harness: Harness, file: Path, wanted: Stack = WANTED) -> PassReport:
    plan = read_plan(file, wanted)
    report = harness.run(wanted, only=plan.only, allow_deletes=plan.allow_deletes, approval=plan.approval)
    if report.refusals:
        assert (report.outcome, report.mutating_calls) == ("refused", 0)
    return report


def test_what_was_approved_is_done(settled: Harness, file: Path) -> None:
    report = applied(settled, file)
    assert (report.outcome, report.count("done")) == ("settled", 2)
    assert settled.service.live("Sales").members["Limit"] == 7
    assert settled.service.live("Late").members["Limit"] == 1


def test_done_twice_it_leaves_nothing_to_do(settled: Harness, file: Path) -> None:
    applied(settled, file)
    again = applied(settled, file)
    assert (again.outcome, again.refusals, again.mutating_calls) == ("settled", (), 0)


def test_an_empty_plan_approves_that_nothing_changes(settled: Harness, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.json"
    write_plan(nothing, settled.run(SHOP, dry_run=True))
    assert applied(settled, nothing, SHOP).outcome == "settled"
    settled.service.live("Sales").members["Limit"] = 9
    assert applied(settled, nothing, SHOP).refusals == (
        "toy.queue/Sales.limit: the plan does not touch it, and now it is 9 -> 5",
    )


def _other_limit(harness: Harness) -> None:
    harness.service.live("Sales").members["Limit"] = 6


def _other_labels(harness: Harness) -> None:
    harness.service.live("Sales").members["Labels"] = ["b"]


def _done_by_hand(harness: Harness) -> None:
    harness.service.live("Sales").members["Limit"] = 7


def _gone(harness: Harness) -> None:
    harness.service.live("Sales").died = harness.clock.now()


def _made_by_hand(harness: Harness) -> None:
    harness.run(stack(DAY, SALES, LATE))


IN_AWS: dict[str, tuple[Callable[[Harness], None], list[str]]] = {
    "the same field": (
        _other_limit,
        ["toy.queue/Sales.limit: the plan is 5 -> 7, and now it is 6 -> 7"],
    ),
    "another field": (
        _other_labels,
        ['toy.queue/Sales.labels: the plan is left alone, and now it is ["b"] -> ["a"]'],
    ),
    "a part was done by hand": (
        _done_by_hand,
        ["toy.queue/Sales: the plan is to update it, and now there is nothing to do"],
    ),
    "it is gone": (_gone, ["toy.queue/Sales: the plan is to update it, and now it is to create"]),
    "it is there already": (
        _made_by_hand,
        ["toy.queue/Late: the plan is to create it, and now there is nothing to do"],
    ),
}


@pytest.mark.parametrize(("change", "said"), IN_AWS.values(), ids=IN_AWS)
def test_a_change_in_aws_since_then_refuses_it_and_is_named(
    settled: Harness, file: Path, change: Callable[[Harness], None], said: list[str]
) -> None:
    change(settled)
    report = applied(settled, file)
    assert list(report.refusals) == said
    assert "Late" not in settled.service.names("queue") or change is _made_by_hand


def wanted_with(*resources: Any, **said: Any) -> Stack:
    return replace(stack(DAY, *resources, **said), files_hash="other files")


SALES_7 = WANTED.resources[SALES.key]
IN_FILES: dict[str, tuple[Stack, list[str]]] = {
    "a value": (
        wanted_with(want("toy.queue/Sales", {**SALES.settings, "limit": 8}), LATE),
        ["toy.queue/Sales.limit: the plan is 5 -> 7, and now it is 5 -> 8"],
    ),
    "a field more of what is made": (
        wanted_with(SALES_7, want("toy.queue/Late", {"hours": "Day", "limit": 1, "note": "x"})),
        ['toy.queue/Late.note: the plan is left alone, and now it is (none) -> "x"'],
    ),
    "a tag of what is made": (
        wanted_with(SALES_7, want("toy.queue/Late", {"hours": "Day", "limit": 1, "tags": {"T": "a"}})),
        ['toy.queue/Late.tags: the plan is left alone, and now it is (none) -> {"T": "a"}'],
    ),
    "another resource": (
        wanted_with(SALES_7, LATE, want("toy.hours/Night", {"zone": "CET"})),
        ["toy.hours/Night: the plan does not touch it, and now it is to create"],
    ),
    "a resource less": (
        wanted_with(SALES_7),
        ["toy.queue/Late: the plan is to create it, and now there is nothing to do"],
    ),
    "a policy": (
        wanted_with(replace(SALES_7, policy=Policy(on_drift="report")), LATE),
        ["toy.queue/Sales: the plan is to update it, and now it is to update (only reported)"],
    ),
    "prune": (
        wanted_with(SALES_7, LATE, prune=True),
        [],
    ),
}


@pytest.mark.parametrize(("wanted", "said"), IN_FILES.values(), ids=IN_FILES)
def test_a_change_in_the_files_refuses_it_where_the_plan_is_another(
    settled: Harness, file: Path, wanted: Stack, said: list[str]
) -> None:
    report = applied(settled, file, wanted)
    assert list(report.refusals) == said
    assert report.outcome == ("refused" if said else "settled")


def test_tags_of_the_stack_belong_to_what_is_made(settled: Harness, file: Path) -> None:
    tagged = wanted_with(SALES_7, LATE, tags={"Team": "b"})
    said = applied(settled, file, tagged).refusals
    assert 'toy.queue/Sales.tags.Team: the plan is left alone, and now it is (none) -> "b"' in said
    assert any(line.startswith("toy.queue/Late.tags: the plan sends") for line in said)


def test_done_already_is_no_excuse_for_other_files(settled: Harness, file: Path) -> None:
    applied(settled, file)
    report = applied(settled, file, replace(WANTED, files_hash="others"))
    assert [line.split(":")[0] for line in report.refusals] == ["toy.queue/Late", "toy.queue/Sales"]


def test_the_guard_holds_for_an_approved_plan_too(harness: Harness, tmp_path: Path) -> None:
    ten = [want(f"toy.hours/H{index}", {"zone": "UTC"}) for index in range(10)]
    harness.settle(stack(*ten))
    fewer = stack(*ten[4:], prune=True, guard=GuardLimits())
    for allowed, outcome in ((None, "refused"), (4, "settled")):
        written = tmp_path / "plan.json"
        write_plan(written, harness.run(fewer, dry_run=True, allow_deletes=allowed))
        assert applied(harness, written, fewer).outcome == outcome


def test_a_limited_plan_is_carried_out_within_its_limits(settled: Harness, tmp_path: Path) -> None:
    written = tmp_path / "plan.json"
    write_plan(written, settled.run(WANTED, dry_run=True, only=("toy.queue/Late",)))
    assert applied(settled, written).outcome == "settled"
    assert settled.service.live("Sales").members["Limit"] == 5


# -- the file ------------------------------------------------------------------------------------------------------


def _edit(file: Path, **members: Any) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **members}))


def test_a_plan_that_somebody_edited_is_refused(file: Path) -> None:
    data = json.loads(file.read_text())
    for name in data:
        file.write_text(json.dumps({each: value for each, value in data.items() if each != name}))
        with pytest.raises((StalePlanFile, BadPlanFile)):
            read_plan(file, WANTED)
    file.write_text(json.dumps(data).replace("7", "8", 1))
    with pytest.raises(StalePlanFile, match="edited"):
        read_plan(file, WANTED)


def test_white_space_is_no_edit(file: Path) -> None:
    file.write_text(json.dumps(json.loads(file.read_text())))
    assert read_plan(file, WANTED).approval.actions


ELSEWHERE = {
    "name": ("other", "the plan is for stack shop, and this is other"),
    "environment": ("prod", "the plan is for environment dev, and this is prod"),
    "account": ("222222222222", "the plan is for account 111111111111, and this is 222222222222"),
    "region": ("us-east-1", "the plan is for region eu-west-2, and this is us-east-1"),
}


@pytest.mark.parametrize(("member", "value", "said"), [(k, *v) for k, v in ELSEWHERE.items()], ids=ELSEWHERE)
def test_a_plan_for_somewhere_else_is_refused(file: Path, member: str, value: str, said: str) -> None:
    elsewhere: dict[str, Any] = {member: value}
    with pytest.raises(StalePlanFile, match=said):
        read_plan(file, replace(WANTED, **elsewhere))


def test_another_version_is_refused(file: Path) -> None:
    _edit(file, plan_version=2)
    with pytest.raises(StalePlanFile, match="version 2, and this release reads 4"):
        read_plan(file, WANTED)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"actions": []}', "[" * 100_000])
def test_what_is_no_plan_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text)
    with pytest.raises(BadPlanFile, match="this is not a plan"):
        read_plan(file, WANTED)


def test_a_plan_is_written_whole_or_not_at_all(settled: Harness, tmp_path: Path) -> None:
    report = settled.run(WANTED, dry_run=True)
    with pytest.raises(OSError, match="No such file"):
        write_plan(tmp_path / "nowhere" / "plan.json", report)
    (tmp_path / "plan.json").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_plan(tmp_path / "plan.json", report)
    assert [each.name for each in tmp_path.iterdir()] == ["plan.json"]


# -- invalid plans with a valid hash -----------------------------------------------------------------------------------

GARBAGE: tuple[Any, ...] = (None, True, -1, 1.5, "x", [], {}, [[]], [{}], {"a": 1})


def _seal(file: Path, data: Any) -> None:
    """Write a plan with a valid hash."""
    data = {name: value for name, value in data.items() if name != planfile.DIGEST}
    file.write_text(json.dumps({**data, planfile.DIGEST: planfile._digest(data)}))


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every member of some data: its parent, and its name or number."""
    for step, inner in list(data.items() if isinstance(data, dict) else enumerate(data)):
        yield data, step
        if isinstance(inner, dict | list):
            yield from _places(inner)


def _wrecked(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Variants of the plan: each without one member, or with another value of it."""
    for number in range(len(list(_places(data)))):
        for garbage in ("gone", *GARBAGE):
            wreck = json.loads(json.dumps(data))
            holder, step = list(_places(wreck))[number]
            if garbage == "gone":
                del holder[step]
            else:
                holder[step] = garbage
            yield wreck


def test_whatever_a_plan_holds_it_is_read_or_refused_in_one_line(settled: Harness, file: Path) -> None:
    now = settled.run(WANTED, dry_run=True).plan
    for wreck in _wrecked(json.loads(file.read_text())):
        _seal(file, wreck)
        try:
            found = read_plan(file, WANTED)
        except (BadPlanFile, StalePlanFile):
            continue
        found.approval.departures(now, WANTED)
        assert all(isinstance(each, str) for each in found.only)


def test_what_is_missing_is_named(file: Path) -> None:
    data = json.loads(file.read_text())
    del data["actions"][0]["differences"][0]["field"]
    _seal(file, data)
    with pytest.raises(
        BadPlanFile, match=r"actions\[0\]\.differences\[0\]\.field is missing; make a new one$"
    ):
        read_plan(file, WANTED)


def test_a_plan_is_a_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for place in (
        tmp_path / "pipe",
        tmp_path / "folder",
        Path("/dev/zero"),
        Path("/dev/tty"),
        tmp_path / "none",
    ):
        with pytest.raises(BadPlanFile, match="the plan cannot be read: ") as told:
            read_plan(place, WANTED)
        assert "\n" not in str(told.value)

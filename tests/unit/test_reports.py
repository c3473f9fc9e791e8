"""Reports for people and programs: expected text for each verb, plain data, and no secrets."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reconciler.applying import Result
from reconciler.model import Secret
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.action import MARK_OF_PROTECT
from reconciler.planning.diff import Difference
from reconciler.planning.ownership import KEY_MARK, STACK_MARK
from reconciler.planning.plan import Action, Plan
from reconciler.reports.data import as_data, as_json
from reconciler.reports.kinds_list import kind_lines
from reconciler.reports.report_schema import report_schema
from reconciler.reports.text_report import closing_lines, heading, plan_lines
from reconciler.reports.value_format import plain_data, shown
from reconciler.stack import Key
from tests.unit.plan_toys import PLACE, QUEUE, Queue, kind, stack, want

ROOT = Path(__file__).parents[2]
SECRET = Secret("ssm", "/shop/password", "member")

SHOWN = {
    "nothing": (None, "(none)"),
    "text": ("Main é", '"Main é"'),
    "a number": (5, "5"),
    "a truth value": (True, "true"),
    "a list": (["a", 1], '["a", 1]'),
    "a map": ({"a": None}, '{"a": null}'),
    "a secret": (SECRET, "(secret ssm:/shop/password)"),
    "a secret deep within": ({"a": [SECRET]}, '{"a": ["(secret ssm:/shop/password)"]}'),
    "a flow": ({"Version": "2019-10-30", "Actions": [{}, {}]}, "(flow of 2 actions)"),
    "a flow of one action": ({"Version": "2019-10-30", "Actions": [{}]}, "(flow of 1 action)"),
    "a policy whose action is a word": ({"Actions": "s3:*"}, '{"Actions": "s3:*"}'),
    "line feeds": ("a\nb", '"a\\nb"'),
    "control characters": ("\x1b[31m", '"\\u001b[31m"'),
    "text that is long": ("x" * 100, '"' + "x" * 32 + " ... " + "x" * 32 + '"'),
}


@pytest.mark.parametrize(("value", "expected"), SHOWN.values(), ids=SHOWN.keys())
def test_one_value_on_one_line(value: Any, expected: Any) -> None:
    assert shown(value) == expected


@pytest.mark.parametrize("value", [value for value, _ in SHOWN.values()], ids=SHOWN.keys())
def test_no_line_is_too_long(value: Any) -> None:
    # Only the placeholders of secrets and flows may be longer than the limit.
    assert len(shown(value, 20)) <= 31
    assert "\n" not in shown(value)


def test_values_as_json_can_hold_them() -> None:
    held = {1: (SECRET, [None, {"x": 2.5}])}
    assert plain_data(held) == {"1": ["(secret ssm:/shop/password)", [None, {"x": 2.5}]]}
    assert json.dumps(plain_data(held))


# -- a plan as text ----------------------------------------------------------------------------------------------------------


def action(name: str, verb: Any, *differences: tuple[str, Any, Any], **more: Any) -> Action:
    found = tuple(Difference(*each) for each in differences)
    return Action(Key("toy.queue", name), verb, found, **more)


ACTIONS = (
    action("Gone", "delete"),
    action("Freed", "release"),
    action("Fixed", "replace", ("sort", "A", "B")),
    action("Drifted", "update", ("size", 1, 2), ("overflow", "Old", None), ("note", None, "hi")),
    action("Renamed", "update", ("name", "Hotline", "Renamed"), (f"tags.{KEY_MARK}", "Old", "Renamed")),
    action("Told", "update", ("size", 1, 2), only_report=True),
    action("Taken", "adopt", ("size", 1, 2), (f"tags.{STACK_MARK}", None, "shop")),
    action("Theirs", "adopt", refusal='it has the mark of stack "other"'),
    action("Unseen", "update", refusal="could not be seen: list_queues: AccessDenied"),
    action("New", "create", ("size", None, 2), ("password", None, SECRET), ("tags", None, {"Team": "blue"})),
)
PLAN = Plan({each.key: each for each in ACTIONS}, owned={"toy.queue": 8})

TEXT = """\
    + toy.queue/New
        size                         2
        password                     (secret ssm:/shop/password)
        tags                         {"Team": "blue"}
    > toy.queue/Taken  (adopted)
        size                         1 -> 2
    ~ toy.queue/Drifted
        size                         1 -> 2
        overflow                     "Old" -> (none)
        note                         (none) -> "hi"
    ~ toy.queue/Renamed
        name                         "Hotline" -> "Renamed"
    ? toy.queue/Told
        size                         1 -> 2
  -/+ toy.queue/Fixed  (deleted and created again)
        sort                         "A" -> "B"
    - toy.queue/Gone
    < toy.queue/Freed
    ! toy.queue/Theirs  (not adopted)
        it has the mark of stack "other"
    ! toy.queue/Unseen
        could not be seen: list_queues: AccessDenied
Plan: 1 to create, 1 to adopt, 2 to update, 1 to replace, 1 to delete, 1 to release, 2 refused, 1 only reported"""


def text(lines: Any) -> str:
    return "\n".join(line.plain for line in lines)


def test_a_plan_with_each_verb() -> None:
    assert text(plan_lines(PLAN)) == TEXT


def test_an_update_of_the_mark_of_protect_alone_says_so() -> None:
    mark = Difference("tags.reconciler:protect", "false", None, note=MARK_OF_PROTECT)
    found = Action(Key("toy.queue", "A"), "update", (mark,))
    assert text(plan_lines(Plan({found.key: found}))) == (
        "    ~ toy.queue/A\n"
        '        tags.reconciler:protect      "false" -> (none)  (our mark of `policy: {protect: ...}`)\n'
        "Plan: 1 to update"
    )


def test_a_hint_is_no_refusal() -> None:
    refused = report(
        outcome="refused", plan=Plan({}), results={}, notes=(), refusals=("too many",), hints=("do this",)
    )
    assert text(closing_lines(refused)).splitlines()[:2] == ["Refused: too many", "Note: do this"]
    assert (as_data(refused)["refusals"], as_data(refused)["notes"]) == (["too many"], ["do this"])


def test_a_plan_with_nothing_in_it() -> None:
    assert text(plan_lines(Plan({}))) == "Plan: 0 changes"


@pytest.mark.parametrize(("dry_run", "end"), [(False, ""), (True, "  dry run")])
def test_the_heading(dry_run: bool, end: str) -> None:
    said = heading(stack(want("toy.queue/A")), dry_run=dry_run).plain
    assert said == f"shop/dev  account 111111111111  eu-west-2  1 resource{end}"


# -- a pass as text ----------------------------------------------------------------------------------------------------------

RESULTS = {
    "New": Result("done"),
    "Taken": Result("done"),
    "Drifted": Result("waiting", "waits for toy.queue/Fixed"),
    "Fixed": Result("failed", "delete_it: Throttling: slow down"),
    "Gone": Result("unsure", "delete_it: ReadTimeoutError: who knows"),
    "Renamed": Result("refused", "update_it: Denied: no"),
    "Theirs": Result("refused", 'it has the mark of stack "other"'),
    "Unseen": Result("refused", "could not be seen: list_queues: AccessDenied"),
    "Told": Result("unchanged", "left alone"),
    "Freed": Result("done"),
}


def report(**more: Any) -> PassReport:
    said: dict[str, Any] = {
        "plan": PLAN,
        "results": {Key("toy.queue", name): result for name, result in RESULTS.items()},
        "notes": ("toy.queue/Stray (Stray) is left alone",),
        "calls": {"toy:List": 2, "toy:Create": 5},
        "mutating_calls": 5,
        "throttled": {"toy:Create": 1},
        "started": 1795277223.9,
        "seconds": 12.3456,
        **more,
    }
    return PassReport(
        stack(want("toy.queue/New")), said.pop("options", Options()), said.pop("outcome", "failed"), **said
    )


ENDED = """\
 waiting toy.queue/Drifted: waits for toy.queue/Fixed
  failed toy.queue/Fixed: delete_it: Throttling: slow down
  unsure toy.queue/Gone: delete_it: ReadTimeoutError: who knows
 refused toy.queue/Renamed: update_it: Denied: no
Note: toy.queue/Stray (Stray) is left alone
Failed: 3 changes, 1 waiting, 3 refused, 1 failed, 1 unsure, 5 mutating calls, 7 calls in 12.3 s"""


def test_how_a_pass_ended() -> None:
    """Refusals of the plan are shown with the plan, and not again."""
    assert text(closing_lines(report())) == ENDED


def test_how_a_quiet_pass_ended() -> None:
    quiet = report(
        outcome="settled", plan=Plan({}), results={}, notes=(), calls={"toy:List": 2}, mutating_calls=0
    )
    assert text(closing_lines(quiet)) == "Settled: 0 changes, 0 mutating calls, 2 calls in 12.3 s"


def test_how_a_refused_pass_ended() -> None:
    refused = report(
        outcome="refused",
        plan=Plan({}),
        results={},
        notes=(),
        refusals=("the wrong account",),
        calls={},
        mutating_calls=0,
    )
    assert text(closing_lines(refused)) == (
        "Refused: the wrong account\nRefused: 0 changes, 0 mutating calls, 0 calls in 12.3 s"
    )


def test_how_a_dry_run_ended() -> None:
    pending = {each.key: Result("waiting") for each in PLAN.pending}
    dry = report(
        outcome="pending", options=Options(dry_run=True), results=pending, notes=(), mutating_calls=0
    )
    assert text(closing_lines(dry)) == "Pending: 7 changes pending, 0 mutating calls, 7 calls in 12.3 s"


def test_what_is_counted() -> None:
    found = report()
    assert (found.count("done"), found.count("failed", "unsure"), found.count("unchanged")) == (3, 2, 1)


# -- a pass as data ----------------------------------------------------------------------------------------------------------


def test_a_pass_as_data() -> None:
    data = json.loads(json.dumps(as_data(report(refusals=("no",)))))
    assert {key: value for key, value in data.items() if key != "actions"} == {
        "report": 1,
        "started": "2026-11-21T16:07:03Z",
        "stack": "shop",
        "environment": "dev",
        "account": "111111111111",
        "region": "eu-west-2",
        "dry_run": False,
        "only": [],
        "excepted": [],
        "outcome": "failed",
        "resources": 1,
        "compared": 1,
        "refusals": ["no"],
        "notes": ["toy.queue/Stray (Stray) is left alone"],
        "blind": [],
        "estimated_calls": 0,
        "estimated_seconds": 0.0,
        "calls": {"toy:List": 2, "toy:Create": 5},
        "mutating_calls": 5,
        "throttled_calls": 1,
        "seconds": 12.346,
        "files_hash": "",
    }
    by_name = {each["name"]: each for each in data["actions"]}
    assert by_name.keys() == RESULTS.keys()
    assert by_name["New"] == {
        "kind": "toy.queue",
        "name": "New",
        "action": "create",
        "outcome": "done",
        "message": "",
        "begun": False,
        "contents": [],
        "differences": [
            {"field": "size", "observed": None, "desired": 2},
            {"field": "password", "observed": None, "desired": "(secret ssm:/shop/password)"},
            {"field": "tags", "observed": None, "desired": {"Team": "blue"}},
        ],
    }


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, 1),
        ({"options": Options(only=("toy.queue/Other*",))}, 0),
        ({"options": Options(only=("toy.queue/N*",))}, 1),
        ({"plan": Plan({}), "results": {}, "refusals": ("the wrong account",)}, 0),
    ],
    ids=["all", "none selected", "selected", "refused before it looked"],
)
def test_how_many_resources_were_compared(said: Any, expected: int) -> None:
    assert as_data(report(**said))["compared"] == expected


def test_what_the_published_schema_says_is_what_a_report_holds() -> None:
    published = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    assert published == report_schema(), "run: python -m reconciler schema --report > docs/report.schema.json"
    data = json.loads(as_json(as_data(report(refusals=("no",)))))
    Draft202012Validator.check_schema(published)
    Draft202012Validator(published).validate(data)
    assert data.keys() == published["properties"].keys() - {"extra"} == set(published["required"])
    for broken in ({"report": 2}, {"outcome": "fine"}, {"calls": {"toy:List": "two"}}):
        assert list(Draft202012Validator(published).iter_errors({**data, **broken})), broken


# -- the kinds as a list -----------------------------------------------------------------------------------------------------


def test_a_kind_and_its_fields() -> None:
    declared = {
        "summary": "where contacts wait",
        "needed": {"hours"},
        "fixed": {"sort"},
        "write_only": {"note"},
    }
    lines = text(kind_lines(kind("toy.queue", Queue, **declared))).splitlines()
    told = {line.split()[0]: " ".join(line.split()[1:]) for line in lines if line.strip()}
    assert told == {
        "toy.queue": "where contacts wait",
        "tags": "map",
        "size": "whole number",
        "note": "text, never read back",
        "sort": "text, fixed once created",
        "hours": "name of a toy.hours, needed to create",
        "overflow": "name of a toy.queue",
    }
    assert next(kind_lines(QUEUE)).style == "bold"


def test_a_place_reads_like_a_compiler_says_it() -> None:
    assert str(PLACE) == "stack.yaml:1:1"

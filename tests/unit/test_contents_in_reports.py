"""Contents that are deleted with a resource: listed under it in every form of a report, and part of an approval."""

import html
import json
from typing import Any

from reconciler.applying import Result
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.approval import Approval, actions_data, approval_of
from reconciler.planning.contents import Content
from reconciler.planning.ownership import Owner
from reconciler.planning.plan import Action, Plan
from reconciler.planning.world import UnmanagedContents
from reconciler.reports.data import as_data
from reconciler.reports.html_report import as_page
from reconciler.reports.junit_report import as_junit
from reconciler.reports.markdown_report import as_markdown
from reconciler.reports.text_report import as_text, question
from reconciler.stack import GuardLimits, Key
from tests.unit.plan_toys import stack, want
from tests.unit.report_toys import action, data

CENTRE = Key("toy.centre", "Main")
INSIDE = (
    Content(Key("toy.queue", "By hand"), Owner.FREE),
    Content(Key("toy.queue", "Sales"), Owner.OURS),
    Content(Key("toy.queue", "Theirs"), Owner.FOREIGN, 'it has the mark of stack "other"'),
)


def passed(*contents: Content, outcome: Any = "done", dry_run: bool = False) -> PassReport:
    plan = Plan({CENTRE: Action(CENTRE, "delete", contents=contents)})
    return PassReport(stack(), Options(dry_run=dry_run), "settled", plan, {CENTRE: Result(outcome)})


def test_text_names_them_under_what_they_live_in() -> None:
    assert as_text(passed(*INSIDE)).splitlines()[1:-1] == [
        "    - toy.centre/Main",
        "        - toy.queue/By hand  is in it, and has no mark",
        "        - toy.queue/Sales  is in it",
        '        - toy.queue/Theirs  is in it, and belongs to another stack; it has the mark of stack "other"',
        "Plan: 1 to delete, 3 to be deleted with their parents",
    ]


def test_the_last_line_counts_them() -> None:
    assert (
        as_text(passed(*INSIDE))
        .splitlines()[-1]
        .startswith("Settled: 1 change, 3 deleted with their parents, ")
    )
    assert "deleted with" not in as_text(passed(*INSIDE, outcome="failed")).splitlines()[-1]
    assert "deleted with" not in as_text(passed()).splitlines()[-1]


def test_data_names_them() -> None:
    (found,) = as_data(passed(*INSIDE))["actions"]
    assert found["contents"] == [
        {"kind": "toy.queue", "name": "By hand", "owner": "free"},
        {"kind": "toy.queue", "name": "Sales", "owner": "ours"},
        {"kind": "toy.queue", "name": "Theirs", "owner": "foreign"},
    ]


def test_every_other_form_names_them() -> None:
    told: Any = data(
        {**action("Main", "delete"), "contents": [{"kind": "toy.queue", "name": "Sales", "owner": "ours"}]}
    )
    for form in (as_markdown, as_page, as_junit):
        text = form(told)
        assert "toy.queue/Sales is in it" in text, form
    for form in (as_markdown, as_page):
        assert "1 resource would be deleted with its parent." in form(told)


USUAL = GuardLimits()


def approved(contents: tuple[Content, ...], guard: GuardLimits = USUAL) -> Approval:
    plan = Plan({CENTRE: Action(CENTRE, "delete", contents=contents)})
    limits = {"max_percent": guard.max_percent, "max_deletes": guard.max_deletes}
    return approval_of(json.loads(json.dumps(actions_data(plan, stack()))), "", limits)


def test_an_approval_covers_exactly_what_was_named() -> None:
    plan = Plan({CENTRE: Action(CENTRE, "delete", contents=INSIDE[:2])})
    assert approved(INSIDE[:2]).departures(plan, stack()) == []
    assert approved(INSIDE[1:2]).departures(plan, stack()) == [
        "toy.centre/Main: toy.queue/By hand is in it, which the plan does not name"
    ]
    assert approved(INSIDE).departures(plan, stack()) == [
        "toy.centre/Main: toy.queue/Theirs is in it, which the plan names, and which no longer exists"
    ]


def test_an_approval_holds_under_the_limits_that_it_was_given_under() -> None:
    plan = Plan({CENTRE: Action(CENTRE, "delete")})
    looser = stack(want("toy.hours/Day"), guard=GuardLimits(max_percent=100, max_deletes=None))
    assert approved((), GuardLimits(30, 5)).departures(plan, looser) == [
        "guard.max_deletes: the plan was made with 5, and now it is None",
        "guard.max_percent: the plan was made with 30, and now it is 100",
    ]


# -- contents without a kind ----------------------------------------------------------------------------------------------

OTHERS = (
    UnmanagedContents("prompts", ("Beep.wav", "Hold"), with_defaults=True),
    UnmanagedContents("rules", ("Alert",)),
    UnmanagedContents("workspaces", not_listed="list_workspaces: AccessDenied: no"),
)
WORDS = (
    "prompts: 2 with AWS's defaults, not managed by us: Beep.wav, Hold",
    "rules: 1, not managed by us: Alert",
    "workspaces: not managed by us, and not listed: list_workspaces: AccessDenied: no",
)
SHORT = "with them contents that are not managed by us (prompts: 2, rules: 1, no list of workspaces)"


def with_others(*others: UnmanagedContents, outcome: Any = "done") -> PassReport:
    plan = Plan({CENTRE: Action(CENTRE, "delete", others=others)})
    return PassReport(stack(), Options(), "settled", plan, {CENTRE: Result(outcome)})


def test_the_plan_and_the_question_say_what_is_not_managed_by_us() -> None:
    report = with_others(*OTHERS)
    text = as_text(report).splitlines()
    assert text[2:5] == [f"        - {each}" for each in WORDS]
    assert text[5] == f"Plan: 1 to delete, {SHORT}"
    assert question(report.plan) == f"1 resource deleted or replaced, {SHORT}: apply this plan?"


def test_every_form_says_what_is_not_managed_by_us() -> None:
    found = as_data(with_others(*OTHERS, outcome="waiting"))
    for form in (as_markdown, as_page, as_junit):
        text = html.unescape(form(found))
        assert all(each in text for each in WORDS), form
    assert "others" not in as_data(with_others())["actions"][0]


def test_an_approval_covers_what_is_not_managed_by_us() -> None:
    def approved_with(*others: UnmanagedContents) -> Approval:
        plan = Plan({CENTRE: Action(CENTRE, "delete", others=others)})
        limits = {"max_percent": 30, "max_deletes": None}
        return approval_of(json.loads(json.dumps(actions_data(plan, stack()))), "", limits)

    now = with_others(*OTHERS).plan
    assert approved_with(*OTHERS).departures(now, stack()) == []
    assert approved_with(*OTHERS, UnmanagedContents("views", ("Gone",))).departures(now, stack()) == []
    assert approved_with(OTHERS[0], UnmanagedContents("workspaces", ("Desk",))).departures(now, stack()) == [
        "toy.centre/Main: Alert of its rules is in it, which the plan does not name",
        "toy.centre/Main: the plan names its workspaces, and now AWS does not list them",
    ]

"""The list of passes, and the text of one pass."""

from dataclasses import replace
from typing import Any

import pytest

from reconciler.history import Record, ran_by
from reconciler.history.history_text import record_lines, table_lines
from reconciler.reports.number_format import time_ago

NOW = 1_800_000_000.0
RECORD = Record(
    NOW - 90, "ada@desk", "once", "settled", number=12, stack="shop", environment="dev", changes=3
)

AGO = {0.2: "now", 1.0: "1 second ago", 59.9: "59 seconds ago", 60.0: "1 minute ago", 7200.0: "2 hours ago"}


@pytest.mark.parametrize(("seconds", "said"), [*AGO.items(), (86400.0 * 3, "3 days ago"), (-5.0, "now")])
def test_how_long_ago(seconds: float, said: str) -> None:
    assert time_ago(seconds) == said


def test_columns_stand_below_their_headings() -> None:
    other = replace(RECORD, number=7, who="a much longer name", outcome="failed", dry_run=True, stack="")
    heading, first, second = (line.plain for line in table_lines([RECORD, other], NOW))
    assert first.index("settled") == second.index("failed") == heading.index("outcome")
    assert "1 minute ago" in first
    assert "once (dry run)" in second
    assert first.startswith("  12  ")
    assert all(line == line.rstrip() for line in (heading, first, second))


def test_a_pass_of_which_little_is_kept_is_told_all_the_same() -> None:
    broken = replace(RECORD, outcome="invalid", note="routing.yaml:3:1: no such field")
    lines = [line.plain for line in record_lines(broken, NOW)]
    assert lines[1:] == [
        "Note: routing.yaml:3:1: no such field",
        "Invalid: no details were kept",
    ]


def test_a_pass_of_an_earlier_release_is_told_without_what_it_did_not_keep() -> None:
    action = {
        "kind": "toy.queue",
        "name": "Sales",
        "action": "delete",
        "outcome": "done",
        "message": "",
        "differences": [],
    }
    lists: dict[str, Any] = {"actions": [action], "notes": [], "blind": [], "refusals": []}
    report = {**lists, "estimated_calls": 1, "mutating_calls": 1}
    lines = [line.plain for line in record_lines(replace(RECORD, report=report), NOW)]
    assert "    - toy.queue/Sales" in lines
    assert lines[-1].startswith("Settled: 1 change")


WHO = {
    "a person": ({}, "ada@desk"),
    "GitHub": ({"GITHUB_ACTOR": "bob"}, "bob (GitHub)"),
    "GitLab": ({"GITLAB_USER_LOGIN": "eve", "USER": "x"}, "eve (GitLab)"),
    "an empty variable": ({"GITHUB_ACTOR": ""}, "ada@desk"),
}


@pytest.mark.parametrize(("environment", "said"), WHO.values(), ids=WHO)
def test_who_it_was(environment: dict[str, str], said: str) -> None:
    assert ran_by(environment, "ada", "desk") == said

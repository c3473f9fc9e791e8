"""Data of passes for tests of reports."""

from typing import Any

from reconciler.reports.report_schema import ActionData, ReportData

HOSTILE = (
    "a|b `c` ``d`` *e* _f_ @octocat #12 [x](http://evil.example) <img src=x onerror=alert(1)> </script><!-- "
    "--> ]]> & &amp; \\| \\ \" ' https://evil.example $x$ ~~y~~ \n\n## title\r\n| - | \x00\x1b[31m\u202e\ufffe\u2028end "
)
"""Texts in the console that could break a report, or harm its reader."""


def action(
    name: str,
    verb: Any = "update",
    *differences: tuple[str, Any, Any],
    kind: str = "toy.queue",
    outcome: Any = "waiting",
    message: str = "",
) -> ActionData:
    """One action as data."""
    return {
        "kind": kind,
        "name": name,
        "action": verb,
        "outcome": outcome,
        "message": message,
        "begun": False,
        "contents": [],
        "differences": [
            {"field": field, "observed": observed, "desired": desired}
            for field, observed, desired in differences
        ],
    }


def data(*actions: ActionData, **more: Any) -> ReportData:
    """A dry run with these actions, of a stack of a hundred resources."""
    said: Any = {
        "report": 1,
        "started": "2026-11-21T16:07:03Z",
        "stack": "shop",
        "environment": "dev",
        "account": "111111111111",
        "region": "eu-west-2",
        "dry_run": True,
        "only": [],
        "excepted": [],
        "outcome": "pending" if actions else "settled",
        "resources": 100,
        "compared": 100,
        "actions": list(actions),
        "refusals": [],
        "notes": [],
        "blind": [],
        "estimated_calls": 0,
        "estimated_seconds": 0.0,
        "calls": {"toy:List": 2, "toy:Create": 5},
        "mutating_calls": 0,
        "throttled_calls": 0,
        "seconds": 12.346,
        "files_hash": "0123456789abcdef",
        **more,
    }
    found: ReportData = said
    return found


def wide(number: int) -> list[ActionData]:
    """A number of users with two different fields each."""
    return [
        action(
            f"agent{each}",
            "update",
            ("routing_profile", f"Profile {each % 200}", f"Profile {(each + 1) % 200}"),
            ("identity_info.last_name", f"Old {each}", f"New {each}"),
            kind="connect.user",
        )
        for each in range(number)
    ]

"""A pass as JUnit XML: a test case for each resource, and valid XML for any values."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from reconciler.reports.junit_report import as_junit
from tests.unit.report_toys import HOSTILE, action, data


def cases(pass_: Any) -> dict[str, Any]:
    """By name of a test case: its failure, `skipped`, or `passed`."""
    (suite,) = ET.fromstring(as_junit(pass_).encode("utf-8"))
    found = {}
    for case in suite:
        failure, skipped = case.find("failure"), case.find("skipped")
        result = failure.get("type") if failure is not None else "passed" if skipped is None else "skipped"
        found[f"{case.get('classname')}/{case.get('name')}"] = result
    results = list(found.values())
    counted = {"tests": len(results), "skipped": results.count("skipped"), "errors": 0}
    counted["failures"] = len(results) - results.count("passed") - results.count("skipped")
    assert {name: int(suite.attrib[name]) for name in counted} == counted
    return found


def test_a_dry_run_fails_for_each_resource_that_differs() -> None:
    pass_ = data(
        action("Sales", "update", ("size", 1, 2)),
        action("Gone", "delete"),
        action("Told", outcome="unchanged"),
        action("Unseen", outcome="refused", message="AccessDenied"),
    )
    assert cases(pass_) == {
        "toy.queue/Unseen": "refused",
        "toy.queue/Gone": "delete",
        "toy.queue/Sales": "update",
        "toy.queue/Told": "skipped",
        "reconciler/97 resources as desired": "passed",
    }


def test_a_pass_fails_for_what_went_wrong_only() -> None:
    pass_ = data(
        action("Sales", outcome="done"),
        action("Broken", outcome="failed", message="no"),
        action("Late", outcome="waiting", message="waits for toy.queue/Broken"),
        action("Perhaps", outcome="unsure"),
        dry_run=False,
    )
    assert cases(pass_) == {
        "toy.queue/Broken": "failed",
        "toy.queue/Perhaps": "unsure",
        "toy.queue/Late": "waiting",
        "toy.queue/Sales": "passed",
        "reconciler/96 resources as desired": "passed",
    }


def test_a_failure_names_every_difference() -> None:
    text = as_junit(data(action("Sales", "update", ("size", 1, 2), ("note", "a\nb", None))))
    failure = ET.fromstring(text.encode()).find(".//failure")
    assert failure is not None
    assert failure.text == 'to update\nsize: 1 -> 2\nnote: "a\\nb" -> (none)'


def test_a_pass_that_was_refused_fails_and_says_why() -> None:
    pass_ = data(refusals=["the wrong account"], outcome="refused", compared=0, dry_run=False)
    assert cases(pass_) == {"reconciler/the pass": "refused"}


def test_what_the_guard_refused_was_only_planned() -> None:
    pass_ = data(action("Gone", "delete"), refusals=["too much"], outcome="refused", dry_run=False)
    assert cases(pass_) == {
        "reconciler/the pass": "refused",
        "toy.queue/Gone": "delete",
        "reconciler/100 resources as desired": "passed",
    }


def test_a_kind_that_could_not_be_looked_through_fails() -> None:
    found = cases(data(blind=["toy.queue: AccessDenied"], outcome="failed"))
    assert found["reconciler/searching for resources to remove"] == "blind"


@pytest.mark.parametrize("text", [HOSTILE, *map(chr, range(32)), "\ud800", "\ufffe", "\uffff", "\x85", "😀"])
def test_no_text_makes_the_xml_invalid(text: str) -> None:
    hostile = action(f"n{text}", "update", (text, text, [text]), outcome="failed", message=text)
    pass_ = data(hostile, notes=[text], refusals=[text], blind=[text])
    assert len(cases(pass_)) == 4

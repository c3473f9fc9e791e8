"""A plan in the form of a unified diff of fields, for pull requests."""

import json
from collections.abc import Iterator
from difflib import unified_diff
from typing import Any

from reconciler.planning.action import hidden_fields
from reconciler.reports.ranking import by_importance
from reconciler.reports.report_schema import ActionData, DifferenceData, ReportData
from reconciler.runtime.printable import one_line

NOWHERE = "/dev/null"
CONTEXT = 2
"""How many equal lines are shown around a changed line within one value."""


def as_diff(data: ReportData) -> str:
    """A file header for each resource, then a hunk for each field; empty if nothing differs."""
    return "".join(f"{line}\n" for action in by_importance(data) for line in _resource(action))


def _resource(action: ActionData) -> Iterator[str]:
    key = one_line(f"{action['kind']}/{action['name']}")
    before = NOWHERE if action["action"] == "create" else f"aws/{key}"
    after = NOWHERE if action["action"] == "delete" else f"files/{key}"
    yield f"--- {before}"
    yield f"+++ {after}"
    said = f" {one_line(action['message'])}" if action["message"] else ""
    yield f"@@ {action['action']} @@{said}"
    hidden = hidden_fields(action["action"], [each["field"] for each in action["differences"]])
    for difference in action["differences"]:
        if difference["field"] not in hidden:
            yield from _field(difference, created=action["action"] == "create")
    for content in action["contents"]:
        yield f"-{one_line(content['kind'])}/{one_line(content['name'])} lives in it"


def _field(difference: DifferenceData, *, created: bool) -> Iterator[str]:
    """The lines of one field: the value in AWS with `-`, that of the files with `+`, equal lines with a space."""
    field = one_line(difference["field"])
    before = [] if created else _value(field, difference["observed"])
    found = list(unified_diff(before, _value(field, difference["desired"]), n=CONTEXT, lineterm=""))
    for line in found[2:]:  # without the two lines that name files
        if not line.startswith("@@"):
            yield line
        elif line is not found[2]:
            yield " ..."


def _value(field: str, value: Any) -> list[str]:
    """The lines of one value; a field without a value has none."""
    if value is None:
        return []
    if isinstance(value, str) and "\n" in value:
        return [f"{field}: |", *(f"  {one_line(line)}" for line in value.splitlines())]
    if isinstance(value, list | dict) and value:
        lines = json.dumps(value, indent=2, ensure_ascii=False).splitlines()
        return [f"{field}:", *(f"  {one_line(line)}" for line in lines)]
    return [f"{field}: {one_line(json.dumps(value, ensure_ascii=False))}"]

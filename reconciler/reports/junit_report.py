"""A pass as JUnit XML, so that CI shows each resource with a difference as a failed test."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from reconciler.reports.number_format import counted
from reconciler.reports.ranking import as_desired, by_importance, goes_along, only_planned, went_wrong
from reconciler.reports.report_schema import ActionData, DifferenceData, ReportData
from reconciler.reports.value_format import effect_text, shown
from reconciler.runtime.printable import one_line

HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'
LONGEST = 2_000


def as_junit(data: ReportData) -> str:
    """One test case for each resource with an action, and one for all resources that are as desired."""
    cases = list(_cases(data))
    failed = sum(case.find("failure") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    suite = ET.Element(
        "testsuite",
        name=f"{data['stack']}/{data['environment']}",
        tests=str(len(cases)),
        failures=str(failed),
        errors="0",
        skipped=str(skipped),
        time=f"{data['seconds']:.3f}",
        timestamp=data["started"].removesuffix("Z"),
    )
    suite.extend(cases)
    root = ET.Element("testsuites", name="reconciler")
    root.append(suite)
    ET.indent(root)
    return HEADER + ET.tostring(root, encoding="unicode") + "\n"


def _cases(data: ReportData) -> Iterator[ET.Element]:
    for refusal in data["refusals"]:
        yield _failed("reconciler", "the pass", "refused", refusal)
    for kind in data["blind"]:
        yield _failed("reconciler", "searching for resources to remove", "blind", kind)
    for action in by_importance(data):
        yield _case_of(action, planned=only_planned(data))
    if data["compared"]:
        same = as_desired(data)
        yield _case("reconciler", f"{counted(same, 'resource')} as desired")


def _case_of(action: ActionData, *, planned: bool) -> ET.Element:
    if planned and action["outcome"] == "waiting":
        return _failed(action["kind"], action["name"], action["action"], f"to {action['action']}", action)
    if went_wrong(action, planned=planned):
        said = f"{action['outcome']}: {action['message']}"
        return _failed(action["kind"], action["name"], action["outcome"], said, action)
    case = _case(action["kind"], action["name"])
    if action["outcome"] == "unchanged":
        ET.SubElement(case, "skipped", message=one_line(action["message"]))
    return case


def _case(kind: str, name: str) -> ET.Element:
    return ET.Element("testcase", classname=one_line(kind), name=one_line(name))


def _failed(kind: str, name: str, sort: str, said: str, action: ActionData | None = None) -> ET.Element:
    case = _case(kind, name)
    failure = ET.SubElement(case, "failure", type=sort, message=one_line(said))
    lines = [_line(each) for each in (action["differences"] if action else ())]
    lines += goes_along(action) if action else []
    failure.text = "\n".join(one_line(line) for line in [said, *lines])
    return case


def _line(each: DifferenceData) -> str:
    said = effect_text(each["field"], each.get("deletes", ""), each.get("note", ""))
    changed = f"{shown(each['observed'], LONGEST)} -> {shown(each['desired'], LONGEST)}"
    return f"{each['field']}: {changed}{f' ({said})' if said else ''}"

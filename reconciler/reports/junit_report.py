"""A pass as JUnit XML, so that CI shows each resource with a difference as a failed test."""

from collections.abc import Iterator, Sequence
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
    return suites_text(
        f"{data['stack']}/{data['environment']}", list(_cases(data)), data["seconds"], data["started"]
    )


def suites_text(name: str, cases: Sequence[ET.Element], seconds: float, started: str) -> str:
    """The document of these cases, which began at this time in UTC (`2026-11-21T17:01:12Z`)."""
    failed = sum(case.find("failure") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    suite = ET.Element(
        "testsuite",
        name=name,
        tests=str(len(cases)),
        failures=str(failed),
        errors="0",
        skipped=str(skipped),
        time=f"{seconds:.3f}",
        timestamp=started.removesuffix("Z"),
    )
    suite.extend(cases)
    root = ET.Element("testsuites", name="reconciler")
    root.append(suite)
    ET.indent(root)
    return HEADER + ET.tostring(root, encoding="unicode") + "\n"


def _cases(data: ReportData) -> Iterator[ET.Element]:
    for refusal in data["refusals"]:
        yield failed_case("reconciler", "the pass", "refused", refusal)
    for kind in data["blind"]:
        yield failed_case("reconciler", "searching for resources to remove", "blind", kind)
    for action in by_importance(data):
        yield _case_of(action, planned=only_planned(data))
    if data["compared"]:
        same = as_desired(data)
        yield passed_case("reconciler", f"{counted(same, 'resource')} as desired")


def _case_of(action: ActionData, *, planned: bool) -> ET.Element:
    if planned and action["outcome"] == "waiting":
        return _failed_action(action["action"], f"to {action['action']}", action)
    if went_wrong(action, planned=planned):
        said = f"{action['outcome']}: {action['message']}"
        return _failed_action(action["outcome"], said, action)
    if action["outcome"] == "unchanged":
        return skipped_case(action["kind"], action["name"], action["message"])
    return passed_case(action["kind"], action["name"])


def passed_case(kind: str, name: str) -> ET.Element:
    """A case that has passed."""
    return ET.Element("testcase", classname=one_line(kind), name=one_line(name))


def failed_case(kind: str, name: str, sort: str, said: str, lines: Sequence[str] = ()) -> ET.Element:
    """A case that has failed, with what is said about it."""
    case = passed_case(kind, name)
    failure = ET.SubElement(case, "failure", type=sort, message=one_line(said))
    failure.text = "\n".join(one_line(line) for line in [said, *lines])
    return case


def skipped_case(kind: str, name: str, why: str) -> ET.Element:
    """A case that was not run, and why."""
    case = passed_case(kind, name)
    ET.SubElement(case, "skipped", message=one_line(why))
    return case


def _failed_action(sort: str, said: str, action: ActionData) -> ET.Element:
    lines = [*map(_line, action["differences"]), *goes_along(action)]
    return failed_case(action["kind"], action["name"], sort, said, lines)


def _line(each: DifferenceData) -> str:
    said = effect_text(each["field"], each.get("deletes", ""), each.get("note", ""))
    changed = f"{shown(each['observed'], LONGEST)} -> {shown(each['desired'], LONGEST)}"
    return f"{each['field']}: {changed}{f' ({said})' if said else ''}"

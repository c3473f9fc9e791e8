"""`reconciler smoke`: checks of live resources that come with their kinds, and those of smoke.yaml."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from reconciler.cli.exits import FAILED, INVALID, REFUSED
from reconciler.desired import load
from reconciler.desired.checks_file import ChecksReader
from reconciler.iam import grants, of_checks, policy_of
from reconciler.kinds import known_kinds
from reconciler.permissions import Location
from reconciler.sandbox.fault_injection import Attempt, FaultKind
from reconciler.smoke.selection import checks_made
from tests.end_to_end.checked_stack import SMOKE, write_checked_stack
from tests.end_to_end.live_centre import LiveCentre, live
from tests.end_to_end.typed import Run
from tests.faults.iam_evaluator import Guard

DEV = ("--env", "dev")
FAILING = """\
checks:
  lambda.function:
    lookup:
      invoke:
        - {name: raises, event: {do: raise}}
        - {name: sleeps, event: {do: sleep}}
        - {name: text, event: {do: text}, answer: {result: found}}
        - {name: other, answer: {result: unknown, api_token: other, missing: 1, visits: "3", rows: []}}
        - {name: pattern, answer_patterns: {name: "[A-Z]", missing: x}}
        - {name: right, answer: {result: found}, qualifier: $LATEST}
        - {name: no alias, qualifier: nowhere}
"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checked_stack(tmp_path_factory.mktemp("checked"))


@pytest.fixture(scope="module")
def centre(directory: Path) -> Iterator[LiveCentre]:
    with live(directory) as centre:
        yield centre


def results(typed: Any) -> Mapping[str, Mapping[str, Any]]:
    """The results by the resource and the check."""
    rows = json.loads(typed.stdout)["checks"]
    return {f"{row['name']} {row['label'] or row['check']}": row for row in rows}


def test_every_check_has_a_line_and_passes(centre: LiveCentre, directory: Path) -> None:
    typed = centre.type("smoke", directory, *DEV)
    *lines, summary = typed.stdout.splitlines()
    assert typed.exit_code == 0, typed.stdout
    assert "passed  lambda.function/lookup state: Active, its last update Successful" in lines
    assert "passed  lambda.function/lookup invoke (known caller): an answer" in lines
    assert "passed  dynamodb.table/Callers state: ACTIVE" in lines
    assert "skipped kms.key/resting state: the files disable it" in lines
    assert all(line.startswith(("passed ", "skipped ")) for line in lines)
    assert summary.startswith(
        f"checked/dev: {len(lines)} checks: {len(lines) - 1} passed, 0 failed, 1 skipped"
    )


def test_it_changes_nothing_and_calls_only_the_functions_that_are_named(
    centre: LiveCentre, directory: Path
) -> None:
    before = len(list(centre.box.journal))
    assert centre.type("smoke", directory, *DEV).exit_code == 0
    called = [each.operation for each in list(centre.box.journal)[before:]]
    changing = [each for each in called if not each.startswith(("Describe", "Get", "List", "Search"))]
    assert changing == ["Invoke"]


def test_what_a_function_answers_wrongly_is_one_line_each_and_holds_no_secret(
    centre: LiveCentre, tmp_path: Path
) -> None:
    stack = write_checked_stack(tmp_path / "stack", FAILING)
    typed = centre.type("smoke", stack, *DEV, "--only", "lambda.function/*", "--json")
    found = results(typed)
    assert typed.exit_code == FAILED
    assert found["lookup raises"]["seen"] == "the error ValueError: ***"
    assert found["lookup sleeps"]["seen"].startswith("the error Sandbox.Timedout: ")
    assert found["lookup text"]["seen"] == '"just text"'
    assert found["lookup text"]["expected"] == '{"result": "found"}'
    assert found["lookup other"]["expected"] == (
        'result: "unknown", api_token: "***", missing: 1, visits: "3", rows: []'
    )
    assert found["lookup other"]["seen"] == (
        'result: "found", api_token: "***", missing: nothing, visits: 3, rows: [{"id": 1, "more": true}]'
    )
    assert found["lookup pattern"]["expected"] == 'name: text like "[A-Z]", missing: text like "x"'
    assert found["lookup right"]["outcome"] == "passed"
    assert found["lookup no alias"]["reason"].startswith(
        "could not be checked: invoke: ResourceNotFoundException: "
    )
    assert "hunter2" not in typed.stdout


def test_each_format_has_the_results(centre: LiveCentre, tmp_path: Path) -> None:
    stack = write_checked_stack(tmp_path / "stack", FAILING)
    files = [tmp_path / name for name in ("all.json", "all.md", "all.xml", "all.txt")]
    junit = tmp_path / "junit-results"
    words = [word for file in files for word in ("--report", file)]
    for _ in range(2):  # its own files are written again
        typed = centre.type("smoke", stack, *DEV, *words, "--junit", junit, "--quiet")
        assert typed.exit_code == FAILED
    assert "passed " not in typed.stdout
    data = json.loads(files[0].read_text())
    assert (data["stack"], data["environment"], data["failed"], data["interrupted"]) == (
        "checked", "dev", 6, False,
    )  # fmt: skip
    assert "| failed | `lambda.function/lookup` | `invoke (raises)` |" in files[1].read_text()
    for file in (files[2], junit):
        suite = ET.fromstring(file.read_text())[0]
        assert (suite.get("failures"), suite.get("skipped")) == ("6", "1")
        assert len(suite) == int(str(suite.get("tests"))) == len(data["checks"])
    assert "failed  lambda.function/lookup invoke (raises): expected an answer" in files[3].read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--report", "all.html"], "results are written as its suffix says: .json, .md, .xml or .txt"),
        (["--only", "lambda.function/look"], 'did you mean "lambda.function/lookup"?'),
        (["--junit", "stack.yaml"], "reconciler did not write it"),
        (["--sandbox", "--profile", "p"], "--sandbox needs no credentials; leave out --profile"),
    ],
)
def test_wrong_options_are_refused_before_any_call(
    centre: LiveCentre, directory: Path, words: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(directory)
    before = len(list(centre.box.journal))
    typed = centre.type("smoke", ".", *DEV, *words)
    assert typed.exit_code == INVALID
    assert said in typed.stderr or "desired state" in typed.stderr
    assert len(list(centre.box.journal)) == before


def test_only_some_resources(centre: LiveCentre, directory: Path) -> None:
    typed = centre.type("smoke", directory, *DEV, "--only", "dynamodb.table/*", "--json")
    assert set(results(typed)) == {"Callers exists", "Callers state"}


def test_a_missing_resource_fails_once_and_the_others_are_checked(centre: LiveCentre, tmp_path: Path) -> None:
    stack = write_checked_stack(tmp_path / "stack")
    more = (stack / "all.yaml").read_text()
    table = more[more.index("dynamodb.table:") : more.index("kms.key:")].replace("Callers", "Lost")
    (stack / "more.yaml").write_text(table)
    found = results(centre.type("smoke", stack, *DEV, "--json"))
    assert (found["Lost exists"]["outcome"], found["Lost exists"]["seen"]) == ("failed", "none in AWS")
    assert (found["Lost state"]["outcome"], found["Lost state"]["reason"]) == (
        "skipped", "it does not exist, or could not be read",
    )  # fmt: skip
    assert found["Callers state"]["outcome"] == "passed"


def test_a_resource_of_another_stack_is_none_of_this_one(centre: LiveCentre, tmp_path: Path) -> None:
    stack = write_checked_stack(tmp_path / "stack")
    header = stack / "stack.yaml"
    header.write_text(header.read_text().replace("stack: checked", "stack: other"))
    typed = centre.type("smoke", stack, *DEV, "--only", "dynamodb.table/*", "--json")
    assert typed.exit_code == FAILED
    assert results(typed)["Callers exists"]["seen"] == "one of another stack"


def test_states_of_aws_are_failures(centre: LiveCentre, directory: Path) -> None:
    client = centre.box.session("eu-west-2").client
    keys = client("kms").list_keys()["Keys"]
    main = next(
        each["KeyId"]
        for each in keys
        if client("kms").describe_key(KeyId=each["KeyId"])["KeyMetadata"]["Description"] == "of the stack"
    )
    client("cloudwatch").set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="too many")
    client("kms").disable_key(KeyId=main)
    try:
        found = results(centre.type("smoke", directory, *DEV, "--json"))
    finally:
        client("cloudwatch").set_alarm_state(AlarmName="errors", StateValue="OK", StateReason="none")
        client("kms").enable_key(KeyId=main)
    assert found["errors state"]["seen"] == "ALARM: too many"
    assert found["errors state"]["expected"] == "is OK or INSUFFICIENT_DATA"
    assert found["main state"]["seen"] == "Disabled"


@pytest.mark.parametrize(
    ("struck", "hit", "said"),
    [
        (("Invoke", FaultKind.ACCESS_DENIED), "lookup known caller", "invoke: AccessDenied"),
        (("Invoke", FaultKind.TIMEOUT_AFTER), "lookup known caller", "no complete reply came in time"),
        (("DescribeAlarms", FaultKind.ACCESS_DENIED), "errors exists", "could not be seen: describe_alarms"),
        (("DescribeTable", FaultKind.ACCESS_DENIED), "Callers state", "could not be checked: describe_table"),
        (("GetFunction", FaultKind.ERROR_500), "lookup state", "get_function"),
        (("GetFunction", FaultKind.EMPTY_REPLY), "lookup state", "get_function"),
    ],
)
def test_a_call_that_fails_is_one_line_and_the_others_go_on(
    centre: LiveCentre, directory: Path, struck: tuple[str, FaultKind], hit: str, said: str
) -> None:
    operation, fault = struck
    asked: list[Attempt] = []

    def plan(attempt: Attempt) -> FaultKind | None:
        if attempt.operation == operation:
            asked.append(attempt)
            return fault
        return None

    centre.box.inject(plan)
    try:
        typed = centre.type("smoke", directory, *DEV, "--json")
    finally:
        centre.box.end_faults()
    found = results(typed)
    assert typed.exit_code == FAILED
    assert "Traceback" not in typed.stderr
    assert found[hit]["outcome"] == "failed"
    assert said in (found[hit]["reason"] or found[hit]["seen"])
    assert found["main state"]["outcome"] == "passed"
    if operation == "Invoke":
        assert len(asked) == 1


def test_a_throttled_call_is_tried_again(centre: LiveCentre, directory: Path) -> None:
    struck: list[Attempt] = []

    def plan(attempt: Attempt) -> FaultKind | None:
        if attempt.operation == "Invoke" and not struck:
            struck.append(attempt)
            return FaultKind.THROTTLE
        return None

    centre.box.inject(plan)
    try:
        assert centre.type("smoke", directory, *DEV).exit_code == 0
    finally:
        centre.box.end_faults()
    assert struck


def test_no_check_is_made_once_the_time_for_all_is_over(centre: LiveCentre, tmp_path: Path) -> None:
    stack = write_checked_stack(tmp_path / "stack", f"total_time_limit: 1\n{SMOKE}")
    centre.box.inject(lambda attempt: FaultKind.THROTTLE if attempt.operation == "ListTables" else None)
    try:
        typed = centre.type("smoke", stack, *DEV, "--json")
    finally:
        centre.box.end_faults()
    assert typed.exit_code == FAILED
    found = results(typed)
    assert found["main state"]["reason"] == "not checked: the time limit of 1 s for all checks is over"


def test_a_check_that_waits_too_long_fails(centre: LiveCentre, tmp_path: Path) -> None:
    stack = write_checked_stack(tmp_path / "stack", f"time_limit: 1\n{SMOKE}")
    centre.box.inject(lambda attempt: FaultKind.THROTTLE if attempt.operation == "GetFunction" else None)
    try:
        found = results(centre.type("smoke", stack, *DEV, "--json"))
    finally:
        centre.box.end_faults()
    assert found["lookup state"]["reason"] == "it took longer than its time limit of 1 s"
    assert found["lookup known caller"]["outcome"] == "passed"


def test_ctrl_c_ends_it_with_what_was_done(centre: LiveCentre, directory: Path, tmp_path: Path) -> None:
    report = tmp_path / "all.json"

    def plan(attempt: Attempt) -> None:
        if attempt.operation == "Invoke":
            raise KeyboardInterrupt

    centre.box.inject(plan)
    try:
        typed = centre.type("smoke", directory, *DEV, "--report", report)
    finally:
        centre.box.end_faults()
    assert typed.exit_code == 130
    data = json.loads(report.read_text())
    assert data["interrupted"]
    assert data["passed"] >= 1
    assert "; ended before the others were made" in typed.stdout


def test_a_wrong_account_is_refused(centre: LiveCentre, tmp_path: Path) -> None:
    stack = write_checked_stack(tmp_path / "stack")
    header = stack / "stack.yaml"
    header.write_text(header.read_text().replace("123456789012", "210987654321"))
    typed = centre.type("smoke", stack, *DEV)
    assert typed.exit_code == REFUSED
    assert "these credentials belong to account 123456789012" in typed.stderr


def test_the_policy_allows_what_it_calls_and_the_invoke_of_no_other_function(
    centre: LiveCentre, directory: Path
) -> None:
    reader = ChecksReader(known_kinds())
    stack, kinds = load(directory, "dev", known_kinds(), beside=reader), known_kinds()
    place = Location("aws", stack.region, stack.account)
    checks = list(of_checks(stack, kinds, place, checks_made(stack, kinds, reader.asked)))
    policy = policy_of([*grants(stack, kinds, place, read_only=True), *checks])
    invokes = [each.resource for each in checks if each.action == "lambda:InvokeFunction"]
    function = "arn:aws:lambda:eu-west-2:123456789012:function:lookup"
    assert invokes == [function, f"{function}:*"]  # and its versions
    guard = Guard(place)
    guard.enforce(policy)
    centre.box.inject(guard)
    try:
        typed = centre.type("smoke", directory, *DEV)
    finally:
        centre.box.end_faults()
    assert typed.exit_code == 0, typed.stdout
    assert guard.refused == []
    assert {each.action for each in checks} <= guard.asked
    printed = json.loads(centre.type("iam-policy", directory, *DEV, "--read-only", "--smoke").stdout)
    assert printed == policy


def test_in_a_sandbox_the_stack_is_applied_first(run: Run, directory: Path) -> None:
    ended = run("smoke", directory, *DEV, "--sandbox", "--only", "*/lookup")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "passed  lambda.function/lookup invoke (known caller): an answer" in ended.stdout
    assert "Traceback" not in ended.stderr
    assert os.linesep in ended.stdout

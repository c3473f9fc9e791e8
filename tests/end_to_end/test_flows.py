"""Flows in the sandbox: references to the instance, errors of AWS, and mistakes that `validate` finds before."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Quiet
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.runtime.clock import Clock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from tests.end_to_end.typed import Run

HEADER = """stack: flows
environments: {dev: {account: "111111111111", region: eu-west-2}}
connect.instance:
  acme-flows: {identity_management_type: CONNECT_MANAGED, inbound_calls_enabled: true, outbound_calls_enabled: true}
connect.contact_flow:
  Main: {type: CONTACT_FLOW, content: {file: main.json}}
"""
END = {"Identifier": "Bye", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
OWN = {"arn": "${instance}", "same": "${instance#arn}", "id": "${instance#id}", "alias": "${instance#alias}"}


def flow(*actions: Mapping[str, Any], **more: Any) -> str:
    """A flow with an indented layout."""
    every = [*actions, END]
    whole = {"Version": "2019-10-30", "StartAction": every[0]["Identifier"], "Actions": every, **more}
    return json.dumps(whole, indent=1)


def step(name: str, kind: str, parameters: Mapping[str, Any], *errors: str) -> dict[str, Any]:
    """An action whose branches all lead to the end."""
    rows = [{"ErrorType": each, "NextAction": "Bye"} for each in errors]
    transitions = {"NextAction": "Bye", "Errors": rows}
    return {"Identifier": name, "Type": kind, "Parameters": dict(parameters), "Transitions": transitions}


@dataclass
class Harness:
    """One sandbox, and a stack in a folder."""

    folder: Path
    sandbox: Sandbox
    clock: Clock

    def write(self, content: str) -> None:
        (self.folder / "stack.yaml").write_text(HEADER)
        (self.folder / "main.json").write_text(content)

    def once(self, *, dry_run: bool = False) -> PassReport:
        stack = load(self.folder, None, known_kinds())
        aws = account_in(self.sandbox, stack.region, self.clock)
        return Pass(stack, known_kinds(), aws, self.clock, Options(dry_run=dry_run), Quiet()).run()

    @property
    def connect(self) -> Any:
        return self.sandbox.session("eu-west-2").client("connect")

    @property
    def instance(self) -> dict[str, Any]:
        (found,) = self.connect.list_instances()["InstanceSummaryList"]
        return dict(found)

    @property
    def main(self) -> dict[str, str]:
        flows = self.connect.list_contact_flows(InstanceId=self.instance["Id"])["ContactFlowSummaryList"]
        (found,) = (each["Id"] for each in flows if each["Name"] == "Main")
        return {"InstanceId": self.instance["Id"], "ContactFlowId": found}

    def live(self) -> Any:
        return json.loads(self.connect.describe_contact_flow(**self.main)["ContactFlow"]["Content"])


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Harness]:
    with sandboxed("111111111111") as (sandbox, clock):
        yield Harness(tmp_path, sandbox, clock)


def test_the_instance_is_a_reference_both_ways(harness: Harness) -> None:
    harness.write(flow(step("Set", "UpdateContactAttributes", {"Attributes": OWN}, "NoMatchingError")))
    assert harness.once().outcome == "settled"
    instance = harness.instance
    wanted = {"arn": instance["Arn"], "same": instance["Arn"], "id": instance["Id"], "alias": "acme-flows"}
    assert harness.live()["Actions"][0]["Parameters"]["Attributes"] == wanted
    again = harness.once()
    assert (again.outcome, again.mutating_calls) == ("settled", 0)

    changed = harness.live()
    changed["Actions"][0]["Parameters"]["Attributes"] |= {"arn": instance["Id"], "id": "other"}
    harness.connect.update_contact_flow_content(**harness.main, Content=json.dumps(changed))
    (action,) = harness.once(dry_run=True).plan.pending
    assert {(each.field.rpartition(".")[2], each.observed, each.desired) for each in action.differences} == {
        ("arn", "${instance_id:acme-flows}", "${instance:acme-flows}"),
        ("id", "other", "${instance_id:acme-flows}"),
    }
    assert harness.once().outcome == "settled"
    assert harness.live()["Actions"][0]["Parameters"]["Attributes"] == wanted


def test_a_flow_that_aws_refuses_is_told_with_action_and_value(harness: Harness) -> None:
    lost = "00000000-0000-0000-0000-000000000000"
    harness.write(flow(step("To sales", "UpdateContactTargetQueue", {"QueueId": lost}, "NoMatchingError")))
    (told,) = (str(each) for key, each in harness.once().results.items() if key.name == "Main")
    about = (
        f'Actions[0].Parameters.QueueId, action "To sales" (UpdateContactTargetQueue), QueueId is "{lost}"'
    )
    assert about in told


def test_a_block_that_is_moved_in_the_console_is_no_drift(harness: Harness) -> None:
    layout = {"ActionMetadata": {"Bye": {"position": {"x": 40, "y": 40}}}}
    harness.write(flow(Metadata=layout))
    assert harness.once().outcome == "settled"
    moved = harness.live()
    assert moved["Metadata"] == layout
    moved["Metadata"]["ActionMetadata"]["Bye"]["position"]["x"] = 400
    harness.connect.update_contact_flow_content(**harness.main, Content=json.dumps(moved))
    quiet = harness.once()
    assert (quiet.outcome, quiet.mutating_calls) == ("settled", 0)
    assert harness.live() == moved


# -- mistakes that the command line finds before a call -----------------------------------------------------------------


def told(run: Run, folder: Path, content: str, command: str = "validate") -> subprocess.CompletedProcess[str]:
    (folder / "stack.yaml").write_text(HEADER)
    (folder / "main.json").write_text(content)
    return run(command, folder, *(("--sandbox", "--account", "111111111111") if command == "once" else ()))


def test_validate_names_action_value_file_and_line(run: Run, tmp_path: Path) -> None:
    foreign = "arn:aws:connect:us-east-1:222222222222:instance/i/queue/q"
    content = flow(
        step("Hello", "TransferContctToQueue", {}),
        step("Sales", "UpdateContactTargetQueue", {"QueueId": foreign}, "NoMatchingError"),
    )
    lines = content.splitlines()
    wrong, odd = (next(n for n, line in enumerate(lines, 1) if text in line) for text in ("Contct", foreign))
    result = told(run, tmp_path, content)
    assert result.returncode == 3
    assert f"main.json:{wrong}:12: connect.contact_flow/Main.content.Actions[0].Type: " in result.stderr
    assert (
        'there is no action type "TransferContctToQueue"; did you mean "TransferContactToQueue"?'
        in result.stderr
    )
    assert f"main.json:{odd}:" in result.stderr
    assert f'action "Sales" (UpdateContactTargetQueue): QueueId is "{foreign}"' in result.stderr


UNKNOWN = {"Text": "Hi", "BrandNew": "1"}


@pytest.mark.parametrize("command", ["validate", "once"])
def test_a_warning_is_printed_and_changes_no_exit_code(run: Run, tmp_path: Path, command: str) -> None:
    result = told(run, tmp_path, flow(step("Hello", "MessageParticipant", UNKNOWN)), command)
    assert result.returncode == 0, result.stderr
    assert (
        'warning: connect.contact_flow/Main.content.Actions[0].Parameters.BrandNew: action "Hello"'
        in result.stderr
    )
    assert "warning:" not in result.stdout


def test_validate_counts_warnings(run: Run, tmp_path: Path) -> None:
    result = told(run, tmp_path, flow(step("Hello", "MessageParticipant", UNKNOWN)))
    assert "2 resources, no mistakes, 1 warning" in result.stdout

"""Two passes at once: what one creates or replaces between the plan and the changes of the other is not created or replaced again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Quiet
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.sandbox.process_state import DEFAULT_ACCOUNT
from reconciler.stack import Stack

REGION = "eu-west-2"


@pytest.fixture
def world() -> Iterator[tuple[Sandbox, VirtualClock]]:
    with sandboxed() as (box, clock):
        yield box, clock


def stack(directory: Path, resources: dict[str, Any]) -> Stack:
    environment = {"account": DEFAULT_ACCOUNT, "region": REGION}
    content = {"stack": "shop", "environments": {"dev": environment}, **resources}
    (directory / "stack.yaml").write_text(json.dumps(content), encoding="utf-8")
    return load(directory, "dev", known_kinds())


def played(
    world: tuple[Sandbox, VirtualClock], wanted: Stack, *, another_meanwhile: bool = False
) -> PassReport:
    """Run one pass, possibly one that pauses after its plan until another one of the same stack has ended."""
    box, clock = world

    def planned(_plan: Any, _left: Any) -> None:
        if another_meanwhile:
            assert played(world, wanted).outcome == "settled"

    account = account_in(box, REGION, clock)
    options = Options(allow_deletes=None)
    return Pass(wanted, known_kinds(), account, clock, options, Quiet(), planned).run()


def test_what_only_its_mark_tells_is_made_once(world: tuple[Sandbox, VirtualClock], tmp_path: Path) -> None:
    wanted = stack(tmp_path, {"kms.key": {"orders": {"description": "for orders"}}})
    assert played(world, wanted, another_meanwhile=True).outcome == "settled"
    assert world[0].journal.counts()["kms:CreateKey"] == 1


def test_what_another_pass_has_replaced_is_not_replaced_again(
    world: tuple[Sandbox, VirtualClock], tmp_path: Path
) -> None:
    policy = {"replace": True, "protect": False}
    group = {"log_group_class": "STANDARD", "policy": policy}
    assert played(world, stack(tmp_path, {"logs.log_group": {"orders": group}})).outcome == "settled"
    wanted = stack(
        tmp_path, {"logs.log_group": {"orders": {**group, "log_group_class": "INFREQUENT_ACCESS"}}}
    )
    report = played(world, wanted, another_meanwhile=True)
    (result,) = report.results.values()
    assert (report.outcome, "it was replaced after the plan" in (result.message or "")) == ("pending", True)
    counts = world[0].journal.counts()
    assert (counts["logs:CreateLogGroup"], counts["logs:DeleteLogGroup"]) == (2, 1)
    assert played(world, wanted).outcome == "settled"


def test_what_another_pass_replaces_during_the_steps_before_a_delete_is_not_deleted(
    world: tuple[Sandbox, VirtualClock], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = {
        "path": "/old/",
        "assume_role_policy_document": {"Version": "2012-10-17", "Statement": [trust]},
        "policies": {"reading": document},
        "policy": {"replace": True, "protect": False},
    }
    assert played(world, stack(tmp_path, {"iam.role": {"orders": role}})).outcome == "settled"
    wanted = stack(tmp_path, {"iam.role": {"orders": {**role, "path": "/new/"}}})
    box, clock = world
    account = account_in(box, REGION, clock)
    iam = account.api("iam")
    inner = iam.call
    others: list[PassReport] = []

    def call(operation: str, **parameters: Any) -> dict[str, Any]:
        if operation == "delete_role_policy" and not others:
            others.append(played((box, VirtualClock(clock.now() + 1)), wanted))
        return inner(operation, **parameters)

    monkeypatch.setattr(iam, "call", call)
    report = Pass(wanted, known_kinds(), account, clock, Options(), Quiet()).run()
    (result,) = report.results.values()
    assert [each.outcome for each in others] == ["settled"]
    assert (report.outcome, "it was replaced after the plan" in (result.message or "")) == ("pending", True)
    assert (box.journal.counts()["iam:CreateRole"], box.journal.counts()["iam:DeleteRole"]) == (2, 1)
    assert played(world, wanted).outcome == "settled"

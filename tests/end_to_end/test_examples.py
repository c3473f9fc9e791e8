"""Everything in desired_state/ and deploy/ is loaded, planned and applied, so that the examples stay valid."""

import re
from pathlib import Path

import pytest

from reconciler.applying import Quiet
from reconciler.desired import InvalidStack, load
from reconciler.kinds import known_kinds
from reconciler.model import Secret
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.sandbox.fixtures import SECRET
from reconciler.stack import Stack
from tests.end_to_end.typed import ROOT, Run

EXAMPLES = ROOT / "desired_state"
STACKS = [*sorted(path.parent for path in EXAMPLES.glob("*/stack.yaml")), ROOT / "deploy" / "desired_state"]


def environments(directory: Path) -> list[str]:
    """The environments of a stack, from the message for a missing one."""
    with pytest.raises(InvalidStack) as caught:
        load(directory, "no such environment", known_kinds())
    (mistake,) = caught.value.mistakes
    return re.findall(r"\b(dev|stg|staging|prod)\b", mistake.message)


PLANNED_ONLY = {("connect_platform", "staging"), ("connect_platform", "prod"), ("stamp_rally", "stg")}
"""Differ from another environment by accounts and a few values; they are planned, and not applied, because that takes long."""
CASES = [(stack, environment) for stack in STACKS for environment in environments(stack)]


def keep_secrets(stack: Stack, box: Sandbox, region: str) -> None:
    """Store every secret at the location in the stack, unless the sandbox has it."""
    session = box.session(region)
    ssm, secrets = session.client("ssm"), session.client("secretsmanager")
    places = {
        value
        for desired in stack.resources.values()
        for value in desired.settings.values()
        if isinstance(value, Secret)
    }
    for each in places:
        if each.store == "ssm":
            ssm.put_parameter(Name=each.name, Value="Sentinel123", Type="SecureString", Overwrite=True)
        elif each.name != SECRET:
            secrets.create_secret(Name=each.name, SecretString="Sentinel123")


@pytest.mark.parametrize(("directory", "environment"), CASES, ids=[f"{s.name}-{e}" for s, e in CASES])
def test_every_example_is_created_and_settles(directory: Path, environment: str) -> None:
    stack = load(directory, environment, known_kinds())
    with sandboxed(stack.account) as (box, clock):
        keep_secrets(stack, box, stack.region)

        def one_pass(*, dry_run: bool = False) -> PassReport:
            aws = account_in(box, stack.region, clock)
            return Pass(stack, known_kinds(), aws, clock, Options(dry_run=dry_run), Quiet()).run()

        dry = one_pass(dry_run=True)
        assert (dry.outcome, dry.mutating_calls) == ("pending", 0)
        assert {action.verb for action in dry.plan.pending} == {"create"}
        if (directory.name, environment) in PLANNED_ONLY:
            return
        first = one_pass()
        assert first.outcome == "settled", [str(result) for result in first.results.values()]
        assert {action.verb for action in first.plan.pending} == {"create"}
        second = one_pass()
        assert (second.outcome, second.mutating_calls, second.plan.pending) == ("settled", 0, ())


def test_the_environments_of_every_example_are_tried() -> None:
    assert {(stack.name, environment) for stack, environment in CASES} == {
        ("contact_center", "dev"),
        ("contact_center", "prod"),
        ("connect_platform", "dev"),
        ("connect_platform", "staging"),
        ("connect_platform", "prod"),
        ("minimal_center", "dev"),
        ("staff_centre", "dev"),
        ("staff_centre", "prod"),
        ("staff_integration", "staging"),
        ("staff_integration", "prod"),
        ("stamp_rally", "dev"),
        ("stamp_rally", "stg"),
        ("stamp_rally", "prod"),
        ("desired_state", "dev"),
        ("desired_state", "prod"),
    }


def test_the_demo_names_the_stacks_that_a_directory_lacks(run: Run, tmp_path: Path) -> None:
    (tmp_path / "stamp_rally").mkdir()
    result = run("demo", tmp_path)
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == f"{tmp_path}: no stack contact_center in it\n"


def test_the_demo_tells_its_story(run: Run) -> None:
    result = run("demo")
    assert result.returncode == 0, result.stdout + result.stderr
    chapters = re.findall(r"^\d\. .*$", result.stdout, re.MULTILINE)
    assert len(chapters) == 7
    assert result.stdout.count("Settled: 0 changes, 0 mutating calls") == 6
    assert '"Hotline" -> "CustomerService"' in result.stdout
    assert result.stderr == ""

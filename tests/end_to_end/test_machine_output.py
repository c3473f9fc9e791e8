"""What other programs read: one JSON document, nothing, or a diff on stdout."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from reconciler import console
from reconciler.cli import app
from reconciler.reports.report_schema import report_schema

HEADER = 'stack: spoken\nenvironments:\n  dev: {account: "123456789012", region: eu-west-2}\n'
LONG = "x" * 200


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A stack of one bucket with a long tag."""
    (tmp_path / "stack.yaml").write_text(HEADER)
    (tmp_path / "buckets.yaml").write_text(f"s3.bucket:\n  spoken-one:\n    tags: {{Note: {LONG}}}\n")
    yield tmp_path
    console.remarks.quiet = False


def typed(name: str, folder: Path, *options: str) -> Result:
    return CliRunner().invoke(app, [name, str(folder), "--sandbox", "--no-cache", *options])


@pytest.mark.parametrize(("name", "code", "outcome"), [("plan", 2, "pending"), ("apply", 0, "settled")])
def test_json_is_the_only_output_on_stdout(name: str, code: int, outcome: str, folder: Path) -> None:
    result = typed(name, folder, "--json", *(["--yes"] if name == "apply" else []))
    said = json.loads(result.stdout)
    assert (result.exit_code, said["outcome"]) == (code, outcome), result.output
    Draft202012Validator(report_schema()).validate(said)
    assert result.stderr.splitlines()[-1].startswith(f"{outcome.capitalize()}: ")


def test_quiet_prints_nothing_if_all_went_well(folder: Path) -> None:
    result = typed("plan", folder, "--quiet")
    assert (result.exit_code, result.output) == (2, "")


def test_json_and_quiet_together_are_json_alone(folder: Path) -> None:
    result = typed("plan", folder, "--quiet", "--json")
    assert (result.exit_code, result.stderr) == (2, "")
    assert json.loads(result.stdout)["outcome"] == "pending"


def test_quiet_prints_what_is_refused(folder: Path) -> None:
    (folder / "stack.yaml").write_text(HEADER.replace("123456789012", "123456789013"))
    result = typed("once", folder, "-q")
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr.startswith("Refused: these credentials belong to account 123456789012")
    assert result.stderr.count("\n") == 1


def test_full_shows_whole_values(folder: Path) -> None:
    assert LONG in typed("plan", folder, "--full").stdout
    assert LONG not in typed("plan", folder).stdout


def test_diff_is_the_only_output_on_stdout(folder: Path) -> None:
    result = typed("diff", folder)
    assert result.exit_code == 2
    assert result.stdout.startswith("--- /dev/null\n+++ files/s3.bucket/spoken-one\n@@ create @@\n")
    assert LONG in result.stdout
    assert "Plan:" not in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("apply", "--json"), "apply asks about the plan, and --json does not show it; add --yes\n"),
        (("apply", "--quiet"), "apply asks about the plan, and --quiet does not show it; add --yes\n"),
        (
            ("plan", "--full", "--json"),
            "--full is about the plan as text, and --json prints none; leave one of them out\n",
        ),
        (
            ("once", "--full", "-q"),
            "--full is about the plan as text, and --quiet prints none; leave one of them out\n",
        ),
    ],
)
def test_options_that_contradict_each_other_are_one_line(
    words: tuple[str, ...], said: str, folder: Path
) -> None:
    result = typed(words[0], folder, *words[1:])
    assert (result.exit_code, result.output) == (3, said)


TWO = HEADER + '  prod: {account: "123456789012", region: eu-west-1}\n'


def test_several_environments_get_a_pass_each(folder: Path) -> None:
    (folder / "stack.yaml").write_text(TWO)
    result = typed("plan", folder, "--env", "dev", "--env", "prod", "--json")
    assert result.exit_code == 2
    assert [each["environment"] for each in json.loads(result.stdout)] == ["dev", "prod"]


def test_the_exit_code_of_several_environments_is_the_worst(folder: Path) -> None:
    (folder / "stack.yaml").write_text(TWO.replace("123456789012", "123456789013", 1))
    result = typed("plan", folder, "--env", "dev", "--env", "prod")
    assert result.exit_code == 4
    assert "spoken/prod" in result.stdout
    assert "1 to create" in result.stdout


CENTRE = """\
connect.instance:
  acme: {identity_management_type: CONNECT_MANAGED, inbound_calls_enabled: true, outbound_calls_enabled: true}
connect.hours_of_operation:
  Always: {instance: acme, time_zone: UTC, config: []}
connect.queue:
  Sales: {instance: acme, hours_of_operation: Always}
  Other: {instance: acme, hours_of_operation: Always}
"""


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--except", "connect.queue/O*", "--except", "s3.bucket/*"), {"acme", "Always", "Sales"}),
        (("--only", "connect.queue/Sales", "--with-dependencies"), {"acme", "Always", "Sales"}),
        (("--only", "connect.*", "--except", "connect.queue/Sales"), {"acme", "Always", "Other"}),
    ],
)
def test_a_pass_can_be_narrowed(options: tuple[str, ...], named: set[str], folder: Path) -> None:
    (folder / "centre.yaml").write_text(CENTRE)
    result = typed("plan", folder, "--json", *options)
    assert result.exit_code == 2, result.output
    assert {each["name"] for each in json.loads(result.stdout)["actions"]} == named


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--except", "s3.bucket/spoken-two"),
            "--except s3.bucket/spoken-two: the stack has no such resource; did you",
        ),
        (("--with-dependencies",), "--with-dependencies extends --only; name resources with --only\n"),
        (("--env", "dev", "--env", "dev"), "--env dev: named twice; name each environment once\n"),
        (
            ("--env", "dev", "--env", "prod", "--out", "p.json"),
            "--out is about one environment; name one with --env\n",
        ),
        (("--out", "p.json", "--except", "s3.*"), "--out p.json: a plan file keeps --only alone; leave out "),
        (("--profile", "x"), "--sandbox needs no credentials; leave out --profile\n"),
    ],
)
def test_a_wrong_selection_is_one_line(options: tuple[str, ...], said: str, folder: Path) -> None:
    result = typed("plan", folder, *options)
    assert (result.exit_code, result.output.count("\n")) == (3, 1), result.output
    assert result.output.startswith(said)


def test_an_unknown_profile_is_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    result = CliRunner().invoke(app, ["plan", str(folder), "--profile", "nobody", "--no-history"])
    assert result.exit_code == 3
    assert (
        result.stderr
        == "the AWS configuration cannot be used: The config profile (nobody) could not be found\n"
    )

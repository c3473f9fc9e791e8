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

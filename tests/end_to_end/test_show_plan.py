"""`reconciler show PLANFILE` prints a plan as `plan` did, offline."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reconciler.cli import app
from reconciler.cli.exits import INVALID

HEADER = 'stack: spoken\nenvironments:\n  dev: {account: "123456789012", region: eu-west-2}\n'
BUCKETS = "s3.bucket:\n  spoken-one: {tags: {Note: a @ b}}\n  spoken-two: {tags: {Team: é}}\n"


def typed(*words: object) -> Result:
    return CliRunner().invoke(app, [*map(str, words)])


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A plan file, and what the dry run printed."""
    folder = tmp_path_factory.mktemp("stack")
    (folder / "stack.yaml").write_text(HEADER)
    (folder / "buckets.yaml").write_text(BUCKETS)
    file = folder / "plan.json"
    result = typed("plan", folder, "--sandbox", "--no-cache", "--out", file)
    assert result.exit_code == 2, result.output
    return file, result.stdout


def test_a_plan_is_shown_as_it_was_printed(planned: tuple[Path, str]) -> None:
    file, printed = planned
    shown = typed("show", file)
    assert (shown.exit_code, shown.stdout) == (0, printed)
    assert shown.stderr.startswith("this plan was made ")


@pytest.mark.parametrize("word", ["spoken-two", "s3.bucket/spoken-two"])
def test_one_resource_of_a_plan_is_shown(planned: tuple[Path, str], word: str) -> None:
    file, printed = planned
    first, *rest = typed("show", file, word).stdout.splitlines()
    assert first == "    + s3.bucket/spoken-two"
    assert rest
    assert all(line in printed and line.startswith("        ") for line in rest)


def test_a_plan_is_shown_as_json(planned: tuple[Path, str]) -> None:
    file, _ = planned
    data = json.loads(typed("show", file, "--json").stdout)
    assert [each["name"] for each in data["actions"]] == ["spoken-one", "spoken-two"]
    assert "printed" not in data
    assert json.loads(typed("show", file, "spoken-one", "--json").stdout) == data["actions"][0]


def test_a_wrong_input_is_one_clear_line(planned: tuple[Path, str], tmp_path: Path) -> None:
    file, _ = planned
    edited, other = tmp_path / "edited.json", tmp_path / "other.json"
    edited.write_text(file.read_text().replace("spoken-one", "spoken-1"))
    other.write_text("{}")
    wrong = {
        ("show", file, "spoken-tw"): 'did you mean "spoken-two"?',
        ("show", file, "zzzzzzzz"): "the plan does nothing with",
        ("show", file, "--env", "dev"): "leave out --env",
        ("show", file, "--fresh"): "leave out --fresh",
        ("show", edited): "was edited after it was written",
        ("show", other): "this is not a plan",
        ("show", tmp_path / "nothing"): "there is no such directory",
        ("show", file.parent): "which resource?",
        ("show", "/dev/null"): "not a regular file",
    }
    for words, said in wrong.items():
        result = typed(*words)
        assert (result.exit_code, result.stdout) == (INVALID, ""), words
        (line,) = result.stderr.splitlines()
        assert said in line

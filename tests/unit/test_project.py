"""The project's workflows and version."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from reconciler.cli import app

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda each: each.name)
def test_an_action_is_named_by_its_commit_with_the_release_behind_it(workflow: Path) -> None:
    used = re.findall(r"uses: (.*)", workflow.read_text(encoding="utf-8"))
    assert used
    assert [each for each in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda each: each.name)
def test_a_workflow_may_only_read_where_no_job_says_more(workflow: Path) -> None:
    read = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    assert read["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] <= 60 for job in read["jobs"].values())


def test_the_version_stands_in_pyproject_and_is_printed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    printed = CliRunner().invoke(app, ["--version"])
    assert (printed.exit_code, printed.stdout) == (0, f"connect-reconciler {project['version']}\n")


def test_every_file_that_the_architecture_names_is_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+(?:/[a-z_]+)*(?:\.py|/))`", page))
    places = [ROOT, ROOT / "reconciler", *(each for each in (ROOT / "reconciler").iterdir() if each.is_dir())]
    assert len(named) > 40
    assert [each for each in sorted(named) if not any((place / each).exists() for place in places)] == []


QUESTIONS = {
    "Where is a user's routing profile compared?": ("planning/comparison.py", "def compare_fields"),
    "Where does a log group go?": ("resources/logs/log_group.py", "class LogGroupAdapter"),
    "What does the daemon do when files are broken?": ("daemon/watch.py", "def _reload"),
    "Which file draws a flow?": ("pictures/sources/flow.py", "def draw"),
    "Where are retries?": ("runtime/retrying.py", "def retrying"),
}
"""Questions of a newcomer: the file that the page names, and what answers the question there."""


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_architecture_answers_a_newcomers_question(question: str) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    (answer,) = re.findall(rf"^\| {re.escape(question)} \| (.*) \|$", page, re.MULTILINE)
    file, definition = QUESTIONS[question]
    assert f"`{file}`" in answer
    found = [each for each in (ROOT / file, ROOT / "reconciler" / file) if each.is_file()]
    assert definition in found[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [(), ("plan",), ("history",), ("history", "show")], ids=" ".join)
def test_h_is_short_for_help(words: tuple[str, ...]) -> None:
    short, long = (CliRunner().invoke(app, [*words, asked]) for asked in ("-h", "--help"))
    assert (short.exit_code, short.stdout) == (0, long.stdout)
    assert "-h, --help" in short.stdout

"""`once --all`: which stacks it finds, and which input it refuses before any call."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reconciler.cli import app
from reconciler.desired import InvalidStack
from reconciler.desired.repository import environments_of, stacks_below
from tests.desired.desired_toys import write

SMALL = "stack: {name}\nenvironments:\n  dev: {{account: '111111111111', region: eu-west-2}}\n"


def repository(directory: Path) -> Path:
    """A folder with two stacks, and with files that belong to none."""
    files = {
        "b/stack.yaml": SMALL.format(name="b"),
        "teams/a/Stack.yml": SMALL.format(name="a"),
        "node_modules/c/stack.yaml": "x: [",
        ".hidden/stack.yaml": "x: [",
        "venv/pyvenv.cfg": "",
        "venv/d/stack.yaml": "x: [",
        "old/stack.yaml": "x: [",
        ".reconcilerignore": "old/\n",
    }
    return write(directory, files)


def test_the_stacks_of_a_repository_are_found(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    (folder / "link").symlink_to("b")
    write(folder, {"b/inner/stack.yaml": "x: ["})
    assert stacks_below(folder) == ["b", "teams/a"]
    assert stacks_below(folder / "b") == ["."]
    assert environments_of(folder / "b") == ("dev",)
    assert environments_of(folder / "teams/a") == ("dev",)
    assert environments_of(folder / "old") == ()


def test_too_many_folders_are_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconciler.desired.repository.MOST_FOLDERS", 3)
    with pytest.raises(InvalidStack, match="there are more than 3 folders here"):
        stacks_below(repository(tmp_path))


def said(*words: object) -> tuple[int, str]:
    """The exit code and the output of `once --all` with these words."""
    found = CliRunner().invoke(app, ["once", "--all", *map(str, words)])
    return found.exit_code, found.output


WRONG = {
    "--only": ["--only", "connect.queue/*"],
    "--except": ["--except", "connect.queue/*"],
    "--allow-deletes": ["--allow-deletes", "3"],
    "--out": ["--out", "plan.json", "--dry-run"],
    "--plan": ["--plan", "plan.json"],
    "--report": ["--report", "pass.json"],
    "--sandbox": ["--sandbox"],
}


@pytest.mark.parametrize("option", WRONG)
def test_options_about_one_stack_are_refused(option: str, tmp_path: Path) -> None:
    assert said(repository(tmp_path), *WRONG[option]) == (
        3,
        f"--all: {option} is about one stack; leave one of the two out\n",
    )


OTHERS = {
    "no folder": (["{}/nothing"], "{}/nothing: there is no such folder"),
    "a file": (["{}/b/stack.yaml"], "{}/b/stack.yaml: there is no such folder"),
    "no stack": (
        ["{}/node_modules"],
        "{}/node_modules: there is no stack in this folder; a stack is a directory with a stack.yaml",
    ),
    "an environment of none": (
        ["{}", "--env", "prod"],
        "--env prod: no stack in {} has this environment; there are dev",
    ),
    "an environment twice": (
        ["{}", "--env", "dev", "--env", "dev"],
        "--env dev: named twice; name each environment once",
    ),
    "a wrong pattern": (
        ["{}/wrong"],
        "{}/wrong/.reconcilerignore:1:1: this is not a .gitignore pattern; correct or remove it",
    ),
    "an endpoint elsewhere": (
        ["{}", "--endpoint-url", "http://10.0.0.1"],
        (
            "endpoint http://10.0.0.1: only https, or plain http to this machine (127.0.0.1, localhost), "
            "by its host and port alone"
        ),
    ),
    "--full with --json": (
        ["{}", "--full", "--json"],
        "--full is about the plan as text, and --json prints none; leave one of them out",
    ),
}


@pytest.mark.parametrize(("words", "expected"), OTHERS.values(), ids=OTHERS.keys())
def test_wrong_input_is_one_line_and_nothing_is_called(
    words: list[str], expected: str, tmp_path: Path
) -> None:
    folder = repository(tmp_path)
    write(folder, {"wrong/.reconcilerignore": "!\n"} if "wrong" in words[0] else {})
    words = [word.replace("{}", str(folder)) for word in words]
    if "node_modules" in words[0]:
        (folder / "node_modules/c/stack.yaml").unlink()
    assert said(*words) == (3, expected.replace("{}", str(folder)) + "\n")


def test_on_a_terminal_it_needs_an_answer_in_advance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconciler.console.can_ask", lambda: True)
    line = (
        "once --all asks no questions: add --yes, or --dry-run to see what would change; `apply --all` asks\n"
    )
    assert said(repository(tmp_path)) == (3, line)


def test_if_all_stacks_are_broken_each_is_named_and_nothing_is_called(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    write(folder, {"b/q.yaml": "x.y: {}\n", "teams/a/Stack.yml": "stack: [\n"})
    code, output = said(folder, "--json", "--no-history")
    assert code == 3
    found = json.loads(output[output.index("{") :])
    assert found["exit_code"] == 3
    assert [(each["directory"], each["outcome"], each["pass"]) for each in found["passes"]] == [
        ("b", "invalid", None),
        ("teams/a", "invalid", None),
    ]
    assert 'b: q.yaml:1:1: no kind named "x.y" is known' in output
    assert "teams/a: Stack.yml:" in output


def test_two_directories_of_one_stack_are_a_mistake_of_the_second(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    write(
        folder,
        {
            "b/q.yaml": "x.y: {}\n",
            "teams/a/Stack.yml": SMALL.format(name="c").replace("eu-west-2", "eu-west-99"),
            "z/stack.yaml": SMALL.format(name="c").replace("eu-west-2", "eu-west-99"),
        },
    )
    code, output = said(folder, "--env", "dev", "--json", "--no-history")
    found = {each["directory"]: each for each in json.loads(output[output.index("{") :])["passes"]}
    twin = "stack.yaml:1:1: teams/a already has c/dev of account 111111111111 and eu-west-99; give one of the two another name"
    assert found["z"]["mistakes"] == [twin]
    assert found["teams/a"]["mistakes"] == ['stack.yaml:1:1: "eu-west-99" is not an AWS Region']
    assert {each["outcome"] for each in found.values()} == {"invalid"}
    assert code == 3

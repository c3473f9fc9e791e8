"""`reconciler init`: a first stack that validates, and no file overwritten."""

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from reconciler import console
from reconciler.cli import app

GIVEN = ("--account", "123456789012", "--region", "eu-west-2")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


def files(folder: Path) -> list[str]:
    return sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())


def test_it_writes_a_stack_that_validates(folder: Path) -> None:
    result = typed("init", "my_centre", *GIVEN)
    assert result.exit_code == 0, result.output
    assert files(folder) == [
        ".github/workflows/reconciler.yml",
        ".vscode/settings.json",
        "my_centre/centre.yaml",
        "my_centre/stack.yaml",
        "reconciler.schema.json",
    ]
    checked = typed("validate", "my_centre")
    assert checked.stdout == "my-centre/dev: 3 resources, no mistakes\n", checked.output
    assert typed("fmt", "my_centre", "--check").stdout == "2 files, 0 changed\n"
    settings = json.loads((folder / ".vscode" / "settings.json").read_text())
    assert list(settings["yaml.schemas"]) == ["./reconciler.schema.json"]
    workflow = yaml.safe_load((folder / ".github" / "workflows" / "reconciler.yml").read_text())
    steps = [each.get("run") for each in workflow["jobs"]["validate"]["steps"]]
    assert "reconciler validate my_centre --env dev --format github" in steps


def test_its_flags_are_used(folder: Path) -> None:
    assert typed("init", "a/b", *GIVEN, "--env", "prod", "--name", "acme").exit_code == 0
    assert typed("validate", "a/b").stdout == "acme/prod: 3 resources, no mistakes\n"


def test_on_a_terminal_it_asks_for_what_is_not_given(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "can_ask", lambda: True)
    result = CliRunner().invoke(app, ["init", "c", "--region", "eu-west-2"], input="123456789012\nprod\n\n")
    assert result.exit_code == 0, result.output
    assert "The AWS account (12 digits): " in result.stderr
    assert "The name of the stack [c]: " in result.stderr
    assert typed("validate", "c").stdout == "c/prod: 3 resources, no mistakes\n"


@pytest.mark.parametrize("there", ["c/stack.yaml", "c/centre.yaml"])
def test_it_overwrites_nothing(there: str, folder: Path) -> None:
    (folder / there).parent.mkdir(parents=True)
    (folder / there).write_text("mine")
    result = typed("init", "c", *GIVEN)
    assert (result.exit_code, result.output) == (
        3,
        f"{there}: this file already exists; nothing was written\n",
    )
    assert files(folder) == [there]
    assert (folder / there).read_text() == "mine"


def test_a_second_stack_keeps_the_settings_of_the_repository(folder: Path) -> None:
    assert typed("init", "one", *GIVEN).exit_code == 0
    before = {name: (folder / name).read_bytes() for name in files(folder)}
    result = typed("init", "two", *GIVEN)
    assert result.exit_code == 0, result.output
    assert set(files(folder)) - before.keys() == {"two/stack.yaml", "two/centre.yaml"}
    assert {name: (folder / name).read_bytes() for name in before} == before
    assert (
        "not changed: .github/workflows/reconciler.yml already exists; "
        "add to its steps: reconciler validate two --env dev --format github\n"
    ) in result.stderr
    assert typed("validate", "two").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("c",), "--account: this is needed: the 12 digits of an account id\n"),
        (
            ("c", "--account", "12", "--region", "eu-west-2"),
            "--account 12: expected the 12 digits of an account id\n",
        ),
        (("c", *GIVEN[:2]), "--region: this is needed: a Region such as eu-west-2\n"),
        (("c", *GIVEN[:2], "--region", "London"), "--region London: expected a Region such as eu-west-2\n"),
        (("c", *GIVEN, "--env", "a b"), "--env a b: expected 1 to 10 of a-z and 0-9\n"),
        (("c", *GIVEN, "--name", "A"), "--name A: expected 1 to 32 of a-z, 0-9 and -\n"),
        (("/c", *GIVEN), "/c: name a directory below this one, such as contact_center\n"),
        (("../c", *GIVEN), "../c: name a directory below this one, such as contact_center\n"),
        ((".", *GIVEN), ".: name a directory below this one, such as contact_center\n"),
        (("a b", *GIVEN), "a b: the name of a stack's directory has only letters, digits, -, _ and .\n"),
    ],
)
def test_wrong_words_are_one_line_and_write_nothing(words: tuple[str, ...], said: str, folder: Path) -> None:
    result = typed("init", *words)
    assert (result.exit_code, result.output) == (3, said)
    assert files(folder) == []

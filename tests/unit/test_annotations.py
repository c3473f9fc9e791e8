"""`validate --format github`: mistakes and warnings at their lines in a pull request."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reconciler.cli import app

HEADER = 'stack: noted\nenvironments:\n  dev: {account: "123456789012", region: eu-west-2}\n'


def validated(folder: Path, text: str, form: str = "github") -> Result:
    (folder / "stack.yaml").write_text(HEADER)
    (folder / "all.yaml").write_text(text)
    return CliRunner().invoke(app, ["validate", str(folder), "--format", form])


def test_each_mistake_is_an_error_at_its_line(tmp_path: Path) -> None:
    result = validated(tmp_path, "s3.bucket:\n  noted-one:\n    colour: red\n    tags: 5\n")
    lines = result.stdout.splitlines()
    assert result.exit_code == 3
    assert len(lines) == 2
    assert lines[0].startswith(f"::error file={tmp_path}/all.yaml,line=3,col=5::s3.bucket/noted-one.colour: ")
    assert lines[1].startswith(f"::error file={tmp_path}/all.yaml,line=4,col=11::s3.bucket/noted-one.tags: ")
    assert result.stderr == "2 mistakes; no call was made\n"


def test_what_a_workflow_would_read_as_a_command_is_escaped(tmp_path: Path) -> None:
    folder = tmp_path / "a,b:100%"
    folder.mkdir()
    result = validated(folder, 's3.bucket:\n  "x\\n::set-env y%": {colour: red}\n')
    assert result.exit_code == 3
    assert all(line.startswith("::error file=") for line in result.stdout.splitlines())
    assert "/a%2Cb%3A100%25/all.yaml,line=2" in result.stdout


def test_a_stack_without_mistakes_has_no_annotations(tmp_path: Path) -> None:
    result = validated(tmp_path, "s3.bucket:\n  noted-one: {}\n")
    assert (result.exit_code, result.stdout) == (0, "noted/dev: 1 resource, no mistakes\n")


@pytest.mark.parametrize("form", ["gitlab", "GITHUB", ""])
def test_another_format_is_refused(form: str, tmp_path: Path) -> None:
    assert validated(tmp_path, "{}\n", form).exit_code != 0

"""docs/sandbox-walk.md: its script is complete, and an installed AWS CLI still gives the same replies."""

from pathlib import Path

import pytest

from tests.sandbox.aws_cli.installed import required_aws
from tests.sandbox.aws_cli.walk import NAME, Step, document, script

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs" / "sandbox-walk.md"
STEPS = [step for step in script() if isinstance(step, Step)]


def test_the_script_goes_from_the_first_thing_to_the_last() -> None:
    assert len(STEPS) >= 60
    assert STEPS[0].command.startswith("aws connect create-instance ")
    assert any(step.command.startswith("aws connect delete-instance ") for step in STEPS[-2:])


def test_what_a_command_uses_was_kept_before() -> None:
    kept: set[str] = set()
    for step in STEPS:
        assert set(NAME.findall(step.command)) <= kept, step.command
        if step.name:
            kept.add(step.name)


def test_the_document_shows_every_command() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [line.split()[3] for line in text.splitlines() if line.startswith("$ aws ")] == [
        step.command.split()[2] for step in STEPS
    ]


def walked(sections: int | None = None) -> str:
    """The document, or its first sections, written with the installed AWS CLI."""
    aws = required_aws()
    return document(aws, sections)


def test_the_walk_begins_as_it_is_written() -> None:
    assert DOCUMENT.read_text(encoding="utf-8").startswith(walked(sections=1))


@pytest.mark.whole
def test_the_walk_goes_as_it_is_written() -> None:
    assert walked() == DOCUMENT.read_text(encoding="utf-8")

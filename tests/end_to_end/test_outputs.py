"""`outputs:` of a stack: checked in the files, and printed and written for other programs."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.cli.exits import FAILED, INVALID
from reconciler.desired import load
from reconciler.inventory.outputs_text import env_file, github_output
from reconciler.kinds import known_kinds
from reconciler.stack_json import stack_from, stack_text
from tests.end_to_end.live_centre import LiveCentre, live
from tests.end_to_end.typed import CENTRE

OUTPUTS = """
outputs:
  number: ${connect.phone_number:main_line#phone_number}
  instance: ${connect.instance:full-contact-center-dev#id}
  url: ${connect.instance:full-contact-center-dev#access_url}/agent-app-v2
  role: ${connect.instance:full-contact-center-dev#service_role}
  queue: ${connect.queue:CustomerService}
  where: ${region} of ${environment}
"""


@pytest.fixture(scope="module")
def centre() -> Iterator[LiveCentre]:
    with live() as centre:
        yield centre


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    return with_outputs(tmp_path, OUTPUTS)


def with_outputs(tmp_path: Path, outputs: str) -> Path:
    """A copy of the example centre with these outputs."""
    copy = Path(shutil.copytree(CENTRE, tmp_path / "stack"))
    header = copy / "stack.yaml"
    header.write_text(header.read_text() + outputs)
    return copy


def test_each_value_is_that_of_the_live_resource(centre: LiveCentre, stack: Path) -> None:
    values = json.loads(centre.type("outputs", stack, "--env", "dev", "--json").stdout)
    rows = json.loads(centre.type("list", stack, "--env", "dev", "--json").stdout)["resources"]
    live = {each["name"]: each for each in rows}
    instance = live["full-contact-center-dev"]
    assert values == {
        "number": live["main_line"]["attributes"]["phone_number"],
        "instance": instance["id"],
        "url": f"{instance['attributes']['access_url']}/agent-app-v2",
        "role": instance["attributes"]["service_role"],
        "queue": live["CustomerService"]["arn"],
        "where": "eu-west-2 of dev",
    }
    lines = centre.type("outputs", stack, "--env", "dev").stdout.splitlines()
    assert lines == [f"{name}={value}" for name, value in values.items()]


def test_a_file_for_the_shell_is_written_and_written_again(
    centre: LiveCentre, stack: Path, tmp_path: Path
) -> None:
    file = tmp_path / "centre.env"
    for _ in range(2):
        typed = centre.type("outputs", stack, "--env", "dev", "--env-file", file)
        assert (typed.exit_code, typed.stdout) == (0, "")
    command = ["sh", "-c", f'. {file}; printf "%s" "$where"']
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "eu-west-2 of dev"


def test_a_file_of_somebody_else_is_not_overwritten(centre: LiveCentre, stack: Path, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("SECRET=1\n")
    typed = centre.type("outputs", stack, "--env", "dev", "--env-file", file)
    assert typed.exit_code == INVALID
    assert "already exists and reconciler did not write it" in typed.stderr
    assert file.read_text() == "SECRET=1\n"


def test_github_s_file_gets_them_at_its_end(
    centre: LiveCentre, stack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "github"
    file.write_text("before=1\n")
    monkeypatch.setenv("GITHUB_OUTPUT", str(file))
    assert centre.type("outputs", stack, "--env", "dev", "--github-output").exit_code == 0
    first, *rest = file.read_text().splitlines()
    assert first == "before=1"
    assert [line.partition("=")[0] for line in rest] == [
        "number",
        "instance",
        "url",
        "role",
        "queue",
        "where",
    ]


@pytest.mark.parametrize(
    ("named", "said"), [("", "is not set; GitHub Actions sets it"), ("/nowhere", "which is not a file")]
)
def test_without_github_s_file_nothing_is_written(
    centre: LiveCentre, stack: Path, monkeypatch: pytest.MonkeyPatch, named: str, said: str
) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", named)
    typed = centre.type("outputs", stack, "--env", "dev", "--github-output")
    assert typed.exit_code == INVALID
    assert said in typed.stderr


def test_values_in_quotes_and_of_several_lines() -> None:
    assert env_file("s/dev", {"a": "x y'z", "b": "plain"}).splitlines()[1:] == ["a='x y'\"'\"'z'", "b=plain"]
    name, value, end = (
        github_output({"a": "one\ntwo"}).split("\n", 1)[0],
        "one\ntwo",
        github_output({"a": "one\ntwo"}),
    )
    mark = name.removeprefix("a<<")
    assert end == f"a<<{mark}\n{value}\n{mark}\n"


def test_what_does_not_exist_yet_is_named(centre: LiveCentre, tmp_path: Path) -> None:
    stack = with_outputs(
        tmp_path, "\noutputs: {team: '${connect.user_hierarchy_group:Night#id}', where: here}\n"
    )
    (stack / "more.yaml").write_text("connect.user_hierarchy_group: {Night: {}}\n")
    file = tmp_path / "centre.env"
    typed = centre.type("outputs", stack, "--env", "dev", "--env-file", file)
    assert typed.exit_code == FAILED
    assert typed.stderr.splitlines() == [
        "outputs.team: connect.user_hierarchy_group/Night does not exist", "nothing was written",
    ]  # fmt: skip
    assert not file.exists()


def test_what_belongs_to_another_stack_is_not_given_out(centre: LiveCentre, stack: Path) -> None:
    header = stack / "stack.yaml"
    header.write_text(header.read_text().replace("stack: contact-center", "stack: other"))
    typed = centre.type("outputs", stack, "--env", "dev")
    assert typed.exit_code == FAILED
    assert "outputs.number: connect.phone_number/main_line" in typed.stderr


def test_a_stack_without_outputs_says_how_they_are_written(centre: LiveCentre) -> None:
    typed = centre.type("outputs", CENTRE, "--env", "dev")
    assert typed.exit_code == INVALID
    assert "stack.yaml has no `outputs:`" in typed.stderr


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("a: ${connect.queue:Customer}", 'outputs.a: no queue named "Customer"'),
        ("a: ${connect.que:CustomerService}", "outputs.a: no reference begins with"),
        ("a: ${connect.queue:CustomerService#number}", 'connect.queue has no attribute "number"'),
        ("a: ${nothing}", 'outputs.a: no variable named "nothing"'),
        ("a: ${connect.queue:}", "outputs.a: a reference needs a name"),
        ("a: [1]", "outputs.a"),
        ("1a: x", "letters, digits and _, no digit first"),
        ("a-b: x", "letters, digits and _, no digit first"),
    ],
)
def test_a_mistake_is_named_with_its_line(centre: LiveCentre, tmp_path: Path, output: str, said: str) -> None:
    stack = with_outputs(tmp_path, f"\noutputs:\n  {output}\n")
    line = len((stack / "stack.yaml").read_text().splitlines())
    typed = centre.type("validate", stack, "--env", "dev")
    assert typed.exit_code == INVALID
    assert f"stack.yaml:{line}:" in typed.stderr
    assert said in typed.stderr


def test_the_history_keeps_them(stack: Path) -> None:
    loaded = load(stack, "dev", known_kinds())
    assert stack_from(stack_text(loaded)).outputs == loaded.outputs
    assert loaded.outputs["number"] == "${connect.phone_number:main_line#phone_number}"

"""`reconciler graph`: the pictures of the examples, the picture of a dry run, and mistakes."""

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from reconciler.applying import Quiet
from reconciler.cli import app
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pictures import report_pictures
from reconciler.reconcile import Pass
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.sandbox.server import RunningServer
from tests.end_to_end.typed import CENTRE, ROOT, Run

IMAGES = ROOT / "docs" / "images"
DOCUMENTS = [ROOT / "docs" / f"{name}.md" for name in ("pictures", "platform", "stamp-rally")]
PLATFORM, RALLY = (ROOT / "desired_state" / name for name in ("connect_platform", "stamp_rally"))
OF_RALLY = ("apigateway.*", "cognito.*", "backup.*", "cloudtrail.*", "s3.*")
CHANGES = {
    "flows/main.json": {
        "Thank you for calling customer service.": "Welcome to customer service.",
        '"NextAction": "Set premium support", "Condition"': '"NextAction": "To after hours", "Condition"',
    },
    "routing.yaml": {"max_contacts: 50": "max_contacts: 60"},
}
"""The changes in docs/pictures.md: by file, the old and the new text."""
WORDS = """\
Press 2: After Hours, was PremiumSupportQueue
Prompt of Welcome: "Welcome to customer service. Calls may be recorded for training.", \
was "Thank you for calling customer service. Calls may be recorded for training."
"""


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """The example centre with the changes of the document."""
    stack = tmp_path / "stack"
    shutil.copytree(CENTRE, stack)
    for name, changes in CHANGES.items():
        text = (stack / name).read_text(encoding="utf-8")
        for before, after in changes.items():
            assert text.count(before) == 1
            text = text.replace(before, after)
        (stack / name).write_text(text, encoding="utf-8")
    return stack


def same(result: subprocess.CompletedProcess[str], made: Path, name: str) -> None:
    assert result.returncode in (0, 2), result.stderr
    as_in_documents(made, name)


def as_in_documents(made: Path, name: str) -> None:
    document = IMAGES / name
    assert made.read_bytes() == document.read_bytes(), (
        f"{name} is out of date; docs/pictures.md says how to draw it"
    )
    assert any(f"images/{name}" in each.read_text(encoding="utf-8") for each in DOCUMENTS)


@pytest.mark.parametrize(
    ("name", "stack", "words"),
    [
        ("contact_center.svg", CENTRE, ()),
        ("main_flow.svg", CENTRE, ("--flow", "MainFlow")),
        ("connect_platform.svg", PLATFORM, ()),
        ("stamp_rally.svg", RALLY, tuple(word for kind in OF_RALLY for word in ("--only", kind))),
    ],
)
def test_the_pictures_in_the_documents_are_what_the_command_draws(
    tmp_path: Path, name: str, stack: Path, words: tuple[str, ...]
) -> None:
    made = tmp_path / name
    drawn = CliRunner().invoke(app, ["graph", str(stack), "--env", "dev", *words, "--out", str(made)])
    assert drawn.exit_code == 0, drawn.output
    as_in_documents(made, name)


def test_after_a_dry_run_a_flow_is_drawn_as_it_lives_and_as_desired(
    server: RunningServer, run: Run, edited: Path, tmp_path: Path
) -> None:
    there = ("--env", "dev", "--endpoint-url", server.url)
    assert run("once", CENTRE, *there).returncode == 0
    made = tmp_path / "change.svg"
    drawn = run("graph", edited, *there, "--dry-run", "--flow", "MainFlow", "--out", made)
    assert (drawn.returncode, drawn.stdout) == (2, WORDS)
    same(drawn, made, "main_flow_change.svg")
    chart = run("graph", edited, *there, "--dry-run", "--flow", "MainFlow").stdout
    assert [line.removeprefix("%% ") for line in chart.splitlines()[:2]] == WORDS.splitlines()
    whole = run("graph", edited, *there, "--dry-run").stdout
    assert set(re.findall(r'\["#126; \w+<br/>(\w+)', whole)) == {"MainFlow", "PremiumSupportQueue"}
    same_ = run("graph", edited, *there, "--dry-run", "--flow", "Waiting", "--out", made)
    assert same_.stdout == "connect.contact_flow/Waiting: its content stays as it is\n"


def test_without_a_file_the_picture_is_mermaid_and_nothing_is_called(run: Run) -> None:
    result = run("graph", CENTRE, "--env", "dev", "--only", "connect.queue/Premium*")
    assert (result.returncode, result.stderr) == (0, "that is Mermaid; --out FILE.svg draws SVG\n")
    assert result.stdout.startswith("flowchart LR\n")
    assert "Queue<br/>PremiumSupportQueue" in result.stdout
    assert "Queue<br/>CustomerService" not in result.stdout


def test_markdown_holds_the_picture_as_a_fenced_block(run: Run, tmp_path: Path) -> None:
    made = tmp_path / "flow.md"
    assert run("graph", CENTRE, "--env", "dev", "--flow", "After Hours", "--out", made).returncode == 0
    text = made.read_text(encoding="utf-8")
    assert text.startswith("# After Hours\n\n```mermaid\nflowchart TD\n")
    assert text.endswith("```\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--flow", "MainFlw"), 'no flow of the stack is called "MainFlw"; did you mean "MainFlow"?'),
        (("--flow", "Default queue transfer"), "the files do not contain the content of flow"),
        (("--out", "picture.png"), "give the file one of these endings"),
        (("--only", "connect.queue/Nope"), "the stack has no such resource"),
        (("--only", "connect.queue/*", "--flow", "MainFlow"), "leave one of them out"),
    ],
)
def test_a_mistake_is_one_line(run: Run, words: tuple[str, ...], said: str) -> None:
    result = run("graph", CENTRE, "--env", "dev", *words)
    assert (result.returncode, result.stdout) == (3, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_file_that_cannot_be_written_is_named(run: Run, tmp_path: Path) -> None:
    result = run("graph", CENTRE, "--env", "dev", "--out", tmp_path / "missing" / "picture.svg")
    assert result.returncode == 3
    assert "missing/picture.svg" in result.stderr


def test_the_wrong_account_is_refused_and_nothing_drawn(
    server: RunningServer, run: Run, tmp_path: Path
) -> None:
    made = tmp_path / "picture.svg"
    result = run("graph", CENTRE, "--env", "prod", "--endpoint-url", server.url, "--dry-run", "--out", made)
    assert result.returncode == 4
    assert "these credentials belong to account" in result.stderr
    assert not made.exists()


def test_a_report_gets_the_map_and_every_changed_flow(edited: Path) -> None:
    kinds = known_kinds()
    with sandboxed("123456789012") as (box, clock):
        for directory, dry_run in ((CENTRE, False), (edited, True)):
            stack = load(directory, "dev", kinds)
            aws = account_in(box, stack.region, clock)
            report = Pass(stack, kinds, aws, clock, Options(dry_run=dry_run), Quiet()).run()
    found = report_pictures(report, kinds)
    assert [(flow.name, "\n".join(flow.words) + "\n") for flow in found.flows] == [("MainFlow", WORDS)]
    for picture in (found.map, found.flows[0].svg):
        assert ET.fromstring(picture).get("role") == "img"
    assert 'class="s-queue z-update"' in found.map
    assert found.flows[0].mermaid.count("subgraph") == 2

"""Reports on the command line: several from one pass, and a suffix that is unknown is refused before any call."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import typer

from reconciler.applying import Quiet
from reconciler.cli.report_files import finish
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.reconcile import Pass
from reconciler.reports.report_schema import report_schema
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.sandbox.server import RunningServer
from tests.end_to_end.typed import CENTRE, Run


def test_one_pass_writes_every_format(run: Run, server: RunningServer, tmp_path: Path) -> None:
    suffixes = ("json", "md", "html", "xml", "txt")
    words = [word for suffix in suffixes for word in ("--report", tmp_path / f"dry.{suffix}")]
    result = run("once", CENTRE, "--env", "dev", "--dry-run", "--endpoint-url", server.url, *words)
    assert result.returncode == 2, result.stderr
    written = {file.suffix: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()}
    assert written[".txt"] == result.stdout
    data = json.loads(written[".json"])
    number = len(data["actions"])
    assert (data["report"], data["outcome"], number > 20) == (1, "pending", True)
    assert data["started"].endswith("Z")
    assert written[".md"].startswith("<!-- reconciler: contact-center/dev -->\n")
    assert f"An apply would create {number} resources." in written[".md"]
    assert f"An apply would create {number} resources." in written[".html"]
    suite = ET.fromstring(written[".xml"]).find("testsuite")
    assert suite is not None
    assert suite.get("failures") == str(number)


@pytest.mark.parametrize("name", ["report.pdf", "report"])
def test_an_unknown_suffix_is_refused_before_anything_is_called(
    run: Run, server: RunningServer, tmp_path: Path, name: str
) -> None:
    words = ("--report", tmp_path / "good.json", "--report", tmp_path / name)
    result = run("once", CENTRE, "--env", "dev", "--endpoint-url", server.url, *words)
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == (
        f"--report {tmp_path / name}: a report is written as its suffix says: .json, .md, .html, .xml, .txt or .csv\n"
    )
    assert list(server.journal) == []
    assert list(tmp_path.iterdir()) == []


def test_a_report_into_a_missing_directory_is_refused_before_the_pass(run: Run, tmp_path: Path) -> None:
    lost, good = tmp_path / "nowhere" / "report.md", tmp_path / "report.json"
    result = run("once", CENTRE, "--env", "dev", "--sandbox", "--dry-run", "--report", lost, "--report", good)
    assert (result.returncode, result.stdout) == (3, "")
    assert f"there is no directory {lost.parent}" in result.stderr
    assert not good.exists()


def test_a_report_that_cannot_be_written_is_named_and_the_others_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lost, good = tmp_path / "gone meanwhile" / "report.md", tmp_path / "report.json"
    with sandboxed("123456789012") as (box, clock):
        stack = load(CENTRE, "dev", known_kinds())
        aws = account_in(box, stack.region, clock)
        passed = Pass(stack, known_kinds(), aws, clock, Options(dry_run=True), Quiet()).run()
    with pytest.raises(typer.Exit) as ended:
        finish(passed, [lost, good])
    assert ended.value.exit_code == 1
    assert f"the report could not be written: {lost}" in capsys.readouterr().err
    assert json.loads(good.read_text())["dry_run"] is True


def test_the_schema_of_a_report_is_printed(run: Run) -> None:
    result = run("schema", "--report")
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout) == report_schema()

"""Report files: the suffix selects the format, and a file is written completely or not at all."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch
from xml.etree import ElementTree as ET

import pytest
import typer

from reconciler.applying import Result
from reconciler.cli.report_files import finish
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.diff import Difference
from reconciler.planning.plan import Action, Plan
from reconciler.reports.formats import FORMATS, UnknownFormat, renderer_of, write
from reconciler.reports.html_report import Section
from reconciler.stack import Feed, FeedRow, Key
from tests.unit.plan_toys import stack, want

KEY = Key("toy.queue", "Sales")
HALF = "half a character: \ud83d"


def report(observed: Any = 1) -> PassReport:
    plan = Plan({KEY: Action(KEY, "update", (Difference("note", observed, 2),))})
    rows = (FeedRow(2, "Sales"),)
    shop = replace(stack(want("toy.queue/Sales")), feeds=(Feed("lines", "toy.queue", "lines.csv", rows),))
    return PassReport(shop, Options(dry_run=True), "pending", plan, {KEY: Result("waiting")})


BEGINNINGS = {
    ".json": '{\n  "report": 1,',
    ".md": "<!-- reconciler: shop/dev -->\n",
    ".html": "<!doctype html>\n",
    ".xml": '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ',
    ".csv": "\ufefffeed,file,row,name,action,outcome,detail\n",
    ".txt": "shop/dev  account 111111111111  eu-west-2  1 resource  dry run\n    ~ toy.queue/Sales\n",
}


def test_every_format_has_a_suffix() -> None:
    assert BEGINNINGS.keys() == FORMATS.keys()


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_suffix_decides(suffix: str, tmp_path: Path) -> None:
    for name in (f"report{suffix}", f"REPORT{suffix.upper()}"):
        write(report(), tmp_path / name)
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert text.startswith(BEGINNINGS[suffix])
        assert "Sales" in text
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("name", ["report.doc", "report", "report.json.gz", ".json"])
def test_an_unknown_suffix_is_named_with_those_that_there_are(name: str) -> None:
    with pytest.raises(UnknownFormat) as caught:
        renderer_of(Path(name))
    assert (
        str(caught.value)
        == f"{name}: a report is written as its suffix says: .json, .md, .html, .xml, .txt or .csv"
    )


@pytest.mark.parametrize("suffix", FORMATS)
def test_half_a_character_is_spelled_out(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"report{suffix}"
    write(report(HALF), file)
    text = file.read_text(encoding="utf-8")
    assert re.search(r"(\\|&#92;)ud83d", text)
    if suffix == ".json":
        assert json.loads(text)["actions"][0]["differences"][0]["observed"] == HALF
    if suffix == ".xml":
        ET.fromstring(text.encode())


@pytest.mark.parametrize(("outcome", "code"), [("settled", 0), ("failed", 1), ("pending", 2), ("refused", 4)])
def test_the_outcome_decides_the_exit_code(outcome: Any, code: int) -> None:
    with pytest.raises(typer.Exit) as ended:
        finish(replace(report(), outcome=outcome), [])
    assert ended.value.exit_code == code


def test_sections_are_part_of_the_page(tmp_path: Path) -> None:
    write(report(), tmp_path / "report.html", [Section("map", "Map", "<svg></svg>")])
    assert "<svg></svg>" in (tmp_path / "report.html").read_text()


def test_a_report_that_cannot_be_written_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text("old")
    with (
        patch.object(Path, "replace", side_effect=OSError(28, "No space left on device")),
        pytest.raises(OSError, match="No space"),
    ):
        write(report(), file)
    assert [each.name for each in tmp_path.iterdir()] == ["report.json"]
    assert file.read_text() == "old"


def test_a_report_keeps_the_rights_of_its_file_and_follows_a_link(tmp_path: Path) -> None:
    kept, link = tmp_path / "kept.json", tmp_path / "link.json"
    kept.write_text("old")
    kept.chmod(0o600)
    link.symlink_to(kept)
    write(report(), link)
    assert link.is_symlink()
    assert json.loads(kept.read_text())["stack"] == "shop"
    assert kept.stat().st_mode & 0o777 == 0o600
    write(report(), tmp_path / "new.json")
    plain = tmp_path / "plain"
    plain.touch()
    assert (tmp_path / "new.json").stat().st_mode == plain.stat().st_mode

"""The operations of Amazon Connect in the sandbox, and their table in docs/sandbox.md."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name

from reconciler.contract import Adapter, Tagging
from reconciler.kinds import known_kinds
from reconciler.sandbox.connect.backend import OPERATIONS
from reconciler.sandbox.connect.core.operations import MODEL
from reconciler.sandbox.coverage import END, START, main, replaced, tables

ROOT = Path(__file__).parents[2]
DOCUMENT, SEEN = ROOT / "docs" / "sandbox.md", ROOT / "tests" / "sandbox" / "connect" / "codes_seen.json"
ADAPTERS = [adapter for adapter in known_kinds().values() if adapter.service.name == "connect"]
NAMES = {xform_name(name): name for name in MODEL.operation_names}


def called_by(adapter: Adapter[Any]) -> set[str]:
    tagging = adapter.tagging.operations if isinstance(adapter.tagging, Tagging) else ()
    changes = [name for sends in adapter.updates for name in sends.operations]
    found = {
        adapter.create.operation,
        *changes,
        *adapter.delete.operations,
        *adapter.reads.operations,
        *tagging,
    }
    return {name for name in found if ":" not in name}


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda adapter: adapter.kind)
def test_the_sandbox_has_every_operation_that_an_adapter_calls(adapter: Adapter[Any]) -> None:
    called = called_by(adapter)
    assert called
    assert {name for name in called if NAMES.get(name) not in OPERATIONS.handlers} == set()


def test_the_table_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(DOCUMENT), "--seen", str(SEEN), "--check"]) == 0, capsys.readouterr().err


def test_a_stale_table_is_told_and_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = tmp_path / "sandbox.md"
    document.write_text(f"# By hand\n{START}\nold\n{END}\nafter\n", encoding="utf-8")
    asked = [str(document), "--seen", str(SEEN)]
    assert main([*asked, "--check"]) == 1
    assert "make docs" in capsys.readouterr().err
    assert main(asked) == main([*asked, "--check"]) == 0
    written = document.read_text(encoding="utf-8")
    assert written.startswith("# By hand\n")
    assert written.endswith(f"{END}\nafter\n")


def test_the_table_knows_every_operation_once() -> None:
    text = tables(json.loads(SEEN.read_text(encoding="utf-8")))
    for name in MODEL.operation_names:
        rows = text.count(f"| {name} |")
        assert rows == (name in OPERATIONS.handlers), name
        assert name in text


def test_marks_are_added_where_there_are_none() -> None:
    assert replaced("by hand\n", "tables\n") == f"by hand\n{START}\n\ntables\n\n{END}\n"

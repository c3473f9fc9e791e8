"""The history in a file: its size, its owner, and files that cannot be used."""

import os
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.history import HistoryError, Ledger, NoSuchPass, SqliteHistory
from reconciler.history.history_location import check_file, check_location
from reconciler.history.store import KEPT
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.sandbox.account import START
from tests.history.toy_records import CHANGED, QUIET, STACK


def test_quiet_passes_of_more_than_a_week_ago_are_forgotten_with_what_only_they_used(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    history = SqliteHistory(file)
    history.add(replace(QUIET, desired={"name": "only here"}))
    history.add(CHANGED)
    history.add(replace(CHANGED, dry_run=True))
    history.add(replace(QUIET, started=START + KEPT + 1))
    assert [each.number for each in history.newest()] == [4, 2]
    bodies = sqlite3.connect(file).execute("select count(*) from contents").fetchone()[0]
    assert bodies == 3  # the report, the desired state, and the former values
    assert history.get(4).desired == QUIET.desired


def test_thousands_of_quiet_passes_take_less_than_a_kilobyte_each(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    history = SqliteHistory(file)
    for number in range(200):
        history.add(replace(QUIET, started=START + number, seconds=number / 7))
    empty = 8 * 4096
    assert file.stat().st_size - empty < 200 * 1024


def test_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        SqliteHistory(tmp_path / "new" / "history.sqlite").add(QUIET)
    finally:
        os.umask(before)
    file = tmp_path / "new" / "history.sqlite"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def _of_another(file: Path) -> None:
    sqlite3.connect(file).execute("create table something (a)").connection.commit()


def _newer(file: Path) -> None:
    SqliteHistory(file).add(QUIET)
    sqlite3.connect(file).execute("pragma user_version = 99").connection.commit()


UNUSABLE = {
    "no database": (lambda file: file.write_text("hello " * 200), "file is not a database"),
    "of something else": (_of_another, "it is a database of something else"),
    "newer": (_newer, "a newer release wrote it (version 99); this release supports version 1"),
    "a directory": (lambda file: file.mkdir(), "is a directory"),
}


@pytest.mark.parametrize(("make", "said"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_file_that_cannot_be_used_is_told_in_one_line_and_left_alone(
    tmp_path: Path, make: Any, said: str
) -> None:
    file = tmp_path / "history.sqlite"
    make(file)
    before = file.read_bytes() if file.is_file() else b""
    for act in (lambda: SqliteHistory(file).add(QUIET), lambda: SqliteHistory(file).newest()):
        with pytest.raises(HistoryError) as told:
            act()
        assert said in str(told.value)
        assert "\n" not in str(told.value)
    assert (file.read_bytes() if file.is_file() else b"") == before


@pytest.mark.parametrize("empty", [False, True])
def test_reading_a_history_makes_none(tmp_path: Path, empty: bool) -> None:
    file = tmp_path / "new" / "history.sqlite"
    if empty:
        file.parent.mkdir()
        file.touch()
    history = SqliteHistory(file)
    assert history.newest() == []
    assert list(history.since(1, "shop", "dev")) == []
    with pytest.raises(NoSuchPass):
        history.get(1)
    assert file.read_bytes() == b"" if empty else not file.parent.exists()
    assert history.add(QUIET) == 1
    assert history.get(1).outcome == "settled"


def test_a_file_of_any_name_is_read_as_it_was_written(tmp_path: Path) -> None:
    history = SqliteHistory(tmp_path / "50% a?mode=ro#b é.sqlite")
    history.add(QUIET)
    assert [each.number for each in history.newest()] == [1]
    assert [each.name for each in tmp_path.iterdir()] == ["50% a?mode=ro#b é.sqlite"]


def test_trouble_with_a_history_is_told_once(tmp_path: Path) -> None:
    told: list[HistoryError] = []
    ledger = Ledger(SqliteHistory(tmp_path), "ada", "once", "", told.append)
    report = PassReport(STACK, Options(), "settled", started=START)
    ledger.begins(report)
    ledger.ended(report)
    assert list(map(str, told)) == [f"{tmp_path}: the history cannot be used: is a directory"]


@pytest.mark.parametrize(
    "place", ["foo:bar", "sqlte:h.db", "S3://bucket/x", "sqlite://x", "sqlite:", "s3:bucket", "gs://x", ""]
)
def test_a_place_of_an_unknown_form_is_refused(place: str) -> None:
    with pytest.raises(ValueError, match="sqlite:FILE or s3://BUCKET/PREFIX"):
        check_location(place)


@pytest.mark.parametrize("place", ["h.db", "./foo:bar", "sqlite:foo:bar", "sqlite:a s3://b", "s3://bucket"])
def test_a_place_of_a_known_form_is_taken(place: str) -> None:
    check_location(place)


def test_a_file_that_can_never_hold_a_history_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    for place, said in {
        "sqlite:folder": "is a directory",
        "pipe": "is not a regular file",
        "file/x": "lies below a file",
        "/dev/null": "is not a regular file",
    }.items():
        with pytest.raises(ValueError, match=said):
            check_file(place, tmp_path)
    for place in ("file", "new", "new/deep", "s3://bucket/x"):
        check_file(place, tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder", "pipe"]


def test_a_pass_is_written_down_although_an_earlier_one_cannot_be_read(tmp_path: Path) -> None:
    history = SqliteHistory(tmp_path / "h.sqlite")
    told: list[HistoryError] = []
    history.add(QUIET)
    sqlite3.connect(tmp_path / "h.sqlite").execute("update passes set brief = 'x'").connection.commit()
    ledger = Ledger(history, "ada", "once", "", told.append)
    ledger.ended(PassReport(STACK, Options(), "settled", started=START))
    assert history.get(2).outcome == "settled"
    assert [str(each).startswith("pass 1 of the history cannot be read") for each in told] == [True]


@pytest.mark.parametrize("place", ["sqlite:~nobody-here/x", "~nobody-here"])
def test_a_home_directory_that_nobody_has_is_told(place: str) -> None:
    with pytest.raises(ValueError, match=r"^~nobody-here has no home directory here; write the whole path$"):
        check_location(place)

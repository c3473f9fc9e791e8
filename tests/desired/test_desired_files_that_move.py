"""Files that change while they are read: a stack is loaded from one consistent state, or not at all."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from reconciler.desired import FilesChanging, InvalidStack, load, load_parsed
from reconciler.desired.files import Folder
from reconciler.kinds import known_kinds
from reconciler.stack import Stack
from tests.desired.desired_toys import KINDS

CENTRE = Path(__file__).parents[2] / "desired_state" / "contact_center"
HEADER = """\
stack: shop
environments:
  dev: {account: "111111111111", region: eu-west-2}
connect.instance: {main: {}}
"""
MOVED = "this file changed while the stack was read, 3 times in a row; wait until all files are written, and try again"
HOURS = "connect.hours_of_operation:\n  %s: {instance: main, time_zone: UTC}\n"


@dataclass
class Moving:
    """Makes the next change each time the files have been read, until there are no more."""

    changes: list[Callable[[], object]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def load(self, directory: Path) -> Stack:
        return load(directory, None, KINDS, self.slept.append)


@pytest.fixture
def moving(monkeypatch: pytest.MonkeyPatch) -> Moving:
    found, compare = Moving(), Folder.moved

    def change_and_compare(folder: Folder) -> str | None:
        if found.changes:
            found.changes.pop(0)()
        return compare(folder)

    monkeypatch.setattr(Folder, "moved", change_and_compare)
    return found


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    directory = tmp_path / "shop"
    directory.mkdir()
    (directory / "stack.yaml").write_text(HEADER, encoding="utf-8")
    (directory / "hours.yaml").write_text(HOURS % "Old", encoding="utf-8")
    return directory


def hours(stack: Stack) -> list[str]:
    return sorted(key.name for key in stack.resources if key.kind == "connect.hours_of_operation")


def test_files_that_stay_are_read_once(moving: Moving, shop: Path) -> None:
    assert hours(moving.load(shop)) == ["Old"]
    assert moving.slept == []


def test_a_file_that_changed_after_it_was_read_is_read_again(moving: Moving, shop: Path) -> None:
    moving.changes = [lambda: (shop / "hours.yaml").write_text(HOURS % "New")]
    assert hours(moving.load(shop)) == ["New"]
    assert moving.slept == [0.5]


def test_a_file_of_the_same_length_and_times_is_a_change(moving: Moving, shop: Path) -> None:
    file = shop / "hours.yaml"
    times = file.stat()

    def rewrite() -> None:
        file.write_text(HOURS % "New", encoding="utf-8")
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))

    moving.changes = [rewrite]
    assert hours(moving.load(shop)) == ["New"]


def test_a_file_that_goes_is_a_change(moving: Moving, shop: Path) -> None:
    moving.changes = [lambda: (shop / "hours.yaml").rename(shop / "hours.away")]
    assert hours(moving.load(shop)) == []
    assert moving.slept == [0.5]


def test_a_file_that_comes_back_is_a_change(moving: Moving, shop: Path) -> None:
    (shop / "hours.yaml").rename(shop / "hours.away")
    moving.changes = [lambda: (shop / "hours.away").rename(shop / "hours.yaml")]
    assert hours(moving.load(shop)) == ["Old"]


def test_a_mistake_in_a_file_that_was_being_written_is_not_told(moving: Moving, shop: Path) -> None:
    (shop / "hours.yaml").write_text("connect.hours_of_operation:\n  New: {instan", encoding="utf-8")
    moving.changes = [lambda: (shop / "hours.yaml").write_text(HOURS % "New")]
    assert hours(moving.load(shop)) == ["New"]


def test_a_mistake_in_files_that_stay_is_told_at_once(moving: Moving, shop: Path) -> None:
    (shop / "hours.yaml").write_text("connect.hours_of_operation: 3\n", encoding="utf-8")
    with pytest.raises(InvalidStack) as error:
        moving.load(shop)
    assert not isinstance(error.value, FilesChanging)
    assert moving.slept == []


def test_a_directory_that_comes_back_is_a_change(moving: Moving, tmp_path: Path) -> None:
    centre = Path(shutil.copytree(CENTRE, tmp_path / "centre"))
    wanted = load(centre, "dev", known_kinds())
    (centre / "flows").rename(tmp_path / "away")
    moving.changes = [lambda: (tmp_path / "away").rename(centre / "flows")]
    assert load(centre, "dev", known_kinds(), moving.slept.append) == wanted


def test_a_document_is_a_file_like_any_other(moving: Moving, tmp_path: Path) -> None:
    centre = Path(shutil.copytree(CENTRE, tmp_path / "centre"))
    flow = centre / "flows" / "main.json"
    moving.changes = [lambda: flow.write_text(flow.read_text(encoding="utf-8") + "\n", encoding="utf-8")]
    stack = load(centre, "dev", known_kinds(), moving.slept.append)
    assert moving.slept == [0.5]
    assert stack == load(centre, "dev", known_kinds())


def test_files_that_never_stay_are_one_mistake(moving: Moving, shop: Path) -> None:
    moving.changes = [partial((shop / "hours.yaml").write_text, HOURS % number) for number in range(3)]
    with pytest.raises(FilesChanging) as error:
        moving.load(shop)
    assert [str(each) for each in error.value.mistakes] == ["hours.yaml:1:1: " + MOVED]
    assert moving.slept == [0.5, 1.0]


def test_a_stack_that_was_kept_is_compared_with_its_files_as_well(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    load_parsed(shop, None, KINDS, kept)
    read = Path.read_bytes

    def read_and_change(file: Path) -> bytes:
        if file.parent == kept:
            (shop / "hours.yaml").write_text(HOURS % "New", encoding="utf-8")
        return read(file)

    monkeypatch.setattr(Path, "read_bytes", read_and_change)
    assert hours(load_parsed(shop, None, KINDS, kept)) == ["New"]


def test_once_ends_with_one_line_and_exit_3(
    moving: Moving, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from reconciler.cli import app
    from reconciler.desired import load as loading

    monkeypatch.setattr("time.sleep", moving.slept.append)
    monkeypatch.setattr(loading, "__defaults__", (moving.slept.append,))
    moving.changes = [
        partial((shop / "stack.yaml").write_text, HEADER + "#" * number) for number in (1, 2, 3)
    ]
    ended = CliRunner().invoke(app, ["once", str(shop), "--no-cache", "--dry-run"])
    assert ended.exit_code == 3
    assert ended.stderr.splitlines() == [
        "stack.yaml:1:1: " + MOVED,
        "1 mistake; no call was made",
    ]

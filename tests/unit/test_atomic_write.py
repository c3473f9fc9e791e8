"""Files are replaced completely or not at all."""

import os
import stat
from pathlib import Path

import pytest

from reconciler.runtime.atomic_write import write_whole


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    write_whole(file, b"old")
    write_whole(file, b"new")
    assert file.read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_the_old_content_stays_when_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "plan.json"
    write_whole(file, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["plan.json"]


def test_a_file_keeps_its_readers_and_a_private_one_has_none_but_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "report.md"
    file.write_bytes(b"old")
    file.chmod(0o640)
    write_whole(file, b"new")
    assert mode_of(file) == 0o640
    write_whole(tmp_path / "secret", b"new", private=True)
    assert mode_of(tmp_path / "secret") == 0o600


def test_a_new_file_is_readable_as_what_this_user_writes(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "report.md", b"new")
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "report.md") == 0o640


def test_a_link_goes_on_pointing_to_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "latest.md").symlink_to(tmp_path / "report.md")
    write_whole(tmp_path / "latest.md", b"new")
    assert (tmp_path / "latest.md").is_symlink()
    assert (tmp_path / "report.md").read_bytes() == b"new"


@pytest.mark.parametrize(
    "name", ["n" * 252, "\N{LATIN SMALL LETTER U WITH DIAERESIS}" * 126, "\N{TELEPHONE RECEIVER}" * 63]
)
def test_a_name_as_long_as_names_may_be(tmp_path: Path, name: str) -> None:
    file = tmp_path / f"{name}.md"
    write_whole(file, b"new")
    assert file.read_bytes() == b"new"


def test_half_a_character_is_spelled(tmp_path: Path) -> None:
    write_whole(tmp_path / "report.json", '"\ud800"')
    assert (tmp_path / "report.json").read_bytes() == b'"\\ud800"'

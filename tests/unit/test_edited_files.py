"""A command replaces all files of a stack that it changes, or none, and never what somebody changed meanwhile."""

from pathlib import Path

import pytest
import typer

from reconciler.cli.edited_files import write_files
from reconciler.cli.exits import FAILED
from reconciler.runtime import atomic_write


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    (tmp_path / "a.yaml").write_bytes(b"a: 1\n")
    (tmp_path / "z.yaml").write_bytes(b"z: 1\n")
    (tmp_path / "empty.yaml").touch()
    return tmp_path


CHANGES = {
    "a.yaml": (b"a: 1\n", b"a: 2\n"),
    "empty.yaml": (b"", b"e: 2\n"),
    "new/deep/b.json": (b"", b"{}\n"),
    "z.yaml": (b"z: 1\n", b"z: 2\n"),
}


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every file with its bytes, and every folder."""
    return {
        str(each.relative_to(folder)): each.read_bytes() if each.is_file() else None
        for each in folder.rglob("*")
    }


def test_all_are_written(stack: Path) -> None:
    write_files(stack, CHANGES)
    assert {path: (stack / path).read_bytes() for path in CHANGES} == {
        path: after for path, (_, after) in CHANGES.items()
    }


@pytest.mark.parametrize("path", ["z.yaml", "new/deep/b.json"])
def test_what_was_changed_meanwhile_stays(stack: Path, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    (stack / path).parent.mkdir(parents=True, exist_ok=True)
    (stack / path).write_bytes(b"mine: 1\n")
    before = contents(stack)
    with pytest.raises(typer.Exit) as ended:
        write_files(stack, CHANGES)
    assert (ended.value.exit_code, contents(stack)) == (FAILED, before)
    assert f"{stack / path}: this file was changed while the command ran" in capsys.readouterr().err


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), KeyboardInterrupt()])
def test_a_write_that_ends_early_leaves_all_as_it_was(
    stack: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, write = contents(stack), atomic_write.write_whole

    def ends(file: Path, content: bytes) -> None:
        if content == b"z: 2\n":
            raise error
        write(file, content)

    monkeypatch.setattr(atomic_write, "write_whole", ends)
    with pytest.raises(typer.Exit if isinstance(error, OSError) else KeyboardInterrupt):
        write_files(stack, CHANGES)
    assert contents(stack) == before

"""Folders in desired state: the same bytes on every machine, read up to the root of the repository and no further."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.archives import Archive, Member, archive_of
from reconciler.desired import FilesChanging, InvalidStack, load, load_parsed
from reconciler.desired.folders import LIMIT, Trees
from reconciler.field_schema import fields_of
from reconciler.history import Record, rollback_stack
from reconciler.model import Part, Resource
from reconciler.planning.diff import differences
from reconciler.stack import Key, Stack
from reconciler.stack_json import stack_data, stack_from, stack_text
from tests.desired.desired_toys import KINDS as TOYS
from tests.desired.desired_toys import kind_of


class Code(Part):
    folder: Archive | None = None


class Function(Resource):
    code: Code | None = None


KINDS = {**TOYS, "toy.function": kind_of("toy.function", Function)}
GREETING = Key("toy.function", "greeting")
HEADER = """\
stack: shop
environments:
  dev: {account: "111111111111", region: eu-west-2}
"""
SOURCE = {"handler.py": "def handler(event, context): return event\n", "lib/words.py": "HELLO = 'hello'\n"}


def write(directory: Path, folder: str, header: str = "") -> Path:
    """Create a repository with code next to the stack; return the stack's directory."""
    for path, text in SOURCE.items():
        file = directory / "lambda_src" / "greeting" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    stack = directory / "stacks" / "shop"
    stack.mkdir(parents=True)
    text = f"{HEADER}{header}toy.function: {{greeting: {{code: {{folder: '{folder}'}}}}}}\n"
    (stack / "stack.yaml").write_text(text, encoding="utf-8")
    return stack


def loaded(stack: Path) -> Stack:
    return load(stack, None, KINDS, lambda _seconds: None)


def code(stack: Path) -> Any:
    return loaded(stack).resources[GREETING].settings["code"]["folder"]


def wrong(stack: Path) -> list[str]:
    with pytest.raises(InvalidStack) as raised:
        loaded(stack)
    return [str(each) for each in raised.value.mistakes]


def test_a_folder_becomes_an_archive_of_its_files(tmp_path: Path) -> None:
    found = code(write(tmp_path, "../../lambda_src/greeting", "root: ../..\n"))
    zipped = zipfile.ZipFile(io.BytesIO(found.content))
    assert {name: zipped.read(name).decode() for name in zipped.namelist()} == SOURCE


def test_the_same_files_make_the_same_bytes_on_every_machine() -> None:
    """The digest is that of a fixed archive: another digest would update every function."""
    files = {"b/run.sh": Member(b"echo\n", executable=True), "a.py": Member(b"x = 1\n")}
    made = archive_of("src", files)
    assert made == archive_of("elsewhere", dict(reversed(files.items())))
    assert made.digest == "5nutcH5+PsyYDXlA0OnrZbB+uixWD2lb89Io7HwadAM="
    modes = [
        entry.external_attr >> 16 for entry in zipfile.ZipFile(io.BytesIO(made.content or b"")).infolist()
    ]
    assert modes == [0o100644, 0o100755]


def test_what_python_compiles_and_git_keeps_is_in_no_archive(tmp_path: Path) -> None:
    stack = write(tmp_path, "../../lambda_src/greeting", "root: ../..\n")
    before = code(stack)
    for name in ("__pycache__/handler.cpython-311.pyc", "lib/words.pyc", ".git/HEAD", ".DS_Store"):
        file = tmp_path / "lambda_src" / "greeting" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"x")
    assert code(stack) == before


def test_a_difference_is_one_of_digests(tmp_path: Path) -> None:
    found = code(write(tmp_path, "../../lambda_src/greeting", "root: ../..\n"))
    shape = fields_of(Code)["folder"]
    assert list(differences("folder", shape, found, Archive("", found.digest))) == []
    (told,) = differences("folder", shape, found, Archive("", "another"))
    assert (str(told.observed), str(told.desired)) == (
        "code (sha256 another)",
        f"../../lambda_src/greeting (sha256 {found.digest[:12]})",
    )


def test_of_an_archive_the_history_keeps_the_digest(tmp_path: Path) -> None:
    stack = loaded(write(tmp_path, "../../lambda_src/greeting", "root: ../..\n"))
    again = stack_from(stack_text(stack))
    assert again == stack
    assert again.resources[GREETING].settings["code"]["folder"].content is None


FOLDERS = {
    "outside the repository": (
        "../../lambda_src/greeting",
        "",
        "this folder lies outside the repository; write `root: ../..` in stack.yaml if the repository begins further up",
    ),
    "outside the root": ("../../../elsewhere", "root: ../..\n", "this folder lies outside the repository"),
    "missing": ("../../lambda_src/parting", "root: ../..\n", "there is no such folder"),
    "a file": ("../../lambda_src/greeting/handler.py", "root: ../..\n", "there is no such folder"),
    "absolute": ("/etc", "root: ../..\n", "the file's path starts from the stack's directory"),
    "empty": ("", "root: ../..\n", "the file's path is empty"),
}


@pytest.mark.parametrize(("folder", "header", "said"), FOLDERS.values(), ids=FOLDERS.keys())
def test_a_folder_that_cannot_be_read_is_a_mistake_with_its_place(
    tmp_path: Path, folder: str, header: str, said: str
) -> None:
    (told,) = wrong(write(tmp_path, folder, header))
    assert f"stack.yaml:{5 if header else 4}:" in told
    assert said in told


ROOTS = {
    "down": ("root: code\n", "the stack's directory does not lie in it"),
    "beside": ("root: ../other\n", "the stack's directory does not lie in it"),
    "absolute": ("root: /\n", "expected a path upwards from the stack's directory"),
}


@pytest.mark.parametrize(("header", "said"), ROOTS.values(), ids=ROOTS.keys())
def test_a_root_that_is_none_is_a_mistake(tmp_path: Path, header: str, said: str) -> None:
    assert any(said in told and "stack.yaml:4:" in told for told in wrong(write(tmp_path, "code", header)))


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    stack = write(tmp_path, "../../lambda_src/greeting", "root: ../..\n")
    (tmp_path / "lambda_src" / "greeting" / "secret.py").symlink_to("/etc/passwd")
    (told,) = wrong(stack)
    assert "secret.py: a link is not followed" in told


def test_a_link_to_a_folder_outside_is_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "repository"
    stack = write(inside, "../../lambda_src/outside/code", "root: ../..\n")
    (tmp_path / "elsewhere" / "code").mkdir(parents=True)
    (inside / "lambda_src" / "outside").symlink_to(tmp_path / "elsewhere")
    (told,) = wrong(stack)
    assert "this folder lies outside the repository" in told


def test_a_folder_that_is_too_large_is_a_mistake(tmp_path: Path) -> None:
    stack = write(tmp_path, "../../lambda_src/greeting", "root: ../..\n")
    with (tmp_path / "lambda_src" / "greeting" / "model.bin").open("wb") as file:
        file.truncate(LIMIT + 1)
    (told,) = wrong(stack)
    assert "larger than 48 MiB" in told


@pytest.mark.parametrize("change", ["content", "new file", "gone"])
def test_a_folder_that_changes_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    stack = write(tmp_path, "../../lambda_src/greeting", "root: ../..\n")
    source, compare, times = tmp_path / "lambda_src" / "greeting", Trees.moved, []

    def change_and_compare(trees: Trees) -> str | None:
        times.append(change)
        if change == "content":
            (source / "handler.py").write_text(f"x = {len(times)}\n", encoding="utf-8")
        elif change == "new file":
            (source / f"more{len(times)}.py").write_text("", encoding="utf-8")
        elif len(times) == 1:
            (source / "handler.py").unlink()
        return compare(trees)

    monkeypatch.setattr(Trees, "moved", change_and_compare)
    if change == "gone":
        assert zipfile.ZipFile(io.BytesIO(code(stack).content)).namelist() == ["lib/words.py"]
        assert len(times) == 2
    else:
        with pytest.raises(FilesChanging):
            loaded(stack)
        assert len(times) == 3


def test_the_hash_of_the_files_covers_the_folders(tmp_path: Path) -> None:
    stack = write(tmp_path, "../../lambda_src/greeting", "root: ../..\n")
    before = loaded(stack).files_hash
    (tmp_path / "lambda_src" / "greeting" / "handler.py").write_text("x = 2\n", encoding="utf-8")
    assert loaded(stack).files_hash != before


def test_a_stack_with_folders_is_read_anew_each_time(tmp_path: Path) -> None:
    """A cached stack would have only digests, and would not notice changes of the code."""
    stack = write(tmp_path, "../../lambda_src/greeting", "root: ../..\n")

    def folder() -> Archive:
        loaded_again = load_parsed(stack, None, KINDS, tmp_path / "kept")
        found: Archive = loaded_again.resources[GREETING].settings["code"]["folder"]
        return found

    first = folder()
    assert folder().content == first.content
    (tmp_path / "lambda_src" / "greeting" / "handler.py").write_text("x = 2\n", encoding="utf-8")
    assert folder() != first


def test_the_way_back_to_no_code_needs_no_archive(tmp_path: Path) -> None:
    """The history has only the digest of the code of a later pass."""
    later = loaded(write(tmp_path, "../../lambda_src/greeting", "root: ../..\n"))
    target = replace(later, resources={GREETING: replace(later.resources[GREETING], settings={})})
    found = {str(GREETING): {"code": None}}
    first, second = (
        Record(0.0, "ada", "once", "settled", number, desired=stack_data(stack), before=before)
        for number, stack, before in ((1, target, {}), (2, later, found))
    )
    back = rollback_stack(first, [second], KINDS)
    assert (back.stack.resources[GREETING].settings, back.notes) == ({"code": None}, ())

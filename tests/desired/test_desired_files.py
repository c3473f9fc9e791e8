"""No file outside the stack's directory is read, for any desired state."""

import os
import socket
import unicodedata
from pathlib import Path

import pytest

from reconciler.desired import InvalidStack, load
from reconciler.desired.files import Folder
from reconciler.desired.mistakes import Refused
from tests.desired.desired_toys import BASE, KINDS, mistakes, stack, write

NONE = "there is no such file"
SENTINEL = '{"Version": "sentinel", "Actions": []}'
UPWARDS = "the file's path leads upwards by ..; keep the file below the stack's directory"
BELOW = "the file's path starts from the stack's directory, as in flows/main.json"
URL = "only files are read, no URLs; copy it below the stack's directory"
OUTSIDE = "this file lies outside the stack's directory; copy it there"
REGULAR = "this is not a regular file"
BACKSLASH = "the file's path holds a backslash; write / between directories"
CONTROL = "the file's path holds a control character; remove it"
EMPTY = "the file's path is empty; write one such as flows/main.json"
LARGE = "this file is larger than 1 MiB; split it"

ATTACKS = {
    "upwards": ("../outside.json", UPWARDS),
    "upwards, later": ("flows/../../outside.json", UPWARDS),
    "upwards, encoded": ("%2e%2e/outside.json", NONE),
    "absolute": ("/etc/passwd", BELOW),
    "the process's environment": ("/proc/self/environ", BELOW),
    "home": ("~/outside.json", BELOW),
    "somebody's home": ("~root/outside.json", BELOW),
    "a shell variable": (
        "$HOME/outside.json",
        "the file's path holds a $, and shell variables are not read; write ${variable} or the path",
    ),
    "backslash": ("..\\outside.json", BACKSLASH),
    "UNC": ("\\\\host\\share", BACKSLASH),
    "drive": ("C:/outside.json", URL),
    "file URL": ("file:///etc/passwd", URL),
    "web URL": ("https://example.com/a.json", URL),
    "S3 URL": ("s3://bucket/key", URL),
    "line break": ("a\nb.json", CONTROL),
    "empty": ("", EMPTY),
    "spaces": ("  ", EMPTY),
    "link to a file outside": ("link.json", OUTSIDE),
    "link to a directory outside": ("linked/outside.json", OUTSIDE),
    "link to itself": ("loop.json", "too many levels of symbolic links"),
    "link to nothing": ("dangling.json", "a link to nothing.json, which does not exist"),
    "link to nothing outside": ("gone.json", "a link to /nowhere/a.json, which does not exist"),
    "device": ("zero", OUTSIDE),
    "FIFO": ("fifo", REGULAR),
    "socket": ("socket", None),
    "directory": ("flows", "this is a directory, not a file"),
    "the stack's directory": (".", "this is a directory, not a file"),
    "huge sparse file": ("sparse.json", LARGE),
    "missing": ("flows/mian.json", NONE),
    "below a file": ("flows/main.json/x", NONE),
    "another case": ("Flows/main.json", NONE),
    "a trailing dot": ("flows/main.json.", NONE),
    "a glob": ("flows/*.json", NONE),
    "very long": ("a" * 5000, "file name too long"),
    "the other normal form": ("flows/" + unicodedata.normalize("NFD", "é.json"), NONE),
}


@pytest.fixture
def attacked(tmp_path: Path) -> Path:
    root = write(tmp_path / "stack", {"flows/main.json": SENTINEL, "flows/é.json": SENTINEL})
    write(tmp_path, {"outside.json": SENTINEL})
    (root / "link.json").symlink_to(tmp_path / "outside.json")
    (root / "linked").symlink_to(tmp_path)
    (root / "loop.json").symlink_to(root / "loop.json")
    (root / "dangling.json").symlink_to("nothing.json")
    (root / "gone.json").symlink_to("/nowhere/a.json")
    (root / "zero").symlink_to("/dev/zero")
    os.mkfifo(root / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(root)
        listener.bind("socket")
        os.chdir(here)
    with (root / "sparse.json").open("wb") as file:
        file.truncate(2**40)
    return root


@pytest.mark.parametrize(("path", "expected"), ATTACKS.values(), ids=ATTACKS.keys())
def test_a_document_is_not_read_from(attacked: Path, path: str, expected: str | None) -> None:
    folder = Folder(attacked)
    with pytest.raises(Refused) as refused:
        folder.read_document(path)
    assert expected is None or str(refused.value) == expected
    assert folder.digest() == Folder(attacked).digest()


@pytest.mark.parametrize(("text", "got"), [("[]", "a list"), ("null", "nothing"), ("3", "a whole number")])
def test_a_document_that_is_no_mapping_is_told_where_it_stands(tmp_path: Path, text: str, got: str) -> None:
    files = {
        "stack.yaml": BASE + "connect.flow: {A: {content: {file: flows/f.json}}}\n",
        "flows/f.json": text,
    }
    assert mistakes(tmp_path, files) == [
        f"flows/f.json:1:1: connect.flow/A.content.file: expected a mapping, got {got}"
    ]


def test_a_refused_path_is_told_with_its_place(tmp_path: Path) -> None:
    text = (
        BASE
        + "connect.flow: {A: {content: {file: ../x.json}}, B: {content: {file: 3}}, C: {content: {file: '${x}'}}}\n"
    )
    assert mistakes(tmp_path, {"stack.yaml": text}) == [
        f'stack.yaml:6:36: connect.flow/A.content.file: "../x.json": {UPWARDS}',
        "stack.yaml:6:69: connect.flow/B.content.file: expected the path of a file, such as flows/main.json",
        'stack.yaml:6:94: connect.flow/C.content.file: no variable named "x" in environment dev',
    ]


def test_a_link_that_stays_inside_is_followed(tmp_path: Path) -> None:
    root = write(tmp_path, {"flows/main.json": SENTINEL})
    (root / "link.json").symlink_to("flows/main.json")
    assert Folder(root).read_document("link.json") == SENTINEL


def test_a_link_put_in_the_way_meanwhile_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write(tmp_path / "stack", {"flows/main.json": "inside"})
    write(tmp_path, {"outside/main.json": "outside"})
    folder, real = Folder(root), os.path.realpath

    def swapped(path: str) -> str:
        found = real(path)
        (root / "flows").rename(root / "moved")
        (root / "flows").symlink_to(tmp_path / "outside")
        return found

    monkeypatch.setattr(os.path, "realpath", swapped)
    with pytest.raises(Refused):
        folder.read_document("flows/main.json")


def test_yaml_files_are_not_read_from_outside_either(tmp_path: Path) -> None:
    root = write(tmp_path / "stack", {"stack.yaml": BASE})
    write(tmp_path, {"outside.yaml": "x: 1", "away/a.yaml": "x: 1"})
    (root / "a.yaml").symlink_to(tmp_path / "outside.yaml")
    (root / "b").symlink_to(tmp_path / "away")
    (root / "c.yaml").mkdir()
    os.mkfifo(root / "d.yaml")
    with pytest.raises(InvalidStack) as invalid:
        load(root, None, KINDS)
    assert list(map(str, invalid.value.mistakes)) == [
        f"a.yaml:1:1: {OUTSIDE}",
        "b:1:1: a link to a directory is not followed; move the directory here",
        f"d.yaml:1:1: {REGULAR}",
    ]


def test_a_mounted_configuration_is_read_through_its_links(tmp_path: Path) -> None:
    """Kubernetes mounts each file as a link into a hidden directory, which is a link to the current version."""
    root = write(tmp_path, {"..2026/stack.yaml": BASE})
    (root / "..data").symlink_to("..2026")
    (root / "stack.yaml").symlink_to("..data/stack.yaml")
    assert stack(tmp_path, {}).name == "shop"

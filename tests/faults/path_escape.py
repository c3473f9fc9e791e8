"""File references: no path makes the loader read a file outside the stack's directory.

A hard link is not refused: it is the file itself, and its first name cannot be found. A user who can create one in the stack's
directory may read the file (the kernel checks this) and could copy it as well. Nix, Bazel and many backups use hard links for
files with the same content.
"""

import json
import os
import re
import socket
import sys
import tempfile
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from reconciler.desired import InvalidStack, load, load_parsed
from reconciler.field_schema import fields_of
from reconciler.kinds import known_kinds
from tests.contract.contract_samples import sample_of
from tests.faults.child_process import in_child
from tests.faults.document_checks import lay_out, without_aws
from tests.faults.row import Row
from tests.faults.speed import too_long

MOST_SECONDS = 2.0
SENTINEL = "SENTINEL-5d1c"
"""The content of files outside."""
INSIDE = "INSIDE-77e2"
"""The content of files that may be read."""
HEADER = 'stack: s\nenvironments:\n  dev: {account: "123456789012", region: eu-west-2}\nconnect.instance:\n  acme: {existing: true}\n'
KEY = "attribute_definitions: [{attribute_name: id, attribute_type: S}], key_schema: [{attribute_name: id, key_type: HASH}]"

UPWARDS = "leads upwards by .."
BELOW = "the file's path starts from the stack's directory"
URL = "only files are read, no URLs"
OUTSIDE = "this file lies outside the stack's directory"
IRREGULAR = "this is not a regular file"
NONE = "there is no such file"
BACKSLASH = "holds a backslash"
CONTROL = "holds a control character"
LINK = "too many levels of symbolic links"
HARMLESS = ""
"""No mistake is expected: the file is inside, and is read."""


@dataclass(frozen=True)
class Attack:
    """A path and the file at it; `said` is a part of the expected mistake."""

    path: str
    said: str
    lay: Callable[[Path, Path], None] = lambda _directory, _outside: None
    """Creates what the attack needs in the stack's directory; the second directory is outside."""
    meanwhile: Callable[[Path, Path], AbstractContextManager[Any]] = lambda _directory, _outside: (
        nullcontext()
    )
    """A change by another process while the file is read."""
    mistakes: int = 1
    """The number of mistakes: a link to a directory is one by itself."""


def _link(name: str, target: str) -> Callable[[Path, Path], None]:
    def lay(directory: Path, outside: Path) -> None:
        (directory / name).symlink_to(target.format(outside=outside))

    return lay


def _hard_link(directory: Path, outside: Path) -> None:
    (directory / "hard.json").hardlink_to(outside / "inside.json")


def _fifo(directory: Path, outside: Path) -> None:
    os.mkfifo(directory / "fifo")


def _socket(directory: Path, outside: Path) -> None:
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as listener:
        os.chdir(directory)  # the path of a socket has at most 107 characters
        listener.bind("socket")
        os.chdir(here)


def _sparse(directory: Path, outside: Path) -> None:
    with (directory / "sparse.json").open("wb") as file:
        file.truncate(2**40)


def _sparse_yaml(directory: Path, outside: Path) -> None:
    _sparse(directory, outside)
    (directory / "sparse.json").rename(directory / "x.yaml")


def _overlay_link(directory: Path, outside: Path) -> None:
    (directory / "environments").mkdir()
    (directory / "environments/dev.yaml").symlink_to(outside / "dev.yaml")


def _environment_link(directory: Path, outside: Path) -> None:
    (directory / "environments").mkdir()
    (directory / "environments/dev.yaml").symlink_to(outside / "outside.yaml")


def _zip(directory: Path, outside: Path) -> None:
    with zipfile.ZipFile(directory / "a.zip", "w") as archive:
        archive.write(outside / "outside.json", "../outside.json")


def _directory_link(directory: Path, outside: Path) -> None:
    (directory / "linked").symlink_to(outside)


@contextmanager
def _at_open(swap: Callable[[], None]) -> Iterator[None]:
    """Call a function between the check of the path and the first open below the stack's directory."""
    opened = os.open
    done: list[object] = []

    def first(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if dir_fd is not None and path in ("docs", "main.json", "alone.json") and not done:
            done.append(path)
            swap()
        return opened(path, flags, mode, dir_fd=dir_fd)

    with patch("os.open", first):
        yield


def _swap_file(directory: Path, outside: Path) -> AbstractContextManager[None]:
    def swap() -> None:
        (directory / "alone.json").unlink()
        (directory / "alone.json").symlink_to(outside / "outside.json")

    return _at_open(swap)


def _swap_directory(directory: Path, outside: Path) -> AbstractContextManager[None]:
    def swap() -> None:
        (directory / "docs").rename(directory / "moved")
        (directory / "docs").symlink_to(outside)

    return _at_open(swap)


def _swap_for_fifo(directory: Path, outside: Path) -> AbstractContextManager[None]:
    def swap() -> None:
        (directory / "alone.json").unlink()
        os.mkfifo(directory / "alone.json")

    return _at_open(swap)


@contextmanager
def _growing(directory: Path, outside: Path) -> Iterator[None]:
    """The file grows by 16 MiB once its size is known."""
    status = os.fstat
    grown: list[int] = []

    def then_grow(file: int) -> os.stat_result:
        found = status(file)
        if Path(f"/proc/self/fd/{file}").readlink().name == "alone.json" and not grown:
            grown.append(file)
            with (directory / "alone.json").open("ab") as out:
                out.write(b" " * 2**24)
        return found

    with patch("os.fstat", then_grow):
        yield


ATTACKS: Mapping[str, Attack] = {
    "upwards": Attack("../outside/outside.json", UPWARDS),
    "upwards, later": Attack("docs/../../outside/outside.json", UPWARDS),
    "upwards and back": Attack("../stack/docs/main.json", UPWARDS),
    "upwards, encoded": Attack("%2e%2e/outside/outside.json", NONE),
    "upwards, encoded twice": Attack("%252e%252e/outside.json", NONE),
    "upwards in wide characters": Attack("\uff0e\uff0e/outside/outside.json", NONE),
    "upwards with a wide slash": Attack("..\u2215outside\u2215outside.json", NONE),
    "upwards, backslash": Attack("..\\\\outside\\\\outside.json", BACKSLASH),
    "absolute": Attack("{outside}/outside.json", BELOW),
    "absolute, two slashes": Attack("/{outside}/outside.json", BELOW),
    "absolute, into the directory": Attack("{directory}/docs/main.json", BELOW),
    "the process's environment": Attack("/proc/self/environ", BELOW),
    "the process's root": Attack("/proc/self/root/etc/passwd", BELOW),
    "home": Attack("~/outside.json", BELOW),
    "somebody's home": Attack("~root/outside.json", BELOW),
    "a shell variable": Attack("$HOME/outside.json", "shell variables are not read"),
    "a variable that there is not": Attack("${HOME}/outside.json", 'no variable named "HOME"'),
    "NUL": Attack("docs/main.json\\0.txt", "NUL character"),
    "a line break": Attack("docs/main.json\\n", CONTROL),
    "turned-round text": Attack("docs/\u202egnp.json", CONTROL),
    "file URL": Attack("file://{outside}/outside.json", URL),
    "file URL, short": Attack("file:docs/main.json", URL),
    "web URL": Attack("http://169.254.169.254/latest/meta-data/", URL),
    "web URL, encrypted": Attack("https://evil.example/a.json", URL),
    "S3 URL": Attack("s3://bucket/key.json", URL),
    "drive": Attack("C:/outside.json", URL),
    "UNC": Attack("\\\\\\\\host\\\\share\\\\a.json", BACKSLASH),
    "UNC with slashes": Attack("//host/share/a.json", BELOW),
    "link to a file": Attack("link.json", OUTSIDE, _link("link.json", "{outside}/outside.json")),
    "relative link to a file": Attack("link.json", OUTSIDE, _link("link.json", "../outside/outside.json")),
    "link to a directory": Attack("linked/outside.json", OUTSIDE, _directory_link, mistakes=2),
    "link through the process's root": Attack("root.json", OUTSIDE, _link("root.json", "/proc/self/root{outside}/outside.json")),
    "link to the environment": Attack("env.json", OUTSIDE, _link("env.json", "/proc/self/environ")),
    "link to a device": Attack("zero", OUTSIDE, _link("zero", "/dev/zero")),
    "link to itself": Attack("loop.json", LINK, _link("loop.json", "loop.json")),
    "link to nothing": Attack("dangling.json", "a link to nothing.json, which does not exist", _link("dangling.json", "nothing.json")),
    "link that stays inside": Attack("in.json", HARMLESS, _link("in.json", "docs/main.json")),
    "file swapped for a link": Attack("alone.json", OUTSIDE, meanwhile=_swap_file),
    "directory swapped for a link": Attack("docs/main.json", OUTSIDE, meanwhile=_swap_directory, mistakes=2),
    "file swapped for a FIFO": Attack("alone.json", IRREGULAR, meanwhile=_swap_for_fifo),
    "file that grows": Attack("alone.json", "larger than 1 MiB", meanwhile=_growing),
    "hard link": Attack("hard.json", HARMLESS, _hard_link),
    "FIFO": Attack("fifo", IRREGULAR, _fifo),
    "socket": Attack("socket", "no such device or address", _socket),
    "directory": Attack("docs", "this is a directory, not a file"),
    "the stack's directory": Attack(".", "this is a directory, not a file"),
    "huge sparse file": Attack("sparse.json", "larger than 1 MiB", _sparse),
    "the other normal form": Attack("docs/" + unicodedata.normalize("NFD", "é.json"), NONE),
    "another case": Attack("DOCS/main.json", NONE),
    "a trailing dot": Attack("docs/main.json.", NONE),
    "a trailing space": Attack("docs/main.json ", NONE),
    "a trailing slash": Attack("docs/main.json/", HARMLESS),
    "very long": Attack("a" * 5_000, "file name too long"),
    "many directories": Attack("a/" * 3_000, ""),
    "empty": Attack("", "the file's path is empty"),
    "a glob": Attack("docs/*.json", NONE),
    "an entry of a zip": Attack("a.zip/../outside.json", UPWARDS, _zip),
    "a zip": Attack("a.zip", "not UTF-8 text", _zip),
    "below a file": Attack("docs/main.json/x", NONE),
}  # fmt: skip
# A path of 6,000 characters does not exist on one machine, and is too long on another.


def document_fields() -> frozenset[str]:
    """Every field of every kind with a document."""
    return frozenset(
        f"{kind} {name}"
        for kind, adapter in known_kinds().items()
        for name, shape in fields_of(adapter.model).items()
        if shape.document
    )


OF_THEIR_OWN: Mapping[str, str] = {
    "connect.contact_flow content": "connect.contact_flow:\n  F: {type: CONTACT_FLOW, content: {file: PATH}}\n",
    "dynamodb.table resource_policy": f"dynamodb.table:\n  t-t: {{{KEY}, resource_policy: {{file: PATH}}}}\n",
    "iam.policy policy_document": "iam.policy:\n  P: {policy_document: {file: PATH}}\n",
    "iam.role assume_role_policy_document": "iam.role:\n  R: {assume_role_policy_document: {file: PATH}}\n",
    "logs.log_group data_protection_policy": "logs.log_group:\n  G: {data_protection_policy: {file: PATH}}\n",
    "logs.log_group index_policy": "logs.log_group:\n  G: {index_policy: {file: PATH}}\n",
    "s3.bucket bucket_policy": "s3.bucket:\n  b-b:\n    bucket_policy:\n      file: PATH\n",
    "s3.bucket bucket_policy, by default": "defaults:\n  s3.bucket: {bucket_policy: {file: PATH}}\ns3.bucket: {b-b: {}}\n",
}
"""Fields with a document, each with a resource that has it."""


def _resource_with(place: str) -> str:
    """A resource whose document is in a file: the name of its kind's sample, and the required fields."""
    kind, field = place.split(" ")
    sample = sample_of(kind)
    needed = {name: sample.base[name] for name in sorted(known_kinds()[kind].create.needed)}
    written = json.dumps({kind: {sample.name: {**needed, field: {"file": "PATH"}}}})[1:-1]
    return written.replace('"PATH"', "PATH") + "\n"


FIELDS: Mapping[str, str] = {
    **OF_THEIR_OWN,
    **{
        place: _resource_with(place)
        for place in sorted(document_fields() - {each.partition(",")[0] for each in OF_THEIR_OWN})
    },
}
"""Every field with a document, each with a resource that has it."""

YAML: Mapping[str, Attack] = {
    "link to a file": Attack("", OUTSIDE, _link("x.yaml", "{outside}/outside.yaml")),
    "link to a file of an environment": Attack("", OUTSIDE, _environment_link),
    "link to a directory": Attack("", "a link to a directory is not followed", _directory_link),
    "link of the environments": Attack("", "a link to a directory is not followed", _link("environments", "{outside}")),
    "link to the environment": Attack("", OUTSIDE, _link("x.yaml", "/proc/self/environ")),
    "link to a device": Attack("", OUTSIDE, _link("x.yaml", "/dev/zero")),
    "link to itself": Attack("", LINK, _link("x.yaml", "x.yaml")),
    "link to nothing": Attack("", "a link to nothing, which does not exist", _link("x.yaml", "nothing")),
    "FIFO": Attack("", IRREGULAR, lambda directory, _: os.mkfifo(directory / "x.yaml")),
    "huge sparse file": Attack("", "larger than 8 MiB", _sparse_yaml),
    "directory": Attack("", HARMLESS, lambda directory, _: (directory / "x.yaml").mkdir()),
    "a file that is hidden": Attack("", HARMLESS, _link(".x.yaml", "{outside}/outside.yaml")),
    "an unread file": Attack("", HARMLESS, _link("notes.txt", "{outside}/outside.yaml")),
}  # fmt: skip
"""Attacks on the stack's own files, which are read without a reference."""


@cache
def _document(field: str, word: str) -> bytes:
    """A document that is valid for the field."""
    if field.startswith("connect."):
        action = {"Identifier": word, "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
        return json.dumps({"Version": "2019-10-30", "StartAction": word, "Actions": [action]}).encode()
    said = {"Sid": word.replace("-", ""), "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Id": word, "Statement": [said]}).encode()


def _lay_out(root: Path, field: str, attack: Attack) -> Path:
    """Create the stack's directory with the attack in it, and a directory outside."""
    directory, outside = root / "stack", root / "outside"
    inside = _document(field, INSIDE)
    text = HEADER
    if field in FIELDS:
        path = attack.path.replace("{outside}", str(outside)).replace("{directory}", str(directory))
        text += FIELDS[field].replace("PATH", f'"{path}"')
    lay_out(directory, {"stack.yaml": text.encode(), "docs/main.json": inside, "alone.json": inside})
    lay_out(directory, {"docs/" + unicodedata.normalize("NFC", "é.json"): inside})
    lay_out(outside, {"outside.json": _document(field, SENTINEL), "main.json": _document(field, SENTINEL)})
    lay_out(
        outside, {"outside.yaml": f"connect.queue: {{{SENTINEL}: {{}}}}\n".encode(), "inside.json": inside}
    )
    lay_out(outside, {"dev.yaml": f"connect.queue: {{{SENTINEL}: {{}}}}\n".encode()})
    attack.lay(directory, outside)
    return directory


@contextmanager
def _watched(directory: Path, read: list[str]) -> Iterator[None]:
    """Record every file outside that is opened for reading."""
    fdopen, wanted = os.fdopen, f"{directory}/"

    def opened(file: int, *arguments: Any, **options: Any) -> Any:
        read.append(str(Path(f"/proc/self/fd/{file}").readlink()))
        return fdopen(file, *arguments, **options)

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "open" and isinstance(arguments[0], str | bytes):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if path.startswith((f"{directory.parent}/", "/proc/", "/dev/", "/etc/")) and path != str(
                directory
            ):
                read.append(path)

    watching = [True]
    sys.addaudithook(audit)
    with patch("os.fdopen", opened):
        yield
    watching.clear()
    read[:] = [path for path in read if not path.startswith(wanted)]


def _once(directory: Path, loading: Callable[..., Any]) -> tuple[list[str], str]:
    """The mistakes, and all texts about the stack."""
    try:
        stack = loading(directory, "dev", known_kinds(), sleep=lambda _seconds: None)
    except InvalidStack as error:
        lines = [str(mistake) for mistake in error.mistakes]
        return lines, "\n".join(lines)
    return [], repr(stack)


def _broken(directory: Path, attack: Attack, parsed: Callable[..., Any]) -> Sequence[str]:
    outside = directory.parent / "outside"
    calls: list[str] = []
    read: list[str] = []
    began = time.process_time()
    with ExitStack() as entered:
        entered.enter_context(without_aws(calls))
        entered.enter_context(_watched(directory, read))
        entered.enter_context(attack.meanwhile(directory, outside))
        mistakes, told = _once(directory, load)
        again = _once(directory, parsed)[1] if attack.meanwhile is Attack.meanwhile else told
    took = time.process_time() - began
    found = [f"reached for AWS: {call}" for call in calls]
    found += [f"reads {path}" for path in read]
    if too_long(took, MOST_SECONDS):
        found.append(f"{took:.1f} s")
    if SENTINEL in told + again or SENTINEL.replace("-", "") in told + again:
        found.append("tells what stands outside")
    if again != told:
        found.append("the stack that is kept is another one")
    if attack.said is HARMLESS and not mistakes:
        return found
    told_once = len(mistakes) == attack.mistakes and attack.said in mistakes[-1]
    if not told_once or not all(re.match(r"[^:]+:\d+:\d+: .", line) for line in mistakes):
        found.append(f"says {[line[:200] for line in mistakes]}")
    return found


def _attack(name: str) -> tuple[str, Attack]:
    title, _, field = name.rpartition(" in ")
    return field, YAML[title] if field == "YAML" else ATTACKS[title]


def check(name: str) -> Sequence[str]:
    """Run one attack on one field in a separate process, with and without cached stacks."""
    field, attack = _attack(name)
    with tempfile.TemporaryDirectory(prefix="escape-") as root:
        directory = _lay_out(Path(os.path.realpath(root)), field, attack)
        parsed = partial(load_parsed, folder=Path(root) / "stack" / ".kept")
        return in_child(partial(_broken, directory, attack, parsed))


def cases() -> Sequence[str]:
    """Every attack on every field, and the attacks on the stack's own files."""
    on_fields = [f"{title} in {field}" for field in FIELDS for title in ATTACKS]
    return (*on_fields, *(f"{title} in YAML" for title in YAML))


ROW = Row("path_escape", "file references", cases, check)

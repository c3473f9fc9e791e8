"""A cache of loaded stacks, by the hash of all their input."""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import structlog

from reconciler.archives import Archive
from reconciler.contract import Adapter
from reconciler.desired.files import FilesTooLarge, Folder
from reconciler.desired.mistakes import Refused
from reconciler.field_schema import leaves
from reconciler.runtime.atomic_write import write_whole
from reconciler.stack import Stack
from reconciler.stack_json import stack_from, stack_text

log = structlog.get_logger(__name__)

KEPT = 20
"""How many stacks are cached; then the oldest is deleted."""


def load_parsed(
    directory: Path,
    environment: str | None,
    kinds: Mapping[str, Adapter[Any]],
    folder: Path,
    sleep: Callable[[float], None] = time.sleep,
) -> Stack:
    """Load a stack, or take it from the cache in `folder` if files, environment, kinds and code are unchanged.

    Only stacks without a mistake and without folders of code are cached. A cached stack names only the places of secrets.

    Raises:
        InvalidStack: with every mistake, as `load` does.
        FilesChanging: the files changed each time that they were read.
    """
    source = _digest(directory, environment, kinds)
    if source is not None:
        kept = _kept(folder / f"{source}.json")
        if kept is not None and _digest(directory, environment, kinds) == source:
            return kept
    # What parses files takes a tenth of a second to import, and a cached stack needs none of it.
    from reconciler.desired.loader import load  # noqa: PLC0415

    if source is None:
        return load(directory, environment, kinds, sleep)
    stack = load(directory, environment, kinds, sleep)
    if any(each.dated for each in stack.feeds):
        return stack  # tomorrow it is another one
    if _names_folders(stack):
        return stack  # the cache does not hold their content, and they may be outside the directory
    if _digest(directory, environment, kinds) != source:
        return stack  # the files are being changed: it is not known which version was read
    try:
        _keep(folder / f"{source}.json", stack)
    except (OSError, ValueError) as error:
        log.warning("stack cache write failed", error=str(error))
    return stack


def _names_folders(stack: Stack) -> bool:
    """Whether a stack holds archives of folders."""
    return any(
        isinstance(leaf, Archive) for each in stack.resources.values() for leaf in leaves(each.settings)
    )


def _digest(directory: Path, environment: str | None, kinds: Mapping[str, Adapter[Any]]) -> str | None:
    """The hash of all input of a stack; None if there is too much to hash."""
    found = hashlib.sha256(repr((environment, sorted(kinds), sys.version_info[:2])).encode())
    found.update(os.fsencode(directory.resolve()))
    try:
        for part in _parts(directory):
            found.update(hashlib.sha256(part).digest())
    except FilesTooLarge:
        return None
    found.update(code_of(kinds))
    return found.hexdigest()


def code_of(kinds: Mapping[str, Adapter[Any]]) -> bytes:
    """The hash of the code that reads a stack of these kinds, computed once."""
    return _code(frozenset(_packages(kinds)))


def _packages(kinds: Mapping[str, Adapter[Any]]) -> Iterator[Path]:
    """The packages with the code that reads a stack."""
    yield Path(__file__).parents[1]
    for each in kinds.values():
        yield Path(sys.modules[type(each).__module__.partition(".")[0]].__file__ or "").parent


@cache
def _code(packages: frozenset[Path]) -> bytes:
    """The hash of the code in these packages."""
    found = hashlib.sha256()
    for folder, files in groupby(code_files(packages), lambda file: file.parent):
        resolved = str(folder.resolve())  # once for its files: that takes longer than to read one of them
        for file in files:
            name = f"{resolved}/{file.name}".encode()
            found.update(name + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return found.digest()


def code_files(packages: Iterable[Path]) -> list[Path]:
    """Every Python file of these packages, in order."""
    # `reconciler/resources` is a link, which Path.rglob does not follow.
    walks = (os.walk(each, followlinks=True) for each in packages)
    return sorted(
        Path(above, name)
        for walk in walks
        for above, _, names in walk
        for name in names
        if name.endswith(".py")
    )


def _parts(directory: Path) -> Iterator[bytes]:
    """Names, contents and links of all files that a stack may be read from, only within its directory.

    Raises:
        FilesTooLarge: there is too much to read.
    """
    folder = Folder(directory)
    for above, directories, names in os.walk(directory):
        directories.sort()
        for name in (*directories, *sorted(names)):
            path = os.path.join(above, name)  # noqa: PTH118 - names may be such that a Path's text has no bytes
            yield os.fsencode(path)
            with suppress(OSError):
                yield os.fsencode(os.readlink(path))  # noqa: PTH115
        for name in sorted(names):
            try:
                yield folder.content(os.path.relpath(f"{above}/{name}", directory))
            except FilesTooLarge:
                raise
            except Refused as error:
                yield str(error).encode()


def _kept(file: Path) -> Stack | None:
    """The stack from the cache; None if it is not there."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return stack_from(_checked(file.read_bytes()))
    return None


def _checked(kept: bytes) -> str:
    """The text from the cache.

    Raises:
        ValueError: it was changed after it was written.
    """
    digest, _, text = kept.partition(b"\n")
    if hashlib.sha256(text).hexdigest().encode() != digest:
        raise ValueError("not what was kept")
    return text.decode()


def _keep(file: Path, stack: Stack) -> None:
    text = stack_text(stack).encode()
    text = hashlib.sha256(text).hexdigest().encode() + b"\n" + text
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(file, text, private=True)
    older = sorted(file.parent.glob("*.json"), key=lambda each: each.stat().st_mtime)
    for each in older[:-KEPT]:
        each.unlink(missing_ok=True)

"""Reads lock files of Python packages: `NAME==VERSION` with hashes, as `pip install --require-hashes` takes them.

Source: "Requirements File Format", "Secure installs" (https://pip.pypa.io/en/stable/).
"""

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

from reconciler.archives import Archive

PINNED = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]]*\])?\s*==\s*(?P<version>[A-Za-z0-9][\w.!+-]*)"
)
HASH = re.compile(r"--hash[= ]sha256:([0-9a-f]{64})(?=\s|$)")
HOW = "make it with hashes, such as by `uv pip compile --generate-hashes`"


class BadLockError(ValueError):
    """Raised for a line that is no package with hashes; the message names the line."""


class Package(NamedTuple):
    """One package, with the SHA-256 of each of its files in hexadecimal digits."""

    name: str
    version: str
    hashes: tuple[str, ...]

    def __str__(self) -> str:
        """The line of a lock file."""
        return " ".join((f"{self.name}=={self.version}", *(f"--hash=sha256:{each}" for each in self.hashes)))


def packages_in(text: str) -> tuple[Package, ...]:
    """The packages of a lock file, sorted by name.

    Raises:
        BadLockError: a line is no package with hashes, or there is none.
    """
    found: dict[str, Package] = {}
    for number, line in _lines(text):
        package = _package(number, line)
        if package.name in found:
            raise BadLockError(f"line {number}: {package.name} is there twice")
        found[package.name] = package
    if not found:
        raise BadLockError(f"it has no packages; {HOW}")
    return tuple(sorted(found.values()))


def lock_of(path: str, text: str) -> Archive:
    """A lock file as a value of desired state: its content is a line for each package, without comments.

    Raises:
        BadLockError: as in `packages_in`.
    """
    content = "".join(f"{each}\n" for each in packages_in(text)).encode()
    return Archive(path, hashlib.sha256(content).hexdigest()[:32], content)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line that is not empty, without comments, with its number; a backslash continues a line."""
    parts: list[str] = []
    began = 0
    for number, line in enumerate(text.splitlines(), 1):
        began = began if parts else number
        bare = re.sub(r"(^|\s)#.*", "", line).rstrip()
        parts.append(bare.removesuffix("\\"))
        if not bare.endswith("\\"):
            whole = " ".join(parts).strip()
            parts = []
            if whole:
                yield began, whole
    if whole := " ".join(parts).strip():
        yield began, whole


def _package(number: int, line: str) -> Package:
    head, separated, _ = line.partition(" --hash")
    pinned = PINNED.fullmatch(head.strip())
    if pinned is None and ";" in head:
        raise BadLockError(
            f"line {number}: a condition is not read; make the lock for one version of Python and one platform"
        )
    if pinned is None:
        raise BadLockError(f"line {number}: expected NAME==VERSION; {HOW}")
    name = re.sub(r"[-_.]+", "-", pinned["name"]).lower()
    hashes = HASH.findall(line)
    if not separated or not hashes:
        raise BadLockError(f"line {number}: {name} has no --hash=sha256:...; {HOW}")
    return Package(name, pinned["version"], tuple(sorted(set(hashes))))

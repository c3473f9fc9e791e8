"""Shows changed files as a unified diff that `git apply` and `patch -p1` take."""

import difflib
from collections.abc import Iterator, Mapping

NO_END = "\\ No newline at end of file\n"


def file_diff(files: Mapping[str, tuple[bytes, bytes]]) -> Iterator[str]:
    """The lines of the diff; by path, the bytes of each file before and after."""
    for path, (before, after) in files.items():
        start = f"a/{path}" if before else "/dev/null"
        for line in difflib.unified_diff(_lines(before), _lines(after), start, f"b/{path}"):
            yield line if line.endswith("\n") else f"{line}\n{NO_END}"


def _lines(data: bytes) -> list[str]:
    """The lines of a file, each with its line feed: for a patch no other character ends a line."""
    *whole, rest = data.decode("utf-8", "replace").split("\n")
    return [*(f"{each}\n" for each in whole), *([rest] if rest else [])]

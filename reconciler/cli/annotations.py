"""Mistakes and warnings in files as annotations of a GitHub Actions workflow."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.desired import InvalidStack

PLACED = re.compile(r"(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): (?:warning: )?(?P<message>.*)", re.DOTALL)
"""A warning: its place and its message."""
ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
IN_PROPERTIES = {**ESCAPES, ":": "%3A", ",": "%2C"}


def mistake_annotations(directory: Path, error: "InvalidStack") -> Iterator[str]:
    """A line for each mistake, and for each warning beside them."""
    for each in error.mistakes:
        place = each.place
        yield _annotation("error", directory / place.file, (place.line, place.column), each.message)
    yield from warning_annotations(directory, error.warnings)


def warning_annotations(directory: Path, warnings: Iterable[str]) -> Iterator[str]:
    """A line for each warning."""
    for each in warnings:
        found = PLACED.fullmatch(each)
        if found:
            place = int(found["line"]), int(found["column"])
            yield _annotation("warning", directory / found["file"], place, found["message"])
        else:
            yield f"::warning::{_escaped(each, ESCAPES)}"


def _annotation(level: str, file: Path, place: tuple[int, int], message: str) -> str:
    from reconciler.runtime.printable import plain_line

    line, column = place
    name = _escaped(plain_line(file.as_posix()), IN_PROPERTIES)
    return f"::{level} file={name},line={line},col={column}::{_escaped(plain_line(message), ESCAPES)}"


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(char, char) for char in text)

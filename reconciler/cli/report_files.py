"""Writes the reports of a pass, and chooses its exit code."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from reconciler.cli.exits import FAILED, INVALID, PENDING, REFUSED, SETTLED, exit_with_errors
from reconciler.cli.output_files import Target, begins
from reconciler.runtime.interrupts import INTERRUPTED

if TYPE_CHECKING:
    from reconciler.pass_report import PassReport
    from reconciler.reports.extra_sections import EarlierPass

EXITS = {
    "settled": SETTLED,
    "failed": FAILED,
    "pending": PENDING,
    "refused": REFUSED,
    "stopped": INTERRUPTED,
}


def check_formats(files: Sequence[Path]) -> None:
    """Exit with an error, before any call, if a report could not be made."""
    if not files:
        return
    from reconciler.reports.formats import UnknownFormat, renderer_of

    try:
        for file in files:
            renderer_of(file)
    except UnknownFormat as error:
        exit_with_errors([f"--report {error}"], INVALID)


def report_targets(files: Sequence[Path]) -> "list[Target]":
    """The reports as files to write."""
    if not files:
        return []
    from reconciler.reports.formats import BEGINNINGS

    return [("--report", file, begins(BEGINNINGS)) for file in files]


def finish(
    passed: "PassReport",
    files: Sequence[Path],
    earlier: "Callable[[], Sequence[EarlierPass]]" = tuple,
    printed: "Callable[[PassReport], str] | None" = None,
) -> NoReturn:
    """Write the reports, print what `printed` makes of the pass, and exit with the code of the pass's outcome."""
    mistakes = _write(passed, files, earlier()) if files else []
    if printed:
        from reconciler import console

        console.deliver(printed(passed))
    if mistakes:
        exit_with_errors(mistakes, FAILED)
    raise typer.Exit(EXITS[passed.outcome])


def _write(passed: "PassReport", files: Sequence[Path], earlier: "Sequence[EarlierPass]") -> list[str]:
    """Write the reports; returns why some could not be written, a line each."""
    from reconciler.kinds import known_kinds
    from reconciler.reports.extra_sections import sections_of
    from reconciler.reports.formats import write

    sections = tuple(sections_of(passed, known_kinds(), earlier))
    mistakes = []
    for file in files:
        try:
            write(passed, file, sections)
        except OSError as error:
            mistakes.append(f"the report could not be written: {file}: {error.strerror}")
    return mistakes

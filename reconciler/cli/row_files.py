"""Writes the files with what became of each row of a stack's feeds, as the stack and `--report` name them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.exits import FAILED, exit_with_errors
from reconciler.cli.output_files import Target, begins

if TYPE_CHECKING:
    from reconciler.desired import InvalidStack
    from reconciler.pass_report import PassReport
    from reconciler.stack import Stack


def result_targets(directory: Path, stack: "Stack") -> "Iterator[Target]":
    """The files that the feeds of a stack name, as files to write; makes their directories."""
    from reconciler.reports.row_results import BEGINNING, results_file

    for path in dict.fromkeys(each.results for each in stack.feeds if each.results):
        try:
            file = results_file(directory, path)
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            exit_with_errors([f"results {path}: {error.strerror}; no call was made"], FAILED)
        yield "results", file, begins({".csv": BEGINNING})


def write_rows(directory: Path, report: "PassReport", *, begun: bool = False) -> None:
    """Write them after a pass, or right before its first change; exits with an error if that fails."""
    why = why_not_written(directory, report, begun=begun)
    if why:
        exit_with_errors([why], FAILED)


def why_not_written(directory: Path, report: "PassReport", *, begun: bool = False) -> str:
    """Write them; why that failed, or an empty text."""
    from reconciler.reports.row_results import results_of, write_results

    if any(each.results for each in report.stack.feeds):
        try:
            write_results(directory, report.stack, results_of(report, begun=begun))
        except OSError as error:
            return f"the results of rows could not be written: {_words(error)}"
    return ""


def write_rows_of_mistakes(directory: Path, error: "InvalidStack", files: Sequence[Path] = ()) -> str:
    """Write them for a stack with mistakes, also to the reports in CSV; why that failed, or an empty text."""
    from reconciler.reports.row_results import as_rows, results_of_mistakes, write_results
    from reconciler.runtime.atomic_write import write_whole

    if error.stack is None or not error.stack.feeds:
        return ""
    found = [(each.place.file, each.place.line, each.message) for each in error.mistakes]
    lines = list(results_of_mistakes(error.stack, found))
    try:
        write_results(directory, error.stack, lines)
        for file in files:
            if file.suffix.lower() == ".csv":
                write_whole(file, as_rows(lines))
    except OSError as wrong:
        return f"the results of rows could not be written: {_words(wrong)}"
    return ""


def _words(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror)

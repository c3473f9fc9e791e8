"""Writes what became of the rows of a stack's feeds, into the files that they name."""

from dataclasses import dataclass
from pathlib import Path

import structlog

from reconciler.desired import InvalidStack
from reconciler.pass_report import PassReport
from reconciler.reports.row_results import results_of, results_of_mistakes, write_results

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class RowFiles:
    """The files of one stack; if one cannot be written, the log says so."""

    directory: Path
    """The stack's directory."""

    def passed(self, report: PassReport) -> None:
        """Write them after a pass."""
        try:
            write_results(self.directory, report.stack, results_of(report))
        except OSError as error:
            log.warning("rows not written", stack=report.stack.name, error=str(error))

    def invalid(self, error: InvalidStack) -> None:
        """Write them for files with mistakes: no row was tried."""
        stack = error.stack
        if stack is None:
            return
        found = [(each.place.file, each.place.line, each.message) for each in error.mistakes]
        try:
            write_results(self.directory, stack, results_of_mistakes(stack, found))
        except OSError as wrong:
            log.warning("rows not written", stack=stack.name, error=str(wrong))

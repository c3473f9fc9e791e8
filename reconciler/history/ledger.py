"""Records one pass in a history: before its first change, so that none is lost, and again at its end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from reconciler.history.records import record_of
from reconciler.history.store import History, HistoryError, last_settled_hash
from reconciler.pass_report import PassReport


@dataclass
class Ledger:
    """The record of one pass. An error of the history is reported once, and never stops the pass."""

    history: History
    who: str
    trigger: str
    note: str
    on_error: Callable[[HistoryError], None]
    number: int | None = None
    told: set[str] = field(default_factory=set)
    """The errors of the history that were already reported."""

    def begins(self, report: PassReport) -> None:
        """Record what will be changed, as a stopped pass: if the program crashes, this record remains."""
        with self._never_stopping():
            record = record_of(report, who=self.who, trigger=self.trigger, note=self.note)
            self.number = self.history.add(replace(record, outcome="stopped"))

    def ended(self, report: PassReport) -> None:
        """Record the whole pass."""
        with self._never_stopping():
            record = record_of(
                report,
                who=self.who,
                trigger=self.trigger,
                settled_hash=self._settled_hash(report),
                note=self.note,
            )
            if self.number is None:
                self.number = self.history.add(record)
            else:
                self.history.replace(self.number, record)

    def _settled_hash(self, report: PassReport) -> str | None:
        """The hash of the files of the last settled pass; None if the history does not have it."""
        with self._never_stopping():
            stack = report.stack
            return last_settled_hash(self.history, stack.name, stack.environment, self.number)
        return None

    @contextmanager
    def _never_stopping(self) -> Iterator[None]:
        try:
            yield
        except HistoryError as error:
            if str(error) not in self.told:
                self.told.add(str(error))
                self.on_error(error)

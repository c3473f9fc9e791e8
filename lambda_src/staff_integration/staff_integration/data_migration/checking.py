"""Checks all files before anything is written: each row by itself, against the other files, and against the database."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from staff_integration.data_migration.reading import FileMistakeError, Found, Mistake, Source
from staff_integration.data_migration.steps import STEPS, Step, references
from staff_integration.data_migration.stored import differing, stored, written_by
from staff_integration.data_migration.values import Column
from staff_integration.database import Sessions
from staff_integration.organisation_tables import Department, Facility, Position
from staff_integration.tables import Base, Staff

REFERRED: Sequence[tuple[str, str, type[Base], str]] = (
    ("facilities", "facility", Facility, "facility_id"),
    ("departments", "department", Department, "department_id"),
    ("positions", "position", Position, "position_id"),
    ("staff", "member of staff", Staff, "staff_id"),
)
"""What rows refer to: its name in `Column.refers`, what messages call it, the table and the key."""


@dataclass
class Checked:
    """What was found: rows of each step, those that the database has, those that the unfinished batch has written."""

    rows: Counter[str] = field(default_factory=Counter)
    present: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)
    mistakes: int = 0

    @property
    def to_write(self) -> int:
        """Rows that are not there yet."""
        return self.rows.total() - self.present.total() - self.written.total()


class Checker:
    """Checks the files.

    Args:
        sessions: the database.
        source: the files.
        batch_id: the batch that has not ended, if there is one.
        tell: takes each mistake as it is found.
    """

    def __init__(
        self, sessions: Sessions, source: Source, batch_id: str | None, tell: Callable[[Mistake], None]
    ) -> None:
        self._sessions = sessions
        self._source = source
        self._batch_id = batch_id
        self._tell = tell
        self._known: dict[str, set[str]] = {}
        self._partly: set[str] = set()
        self._seen: dict[tuple[str, str], set[str]] = {}
        self.checked = Checked()

    def check(self) -> Checked:
        """Check all files; what was found."""
        with self._sessions() as session:
            for name, _, table, key in REFERRED:
                self._known[name] = set(session.scalars(select(table.__table__.columns[key])))
        for step in STEPS:
            try:
                for chunk in self._source.chunks(step):
                    self._check(step, chunk)
            except FileMistakeError as error:
                self._partly.add(step.name)  # what it has after this is not known
                self._told(error.mistake)
        return self.checked

    def _told(self, mistake: Mistake) -> None:
        self.checked.mistakes += 1
        self._tell(mistake)

    def _check(self, step: Step, chunk: Sequence[Found]) -> None:
        with self._sessions() as session:
            known = self._beside_the_database(session, step, chunk)
        for found in chunk:
            self.checked.rows[step.name] += 1
            for mistake in (*found.mistakes, *self._of_row(step, found), *known.get(found.number, ())):
                self._told(mistake)

    def _of_row(self, step: Step, found: Found) -> Iterator[Mistake]:
        for column in step.columns:
            value = found.row.get(column.name)
            if value is None:
                continue
            if column.name == step.key or column.unique:
                seen = self._seen.setdefault((step.name, column.name), set())
                if value.casefold() in seen:
                    yield Mistake(step.file, found.number, column.name, "an earlier row of the file has it")
                seen.add(value.casefold())
            if column.name == step.key and step.name in self._known:
                self._known[step.name].add(value)
            if column.refers is not None:
                yield from self._unknown(step, found, column)

    def _unknown(self, step: Step, found: Found, column: Column) -> Iterator[Mistake]:
        [word] = [word for name, word, _, _ in REFERRED if name == column.refers]
        if column.refers in self._partly:
            return
        for each in references(found.row[column.name]):
            if each not in self._known[column.refers or ""]:
                hint = "; load the organisation first" if word == "position" else ""
                reason = f"there is no {word} {each}, in the files or in the database{hint}"
                yield Mistake(step.file, found.number, column.name, reason)

    def _beside_the_database(
        self, session: Session, step: Step, chunk: Sequence[Found]
    ) -> dict[int, list[Mistake]]:
        """How rows contradict what the database has, by the numbers of the rows; counts those that it has."""
        whole = [each for each in chunk if not each.mistakes]
        keys = [each.row[step.key] for each in whole]
        there = stored(session, step, keys)
        same = {key.casefold(): key for key in there}
        mine = written_by(session, self._batch_id, step, keys) if self._batch_id else set()
        told: dict[int, list[Mistake]] = {}
        for found in whole:
            key = found.row[step.key]
            columns: Sequence[str] = ()
            reason = "the database has another value in this row"
            if key in mine:
                self.checked.written[step.name] += 1
            elif key in there:
                columns = differing(step, found.row, there[key])
                self.checked.present[step.name] += not columns
            elif key.casefold() in same:
                columns = [step.key]
                reason = f"the database has {same[key.casefold()]}: only capital letters differ"
            told[found.number] = [Mistake(step.file, found.number, name, reason) for name in columns]
        for column in step.columns:
            if column.unique:
                self._add_taken(session, step, column, chunk, told)
        return told

    def _add_taken(
        self,
        session: Session,
        step: Step,
        column: Column,
        chunk: Sequence[Found],
        told: dict[int, list[Mistake]],
    ) -> None:
        table = step.table.__table__.columns
        given = [each for each in chunk if each.row.get(column.name) is not None and step.key in each.row]
        values = [each.row[column.name] for each in given]
        owners = {
            str(value).casefold(): str(key).casefold()
            for value, key in session.execute(
                select(table[column.name], table[step.key]).where(table[column.name].in_(values))
            )
        }
        for found in given:
            owner = owners.get(found.row[column.name].casefold())
            if owner is not None and owner != found.row[step.key].casefold():
                reason = "somebody else has it in the database"
                told.setdefault(found.number, []).append(
                    Mistake(step.file, found.number, column.name, reason)
                )

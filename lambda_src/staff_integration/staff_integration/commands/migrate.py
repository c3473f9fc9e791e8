"""`migrate`: brings the data of the old system from CSV files into the database, or takes a batch back."""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from staff_integration.backup.lock import LockedError, alone
from staff_integration.clock import SystemClock
from staff_integration.commands import FAILED, PENDING, REFUSED, SETTLED, CommandError, Place
from staff_integration.data_migration import stored, undoing
from staff_integration.data_migration.checking import Checked, Checker
from staff_integration.data_migration.reading import ENCODINGS, FileMistakeError, Source
from staff_integration.data_migration.report import Report, comparison, summary, units
from staff_integration.data_migration.steps import STEPS, Step
from staff_integration.data_migration.writing import WriteError, compare, new_batch, write
from staff_integration.database import Sessions, in_transaction
from staff_integration.interrupts import INTERRUPTED
from staff_integration.migration_tables import Batch, BatchRow
from staff_integration.rollout import reach
from staff_integration.rollout_tables import Cohort
from staff_integration.tables import Event

UNDO, LIST = "undo", "list"


def add(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "folder",
        metavar="FOLDER | undo BATCH | list",
        help="the folder with the CSV files; or `undo` and a batch, to take it back; or `list` (./undo is a folder)",
    )
    parser.add_argument("batch", nargs="?", help="with `undo`: the batch")
    parser.add_argument("--dry-run", action="store_true", help="only check, and report (exit code 2)")
    parser.add_argument(
        "--encoding", choices=ENCODINGS, default="utf-8", help="of the CSV files (default: utf-8)"
    )
    parser.add_argument(
        "--report",
        type=Path,
        default=Path("migration-report.txt"),
        help="the file for the report, with all mistakes (default: migration-report.txt); - prints all of it",
    )


def run(place: Place, given: Namespace) -> int:
    """Carry the command out; return the exit code.

    Raises:
        CommandError: files are wrong, the database has become another one meanwhile, or a batch stays.
        DatabaseUrlError: the URL cannot be used.
    """
    if (given.folder == UNDO) != (given.batch is not None):
        raise CommandError("write `migrate FOLDER`, `migrate undo BATCH` or `migrate list`")
    if given.folder == LIST:
        return _list(place)
    sessions = place.sessions()
    with _alone(sessions):
        if given.folder == UNDO:
            return _undo(place, sessions, given.batch)
        source = Source(Path(given.folder), given.encoding)
        if not source.folder.is_dir():
            raise CommandError(f"{source.folder}: there is no folder of this name")
        try:
            report = Report(given.report, partial(_say_at_once, place))
        except OSError as error:
            raise CommandError(
                f"{given.report}: the report cannot be written: {error.strerror}; name a file by --report"
            ) from None
        with report:
            return _migrate(sessions, source, report, dry_run=given.dry_run)


def _say_at_once(place: Place, line: str) -> None:
    place.say(line)
    place.out.flush()


@contextmanager
def _alone(sessions: Sessions) -> Iterator[None]:
    try:
        with alone(sessions.kw["bind"], SystemClock(), 0, "migrate"):
            yield
    except LockedError:
        raise CommandError(
            "another `migrate` works with this database; wait until it has ended", REFUSED
        ) from None


def _migrate(sessions: Sessions, source: Source, report: Report, *, dry_run: bool) -> int:
    began, digest = time.monotonic(), source.digest()
    batch = in_transaction(sessions, stored.unfinished)
    if batch is not None and (batch.state == "undone" or batch.source != digest):
        what = "its undo is" if batch.state == "undone" else "it has other files, and is"
        raise CommandError(
            f"batch {batch.batch_id} comes first: {what} not finished; "
            f"{'' if batch.state == 'undone' else 'run the command with its files, or '}"
            f"take it back by `migrate undo {batch.batch_id}`",
            REFUSED,
        )
    checked = _checked(sessions, source, batch, report)
    for line in summary(checked):
        report.line(line)
    if dry_run:
        report.line(f"dry run: {checked.to_write} records to write")
        for line in _outlook(sessions, checked):
            report.line(line)
        return PENDING if checked.to_write else SETTLED
    if source.digest() != digest:
        raise CommandError("the files were changed while they were checked; run the command again", FAILED)
    if checked.to_write and batch is None:
        batch = in_transaction(sessions, lambda session: new_batch(session, digest, datetime.now(UTC)))
    if batch is not None:
        _write(sessions, source, batch, report)
    return _compared(sessions, source, batch, report, began)


def _checked(sessions: Sessions, source: Source, batch: Batch | None, report: Report) -> Checked:
    checked = Checker(sessions, source, batch.batch_id if batch else None, report.mistake).check()
    if checked.mistakes:
        for line in report.rest():
            report.line(line)
        count = f"{checked.mistakes} {'mistake' if checked.mistakes == 1 else 'mistakes'}"
        where = "" if str(report.path) == "-" else f"; all are in {report.path}"
        raise CommandError(f"{count}; nothing was written{where}")
    return checked


def _write(sessions: Sessions, source: Source, batch: Batch, report: Report) -> None:
    again = f"run the same command again, or take it back by `migrate undo {batch.batch_id}`"

    def told(step: Step, count: int) -> None:
        report.line(f"step {step.number} {step.name}: {count} written")

    report.line(f"batch {batch.batch_id}")
    try:
        stored.count_on_from(sessions.kw["bind"], batch.outbox_next)
        write(sessions, source, batch, told)
    except KeyboardInterrupt:
        raise CommandError(
            f"ended by Ctrl-C; batch {batch.batch_id} is not finished: {again}", INTERRUPTED
        ) from None
    except DBAPIError as error:
        raise CommandError(
            f"the database answers: {error.orig}; batch {batch.batch_id} is not finished: {again}", FAILED
        ) from None
    except FileMistakeError as error:
        raise CommandError(f"{error}; the file has changed since the check: {again}", FAILED) from None
    except WriteError as error:
        raise CommandError(f"{error}; batch {batch.batch_id} is not finished: {again}", FAILED) from None


def _compared(sessions: Sessions, source: Source, batch: Batch | None, report: Report, began: float) -> int:
    equal, written = True, 0
    for step in STEPS:
        found = compare(sessions, source, step, batch.batch_id if batch else None)
        report.line(comparison(found))
        for mistake in found.mistakes:
            report.mistake(mistake)
        equal, written = equal and found.equal, written + found.written
    for line in report.rest():
        report.line(line)
    if batch is not None:
        _finish(sessions, batch)
        report.line(f"batch {batch.batch_id}: {written} records written in {time.monotonic() - began:.0f} s")
        for line in _entries(sessions, batch.batch_id):
            report.line(line)
        for line in units(source):
            report.note(line)
    else:
        report.line("the database has all of these records; nothing was written")
    if not equal:
        raise CommandError(
            "the database does not have what the files have; the report names the rows", FAILED
        )
    return SETTLED


def _finish(sessions: Sessions, batch: Batch) -> None:
    def finish(session: Session) -> None:
        row = session.get_one(Batch, batch.batch_id)
        row.state, row.finished_at = "done", datetime.now(UTC)

    in_transaction(sessions, finish)


def _outlook(sessions: Sessions, checked: Checked) -> Iterator[str]:
    staff = checked.rows["staff"] - checked.present["staff"] - checked.written["staff"]
    if staff:
        with sessions() as session:
            cohorts = session.scalar(select(func.count()).select_from(Cohort))
        when = (
            "as soon as their cohort is open"
            if cohorts
            else "AT ONCE, because no rollout is loaded (`rollout load FOLDER`)"
        )
        yield f"{staff} members of staff will get accounts of VoiceDrive {when}"


def _entries(sessions: Sessions, batch_id: str) -> Iterator[str]:
    staff = select(BatchRow.row_key).where(
        BatchRow.batch_id == batch_id, BatchRow.table_name == "unified_staff_master"
    )
    pending = select(func.count()).where(Event.staff_id.in_(staff), Event.state == "pending")
    with sessions() as session:
        waiting = session.scalar(pending.where(reach.held()))
        due = session.scalar(pending.where(~reach.held()))
    yield f"accounts: {waiting} members of staff wait for their cohort, {due} are due at the workers"


def _undo(place: Place, sessions: Sessions, batch_id: str) -> int:
    def work(session: Session) -> tuple[Batch, int]:
        batch = session.scalar(select(Batch).where(Batch.batch_id == batch_id).with_for_update())
        if batch is None:
            raise CommandError(f"there is no batch {batch_id}; `migrate list` lists them")
        try:
            return batch, 0 if batch.state == "undone" else undoing.undo(session, batch)
        except undoing.DependedError as error:
            raise CommandError(str(error), REFUSED) from None

    batch, count = in_transaction(sessions, work)
    if not stored.count_on_from(sessions.kw["bind"], batch.outbox_next):
        raise CommandError(
            f"the {count} records of batch {batch_id} are gone, but the outbox is in use, so that it does not count "
            "on from where it was; run the command again",
            FAILED,
        )
    in_transaction(sessions, lambda session: session.delete(session.get_one(Batch, batch_id)))
    place.say(f"batch {batch_id} is taken back: {count} records are gone")
    return SETTLED


def _list(place: Place) -> int:
    with place.sessions()() as session:
        rows = session.execute(
            select(Batch, func.count(BatchRow.row_key))
            .outerjoin(BatchRow, BatchRow.batch_id == Batch.batch_id)
            .group_by(Batch.batch_id)
            .order_by(Batch.started_at)
        ).all()
    for batch, count in rows:
        place.say(
            f"{batch.batch_id}  {batch.state}  {count} records  began {batch.started_at:%Y-%m-%d %H:%M:%S} UTC"
        )
    if not rows:
        place.say("there is no batch")
    return SETTLED

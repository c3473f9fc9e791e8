"""`export-users`: writes all staff into a CSV file, from which another system makes its users."""

import csv
import os
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from staff_integration.commands import FAILED, REFUSED, SETTLED, CommandError, Place
from staff_integration.user_export import COLUMNS, exported

ENCODING = "utf-8-sig"
"""With a byte order mark, without which a spreadsheet takes the file for one in the encoding of its country."""
HEADER = ",".join(COLUMNS)


def add(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", type=Path, help="the file, which is replaced as a whole")


def run(place: Place, given: Namespace) -> int:
    """Carry the command out; return the exit code.

    Raises:
        CommandError: the file is another one, it cannot be written, or there are no staff.
    """
    file: Path = given.file
    _refuse_another(file)
    with place.sessions()() as session:
        try:
            count = write_rows(file, exported(session, datetime.now(UTC)))
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}", FAILED) from None
    if not count:
        raise CommandError(
            f"the database has no staff; {file} stays as it is, because all users would be deleted by an empty one",
            REFUSED,
        )
    place.say(f"{count} {'member' if count == 1 else 'members'} of staff written to {file}")
    return SETTLED


def write_rows(file: Path, rows: Iterable[Sequence[str]]) -> int:
    """Write the rows into a file, which is replaced as a whole or not at all; return their number.

    Without rows the file stays as it is. A new file can be read by its owner alone.

    Raises:
        OSError: it cannot be written.
    """
    target = file.resolve()
    handle, written = tempfile.mkstemp(prefix=".staff-", dir=target.parent)
    count = 0
    try:
        with os.fdopen(handle, "w", encoding=ENCODING, newline="") as stream:
            out = csv.writer(stream)
            out.writerow(COLUMNS)
            for count, row in enumerate(rows, 1):  # noqa: B007  # the number of the last one
                out.writerow(row)
            stream.flush()
            os.fsync(stream.fileno())
        if count:
            if target.exists():
                Path(written).chmod(target.stat().st_mode & 0o777)
            Path(written).replace(target)
    finally:
        with suppress(FileNotFoundError):
            Path(written).unlink()
    return count


def _refuse_another(file: Path) -> None:
    """Refuse a file that is there and that this command did not write.

    Raises:
        CommandError: it is another file.
    """
    try:
        with file.open(encoding=ENCODING, errors="replace") as stream:
            first = stream.readline().rstrip("\r\n")
    except FileNotFoundError:
        return
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from None
    if first and first != HEADER:
        raise CommandError(
            f"{file} is no export of users, and would be overwritten; remove it or name another file"
        )

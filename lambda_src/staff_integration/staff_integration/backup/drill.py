"""The restore drill: rebuilds the newest backup elsewhere, compares it, measures how long that takes, and deletes the copy."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from staff_integration.backup.library import Library
from staff_integration.backup.loading import make_empty, restore
from staff_integration.backup.lock import alone
from staff_integration.clock import Clock
from staff_integration.database import DatabaseUrlError, engine_for

RPO, RTO = timedelta(hours=1), timedelta(hours=4)
"""How much may be lost, and how long getting back may take, at most. Source: the master plan, 4.3."""
WORD = "drill"
"""The end of the name of a database that drills may empty."""


@dataclass(frozen=True)
class Drill:
    """What a drill has measured.

    Args:
        name: of the backup.
        tables: how many were compared.
        rows: how many rows they have.
        began: when it began.
        rpo: the age of what the backup covers at that moment: so much would be lost, were the database lost then.
        rto: how long rebuilding and comparing took.
    """

    name: str
    tables: int
    rows: int
    began: datetime
    rpo: timedelta
    rto: timedelta

    @property
    def misses(self) -> list[str]:
        """Which objectives are missed; empty if none is."""
        return [
            f"{name} is {said(found)}, more than {said(most)}"
            for name, found, most in (("RPO", self.rpo, RPO), ("RTO", self.rto, RTO))
            if found > most
        ]


def drill(library: Library, clock: Clock, url: str) -> Drill:
    """Rebuild the newest backup.

    Args:
        library: the backups.
        clock: the time.
        url: of a database for drills, which is emptied; without it a temporary SQLite is used.

    Raises:
        BackupError: the backup cannot be restored, or differs from its manifest.
        DatabaseUrlError: the URL cannot be used.
        LockedError: another drill is in the same database.
    """
    began = clock.now()
    name = library.newest().name
    manifest = library.manifest(name)
    with _elsewhere(url) as engine, alone(engine, clock, 0):
        make_empty(engine)
        try:
            restore(engine, library.lines(name), manifest)
            rto = clock.now() - began
        finally:
            make_empty(engine)
    return Drill(name, len(manifest.tables), manifest.rows, began, began - manifest.taken_at, rto)


def said(span: timedelta) -> str:
    """A span such as `1 h 5 min` or `12.3 s`."""
    seconds = span.total_seconds()
    if seconds < 60:
        return f"{seconds:.1f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


@contextlib.contextmanager
def _elsewhere(url: str) -> Iterator[Engine]:
    with contextlib.ExitStack() as stack:
        if not url:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="staff-drill-"))
            url = f"sqlite:///{Path(folder) / 'drill.db'}"
        engine = engine_for(url)
        stack.callback(engine.dispose)
        if not Path(engine.url.database or "").stem.endswith(WORD):
            raise DatabaseUrlError(
                f"a drill empties its database, so the name of it has to end with {WORD!r}, as lightsail_integrated_drill"
            )
        yield engine

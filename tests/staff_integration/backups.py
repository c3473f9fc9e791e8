"""Backups in the tests: a folder, keys, and databases to restore into."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text
from staff_integration.backup.calendar import PLANS
from staff_integration.backup.library import Library
from staff_integration.backup.sealing import BackupKeys
from staff_integration.backup.stores import FolderStore, Store
from staff_integration.clock import Clock
from staff_integration.database import engine_for

KEY = "bm90IGEgc2VjcmV0OiBhIGtleSBmb3IgdGVzdHMgISE="
OTHER_KEY = "YW5vdGhlciBrZXkgZm9yIHRlc3RzLCBub3QgYSBzZWM="
NUMBERS = itertools.count()


def library_in(place: Path | Store, clock: Clock, *keys: str) -> Library:
    """The backups of a folder."""
    store = FolderStore(place) if isinstance(place, Path) else place
    keep = {kind: plan.keep for kind, plan in PLANS.items()}
    return Library(store, BackupKeys(keys or (KEY,)), keep, clock)


@contextmanager
def empty_database(beside: Engine, folder: Path) -> Iterator[Engine]:
    """An empty database of the same kind as another one, for drills or for restoring."""
    number = next(NUMBERS)
    if beside.dialect.name == "sqlite":
        engine = engine_for(f"sqlite:///{folder}/empty-{number}-drill.db")
        yield engine
        engine.dispose()
        return
    name = f"empty_{number}_drill"
    with beside.begin() as connection:
        connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4"))
    engine = engine_for(beside.url.set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with beside.begin() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))

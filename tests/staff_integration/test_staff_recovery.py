"""The database is lost, and comes back: nothing older than an hour is missing, nobody gets a second account."""

import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine
from staff_integration import migrations
from staff_integration.backup.drill import said
from staff_integration.backup.loading import restore
from staff_integration.database import engine_for, sessions_of

from tests.staff_integration import mariadb
from tests.staff_integration.backups import library_in
from tests.staff_integration.disaster import Recovery, play, until_it_fails
from tests.staff_integration.organisation import fill
from tests.staff_integration.simulators import World


def world_in(engine: Engine) -> World:
    migrations.upgrade(engine)
    sessions = sessions_of(engine)
    with sessions.begin() as session:
        fill(session)
    return World.made(sessions)


def tell(recovery: Recovery, kind: str) -> None:
    """The times, for whoever runs the test with -s."""
    sys.stdout.write(
        f"{kind}: lost {said(recovery.lost)} after {recovery.manifest.name}; restored {recovery.manifest.rows} rows in "
        f"{recovery.seconds:.1f} s; {recovery.written_again} rows written again by the medical system\n"
    )


def test_a_file_deleted_in_the_middle_of_writing_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "staff.db"
    engine = engine_for(f"sqlite:///{file}")
    world = world_in(engine)

    def destroy(write: Callable[[], object]) -> None:
        write()
        with world.sessions() as session:
            fill(session)  # not committed
            for each in tmp_path.glob("staff.db*"):
                each.unlink()
        engine.dispose()

    again = engine_for(f"sqlite:///{file}")
    library = library_in(tmp_path / "store", world.clock)
    recovery = play(world, library, destroy, lambda: again, steps=9)
    tell(recovery, "SQLite")
    again.dispose()
    rows = []
    for each in library.listed():  # each of them can be restored, not only the last one
        manifest = library.manifest(each.name)
        alone = engine_for(f"sqlite:///{tmp_path}/{each.name}.db")
        restore(alone, library.lines(each.name), manifest)
        alone.dispose()
        rows.append(manifest.tables["unified_staff_master"].rows)
    assert rows == [0, 12, 24]


@pytest.mark.whole
def test_a_server_killed_in_the_middle_of_writing_comes_back(tmp_path: Path) -> None:
    if mariadb.missing():
        pytest.skip(mariadb.missing())
    with ExitStack() as stack:
        engine = engine_for(stack.enter_context(mariadb.served(tmp_path / "one")))
        world = world_in(engine)
        committed: list[int] = []

        def destroy(write: Callable[[], object]) -> None:
            writer = threading.Thread(target=until_it_fails, args=(write, committed))
            writer.start()
            while len(committed) < 20:
                writer.join(0.01)
            os.kill(int((tmp_path / "one" / "pid").read_text()), signal.SIGKILL)
            writer.join()
            engine.dispose()
            shutil.rmtree(tmp_path / "one" / "data")

        def after() -> Engine:
            made = engine_for(stack.enter_context(mariadb.served(tmp_path / "two")))
            stack.callback(made.dispose)
            return made

        library = library_in(tmp_path / "store", world.clock)
        recovery = play(world, library, destroy, after, steps=15)
        tell(recovery, "MariaDB")

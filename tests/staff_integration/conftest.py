"""Each test of the application's database runs on SQLite and on MariaDB."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete
from staff_integration import migrations, reporting
from staff_integration.database import Sessions, engine_for, sessions_of
from staff_integration.sign_in import keys
from staff_integration.tables import Base

from tests.staff_integration import mariadb
from tests.staff_integration.calls import Api, api_in, one_key
from tests.staff_integration.migration_files import make
from tests.staff_integration.migration_runs import SMALL, Run, settings
from tests.staff_integration.organisation import fill, person, run
from tests.staff_integration.simulators import World


@pytest.fixture(scope="session")
def empty_mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty database."""
    reason = mariadb.missing()
    if reason:
        pytest.skip(reason)
    with mariadb.served(tmp_path_factory.mktemp("mariadb")) as url:
        yield url


@pytest.fixture(scope="session")
def mariadb_engine(empty_mariadb: str) -> Iterator[Engine]:
    """A database with all tables."""
    engine = engine_for(empty_mariadb)
    migrations.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "staff.db"
    engine = engine_for(f"sqlite:///{file}")
    migrations.upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture(params=["sqlite", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with all tables and no rows."""
    if request.param == "sqlite":
        file = tmp_path / "staff.db"
        shutil.copyfile(request.getfixturevalue("sqlite_file"), file)
        made = engine_for(f"sqlite:///{file}")
        yield made
        made.dispose()
    else:
        found = request.getfixturevalue("mariadb_engine")
        assert isinstance(found, Engine)
        yield found
        with found.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(delete(table))


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    return sessions_of(engine)


@pytest.fixture
def log() -> io.StringIO:
    stream = io.StringIO()
    reporting.write_to(stream)
    return stream


@pytest.fixture
def api(sessions: Sessions, log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setattr(keys, "generate_private_key", lambda **_: one_key())
    with api_in(World.made(sessions)) as made:
        yield made


@pytest.fixture(scope="session")
def old_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("old")
    make(folder, SMALL)
    return folder


@pytest.fixture
def old(old_data: Path, tmp_path: Path) -> Path:
    return shutil.copytree(old_data, tmp_path / "old")


@pytest.fixture
def migrate(engine: Engine, sessions: Sessions, tmp_path: Path) -> Run:
    with sessions.begin() as session:
        fill(session)
        session.add(person("S1", "MEMBER", "NURSING", "HOSPITAL"))
    return lambda *given: run(
        "migrate", "--report", str(tmp_path / "report.txt"), *map(str, given), environment=settings(engine)
    )

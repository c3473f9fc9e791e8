"""Connections to the database: MySQL 8, MariaDB 10.6 or newer, or SQLite for development."""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from sqlalchemy import URL, Dialect, Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, InvalidatePoolError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

Result = TypeVar("Result")
Sessions = sessionmaker[Session]
DEADLOCK, LOCK_WAIT = 1213, 1205
"""Errors of MySQL after which the transaction is simply tried again."""
TRIES = 5
IDLE = 1.0
"""Seconds after which a connection is not believed to be alive."""
CONNECTIONS = 20
"""That a process keeps open; it makes as many more for a while, if it has to."""
DEFERRED = "staff_deferred"
"""The option of a connection of SQLite whose transactions only read."""
WRONG_OPTION = (
    "the URL of the database has a host or an option after the ? that cannot be used; "
    "in a user name and a password, write %3F for ?, %40 for @ and %2F for /"
)
MODE = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"


class DatabaseUrlError(Exception):
    """Raised for a URL of a database that cannot be used; the message does not contain the URL."""


def engine_for(url: str) -> Engine:
    """Connections to the database of a URL such as `mysql+pymysql://user:password@host/lightsail_integrated_db`.

    Raises:
        DatabaseUrlError: it is no URL, or one of another database.
    """
    try:
        made = make_url(url)
        backend = made.get_backend_name()
    except (ArgumentError, ValueError):  # a port that is no number is a ValueError
        raise DatabaseUrlError(
            "the URL of the database is not one; write mysql+pymysql://user:password@host/name"
        ) from None
    if backend == "sqlite":
        if made.query or made.host:
            raise DatabaseUrlError(
                "the URL of an SQLite database is sqlite:///FILE, without host and options"
            )
        return _sqlite(made.set(drivername="sqlite"))
    if backend in {"mysql", "mariadb"}:
        return _mysql(made.set(drivername=f"{backend}+pymysql"))
    raise DatabaseUrlError(f"{backend} is no database of this application; use mysql, mariadb or sqlite")


def sessions_of(engine: Engine) -> Sessions:
    """Sessions whose objects can be read after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


def in_transaction(sessions: Sessions, work: Callable[[Session], Result]) -> Result:
    """Do some work in one transaction; all of it again if the database has chosen it as the victim of a deadlock.

    Raises:
        DBAPIError: what the database answers otherwise.
    """
    for left in reversed(range(TRIES)):
        try:
            with sessions.begin() as session:
                return work(session)
        except OperationalError as error:
            if not left or not _is_deadlock(error):
                raise
    raise AssertionError("the last try has returned or raised")


@contextlib.contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A transaction that reads the database as it is now, however long that takes.

    It locks nobody out, and is rolled back.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execution_options(**{DEFERRED: True})
            # SQLite begins at the first look.
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
        else:
            connection.execution_options(isolation_level="REPEATABLE READ")
            # Whoever reads may upload meanwhile.
            connection.exec_driver_sql("SET SESSION net_write_timeout = 3600")
            connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        try:
            yield connection
        finally:
            connection.rollback()


def add_unless_there(session: Session, row: object) -> None:
    """Add a row, unless another transaction has made one with its key meanwhile; the session goes on."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        pass


def _is_deadlock(error: DBAPIError) -> bool:
    """Whether the database has rolled the transaction back, and it may be tried again."""
    arguments: tuple[Any, ...] = error.orig.args if error.orig is not None else ()
    return bool(arguments) and arguments[0] in {DEADLOCK, LOCK_WAIT}


def _ping_after_a_while(engine: Engine) -> None:
    """Ask a connection that nobody has used for a while whether it is alive, before somebody gets it."""

    @event.listens_for(engine, "checkin")
    def note(_: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ping(connection: Any, record: Any, _: Any) -> None:
        if time.monotonic() - record.info.get("used", 0.0) > IDLE:
            try:
                connection.ping(reconnect=False)
            except Exception as error:
                raise InvalidatePoolError from error


def _mysql(url: URL) -> Engine:
    try:
        engine = create_engine(
            url,
            isolation_level="READ COMMITTED",  # workers lock the rows they take, not the gaps between them
            pool_size=CONNECTIONS,
            max_overflow=CONNECTIONS,
            pool_recycle=3600,
            connect_args={
                "charset": "utf8mb4",
                "init_command": f"SET time_zone = '+00:00', sql_mode = '{MODE}'",
                "connect_timeout": 5,
                "read_timeout": 30,
                "write_timeout": 30,
            },
        )
    except ValueError:
        raise DatabaseUrlError(WRONG_OPTION) from None

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Dialect, _record: Any, given: Any, named: Any) -> Any:
        try:
            return dialect.connect(*given, **named)
        except OSError as error:
            raise DatabaseUrlError(
                f"the URL of the database names a file that cannot be read: {error.strerror}"
            ) from None
        except (TypeError, ValueError, LookupError, AttributeError):
            raise DatabaseUrlError(WRONG_OPTION) from None

    _ping_after_a_while(engine)
    return engine


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins no transaction by itself
        for pragma in ("foreign_keys = ON", "journal_mode = WAL", "busy_timeout = 10000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(DEFERRED)
        connection.exec_driver_sql("BEGIN DEFERRED" if reads else "BEGIN IMMEDIATE")

    return engine

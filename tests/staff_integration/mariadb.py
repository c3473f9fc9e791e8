"""Starts a MariaDB server for the tests: on a free port of the loopback, with a data directory of its own.

`STAFF_TEST_SERVER=mysql+pymysql://root@127.0.0.1:3306` names a server that is used instead, such as a MySQL 8.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import create_engine, text

NAME = "lightsail_integrated_db"
GIVEN = os.environ.get("STAFF_TEST_SERVER", "")
NEEDED = ("mariadbd", "mariadb-install-db", "my_print_defaults")
"""Programs of Debian's packages mariadb-server-core and mariadb-client-core, which mariadb-server brings."""
SMALL = (
    "--innodb-log-file-size=4M",
    "--innodb-buffer-pool-size=16M",
    "--innodb-flush-log-at-trx-commit=0",
    "--skip-innodb-doublewrite",
)
PATIENCE = 60
"""Seconds until the server has to answer."""


def missing() -> str:
    """Why there can be no server; empty if there can be one."""
    if GIVEN:
        return ""
    gone = [name for name in NEEDED if not program(name)]
    return f"{', '.join(gone)} not found: install Debian's mariadb-server" if gone else ""


def program(name: str) -> str:
    """The path of a program, or nothing; servers are in directories that are not on everybody's path."""
    places = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    return shutil.which(name, path=places) or ""


@contextlib.contextmanager
def served(folder: Path, options: Sequence[str] = SMALL) -> Iterator[str]:
    """A server with an empty database; the URL of the database."""
    if GIVEN:
        name = f"staff_test_{uuid.uuid4().hex}"
        make_database(GIVEN, name)
        try:
            yield f"{GIVEN}/{name}"
        finally:
            execute(GIVEN, f"DROP DATABASE {name}")
        return
    data, own_tmp, user = folder / "data", folder / "tmp", pwd.getpwuid(os.getuid()).pw_name
    for each in (data, own_tmp):
        each.mkdir(parents=True)
    # A server that starts deletes the temporary tables in its directory for them, whoever has made them.
    common = ("--no-defaults", f"--datadir={data}", f"--tmpdir={own_tmp}", f"--user={user}", *options)
    installed = subprocess.run(
        [
            program("mariadb-install-db"),
            *common,
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert installed.returncode == 0, installed.stdout + installed.stderr
    port, log = free_port(), folder / "server.log"
    # It ends with the process that has started it, however that ends.
    started = [program("setpriv"), "--pdeathsig", "TERM"] if program("setpriv") else []
    with log.open("w") as stream:
        server = subprocess.Popen(
            [
                *started,
                program("mariadbd"),
                *common,
                "--bind-address=127.0.0.1",
                f"--port={port}",
                f"--socket={folder / 's'}",
                f"--pid-file={folder / 'pid'}",
                "--skip-name-resolve",
            ],
            stdout=stream,
            stderr=stream,
        )
    try:
        url = f"mysql+pymysql://root@127.0.0.1:{port}"
        wait_for(server, log, url)
        yield f"{url}/{NAME}"
    finally:
        server.terminate()
        server.wait()


def wait_for(server: subprocess.Popen[bytes], log: Path, url: str) -> None:
    """Wait until the server has written that it is ready; then make the database."""
    for _ in range(PATIENCE * 20):
        if "ready for connections" in log.read_text():
            break
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(0.05)
            break
    else:
        raise AssertionError(f"the server is not ready after {PATIENCE} seconds")
    assert server.poll() is None, log.read_text()
    make_database(url, NAME)


def make_database(url: str, name: str) -> None:
    """Make a database on a server."""
    execute(url, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")


def execute(url: str, statement: str) -> None:
    """Execute a statement on a server, without a database."""
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def free_port() -> int:
    """A port of the loopback that nothing listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    assert isinstance(port, int)
    return port

"""The daemon as a process: signals, settings, health, and mistakes of users."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TextIO, TypeAlias, cast

import pytest

from reconciler.sandbox import Call
from reconciler.sandbox.server import RunningServer
from tests.end_to_end.typed import CENTRE, ENVIRONMENT, ROOT, Client, Run
from tests.fork_server import ForkServer, Running

PATIENCE = 300
"""The seconds after which a test fails; none of them waits so long."""


class Started:
    """A daemon whose log is read while it runs."""

    def __init__(self, process: subprocess.Popen[str] | Running, log: Callable[[], TextIO]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._more = threading.Condition()
        threading.Thread(target=self._read, args=[log], daemon=True).start()

    def _read(self, log: Callable[[], TextIO]) -> None:
        with log() as lines:
            for line in lines:
                with self._more:
                    self.lines.append(line)
                    self._more.notify_all()

    def says(self, text: str, times: int = 1) -> str:
        """Wait until its log has a text a number of times; return the line."""

        def said() -> list[str]:
            return [line for line in self.lines if text in line]

        with self._more:
            assert self._more.wait_for(lambda: len(said()) >= times, PATIENCE), "".join(self.lines)
            return said()[-1]

    def asked(self, path: str) -> tuple[int, str]:
        """Its reply over HTTP."""
        address = self.says("health and metrics at").partition(" at ")[2].partition(";")[0]
        try:
            with urllib.request.urlopen(f"{address}{path}", timeout=PATIENCE) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def ends(self) -> int:
        return self.process.wait(PATIENCE)


Daemon: TypeAlias = Callable[..., AbstractContextManager[Started]]


@pytest.fixture
def daemon(server: RunningServer, loaded: ForkServer, tmp_path: Path) -> Daemon:
    """Start a daemon with a history of its own; it ends with the block."""

    @contextmanager
    def daemon(*words: object) -> Iterator[Started]:
        log = tmp_path / "log"
        os.mkfifo(log)
        command = ["daemon", *words, "--endpoint-url", server.url]
        process = loaded.start(command, ("/dev/null", str(log)), XDG_STATE_HOME=str(tmp_path))
        try:
            yield Started(process, lambda: log.open(encoding="utf-8"))
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(PATIENCE)

    return daemon


@contextmanager
def daemon_of_its_own(server: RunningServer, state: Path, *words: object) -> Iterator[Started]:
    """Start a daemon as a user does."""
    command = [sys.executable, "-m", "reconciler", "daemon", *map(str, words), "--endpoint-url", server.url]
    with subprocess.Popen(
        command,
        env={**ENVIRONMENT, "XDG_STATE_HOME": str(state)},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Started(process, lambda: cast("TextIO", process.stderr))
        finally:
            process.kill()


def settings(folder: Path, every: int = 3600, more: str = "") -> Path:
    file = folder / "daemon.yaml"
    file.write_text(
        f"watches:\n  centre: {{stack: {CENTRE}, environment: dev, every: {every}}}\nhttp: {{port: 0}}\n{more}",
        encoding="utf-8",
    )
    return file


def test_it_makes_what_is_asked_for_answers_and_ends_by_sigterm(
    server: RunningServer, client: Client, tmp_path: Path
) -> None:
    with daemon_of_its_own(server, tmp_path, CENTRE, "--env", "dev", "--port", 0) as started:
        started.says("outcome=settled")
        assert started.asked("/healthz") == (200, "alive\n")
        status, ready = started.asked("/readyz")
        assert status == 200
        assert json.loads(ready)["stacks"] == {"contact_center": "settled"}
        assert 'reconciler_drift{environment="dev",kind="connect.queue"' in started.asked("/metrics")[1]
        started.process.send_signal(signal.SIGTERM)
        assert started.ends() == 0
    assert len(client("connect").list_instances()["InstanceSummaryList"]) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_stopped_in_the_middle_it_leaves_nothing_that_the_next_one_does_not_finish(
    daemon: Daemon, server: RunningServer, run: Run, client: Client, number: signal.Signals
) -> None:
    with daemon(CENTRE, "--env", "dev", "--port", 0) as started:
        sent: list[str] = []

        def stop(call: Call) -> None:
            if call.operation == "CreateQueue" and not sent:
                sent.append(call.operation)
                started.process.send_signal(number)

        server.journal.watch(stop)
        assert started.ends() == (-number if number is signal.SIGKILL else 0)
    assert sent
    done = run("once", CENTRE, "--env", "dev", "--endpoint-url", server.url, "--no-history")
    assert done.returncode == 0, done.stdout + done.stderr
    connect = client("connect")
    (instance,) = (each["Id"] for each in connect.list_instances()["InstanceSummaryList"])
    queues = connect.list_queues(InstanceId=instance, QueueTypes=["STANDARD"])["QueueSummaryList"]
    assert sorted(each["Name"] for each in queues if "Name" in each).count("CustomerService") == 1


def test_sighup_reads_the_settings_again_and_mistakes_keep_the_old_ones(
    daemon: Daemon, tmp_path: Path
) -> None:
    file = settings(tmp_path)
    with daemon("--config", file) as started:
        started.says("outcome=settled")
        file.write_text("watches: {}\n", encoding="utf-8")
        started.process.send_signal(signal.SIGHUP)
        assert "watches: expected 1 or more" in started.says("settings invalid, old settings kept")
        assert started.asked("/healthz")[0] == 200
        settings(tmp_path, every=1800)
        started.process.send_signal(signal.SIGHUP)
        started.says("settings reloaded")
        started.process.send_signal(signal.SIGTERM)
        assert started.ends() == 0


def test_the_history_knows_the_passes_of_the_daemon(daemon: Daemon, run: Run, tmp_path: Path) -> None:
    with daemon("--config", settings(tmp_path, more="history: {at: past.sqlite}\n")) as started:
        started.says("outcome=settled")
        started.process.send_signal(signal.SIGTERM)
        started.ends()
    told = run("history", "--history", tmp_path / "past.sqlite", "--json")
    (record,) = json.loads(told.stdout)
    assert (record["trigger"], record["outcome"], record["changes"]) == ("quick", "settled", 23)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 3, "name what to watch: a directory of desired state, or --config FILE"),
        ((CENTRE, "--config", "x.yaml"), 3, "name what to watch"),
        (("--config", "missing.yaml"), 3, "missing.yaml:1:1: this file cannot be read: no such file"),
        (("nowhere", "--env", "dev"), 3, "nowhere: there is no such directory; a stack is"),
        (
            ("--config", "x.yaml", "--env", "dev"),
            3,
            "--env, --dry-run, --prune-after and --hold belong to a single directory",
        ),
        ((CENTRE, "--every", "0"), 3, "Invalid value for '--every'"),
        ((CENTRE, "--hold", "2 hours"), 3, "--hold 2 hours: expected a time such as 45s, 30m, 2h or 1d"),
        ((CENTRE, "--hold", "32d"), 3, "--hold 32d: at most 31 days"),
    ],
)
def test_wrong_words_are_one_line(run: Run, words: tuple[object, ...], code: int, said: str) -> None:
    ended = run("daemon", *words)
    assert ended.returncode == code
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_port_in_use_is_one_line(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("daemon", CENTRE, "--env", "dev", "--port", port)
    assert ended.returncode == 1
    assert ended.stderr.strip() == f"127.0.0.1:{port}: {_in_use()}; choose another port"


def _in_use() -> str:
    import errno

    return os.strerror(errno.EADDRINUSE).lower()

"""`python -m benchmarks.takeover`: two daemons and one lease; the leader is killed, another is paused and wakes up again."""

import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.soak import ACCOUNT, LOOK, ROOT, clients, environment
from reconciler.sandbox.server import RunningServer, serve

LEASE, RETRY = 15.0, 2.0
TABLE = "reconciler-leases"
CONFIG = f"""\
watches:
  contact-center: {{stack: {ROOT / "desired_state/contact_center"}, environment: dev, every: 1}}
lease: {{table: {TABLE}, region: eu-west-2}}
http: null
"""
AT_WORK, STANDING_BY, PASS = 'event="active"', 'event="standby"', "trigger="
PAUSED = 5.0
"""Seconds that the paused one sleeps on after another has taken over."""
GIVEN_UP = 60.0


@dataclass
class One:
    """One daemon."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self, text: str) -> int:
        """How often it has said something."""
        return self.log.read_text(encoding="utf-8").count(text)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)


def main() -> int:
    """Tell how long each takeover took, and whether anything was doubled; 1 where something did not hold."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder, serve(0, ACCOUNT) as server, ExitStack() as running:
        _make_table(server)
        first = running.enter_context(_daemon(server, Path(folder), "first"))
        _until(lambda: first.said(PASS) > 0, "the first daemon's first pass")
        second = running.enter_context(_daemon(server, Path(folder), "second"))
        _until(lambda: second.said(STANDING_BY) > 0, "the second daemon standing by")

        killed = time.monotonic()
        first.signal(signal.SIGKILL)
        _until(lambda: second.said(AT_WORK) > 0, "the second daemon at work")
        took = time.monotonic() - killed
        print(f"leader killed: the other was active after {took:.1f} s ({LEASE + RETRY:g} s allowed)")
        if took > LEASE + RETRY + 1:  # a second for the poll and the log
            wrong.append("the takeover took too long")

        third = running.enter_context(_daemon(server, Path(folder), "third"))
        _until(lambda: third.said(STANDING_BY) > 0, "the third daemon standing by")
        _break_something(server)
        second.signal(signal.SIGSTOP)
        paused = time.monotonic()
        _until(lambda: third.said(AT_WORK) > 0, "the third daemon at work")
        print(f"leader paused: the other was active after {time.monotonic() - paused:.1f} s")
        time.sleep(PAUSED)
        before = second.said(PASS)
        second.signal(signal.SIGCONT)
        _until(lambda: second.said(STANDING_BY) > 1, "the paused daemon standing by again")
        _until(lambda: third.said(PASS) > 0, "a pass of the third daemon")
        if second.said(PASS) != before:
            wrong.append("the paused daemon finished a pass after it woke up")
        wrong += _doubled(server)
    print("nothing doubled" if not wrong else "\n".join(f"WRONG: {each}" for each in wrong))
    return int(bool(wrong))


@contextmanager
def _daemon(server: RunningServer, folder: Path, name: str) -> Iterator[One]:
    """A daemon with places of its own, as on another machine."""
    own = folder / name
    own.mkdir()
    settings, log = own / "daemon.yaml", own / "daemon.log"
    settings.write_text(CONFIG, encoding="utf-8")
    command = [sys.executable, "-m", "reconciler", "daemon", "--config", str(settings), "-v"]
    command += ["--endpoint-url", server.url]
    with (
        log.open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT, env=environment(own)) as process,
    ):
        try:
            yield One(process, log)
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()


def _until(done: Callable[[], bool], what: str) -> None:
    began = time.monotonic()
    while not done():
        if time.monotonic() - began > GIVEN_UP:
            raise SystemExit(f"waited {GIVEN_UP:g} s for {what}")
        time.sleep(LOOK)


def _make_table(server: RunningServer) -> None:
    clients(server, "eu-west-2")("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "lease", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "lease", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def _break_something(server: RunningServer) -> None:
    """Delete an agent, so that whoever works next has something to create."""
    connect = clients(server, "eu-west-2")("connect")
    instance = connect.list_instances()["InstanceSummaryList"][0]["Id"]
    users = connect.list_users(InstanceId=instance)["UserSummaryList"]
    user = next(each["Id"] for each in users if each["Username"] == "new.agent")
    connect.delete_user(InstanceId=instance, UserId=user)


def _doubled(server: RunningServer) -> list[str]:
    """What lives twice, by its name."""
    connect = clients(server, "eu-west-2")("connect")
    (instance,) = (each["Id"] for each in connect.list_instances()["InstanceSummaryList"])
    lists = {
        "Username": connect.list_users(InstanceId=instance)["UserSummaryList"],
        "Name": connect.list_queues(InstanceId=instance, QueueTypes=["STANDARD"])["QueueSummaryList"],
        "PhoneNumberDescription": connect.list_phone_numbers_v2(InstanceId=instance)[
            "ListPhoneNumbersSummaryList"
        ],
    }
    counts = {name: Counter(row[name] for row in rows) for name, rows in lists.items()}
    return [
        f"{each} lives {times} times"
        for found in counts.values()
        for each, times in found.items()
        if times > 1
    ]


if __name__ == "__main__":
    sys.exit(main())

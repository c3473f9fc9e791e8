"""`python -m benchmarks.soak [--seconds 600] [--days 90]`: a daemon at work while somebody changes what it watches."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import boto3
from botocore.exceptions import ClientError

from benchmarks.months import months
from benchmarks.unwanted import Clients, People, Unwanted, resident_mib
from reconciler.reports.number_format import counted
from reconciler.sandbox.server import RunningServer, serve

ROOT = Path(__file__).parents[1]
ACCOUNT = "123456789012"
INTERVAL = 5.0
PASS_TAKES = 2.0
"""Seconds that a pass may take beyond its interval, on a busy machine."""
GIVEN_UP = 60.0
LOOK = 0.1
WARM_UP = 60.0
"""Seconds after which memory has to be flat."""
FLAT = 4.0
"""MiB by which it may still grow: the allocator's, not a leak's."""
BEGIN, END = "<!-- soak -->", "<!-- end of soak -->"
STACKS = ("contact_center", "stamp_rally")
WATCHES = "".join(
    f"  {name}: {{stack: {ROOT / 'desired_state' / name}, environment: dev, every: {INTERVAL:g}}}\n"
    for name in STACKS
)
CONFIG = f"watches:\n{WATCHES}http: {{port: 0}}\n"


@dataclass
class Soaked:
    """What was seen."""

    changes: dict[str, list[float]] = field(default_factory=dict)
    """By unwanted change: the seconds until it was put right, each time."""
    memory: list[tuple[float, float]] = field(default_factory=list)
    """Seconds since the start, and the daemon's resident MiB then."""
    errors: list[str] = field(default_factory=list)
    stopped_in: float = 0.0
    exit_code: int | None = None

    @property
    def slowest(self) -> float:
        """The longest that any change stood."""
        return max(seconds for each in self.changes.values() for seconds in each)

    @property
    def grown(self) -> float:
        """MiB by which the last tenth needs more than the first tenth after the warm-up."""
        warm = [mib for at, mib in self.memory if at > WARM_UP] or [mib for _, mib in self.memory]
        part = max(1, len(warm) // 10)
        return sum(warm[-part:]) / part - sum(warm[:part]) / part

    def verdict(self) -> list[str]:
        """What did not hold."""
        wrong = []
        if self.slowest > INTERVAL + PASS_TAKES:
            wrong.append(f"a change stood for {self.slowest:.1f} s")
        if self.errors:
            wrong.append(f"{counted(len(self.errors), 'error')} in the log, the first: {self.errors[0]}")
        if self.grown > FLAT:
            wrong.append(f"memory grew by {self.grown:.1f} MiB")
        if self.exit_code != 0 or self.stopped_in > 10:
            wrong.append(f"SIGTERM: exit {self.exit_code} after {self.stopped_in:.1f} s")
        return wrong


def main() -> int:
    """Soak, and say what was seen; 1 where something did not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, help="how long, in real time")
    parser.add_argument("--days", type=int, default=90, help="how long on a virtual clock; 0 leaves it out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help="put the figures into this document")
    asked = parser.parse_args()
    lines, wrong = [], []
    if asked.seconds > 0:
        soaked = soak(asked.seconds, Random(asked.seed))
        lines += list(_told(soaked, asked.seconds))
        wrong += soaked.verdict()
    if asked.days > 0:
        told, failed = months(asked.days, Random(asked.seed))
        lines += told
        wrong += failed
    print("\n".join([*lines, *(f"WRONG: {each}" for each in wrong)]))
    if asked.write and not wrong:
        head, _, rest = asked.write.read_text(encoding="utf-8").partition(BEGIN)
        tail = rest.partition(END)[2]
        asked.write.write_text("\n".join([head + BEGIN, *lines, END + tail]), encoding="utf-8")
    return int(bool(wrong))


def soak(seconds: float, random: Random) -> Soaked:
    """Run the daemon for so long against a sandbox server, and do one unwanted change after another meanwhile."""
    soaked = Soaked()
    with tempfile.TemporaryDirectory() as folder, serve(0, ACCOUNT) as server:
        with _daemon(server, Path(folder), soaked) as process:
            _change_by_hand(server, process, soaked, seconds, random)
        log = (Path(folder) / "daemon.log").read_text(encoding="utf-8")
        soaked.errors = [line for line in log.splitlines() if "level=error" in line]
    return soaked


def _change_by_hand(
    server: RunningServer, process: subprocess.Popen[bytes], soaked: Soaked, seconds: float, random: Random
) -> None:
    """One unwanted change after another, each watched until it is put right."""
    began = time.monotonic()
    people = People(clients(server, "eu-west-2"), clients(server, "ap-northeast-1"))
    for turn in count():
        changes = people.changes()
        change = changes[turn % len(changes)]
        _cli(server, change)
        done = time.monotonic()
        while not _holds(change) and time.monotonic() - done < GIVEN_UP:
            time.sleep(LOOK)
        now = time.monotonic()
        soaked.changes.setdefault(change.what, []).append(now - done)
        soaked.memory.append((now - began, resident_mib(process.pid)))
        if now - began >= seconds or now - done >= GIVEN_UP:
            return
        if sys.stderr.isatty():
            print(f"\r{now - began:.0f} of {seconds:.0f} s ", end="", file=sys.stderr)
        time.sleep(random.uniform(0, INTERVAL))


def _holds(change: Unwanted) -> bool:
    """Whether a change is put right; what is just being made anew may not be there."""
    try:
        return change.holds()
    except ClientError:
        return False


@contextmanager
def _daemon(server: RunningServer, folder: Path, soaked: Soaked) -> Iterator[subprocess.Popen[bytes]]:
    """The daemon, once both stacks are there; stopped by SIGTERM at the end."""
    settings, log = folder / "daemon.yaml", folder / "daemon.log"
    settings.write_text(CONFIG, encoding="utf-8")
    command = [sys.executable, "-m", "reconciler", "daemon", "--config", str(settings)]
    command += ["--endpoint-url", server.url]
    with (
        log.open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT, env=environment(folder)) as process,
    ):
        try:
            while log.read_text(encoding="utf-8").count("event=pass") < len(STACKS):
                if process.poll() is not None:
                    raise SystemExit(log.read_text(encoding="utf-8"))
                time.sleep(LOOK)
            yield process
        finally:
            asked = time.monotonic()
            process.send_signal(signal.SIGTERM)
            soaked.exit_code = process.wait()
            soaked.stopped_in = time.monotonic() - asked


def _cli(server: RunningServer, change: Unwanted) -> None:
    """Do a change with the AWS CLI, or with its like."""
    program = os.environ.get("AWS_CLI") or shutil.which("aws")
    if program is None:
        raise SystemExit("the AWS CLI is missing: `make soak` installs it, or AWS_CLI names it")
    command = [program, "--endpoint-url", server.url, *change.words]
    region = "eu-west-2" if change.words[0] == "connect" else "ap-northeast-1"
    bare = environment(Path(tempfile.gettempdir()))
    subprocess.run(command, check=True, env={**bare, "AWS_DEFAULT_REGION": region}, stdout=subprocess.DEVNULL)


def environment(folder: Path) -> dict[str, str]:
    """Without anything of the user's: neither credentials nor caches."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_CONFIG_FILE": os.devnull,
        "XDG_CACHE_HOME": str(folder),
        "XDG_STATE_HOME": str(folder),
    }


def clients(server: RunningServer, region: str) -> Clients:
    """Plain boto3 clients of the sandbox."""

    def client(service: str) -> Any:
        keys = {"aws_access_key_id": "sandbox", "aws_secret_access_key": "sandbox"}
        return boto3.client(service, region_name=region, endpoint_url=server.url, **keys)

    return client


def _told(soaked: Soaked, seconds: float) -> Iterator[str]:
    """The figures, as a table."""
    yield f"{seconds:.0f} seconds of real time, a pass every {INTERVAL:g} s over two stacks of 29 resources:"
    yield ""
    yield "| unwanted change | times | corrected after, on average | at most |"
    yield "|---|---:|---:|---:|"
    for what, each in soaked.changes.items():
        yield f"| {what} | {len(each)} | {sum(each) / len(each):.1f} s | {max(each):.1f} s |"
    yield ""
    yield (
        f"{counted(len(soaked.errors), 'error')}; memory {soaked.memory[-1][1]:.0f} MiB, {soaked.grown:+.1f} MiB since "
        f"the first minute; SIGTERM ended it in {soaked.stopped_in:.1f} s with exit code {soaked.exit_code}."
    )


if __name__ == "__main__":
    sys.exit(main())

"""`python -m benchmarks.inventory [--users N]`: seconds of whole processes that list and show a centre from the cache."""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks.centre import ALIAS, Size, centre
from reconciler.applying import Quiet
from reconciler.aws.account import Account
from reconciler.cache_store import Cache, FileCache, NoCache
from reconciler.kinds import known_kinds
from reconciler.logs import configure
from reconciler.pass_options import Options
from reconciler.reconcile import Pass
from reconciler.runtime.clock import Clock
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Stack

REPEATS = 5
COMMANDS = {
    "list": ["list"],
    "list --json": ["list", "--json"],
    "show": ["show", "connect.user/agent1"],
    "outputs": ["outputs"],
}
"""By name: the command, with its arguments after the directory."""


def write_files(stack: Stack, folder: Path) -> None:
    """Write a stack as files: JSON, which is YAML too, one file for each kind."""
    place = {"account": stack.account, "region": stack.region}
    outputs = {"queue": "${connect.queue:Queue 0}"}
    header = {"stack": stack.name, "environments": {stack.environment: place}, "outputs": outputs}
    (folder / "stack.yaml").write_text(json.dumps(header), encoding="utf-8")
    kinds: dict[str, dict[str, object]] = {}
    for key, each in stack.resources.items():
        kinds.setdefault(key.kind, {})[key.name] = {"existing": True} if each.existing else {**each.settings}
    for kind, resources in kinds.items():
        (folder / f"{kind}.yaml").write_text(json.dumps({kind: resources}), encoding="utf-8")


def fill_cache(stack: Stack, file: Path) -> None:
    """Make the stack in a sandbox, and let a pass read it into the cache in `file`, as if it had done so just now."""
    with sandboxed(stack.account) as (sandbox, clock):
        sandbox.session(stack.region).client("connect").create_instance(
            InstanceAlias=ALIAS,
            IdentityManagementType="SAML",
            InboundCallsEnabled=True,
            OutboundCallsEnabled=True,
        )
        for cache in (NoCache(), FileCache(file)):
            _one_pass(stack, cache, account_in(sandbox, stack.region, clock), clock)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("update visits set at = ?", (time.time(),))


def _one_pass(stack: Stack, cache: Cache, account: Account, clock: Clock) -> None:
    report = Pass(stack, known_kinds(), account, clock, Options(), Quiet(), cache=cache).run()
    if report.outcome != "settled":
        raise SystemExit(f"the pass ended {report.outcome}")


def seconds(words: list[str], folder: Path, home: Path) -> tuple[float, float]:
    """The least wall time and the least CPU time of a few runs; there is no AWS at the address, so a call would fail."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(home), "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    command = [sys.executable, "-m", "reconciler", words[0], str(folder), *words[1:]]
    found = []
    for _ in range(REPEATS):
        started, before = time.perf_counter(), os.times()
        subprocess.run(command, env=environment, check=True, capture_output=True)
        after = os.times()
        cpu = after.children_user - before.children_user + after.children_system - before.children_system
        found.append((time.perf_counter() - started, cpu))
    return min(wall for wall, _ in found), min(cpu for _, cpu in found)


def main() -> None:
    """Measure each command, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.inventory", description=__doc__)
    parser.add_argument(
        "--users", type=int, default=8_470, help="scales the centre; 8,470 are 10,000 resources"
    )
    stack = centre(Size(parser.parse_args().users))
    configure(0)
    with tempfile.TemporaryDirectory() as place:
        folder, home = Path(place, "stack"), Path(place, "cache")
        folder.mkdir()
        write_files(stack, folder)
        fill_cache(stack, home / "reconciler" / f"{stack.account}-{stack.region}.sqlite")
        seconds(["validate"], folder, home)  # so that Python has compiled all of it
        print(f"{len(stack.resources):,} resources, 0 calls, the best of {REPEATS} runs")
        for name, words in COMMANDS.items():
            wall, cpu = seconds(words, folder, home)
            print(f"{name:12} {wall:6.2f} s wall {cpu:6.2f} s CPU")


if __name__ == "__main__":
    main()

"""`python -m benchmarks.tables [N] [--server]`: what a quiet pass over N tables and N buckets costs.

`--server` times whole processes against one sandbox server, and beside them a bare loop of 16 threads of plain boto3: once over
tables without point-in-time recovery, and once with it. AWS lets DescribeContinuousBackups be called 10 times a second, and has
no list of it; we keep to that, so with more tables than its burst the second figure is that wait. The bare loop does not keep
to it, and the sandbox lets it.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from reconciler.applying import Quiet
from reconciler.aws.account import Account
from reconciler.aws.pacing import Pacer
from reconciler.kinds import known_kinds
from reconciler.logs import configure
from reconciler.model import Settings
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.sandbox.account import sandboxed
from reconciler.sandbox.fault_injection import SandboxSettings
from reconciler.sandbox.server import serve
from reconciler.stack import Desired, Key, Place, Stack

PLACE = Place("stack.yaml", 1, 1)
TABLE = {
    "attribute_definitions": [{"attribute_name": "id", "attribute_type": "S"}],
    "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
    "billing_mode": "PAY_PER_REQUEST",
    "point_in_time_recovery": {"enabled": True},
    "time_to_live": {"enabled": True, "attribute_name": "expires"},
}
BUCKET = {
    "versioning": {"status": "Enabled"},
    "encryption": {"rules": [{"sse_algorithm": "aws:kms", "bucket_key_enabled": True}]},
    "object_ownership": "BucketOwnerEnforced",
}


BACKUPS = "point_in_time_recovery"


def tables_and_buckets(number: int, *, backups: bool = True) -> Stack:
    """So many of each; `backups` is whether the tables say what their point-in-time recovery is."""
    keys = [Key(kind, f"bench-{n}") for kind in ("dynamodb.table", "s3.bucket") for n in range(number)]
    table = {name: value for name, value in TABLE.items() if backups or name != BACKUPS}
    settings: dict[str, Settings] = {"dynamodb.table": table, "s3.bucket": BUCKET}
    found = {key: Desired(key, settings[key.kind], PLACE) for key in keys}
    return Stack("tables", "bench", "123456789012", "eu-west-2", found)


RUNS = 5
ACCOUNT, REGION = "123456789012", "eu-west-2"


def main() -> None:
    """Create them, and count what a second pass costs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tables", description=__doc__)
    parser.add_argument("number", nargs="?", type=int, help="of each; 500, or 50 with --server")
    parser.add_argument("--server", action="store_true", help="whole processes beside a bare loop")
    asked = parser.parse_args()
    configure(0)
    if asked.server:
        for backups in (False, True):
            beside_a_bare_loop(asked.number or 50, backups=backups)
    else:
        counted(asked.number or 500)


def counted(number: int) -> None:
    """The calls and the virtual seconds of a quiet pass, in this process."""
    stack = tables_and_buckets(number)
    with sandboxed(stack.account, SandboxSettings(latency=0.15)) as (sandbox, clock):

        def one_pass() -> PassReport:
            session = sandbox.session(stack.region)
            account = Account(session, stack.account, stack.region, clock, Random(0), Pacer(clock, 1.0))
            return Pass(stack, known_kinds(), account, clock, Options(), Quiet()).run()

        if one_pass().outcome != "settled":
            raise SystemExit("not settled")
        quiet = one_pass()
    calls: Counter[str] = Counter()
    for operation, times in quiet.calls.items():
        calls[operation.partition(":")[0]] += times
    facets = len(BUCKET) + 1  # tags are one
    print(f"{number} tables, {number} buckets: {quiet.outcome}, {quiet.mutating_calls} mutating calls")
    print(f"{calls['dynamodb'] / number:.2f} calls a table")
    print(f"{calls['s3'] / number / facets:.2f} calls a written facet of a bucket")
    print(f"{quiet.seconds:.1f} virtual seconds at 150 ms a call")


def beside_a_bare_loop(number: int, *, backups: bool) -> None:
    """Seconds of whole processes, in turn: a quiet pass, and 16 threads that read as much and compare nothing."""
    with tempfile.TemporaryDirectory() as folder, serve(0, ACCOUNT) as server:
        stack, environment = _laid_out(Path(folder), number, backups=backups), _environment(Path(folder))
        command = [sys.executable, "-m", "reconciler", "once", str(stack), "--endpoint-url", server.url]
        ours = [*command, "--report", str(Path(folder) / "report.json")]
        bare = [sys.executable, "-m", "benchmarks.bare_loop", server.url, str(number)]
        bare += ["--backups"] if backups else []
        _timed(ours, environment)  # creates all
        _timed(ours, environment)  # and what it read is remembered from now on
        _timed(bare, environment)
        pairs = [(_timed(ours, environment), _timed(bare, environment)) for _ in range(RUNS)]
        report = json.loads((Path(folder) / "report.json").read_text(encoding="utf-8"))
    if report["outcome"] != "settled" or report["mutating_calls"]:
        raise SystemExit("the pass was not quiet")
    ratios = [one / other for one, other in pairs]
    kept = "with" if backups else "without"
    print(f"{number} tables {kept} point-in-time recovery, {number} buckets, {RUNS} runs of each in turn")
    print(f"a quiet pass: {_spread([one for one, _ in pairs])} s, {sum(report['calls'].values())} calls")
    print(f"the bare loop: {_spread([other for _, other in pairs])} s, {1 + (7 + backups) * number} calls")
    print(f"ratio: {_spread(ratios)}")


def _laid_out(folder: Path, number: int, *, backups: bool) -> Path:
    """The directory of a stack with so many of each."""
    stack = tables_and_buckets(number, backups=backups)
    directory = folder / "stack"
    directory.mkdir()
    header = {"stack": stack.name, "environments": {"bench": {"account": ACCOUNT, "region": REGION}}}
    (directory / "stack.yaml").write_text(json.dumps(header), encoding="utf-8")
    resources: dict[str, dict[str, object]] = {}
    for key, desired in stack.resources.items():
        resources.setdefault(key.kind, {})[key.name] = desired.settings
    (directory / "all.yaml").write_text(json.dumps(resources), encoding="utf-8")
    return directory


def _environment(folder: Path) -> dict[str, str]:
    keys = {"AWS_ACCESS_KEY_ID": "benchmark", "AWS_SECRET_ACCESS_KEY": "benchmark", "AWS_REGION": REGION}
    places = {"XDG_CACHE_HOME": str(folder / "cache"), "XDG_STATE_HOME": str(folder / "state")}
    # Installed programs have their bytecode; a checkout may be told to write none.
    others = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**others, **keys, **places, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}


def _timed(command: Sequence[str], environment: dict[str, str]) -> float:
    """Seconds that a process took from start to end."""
    began = time.monotonic()
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {ended.returncode}: {ended.stderr[-500:]}")
    return time.monotonic() - began


def _spread(figures: Sequence[float]) -> str:
    return f"{statistics.median(figures):.2f} ({min(figures):.2f} to {max(figures):.2f})"


if __name__ == "__main__":
    main()

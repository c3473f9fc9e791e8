"""How long it takes, and how much memory, to plan 10,000 rows of a CSV file: `python -m benchmarks.load_feed [ROWS]`."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.__main__ import forget_peak, peak
from reconciler.applying import Quiet
from reconciler.cli.exits import PENDING
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.logs import configure
from reconciler.pass_options import Options
from reconciler.reconcile import Pass
from reconciler.runtime.gc_tuning import collect_seldom
from reconciler.sandbox.account import account_in, sandboxed

ROWS = 10_000
LIMIT_SECONDS = 10
LIMIT_MIB = 300
ACCOUNT, REGION = "123456789012", "ap-northeast-1"

STACK = """\
stack: many-rows
prune: true
environments:
  dev: {account: "123456789012", region: ap-northeast-1}
connect.instance: {main: {identity_management_type: SAML, inbound_calls_enabled: true, outbound_calls_enabled: true}}
connect.hours_of_operation:
  Day: {time_zone: Asia/Tokyo, config: [{day: MONDAY, start_time: "09:00", end_time: "17:00"}]}
connect.queue: {Calls: {hours_of_operation: Day}}
connect.security_profile: {Agents: {permissions: [BasicAgentAccess]}, Nothing: {description: no permissions}}
connect.routing_profile:
  Ward ${each.key}:
    for_each: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    description: a ward
    default_outbound_queue: Calls
    media_concurrencies: [{channel: VOICE, concurrency: 1}]
users_from:
  staff:
    file: staff.csv
    encoding: cp932
    name: {column: login}
    results: results.csv
    leavers:
      status: {column: state, left: [left], employed: [active]}
      last_day: last day
      keep_with: {routing_profile: Ward 0, security_profiles: [Nothing]}
    fields:
      identity_info: {first_name: {column: first}, last_name: {column: last}}
      phone_config: {phone_type: SOFT_PHONE, after_contact_work_time_limit: {column: acw, default: 30}}
      routing_profile: {column: ward, values: {内科: Ward 1, 外科: Ward 2, 小児科: Ward 3}}
      security_profiles: {column: groups, split: ";", default: [Agents]}
      tags: {Number: {column: number}}
"""


def rows(number: int, *, later: bool) -> Iterator[str]:
    """The lines of the file; later one in a hundred has moved, and one in two hundred has left."""
    yield "number,login,last,first,phone,acw,ward,groups,state,last day,unused"
    wards = ("内科", "外科", "小児科")
    for n in range(number):
        ward = wards[(n + (later and n % 100 == 0)) % 3]
        state = "left" if later and n % 200 == 7 else "active"
        yield f'{n:06},user-{n:05},"佐藤","花子",+8190{n:08},{n % 60 or ""},{ward},Agents,{state},,x'


def write(directory: Path, number: int, *, later: bool = False) -> None:
    """Write the stack."""
    (directory / "stack.yaml").write_text(STACK, "utf-8")
    (directory / "staff.csv").write_bytes("\r\n".join(rows(number, later=later)).encode("cp932"))


def told(what: str, changes: str, seconds: float, mib: float) -> int:
    """Print the figures of one plan; 1 when it takes longer or more memory than promised."""
    print(f"{what}: {changes} planned in {seconds:.2f} CPU seconds, {mib:.0f} MiB at the peak")
    return 0 if seconds <= LIMIT_SECONDS and mib <= LIMIT_MIB else 1


def new_rows(directory: Path, number: int) -> int:
    """`reconciler plan` as a process of its own, with nothing in AWS: a sandbox answers in another process."""
    words = [sys.executable, "-m", "reconciler"]
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "XDG_CACHE_HOME": str(directory / ".cache"),
        "XDG_STATE_HOME": str(directory / ".state"),
    }
    with subprocess.Popen([*words, "sandbox", "--port", "0"], stdout=subprocess.PIPE, text=True) as served:
        line = served.stdout.readline() if served.stdout else ""
        url = line.partition(" at ")[2].partition(" ")[0]
        plan = [*words, "plan", str(directory), "--endpoint-url", url]
        with tempfile.TemporaryFile("w+") as out:
            process = subprocess.Popen(plan, stdout=out, stderr=out, env=environment)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            served.terminate()
            out.seek(0)
            *_, last = out.read().splitlines()
    if process.returncode != PENDING:
        raise SystemExit(last)
    what = f"{number:,} rows, all new, the whole command"
    return told(
        what,
        last.removeprefix("Pending: ").partition(" pending")[0],
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / 1024,
    )


def live_rows(directory: Path, number: int) -> int:
    """A pass in this process, with all users in AWS, over rows that have changed since."""
    configure(0)
    forget_peak()
    bare = peak()
    with sandboxed(ACCOUNT) as (box, clock):

        def one(*, dry_run: bool) -> int:
            stack = load(directory, None, known_kinds())
            account = account_in(box, REGION, clock)
            report = Pass(stack, known_kinds(), account, clock, Options(dry_run), Quiet()).run()
            if report.outcome not in ("settled", "pending"):
                raise SystemExit(f"{report.outcome}: {report.refusals}")
            return len(report.plan.pending)

        one(dry_run=False)
        write(directory, number, later=True)
        collect_seldom()
        forget_peak()
        before = peak()  # with the sandbox, which is not ours
        start = time.process_time()
        changes = one(dry_run=True)
        seconds = time.process_time() - start
    what = f"{number:,} rows, all users in AWS"
    return told(what, f"{changes:,} changes", seconds, bare + peak() - before)


def main(arguments: list[str]) -> int:
    """Plan in subprocesses; 1 when one takes longer or more memory than promised."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load_feed", description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=ROWS)
    parser.add_argument("case", choices=("new", "live"), nargs="?", help="measure this case, in this process")
    asked = parser.parse_args(arguments)
    if asked.case:
        with tempfile.TemporaryDirectory() as directory:
            write(Path(directory), asked.rows)
            return (new_rows if asked.case == "new" else live_rows)(Path(directory), asked.rows)
    words = [sys.executable, "-m", "benchmarks.load_feed", str(asked.rows)]
    return max(subprocess.run([*words, case], check=False).returncode for case in ("new", "live"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

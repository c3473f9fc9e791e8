"""`python -m benchmarks [--users N] [--json FILE]`: the reference centre in the sandbox, at AWS's quotas."""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.centre import ALIAS, REGION, Size, centre, without_users
from benchmarks.describe_each import describe_each
from reconciler.applying import Quiet
from reconciler.aws.account import Account
from reconciler.aws.botocore_names import spellings
from reconciler.aws.pacing import Pacer
from reconciler.cache_store import Cache, FileCache, NoCache
from reconciler.contract import Adapter, declared_services
from reconciler.exporting.files import Place, export_of
from reconciler.exporting.survey import Wanted, survey
from reconciler.kinds import known_kinds
from reconciler.logs import configure
from reconciler.observing.observer import ReadContext
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.runtime.gc_tuning import collect_seldom
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import sandboxed
from reconciler.sandbox.connect import ConnectPlane
from reconciler.sandbox.fault_injection import QUOTAS, SandboxSettings
from reconciler.service import Rate
from reconciler.stack import Key, Stack

LATENCY = 0.15
HOUR = 3600.0


@dataclass(frozen=True)
class Figures:
    """What one pass cost."""

    calls: int
    virtual_seconds: float
    throttled: int
    cpu_seconds: float
    peak_mib: float
    """Of our own: what the process held before the sandbox was filled, and what the pass added to that."""


@dataclass
class Bench:
    """The sandbox with the reference centre in it."""

    sandbox: Sandbox
    clock: VirtualClock
    quotas: str
    bare: float
    """MiB that this process held before the sandbox had anything in it."""

    def account(self) -> Account:
        """The account as each pass is handed it anew, with all of every quota for itself."""
        pacer = Pacer(self.clock, 1.0, {"connect": _rates(self.quotas)})
        return Account(
            self.sandbox.session(REGION), self.sandbox.account, REGION, self.clock, Random(0), pacer
        )

    def measured(self, run: Callable[[Account], object]) -> Figures:
        """What it costs to run something on the account."""
        account = self.account()
        account.api(
            "connect"
        )  # to make a client takes as long as a hundred calls, and is the same for everybody
        # What the sandbox holds is not ours; without this every collection of garbage goes through all of it.
        collect_seldom()
        forget_peak()
        before = peak()
        started, cpu = self.clock.now(), time.process_time()
        run(account)
        return Figures(
            calls=sum(account.tally.calls.values()),
            virtual_seconds=round(self.clock.now() - started, 2),
            throttled=account.tally.throttled.total(),
            cpu_seconds=round(time.process_time() - cpu, 2),
            peak_mib=round(self.bare + peak() - before),
        )

    def one_pass(self, stack: Stack, cache: Cache) -> Callable[[Account], PassReport]:
        """A pass that has to end settled."""

        def run(account: Account) -> PassReport:
            report = Pass(stack, known_kinds(), account, self.clock, Options(), Quiet(), cache=cache).run()
            if report.outcome != "settled":
                wrong = [
                    f"{key}: {each.message}" for key, each in report.results.items() if each.outcome != "done"
                ]
                raise SystemExit(f"{report.outcome}: {wrong[:5]}")
            return report

        return run

    def export(self, account: Account) -> None:
        """Read the whole instance, and make the files of it."""
        kinds = known_kinds()
        account.account = account.identity()
        account.learn_quotas(declared_services(kinds.values()), {"connect"}, NoCache(), self.clock.wall())
        context = ReadContext(kinds, account.api, self.clock, NoCache(), account.width)
        found = survey(Key("connect.instance", ALIAS), Wanted(details=False), context)
        made = export_of(found, kinds, Place(account.account, REGION))
        if made.unread:
            raise SystemExit(f"not read: {made.unread[:5]}")

    def drift(self) -> None:
        """Move one agent to another routing profile, as somebody would in the console."""
        connect = self.sandbox.session(REGION).client("connect")
        instance = _instance(connect)
        user = connect.search_users(InstanceId=instance, MaxResults=1)["Users"][0]
        profiles = connect.list_routing_profiles(InstanceId=instance)["RoutingProfileSummaryList"]
        other = next(each["Id"] for each in profiles if each["Id"] != user["RoutingProfileId"])
        connect.update_user_routing_profile(InstanceId=instance, UserId=user["Id"], RoutingProfileId=other)


def measure(size: Size, *, email: bool, quotas: str) -> dict[str, Figures]:
    """Every scenario on one centre, in the order in which they happen."""
    stack = centre(size, email=email)
    forget_peak()
    bare = peak()
    settings = SandboxSettings(quotas=quotas, latency=LATENCY)
    # The users are SAML's, who have no passwords to fetch; whether those may have an e-mail AWS's own pages disagree.
    ConnectPlane.saml_users_have_email = email
    with tempfile.TemporaryDirectory() as folder, sandboxed(stack.account, settings) as (sandbox, clock):
        bench = Bench(sandbox, clock, quotas, bare)
        _make_instance(sandbox)
        bench.one_pass(without_users(stack), NoCache())(bench.account())
        found = {"create_users": bench.measured(bench.one_pass(stack, NoCache()))}
        clock.sleep(HOUR)
        cache = FileCache(Path(folder) / "sightings.sqlite")
        found["cold"] = bench.measured(bench.one_pass(stack, cache))
        clock.sleep(60)
        found["warm"] = bench.measured(bench.one_pass(stack, cache))
        clock.sleep(60)
        bench.drift()
        found["one_drift"] = bench.measured(bench.one_pass(stack, cache))
        clock.sleep(60)
        found["export"] = bench.measured(bench.export)
        clock.sleep(60)
        found["describe_each"] = bench.measured(lambda account: describe_each(account, clock))
    return found


@cache
def _rates(quotas: str) -> dict[str, Rate]:
    """The sandbox's quotas as Service Quotas would tell them."""
    known = QUOTAS[quotas]
    names = {name: operation for adapter in known_kinds().values() for operation, name in _names(adapter)}
    found = {operation: known.rate("connect", name) for name, operation in names.items()}
    return {operation: Rate(rate.per_second, rate.burst) for operation, rate in found.items() if rate}


def _names(adapter: Adapter[Any]) -> Iterator[tuple[str, str]]:
    """Every operation of a kind of Connect, as boto3 and as AWS spell it."""
    if adapter.service.name == "connect":
        groups = [adapter.create, *adapter.updates]
        operations = {*adapter.reads.operations, *(each for group in groups for each in group.operations)}
        spelled = spellings("connect")
        # Operations of other services have no quota here.
        yield from ((operation, spelled[operation]) for operation in operations if operation in spelled)


def _make_instance(sandbox: Sandbox) -> None:
    connect = sandbox.session(REGION).client("connect")
    connect.create_instance(
        InstanceAlias=ALIAS,
        IdentityManagementType="SAML",
        InboundCallsEnabled=True,
        OutboundCallsEnabled=True,
    )
    connect.describe_instance(InstanceId=_instance(connect))


def _instance(connect: Any) -> str:
    rows = connect.list_instances()["InstanceSummaryList"]
    return str(rows[0]["Id"])


def forget_peak() -> None:
    """Begin to measure the peak of the resident memory anew (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak() -> float:
    """The peak of the resident memory since, in MiB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--users", type=int, default=10_000, help="scales the centre")
    parser.add_argument("--email", action="store_true", help="manage the e-mail address of every user")
    parser.add_argument("--quotas", default="default", help="the sandbox's quotas: default or 2024")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    configure(0)
    found = measure(Size(options.users), email=options.email, quotas=options.quotas)
    print(f"{'':14} {'calls':>8} {'virtual s':>10} {'throttled':>10} {'CPU s':>8} {'peak MiB':>9}")
    for name, each in found.items():
        print(
            f"{name:14} {each.calls:8,} {each.virtual_seconds:10,.2f} {each.throttled:10,} "
            f"{each.cpu_seconds:8.2f} {each.peak_mib:9,.0f}"
        )
    ratio = found["describe_each"].calls / found["warm"].calls
    print(f"describe-each makes {ratio:,.0f} times the calls of a warm pass")
    if options.json:
        text = json.dumps({name: asdict(each) for name, each in found.items()}, indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""`python -m benchmarks.platform`: the calls of a pass over the platform around a centre, with many functions and roles."""

import argparse
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.applying import Quiet
from reconciler.cache_store import FileCache
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.logs import configure
from reconciler.pass_options import Options
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Desired, Stack

STACK = Path(__file__).parents[1] / "desired_state" / "connect_platform"
HOUR = 3600.0


@dataclass(frozen=True)
class Measured:
    """What one pass cost."""

    name: str
    calls: Counter[str]
    cpu_seconds: float


def platform(functions: int, roles: int, log_groups: int) -> Stack:
    """The example stack in its environment for development, with copies until it has so many functions, roles and log groups."""
    stack = load(STACK, "dev", known_kinds())
    found = dict(stack.resources)
    for kind, number in {
        "lambda.function": functions,
        "iam.role": roles,
        "logs.log_group": log_groups,
    }.items():
        models = [each for key, each in stack.resources.items() if key.kind == kind]
        for count in range(number - len(models)):
            copy = _copy_of(models[count % len(models)], count)
            found[copy.key] = copy
    return replace(stack, resources=found)


def _copy_of(model: Desired, number: int) -> Desired:
    return model.under(model.key._replace(name=f"{model.key.name}-{number}"))


def measure(stack: Stack) -> list[Measured]:
    """Create the platform; then a pass without a cache, and one with the cache of an hour before."""
    # The user's password is a parameter of Parameter Store, which the sandbox has.
    with tempfile.TemporaryDirectory() as folder, sandboxed(stack.account) as (sandbox, clock):
        cache = FileCache(Path(folder) / "sightings.sqlite")
        found = [_one_pass("all created", stack, sandbox, clock, cache)]
        for name in ("first pass with a cache", "warm quiet pass"):
            clock.sleep(HOUR)
            found.append(_one_pass(name, stack, sandbox, clock, cache))
        return found


def _one_pass(name: str, stack: Stack, sandbox: Sandbox, clock: VirtualClock, cache: FileCache) -> Measured:
    before, cpu = len(sandbox.journal), time.process_time()
    account = account_in(sandbox, stack.region, clock)
    report = Pass(stack, known_kinds(), account, clock, Options(), Quiet(), cache=cache).run()
    if report.outcome != "settled":
        wrong = [f"{key}: {each.message}" for key, each in report.results.items() if each.outcome != "done"]
        raise SystemExit(f"{report.outcome}: {wrong[:5]}")
    calls = Counter(f"{each.service}:{each.operation}" for each in sandbox.journal[before:])
    return Measured(name, calls, round(time.process_time() - cpu, 2))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--functions", type=int, default=200)
    parser.add_argument("--roles", type=int, default=200)
    parser.add_argument("--log-groups", type=int, default=100)
    parser.add_argument(
        "--operations", action="store_true", help="print the calls of the warm pass by operation"
    )
    chosen = parser.parse_args()
    configure(0)
    stack = platform(chosen.functions, chosen.roles, chosen.log_groups)
    print(f"{len(stack.resources):,} resources")
    print("| what | calls | CPU seconds |\n|---|---:|---:|")
    found = measure(stack)
    for each in found:
        print(f"| {each.name} | {each.calls.total():,} | {each.cpu_seconds} |")
    if chosen.operations:
        for operation, number in found[-1].calls.most_common():
            print(f"{number:4} {operation}")


if __name__ == "__main__":
    main()

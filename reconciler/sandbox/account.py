"""The sandbox as an account for a pass: its calls stay in this process, on a real or virtual clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from reconciler.aws.account import Account
from reconciler.aws.pacing import Pacer
from reconciler.runtime.clock import Clock, VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.fault_injection import SandboxSettings
from reconciler.sandbox.process_state import DEFAULT_ACCOUNT

START = 1_800_000_000.0
"""When the virtual clock starts, in seconds since the epoch."""


def account_in(sandbox: Sandbox, region: str, clock: Clock, seed: int = 0) -> Account:
    """The sandbox's account in one Region; jitter comes from the seed, so that every run is the same."""
    random = Random(seed)  # noqa: S311 -- jitter
    return Account(sandbox.session(region), sandbox.account, region, clock, random, Pacer(clock))


@contextmanager
def sandboxed(
    account: str = DEFAULT_ACCOUNT, settings: SandboxSettings | None = None
) -> Iterator[tuple[Sandbox, VirtualClock]]:
    """A sandbox that starts empty, with a clock on which waiting takes no time."""
    clock = VirtualClock(START)
    with Sandbox(account, clock.now, sleep=clock.sleep, settings=settings) as sandbox:
        yield sandbox, clock

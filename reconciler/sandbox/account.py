"""The sandbox as an account for a pass: its calls stay in this process, on a real or virtual clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import boto3

from reconciler.aws.account import Account
from reconciler.aws.pacing import Pacer
from reconciler.runtime.clock import Clock, VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.fault_injection import SandboxSettings
from reconciler.sandbox.process_state import DEFAULT_ACCOUNT

START = 1_800_000_000.0
"""When the virtual clock starts, in seconds since the epoch."""


@dataclass
class SandboxAccount(Account):
    """An account whose clients stay for later accounts of its sandbox: to make one takes longer than a call."""

    clients: dict[tuple[str, str], tuple[Any, Any]] = field(default_factory=dict)
    """By Region and service."""

    def _client_of(self, session: boto3.Session, service: str) -> tuple[Any, Any]:
        """The client of one service; a role has clients of its own."""
        if self.role is not None:
            return super()._client_of(session, service)
        if (self.region, service) not in self.clients:
            self.clients[self.region, service] = super()._client_of(session, service)
        return self.clients[self.region, service]


def account_in(sandbox: Sandbox, region: str, clock: Clock, seed: int = 0) -> Account:
    """The sandbox's account in one Region; jitter comes from the seed, so that every run is the same."""
    random = Random(seed)  # noqa: S311 -- jitter
    session, pacer = sandbox.session(region), Pacer(clock)
    return SandboxAccount(session, sandbox.account, region, clock, random, pacer, clients=sandbox.clients)


@contextmanager
def sandboxed(
    account: str = DEFAULT_ACCOUNT, settings: SandboxSettings | None = None
) -> Iterator[tuple[Sandbox, VirtualClock]]:
    """A sandbox that starts empty, with a clock on which waiting takes no time."""
    clock = VirtualClock(START)
    with Sandbox(account, clock.now, sleep=clock.sleep, settings=settings) as sandbox:
        yield sandbox, clock

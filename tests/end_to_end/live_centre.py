"""The example contact centre in a sandbox, and the command line in this process, which reads it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest
from typer.testing import CliRunner, Result

from reconciler.applying import Quiet
from reconciler.aws.account import Account
from reconciler.cache_store import Cache, NoCache
from reconciler.cli import app, reading, run_pass
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Stack
from tests.end_to_end.typed import CENTRE, ENVIRONMENT

REGION = "eu-west-2"
Typed: TypeAlias = Callable[..., Result]


class LiveCentre:
    """A sandbox with a stack in it."""

    def __init__(self, box: Sandbox, clock: VirtualClock) -> None:
        self.box, self.clock = box, clock
        self.cache: Cache = NoCache()
        self.asked = 0
        """How often a command opened the account."""

    def account(self, region: str = REGION) -> Account:
        return account_in(self.box, region, self.clock)

    def run(self, stack: Stack, *, dry_run: bool = False) -> PassReport:
        one = Pass(
            stack,
            known_kinds(),
            self.account(stack.region),
            self.clock,
            Options(dry_run=dry_run),
            Quiet(),
            cache=self.cache,
        )
        return one.run()

    def type(self, *words: object) -> Result:
        """Type a command; its calls go to this sandbox."""

        def opened(stack: Stack, *_: object, **__: object) -> tuple[Account, VirtualClock, Cache]:
            self.asked += 1
            return self.account(stack.region), self.clock, self.cache

        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", ENVIRONMENT["XDG_CACHE_HOME"])
            patch.setattr(reading, "open_target", opened)
            patch.setattr(reading, "open_memory", lambda _stack: (self.cache, self.clock.wall()))
            patch.setattr(run_pass, "open_target", opened)
            return CliRunner().invoke(app, [*map(str, words)])


@contextmanager
def live(directory: Path = CENTRE, env: str = "dev") -> Iterator[LiveCentre]:
    """A sandbox in which this stack was applied."""
    stack = load(directory, env, known_kinds())
    with sandboxed(stack.account) as (box, clock):
        centre = LiveCentre(box, clock)
        assert centre.run(stack).outcome == "settled"
        yield centre

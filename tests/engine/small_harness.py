"""Desired state for the small service, and a harness: the service, a clock and functions that run passes."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest

from reconciler.applying import Quiet
from reconciler.cache_store import Cache
from reconciler.contract import Adapter
from reconciler.errors import CallError
from reconciler.field_schema import fields_of, references_in
from reconciler.model import Secret
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.ownership import KEY_MARK, STACK_MARK
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.service import Service as Declared
from reconciler.stack import Desired, GuardLimits, Key, Place, Stack
from tests.engine.small_faults import Crash, Fault
from tests.engine.small_service import (
    ACCOUNT,
    KINDS,
    MAIN,
    Service,
)

Kinds = Mapping[str, Adapter[Any]]

# -- desired state -----------------------------------------------------------------------------------------------------------


def key(text: str) -> Key:
    """`toy.queue/Sales` as a key."""
    return Key(*text.split("/", 1))


def kinds_with(*adapters: type[Adapter[Any]]) -> Kinds:
    """The kinds of the small service with these adapters."""
    return {**KINDS, **{each.kind: each() for each in adapters}}


def want(
    text: str, settings: Mapping[str, Any] | None = None, *, kinds: Kinds = KINDS, **said: Any
) -> Desired:
    """A desired resource: its key, its settings, and its options. All except centres are in Main."""
    written, shapes = settings or {}, fields_of(kinds[key(text).kind].model)
    references = {
        name: tuple(Key(ref.kind, target) for ref, target in references_in(shapes[name], value))
        for name, value in written.items()
    }
    scope = None if key(text).kind == MAIN.kind else MAIN
    return Desired(key(text), written, Place("stack.yaml", 1, 1), scope=scope, references=references, **said)


def stack(*resources: Desired, **said: Any) -> Stack:
    """A stack named `shop` with Main and these resources. By default its guard allows any share of deletes."""
    found = {each.key: each for each in (want("toy.centre/Main", {"size": 3}), *resources)}
    return Stack("shop", "dev", ACCOUNT, "eu-west-2", found, **{"guard": GuardLimits(100), **said})


MARKS = {STACK_MARK: "shop/dev"}


def marks(name: str) -> dict[str, str]:
    """The tags of one of our resources."""
    return {**MARKS, KEY_MARK: name}


# -- the harness --------------------------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """Counts the calls of a pass."""

    service: Service
    throttled: Counter[str] = field(default_factory=Counter)

    @property
    def calls(self) -> Counter[str]:
        return Counter(f"toy:{each}" for each in self.service.calls)

    @property
    def mutating(self) -> int:
        return len(self.service.mutating)


@dataclass
class Harness:
    """An account with the service, a virtual clock, and functions that run passes."""

    belongs_to: str | CallError = ACCOUNT
    clock: VirtualClock = field(default_factory=VirtualClock)
    serves: type[Service] = Service

    def __post_init__(self) -> None:
        self.service = self.serves(self.clock)
        self.tally = Tally(self.service)

    @classmethod
    def settled(cls, serves: type[Service], wanted: Stack, kinds: Kinds, passes: int = 1) -> "Harness":
        """A harness with this stack already applied, and with a service that has recorded no call."""
        harness = cls(serves=serves)
        harness.settle(wanted, passes, kinds)
        harness.service.calls.clear()
        harness.service.journal.clear()
        return harness

    def api(self, service: str) -> Service:
        assert service == "toy"
        return self.service

    def identity(self) -> str:
        if isinstance(self.belongs_to, CallError):
            raise self.belongs_to
        return self.belongs_to

    def until(self, moment: float | None) -> None:
        """Let the service refuse calls from this time on."""
        self.service.ends = moment

    def learn_quotas(
        self, services: Iterable[Declared], asked: Collection[str], cache: Cache, now: float
    ) -> None:
        """Do nothing: there are no quotas."""

    def width(self, service: str) -> int:
        return 4

    def seconds(self, calls: Mapping[tuple[str, str], int], made: Mapping[str, int] = {}) -> float:
        return float(sum(calls.values()))

    def reveal(self, secret: Secret) -> str:
        raise AssertionError(f"nobody keeps {secret} here")

    def run(self, wanted: Stack, kinds: Kinds = KINDS, **options: Any) -> PassReport:
        """Run one pass, and check that its report is true."""
        before = len(self.service.calls), len(self.service.mutating)
        report = Pass(wanted, kinds, self, self.clock, Options(**options), Quiet()).run()
        assert sum(report.calls.values()) == len(self.service.calls) - before[0]
        assert report.mutating_calls == len(self.service.mutating) - before[1]
        return report

    def run_with(self, fault: Fault, wanted: Stack, kinds: Kinds = KINDS) -> None:
        """Run one pass with this fault, which may be a crash; then end all faults."""
        self.service.faults = [fault]
        crashes = fault.sort.startswith("crash")
        with pytest.raises(Crash) if crashes else nullcontext():
            self.run(wanted, kinds)
        self.service.faultless()

    def settle(self, wanted: Stack, passes: int = 1, kinds: Kinds = KINDS) -> None:
        """Run at most this many passes, then one that must have nothing to do."""
        for _ in range(passes):
            if self.run(wanted, kinds).outcome == "settled":
                break
        report = self.run(wanted, kinds)
        said = {str(each): result for each, result in report.results.items()}
        assert (report.outcome, report.mutating_calls, said) == ("settled", 0, {})


def outcomes(report: PassReport) -> dict[str, str]:
    """The outcome of each action, by the name of its resource."""
    return {each.name: result.outcome for each, result in report.results.items()}


def messages(report: PassReport) -> dict[str, str]:
    """The message of each action, by the name of its resource."""
    return {each.name: result.message for each, result in report.results.items()}

"""A sandbox in which cases run one after another: restores its state, runs passes, reads its state."""

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from moto.moto_api._internal import mock_random

from reconciler.applying import Quiet
from reconciler.aws.account import Account
from reconciler.aws.api import ServiceApi
from reconciler.aws.pacing import Pacer
from reconciler.cache_store import Cache, Memory, NoCache
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import START
from reconciler.sandbox.connect import ConnectPlane, plane_of
from reconciler.sandbox.fault_injection import Plan, SandboxSettings
from reconciler.stack import Stack
from tests.faults.live_state import (
    Fingerprint,
    LiveResource,
    connect_fingerprints,
    declared,
    live_resources,
    other_fingerprints,
)

HISTORY = 600.0
"""The seconds of the past that a read may see."""


ChangeReply = Callable[[Any, dict[str, Any]], None]
"""Changes a reply to an operation before botocore parses it."""


def leave_unchanged(operation: Any, reply: dict[str, Any]) -> None:
    """Do not change a reply."""
    del operation, reply


class MemoryCache:
    """A cache in memory, for one case (`reconciler.cache_store.Cache`)."""

    remembers = True

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Mapping[str, Memory]] = {}
        self._visits: dict[tuple[str, str], float] = {}

    def copy(self) -> "MemoryCache":
        """A copy of this cache."""
        other = MemoryCache()
        other._kept, other._visits = dict(self._kept), dict(self._visits)
        return other

    def recall(self, kind: str, scope: str) -> Mapping[str, Memory]:
        return self._kept.get((kind, scope), {})

    def visit(self, kind: str, scope: str, now: float) -> float | None:
        before = self._visits.get((kind, scope))
        self._visits[kind, scope] = now
        return before

    def visited(self, kind: str, scope: str) -> float | None:
        return self._visits.get((kind, scope))

    def attributes(self, kind: str, arn: str, since: float) -> Mapping[str, str | None]:
        del kind, arn, since
        return {}

    def keep_attributes(
        self, kind: str, identity: str, arn: str, values: Mapping[str, str | None], now: float
    ) -> None:
        """Store nothing."""

    def keep(
        self,
        kind: str,
        scope: str,
        memories: Mapping[str, Memory],
        before: Mapping[str, Memory] | None = None,
    ) -> None:
        self._kept[kind, scope] = dict(memories)

    def forget(self, kind: str, ids: Collection[str]) -> None:
        for each, memories in self._kept.items():
            if each[0] == kind:
                self._kept[each] = {name: memory for name, memory in memories.items() if name not in ids}


@dataclass
class SharedClients(Account):
    """An account with shared clients: it takes longer to create them than to run a whole pass."""

    clients: dict[str, ServiceApi] = field(default_factory=dict)
    change_reply: ChangeReply = leave_unchanged

    def _new_api(self, service: str) -> ServiceApi:
        if service not in self.clients:
            made = self.clients[service] = super()._new_api(service)
            # Before our own check of the reply, like a proxy.
            made.client.meta.events.register_first("before-parse", self._before_parse)
        return replace(
            self.clients[service],
            pacer=self.pacer,
            clock=self.clock,
            random=self.random,
            tally=self.tally,
            ends=self.ends,
            others=self.api,
        )

    def _before_parse(self, operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
        self.change_reply(operation_model, response_dict)


@dataclass
class Harness:
    """A sandbox for one account and Region, and functions that run passes in it."""

    box: Sandbox
    region: str
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(START))
    clients: dict[str, ServiceApi] = field(default_factory=dict)
    change_reply: ChangeReply = leave_unchanged
    """A function that may change each reply before botocore parses it."""
    _session: Any = None

    @property
    def account(self) -> str:
        """The account id of every case."""
        return self.box.account

    def put_back(self, snapshot: bytes, now: float = START, seed: int = 1) -> None:
        """Begin a case: from this snapshot, at this time, with the ids and the jitter that every run has."""
        self.clock = VirtualClock(now)
        self.box.restore(snapshot)
        numbers = Random(seed)
        ConnectPlane.uuids = staticmethod(lambda: uuid.UUID(int=numbers.getrandbits(128), version=4))
        mock_random.seed(seed)
        self.box.world.keeper.inject(lambda _attempt: None)
        self.change_reply = leave_unchanged
        self.box.world.keeper._late.clear()
        self.box.journal.clear()
        self.box.journal.landed.clear()
        self.box.journal._watchers.clear()

    def aws(self, seed: int = 0) -> SharedClients:
        """The account for one pass."""
        self._session = self._session or self.box.session(self.region)
        pacer = Pacer(self.clock, 1.0)
        return SharedClients(
            self._session,
            self.account,
            self.region,
            self.clock,
            Random(seed),
            pacer,
            clients=self.clients,
            change_reply=self._change_reply,
        )

    def _change_reply(self, operation: Any, reply: dict[str, Any]) -> None:
        self.change_reply(operation, reply)

    def run(
        self, stack: Stack, options: Options, cache: Cache | None = None, aws: Account | None = None
    ) -> PassReport:
        """One pass."""
        account = aws or self.aws()
        return Pass(
            stack, known_kinds(), account, self.clock, options, Quiet(), cache=cache or NoCache()
        ).run()

    def inject(self, plan: Plan) -> None:
        """Inject faults from now on, without completing pending effects."""
        self.box.world.keeper.inject(plan)

    def client(self, service: str) -> Any:
        """A plain boto3 client, for other users of the account."""
        self._session = self._session or self.box.session(self.region)
        return self._session.client(service)

    def live_resources(self) -> dict[str, LiveResource]:
        """Every live resource."""
        return live_resources(self.account, self.region)

    def resources_of_all_kinds(self) -> dict[str, LiveResource]:
        """Every live resource of every kind that there is; it takes a call for each kind and some for each resource."""
        # On a clock of its own: time stands still for everybody else.
        clock = VirtualClock(self.clock.now())
        pacer = Pacer(clock, 1.0)
        pacer.services = {each.service.name: each.service for each in known_kinds().values()}
        account = replace(self.aws(), clock=clock, pacer=pacer)
        with self.box.world.keeper.unwatched():
            return self.live_resources() | {each.id: each for each in declared(account)}

    def connect_fingerprints(self) -> dict[str, Fingerprint]:
        """Every live resource of Amazon Connect as one text, by id."""
        return connect_fingerprints(self.account, self.region)

    def other_fingerprints(self) -> dict[str, Fingerprint]:
        """Every live resource of the other services as one text, by id."""
        return other_fingerprints(self.account, self.region)

    def plane(self) -> ConnectPlane:
        """The internal state of Amazon Connect in the sandbox."""
        return plane_of(self.account, self.region)


@contextmanager
def sandbox(account: str) -> Iterator[Callable[[str], Harness]]:
    """Start a sandbox, and yield a function that returns its part in a Region; only one sandbox can run at a time."""
    harnesses: dict[str, Harness] = {}
    present: list[Harness] = []

    def now() -> float:
        return present[0].clock.now() if present else START

    def sleep(seconds: float) -> None:
        present[0].clock.sleep(seconds)

    with Sandbox(account, now, sleep=sleep, settings=SandboxSettings()) as box:

        def at(region: str) -> Harness:
            present[:] = [harnesses.setdefault(region, Harness(box, region))]
            return present[0]

        yield at

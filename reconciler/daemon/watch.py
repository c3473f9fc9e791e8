"""One stack that is watched over: its files, its passes, and what becomes known by them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

import structlog

from reconciler.applying import TROUBLE, Quiet
from reconciler.aws.account import BadEndpoint
from reconciler.cache import Cache, ReadAnew
from reconciler.clock import Clock
from reconciler.contract import Adapter
from reconciler.daemon.agenda import Agenda
from reconciler.daemon.events import Event, Touched
from reconciler.daemon.resting import Resting
from reconciler.daemon.states import SETTLED, State, drift_of, trouble_of, with_rests
from reconciler.daemon.tracing import Trace
from reconciler.desired import InvalidStack
from reconciler.history import History, HistoryTrouble, Ledger, last_settled_hash
from reconciler.one_pass import Aws, Options, Pass, PassReport
from reconciler.planning.focus import focused
from reconciler.planning.world import World
from reconciler.stack import Key, Stack

log = structlog.get_logger(__name__)

Trigger: TypeAlias = Literal["quick", "audit", "event"]

NOTHING: frozenset[Key] = frozenset()


class Listener(Protocol):
    """Is told of what becomes known."""

    def passed(self, report: PassReport, trigger: Trigger, now: float) -> None:
        """Hear of a pass."""
        ...

    def resting(self, stack: tuple[str, str], number: int) -> None:
        """Hear how many resources are left alone for now."""
        ...

    def files(self, stack: tuple[str, str], *, invalid: bool) -> None:
        """Hear whether the files can be used."""
        ...


class Teller(Protocol):
    """Tells people of a change of state."""

    def note(self, name: str, trouble: State, drift: State) -> None:
        """Take note of the state of a stack."""
        ...


@dataclass(frozen=True)
class Means:
    """With what a stack is watched over."""

    kinds: Mapping[str, Adapter[Any]]
    open_account: Callable[[Stack], Aws]
    """The account that a stack lives in; asked once for each account and Region."""
    cache_of: Callable[[Stack], Cache]
    clock: Clock
    history: History
    who: str
    listener: Listener
    teller: Teller
    trace: Trace = field(default_factory=Trace)


@dataclass
class Watch:
    """One stack of the daemon."""

    name: str
    load: Callable[[], Stack]
    """Reads the files; raises `InvalidStack`."""
    agenda: Agenda
    means: Means
    correct: bool = True
    """Whether drift is corrected, or only reported."""
    resting: Resting = field(default_factory=Resting)
    stack: Stack | None = None
    """The last good state of the files."""
    trouble: State | None = None
    """What keeps it from being as desired; None before the first pass."""
    drift: State = SETTLED
    """What the last pass found although nobody wished it."""
    _world: World = field(default_factory=World)
    _accounts: dict[tuple[str, str], Aws] = field(default_factory=dict)
    _settled_hash: str | None = None

    def turn(self, trigger: Trigger, keys: frozenset[Key] = NOTHING, events: Sequence[Event] = ()) -> None:
        """Make one pass over the stack, or over what was touched.

        Raises:
            Ending: nothing more may be begun; the history says what was.
        """
        invalid = self._reload()
        if self.stack is None:
            self._become(invalid or SETTLED)
            return
        note = "; ".join(dict.fromkeys(f"{each.operation} by {each.who}" for each in events))
        ledger = Ledger(self.means.history, self.means.who, trigger, note, self._not_written)
        try:
            report = self._pass(self.stack, trigger, keys & self.stack.resources.keys(), ledger)
        except BadEndpoint as error:
            log.error("no way to AWS", stack=self.name, error=str(error))
            self._become(State("failing", frozenset({str(error)}), (str(error),)))
            return
        drift = drift_of(report) if self._is_drift(report) else SETTLED
        self._learn(report, trigger, note)
        trouble = invalid or with_rests(trouble_of(report), self.resting.rests)
        if trouble == SETTLED and report.options.keys is not None and self.trouble is not None:
            trouble = self.trouble  # a look at a few says nothing of the rest
        self._become(trouble, drift)

    @property
    def condition(self) -> str:
        """Its state in one word."""
        if self.trouble is None:
            return "not looked at yet"
        return (self.drift if self.trouble == SETTLED else self.trouble).condition

    def touched(self, event: Event) -> frozenset[Key]:
        """The resources that an event is about, as far as the last pass knows them."""
        if self.stack is None:
            return NOTHING
        return Touched(self.stack, self.means.kinds, self._world.sightings).keys(event)

    def _reload(self) -> State | None:
        """Read the files anew; where they have mistakes, the last good state stays, and the mistakes are told."""
        try:
            stack = self.load()
        except InvalidStack as error:
            lines = tuple(str(each) for each in error.mistakes)
            for line in lines:
                log.error("desired state invalid", stack=self.name, mistake=line)
            if self.stack is not None:
                self.means.listener.files((self.stack.name, self.stack.environment), invalid=True)
            return State("invalid", frozenset(lines), lines)
        if self.stack is None:
            with suppress(HistoryTrouble):
                self._settled_hash = last_settled_hash(self.means.history, stack.name, stack.environment)
        elif self.stack.files_hash != stack.files_hash:
            log.info("files changed", stack=self.name)
        if self.stack is None or self.stack.warnings != stack.warnings:
            for line in stack.warnings:
                log.warning("desired state may be wrong", stack=self.name, warning=line)
        self.stack = stack
        self.means.listener.files((stack.name, stack.environment), invalid=False)
        return None

    def _pass(self, stack: Stack, trigger: Trigger, keys: frozenset[Key], ledger: Ledger) -> PassReport:
        means, now = self.means, self.means.clock.wall()
        resting = self.resting.keys(stack.files_hash, now) - keys
        means.listener.resting((stack.name, stack.environment), len(resting))
        cache = means.cache_of(stack)
        if keys:
            self._forget(cache, keys)
            stack = focused(stack, keys)
        options = Options(dry_run=not self.correct, keys=keys or None, resting=resting)
        one = Pass(
            stack,
            means.kinds,
            self._account(stack),
            means.clock,
            options,
            Quiet(),
            cache=ReadAnew(cache) if trigger == "audit" else cache,
            applying=ledger.begins,
        )
        with means.trace.passing(stack, trigger):
            report = one.run()
            means.trace.passed(report)
        ledger.ended(report)
        if not keys:
            self._world = one.world
        else:
            self._world.sightings.update(one.world.sightings)
        means.listener.passed(report, trigger, means.clock.wall())
        return report

    def _account(self, stack: Stack) -> Aws:
        place = (stack.account, stack.region)
        if place not in self._accounts:
            self._accounts[place] = self.means.open_account(stack)
        return self._accounts[place]

    def _forget(self, cache: Cache, keys: frozenset[Key]) -> None:
        """Take back what is remembered of what was touched: AWS does not promise that its change time has moved."""
        ids: dict[str, list[str]] = {}
        for key in keys & self._world.sightings.keys():
            ids.setdefault(key.kind, []).append(self._world.sightings[key].id)
        for kind, each in ids.items():
            cache.forget(kind, each)

    def _is_drift(self, report: PassReport) -> bool:
        """Whether what differs is nobody's wish: the files are those of the last settled pass."""
        return report.stack.files_hash == self._settled_hash

    def _learn(self, report: PassReport, trigger: Trigger, note: str) -> None:
        """Keep what a pass has shown."""
        self.resting.note(report, self.means.clock.wall())
        if report.outcome == "settled" and report.options.keys is None and not self.resting.rests:
            self._settled_hash = report.stack.files_hash
        self._log(report, trigger, note)

    def _log(self, report: PassReport, trigger: Trigger, note: str) -> None:
        for key, result in report.results.items():
            if result.outcome in TROUBLE:
                log.error(result.outcome, stack=self.name, kind=key.kind, name=key.name, why=result.message)
        for refusal in report.refusals:
            log.error("pass refused", stack=self.name, why=refusal)
        event = log.info if report.plan.actions or trigger != "quick" else log.debug
        event(
            "pass",
            stack=self.name,
            trigger=trigger,
            outcome=report.outcome,
            changes=report.count("done"),
            calls=sum(report.calls.values()),
            seconds=round(report.seconds, 1),
            note=note,
        )

    def _not_written(self, error: HistoryTrouble) -> None:
        log.error("history not written", stack=self.name, error=str(error))

    def _become(self, trouble: State, drift: State = SETTLED) -> None:
        self.trouble, self.drift = trouble, drift
        self.means.teller.note(self.name, trouble, drift)

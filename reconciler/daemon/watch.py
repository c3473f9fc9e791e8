"""Watches one stack: loads its files, runs its passes, and notes their results."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, Protocol, TypeAlias

import structlog

from reconciler.applying import TROUBLE, Quiet
from reconciler.aws.account import BadEndpoint
from reconciler.aws.redaction import SECRETS
from reconciler.cache_store import Cache, WriteOnlyCache
from reconciler.contract import Adapter
from reconciler.daemon.backoff import FailedResources
from reconciler.daemon.edit_holds import EditHolds
from reconciler.daemon.events import Event, EventMatcher
from reconciler.daemon.file_stability import CHANGING, FileStability
from reconciler.daemon.row_files import RowFiles
from reconciler.daemon.schedule import Schedule
from reconciler.daemon.status import SETTLED, State, as_in_the_files, drift_of, problem_of, with_backoffs
from reconciler.daemon.tracing import Trace
from reconciler.desired import FilesChanging, InvalidStack
from reconciler.history import History, HistoryError, Ledger, last_settled_hash
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.held_edits import NOTHING_HELD, Held
from reconciler.planning.plan import Plan
from reconciler.planning.subset import focused
from reconciler.planning.world import World
from reconciler.reconcile import Aws, Pass
from reconciler.runtime.clock import Clock
from reconciler.runtime.shutdown import Shutdown
from reconciler.stack import Key, Role, Stack

log = structlog.get_logger(__name__)

Trigger: TypeAlias = Literal["quick", "audit", "event"]

NOT_YET = "not checked yet"
NOTHING: frozenset[Key] = frozenset()
PASS_DEADLINE = 900.0
"""Seconds for work before a pass has its own deadline, such as loading the files."""
AFTERWARDS = 60.0
"""Seconds that a pass may take after its deadline: for calls under way, and for its record."""


class Listener(Protocol):
    """Receives the results of a watch."""

    def passed(self, report: PassReport, trigger: Trigger, now: float) -> None:
        """Receive the report of a pass."""
        ...

    def resting(self, stack: tuple[str, str], number: int) -> None:
        """Receive the number of resources that are not tried for now."""
        ...

    def postponed(self, stack: tuple[str, str], number: int) -> None:
        """Receive the number of resources whose deletion or release is postponed."""
        ...

    def held(self, stack: tuple[str, str], number: int, until: float | None) -> None:
        """Receive the number of edits that are held, and when the first is corrected, in seconds since 1970."""
        ...

    def files(self, stack: tuple[str, str], *, invalid: bool) -> None:
        """Receive whether the files can be used."""
        ...


class NotifierProtocol(Protocol):
    """Notifies people of a change of state."""

    def note(self, name: str, problem: State, drift: State, held: State = SETTLED) -> None:
        """Note the state of a stack."""
        ...


@dataclass(frozen=True)
class Means:
    """What a watch needs from outside."""

    kinds: Mapping[str, Adapter[Any]]
    open_account: Callable[[Stack], Aws]
    """Opens the account of a stack; called once for each account and Region."""
    cache_of: Callable[[Stack], Cache]
    clock: Clock
    history_of: Callable[[Stack], History]
    """The history that has the passes of a stack."""
    who: str
    listener: Listener
    notifier: NotifierProtocol
    trace: Trace = field(default_factory=Trace)


@dataclass
class Watch:
    """One stack of the daemon."""

    name: str
    load: Callable[[], Stack]
    """Reads the files; raises `InvalidStack`."""
    schedule: Schedule
    means: Means
    correct: bool = True
    """Whether drift is corrected, or only reported."""
    holds: EditHolds | None = None
    """Holds edits; None: they are corrected at once."""
    settling: FileStability = field(default_factory=FileStability)
    resting: FailedResources = field(default_factory=FailedResources)
    stack: Stack | None = None
    """The last good state of the files."""
    problem: State | None = None
    """The problem of the stack; None before the first pass."""
    drift: State = SETTLED
    """The drift that the last pass found."""
    held: State = SETTLED
    """The edits that are held."""
    loaded: bool = False
    """Whether its files could be used at least once."""
    looked: bool = False
    """Whether a pass has read AWS at least once."""
    why: str = NOT_YET
    """Why one of these two has not happened yet."""
    pass_deadline: float | None = None
    """Seconds after which a pass starts no further work, from the settings (`reconciler.reconcile.Pass.deadline`)."""
    deadline: float = PASS_DEADLINE
    """Seconds that the pass under way may take."""
    rows: RowFiles | None = None
    """The files with what became of the rows of feeds; None: none is written."""
    _world: World = field(default_factory=World)
    _touched: EventMatcher | None = None
    _files_hash: str = ""
    _usable: bool = False
    """Whether the last load had no mistakes; otherwise passes are made with an earlier state of the files."""
    _accounts: dict[tuple[str, str, Role | None], Aws] = field(default_factory=dict)
    _settled_hash: str | None = None
    _asked_history: bool = False
    _postponed: Mapping[Key, str] = field(default_factory=dict)
    """The removals that the last whole pass postponed, with their messages."""

    def __post_init__(self) -> None:
        """Give the log lines about held edits the keys of this watch."""
        if self.holds is not None:
            self.holds.about = lambda: self.about

    def begin(self) -> None:
        """Begin to work on the stack as if for the first time: another daemon may have worked on it meanwhile."""
        if self.holds is not None:
            self.holds.begin()
        self.settling.begin()
        self._asked_history = False
        self._postponed = {}

    def turn(self, trigger: Trigger, keys: frozenset[Key] = NOTHING, events: Sequence[Event] = ()) -> None:
        """Make one pass over the stack, or over the touched resources.

        Raises:
            Shutdown: no more work may start; the history shows what was done.
        """
        self.deadline = PASS_DEADLINE
        invalid = self._reload()
        if self.stack is None:
            self._become(invalid or SETTLED)
            return
        note = "; ".join(dict.fromkeys(f"{each.operation} by {each.who}" for each in events))
        ledger = Ledger(self.means.history_of(self.stack), self.means.who, trigger, note, self._not_written)
        try:
            report = self._pass(self.stack, trigger, keys & self.stack.resources.keys(), ledger)
        except BadEndpoint as error:
            self.why = str(error)
            log.error("AWS endpoint unusable", **self.about, error=str(error))
            self._become(State("failing", frozenset({str(error)}), (str(error),)))
            return
        drift = drift_of(report) if self._is_drift(report) else SETTLED
        self._learn(report)
        problem = invalid or with_backoffs(problem_of(report), self.resting.rests)
        if problem == SETTLED and report.options.keys is not None and self.problem is not None:
            problem = self.problem  # a pass over a few resources shows nothing of the rest
        self._become(problem, drift)
        self._log(report, trigger, note)  # who reads this line finds the same state over HTTP
        if self.holds is not None:
            self.holds.write_patch(self.stack, self._world)

    def look_at_files(self) -> None:
        """Read the files without a change in AWS: while another daemon is active, or a removal is postponed."""
        try:
            self._load()
        except InvalidStack:
            log.debug("files unusable", **self.about, why=self.why)

    @property
    def about(self) -> dict[str, str]:
        """The keys of its log lines: stack and environment, once they are known."""
        known = {"stack": self.stack.name, "environment": self.stack.environment} if self.stack else {}
        return {"watch": self.name, **known}

    @property
    def condition(self) -> str:
        """Its state in one word."""
        if self.problem is None:
            return NOT_YET
        states = (self.problem, self.drift, self.held)
        return next((each for each in states if each != SETTLED), SETTLED).condition

    @property
    def held_lines(self) -> list[str]:
        """A line for each edit that is held: what, and until when."""
        return [SECRETS.text(line) for line in self.holds.lines()] if self.holds is not None else []

    @property
    def settles_at(self) -> float | None:
        """When postponed removals may happen, on the monotonic clock; None if there are none."""
        return self.settling.at if self._postponed else None

    def touched(self, event: Event) -> frozenset[Key]:
        """The resources that an event is about, as far as the last pass has seen them."""
        return self._touched.keys(event) if self._touched else NOTHING

    def _load(self) -> Stack:
        """Load the stack, and note whether the files are the same as before.

        Raises:
            InvalidStack: the files have mistakes.
        """
        began = self.means.clock.now()
        fingerprint = CHANGING
        try:
            stack = self.load()
            self.loaded, self._usable, fingerprint = True, True, stack.files_hash
            if self._files_hash not in ("", fingerprint):
                log.info("files changed", **self.about)
            self._files_hash = fingerprint
        except InvalidStack as error:
            self._usable = False
            self.why = f"its files cannot be used: {next(map(str, error.mistakes), NOT_YET)}"
            raise
        finally:
            self.settling.note(fingerprint, began, self.means.clock.now())
        return stack

    def _reload(self) -> State | None:
        """Read the files again; if they have mistakes, the last good state stays, and the mistakes are reported."""
        try:
            stack = self._load()
        except InvalidStack as error:
            lines = tuple(str(each) for each in error.mistakes)
            moving = isinstance(error, FilesChanging)
            if self.rows is not None and not moving:
                self.rows.invalid(error)
            for line in lines if not moving else ():
                log.error("desired state invalid", **self.about, mistake=line)
            if self.stack is not None:
                self.means.listener.files((self.stack.name, self.stack.environment), invalid=True)
            if moving:
                log.warning("files changed during read", **self.about, why=lines[0])
            return State("pending" if moving else "invalid", frozenset(lines), lines)
        if not self._asked_history:
            with suppress(HistoryError):
                self._settled_hash = last_settled_hash(
                    self.means.history_of(stack), stack.name, stack.environment
                )
            self._asked_history = True
        if self.stack is None or self.stack.warnings != stack.warnings:
            for line in stack.warnings:
                log.warning("desired state warning", **self.about, warning=line)
        self.stack = stack
        self.means.listener.files((stack.name, stack.environment), invalid=False)
        return None

    def _pass(self, stack: Stack, trigger: Trigger, keys: frozenset[Key], ledger: Ledger) -> PassReport:
        means, whole = self.means, stack
        resting = self.resting.keys(stack.files_hash, means.clock.now()) - keys
        if self.holds is not None:
            self.holds.prepare(stack)
        means.listener.resting((stack.name, stack.environment), len(resting))
        cache = means.cache_of(stack)
        if keys:
            self._forget(cache, keys)
            stack = focused(stack, keys)
        options = Options(
            dry_run=not self.correct, keys=keys or None, resting=resting, prune_at=self._prune_at()
        )
        one = Pass(
            stack,
            means.kinds,
            self._account(stack),
            means.clock,
            options,
            Quiet(),
            cache=WriteOnlyCache(cache) if trigger == "audit" else cache,
            applying=ledger.begins,
            deadline=self.pass_deadline,
            allowed=self._allowed,
        )
        one.held = partial(self._held, one)
        with means.trace.passing(stack, trigger):
            try:
                report = one.run()
            except Shutdown:
                if one.broken_off:
                    ledger.ended(one.broken_off)
                raise
            means.trace.passed(report)
        ledger.ended(report)
        if not keys:
            if self.rows is not None and self._usable:
                self.rows.passed(report)
            self._world = one.world
        else:
            self._world.sightings.update(one.world.sightings)
            self._world.observed.update(one.world.observed)
            self._world.names.update(one.world.names)
        # The events thread reads it meanwhile: it gets a copy.
        self._touched = EventMatcher(whole, means.kinds, dict(self._world.sightings))
        self._note_look(report, one.world)
        self._note_held(report, whole, one.world)
        means.listener.passed(report, trigger, means.clock.wall())
        return report

    def _held(self, one: Pass, plan: Plan) -> Held:
        """What a pass leaves as it is, because it was edited in AWS."""
        if self.holds is None:
            return NOTHING_HELD
        read = [key for key in one.world.observed if one.options.selects(key)]
        known = self._world.names | one.world.names if plan.actions else {}
        names = {identity: name for (_, identity), name in known.items()}
        return self.holds.judge(plan, one.stack, read, names)

    def _note_held(self, report: PassReport, stack: Stack, world: World) -> None:
        """Note what is held after a pass, and write it down."""
        holds = self.holds
        if holds is None:
            return
        holds.passed(report, stack, world)
        self.held = holds.state(stack)
        self.means.listener.held(
            (stack.name, stack.environment), sum(map(len, holds.held.values())), holds.ends
        )

    def _prune_at(self) -> float | None:
        """The time before which nothing may be deleted or released, in seconds since 1970; None: it may be now."""
        if self.settling.settled:
            return None
        clock = self.means.clock
        return clock.wall() + self.settling.at - clock.now()

    def _allowed(self, seconds: float) -> None:
        self.deadline = seconds + AFTERWARDS

    def _note_look(self, report: PassReport, world: World) -> None:
        """Note whether the pass has read AWS; if not, why."""
        unseen = [world.unseen.get(key) for key in report.stack.resources]
        if report.refusals and not report.plan.actions:
            self.why = report.refusals[0]
        elif unseen and all(unseen):
            self.why = f"nothing could be listed: {unseen[0]}"
        else:
            self.looked = True

    def _account(self, stack: Stack) -> Aws:
        place = (stack.account, stack.region, stack.role)
        if place not in self._accounts:
            self._accounts[place] = self.means.open_account(stack)
        return self._accounts[place]

    def _forget(self, cache: Cache, keys: frozenset[Key]) -> None:
        """Remove touched resources from the cache: AWS does not promise that their change time is new."""
        ids: dict[str, list[str]] = {}
        for key in keys & self._world.sightings.keys():
            ids.setdefault(key.kind, []).append(self._world.sightings[key].id)
        for kind, each in ids.items():
            cache.forget(kind, each)

    def _is_drift(self, report: PassReport) -> bool:
        """Whether differences are drift: the files are those of the last settled pass."""
        return report.stack.files_hash == self._settled_hash

    def _learn(self, report: PassReport) -> None:
        """Keep the results of a pass."""
        self.resting.note(report, self.means.clock.now())
        if report.options.keys is None:
            self._note_postponed(report)
            if as_in_the_files(report) and not self.resting.rests:
                self._settled_hash = report.stack.files_hash

    def _note_postponed(self, report: PassReport) -> None:
        """Log once for each resource that the files no longer have when it will be removed."""
        actions = report.plan.actions.items()
        found = {key: each.postponed for key, each in actions if each.postponed and not each.held}
        for key, said in found.items():
            if self._postponed.get(key) != said:
                log.info(
                    "deletion or release postponed", **self.about, kind=key.kind, name=key.name, why=said
                )
        self._postponed = found
        self.means.listener.postponed((report.stack.name, report.stack.environment), len(found))

    def _log(self, report: PassReport, trigger: Trigger, note: str) -> None:
        for key, result in report.results.items():
            if result.outcome in TROUBLE:
                log.error(result.outcome, **self.about, kind=key.kind, name=key.name, why=result.message)
        for refusal in report.refusals:
            log.error("pass refused", **self.about, why=refusal)
        event = log.info if report.plan.actions or trigger != "quick" else log.debug
        event(
            "pass",
            **self.about,
            trigger=trigger,
            outcome=report.outcome,
            changes=report.count("done"),
            calls=sum(report.calls.values()),
            seconds=round(report.seconds, 1),
            note=note,
        )

    def _not_written(self, error: HistoryError) -> None:
        log.error("history write failed", **self.about, error=str(error))

    def _become(self, problem: State, drift: State = SETTLED) -> None:
        self.problem, self.drift = problem, drift
        self.means.notifier.note(self.name, problem, drift, self.held)

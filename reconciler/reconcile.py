"""Runs one pass: observe, plan, guard, apply, confirm, report."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from reconciler.applying import LATE, TROUBLE, Applier, Progress, Result
from reconciler.cache_store import Cache, NoCache
from reconciler.contract import Adapter, Api, declared_services
from reconciler.errors import ASSUME, EXPIRED, Busy, CallError, Unreachable, Unsure, Waiting
from reconciler.model import Secret
from reconciler.observing.contents_reader import read_contents
from reconciler.observing.observer import ReadContext, observe
from reconciler.observing.undeclared_reader import read_undeclared
from reconciler.pass_options import NamesNothing, Options
from reconciler.pass_report import PassOutcome, PassReport
from reconciler.planning.action import Verb
from reconciler.planning.chosen_parts import (
    Chosen,
    as_chosen,
    only_chosen_fields,
    other_changes,
)
from reconciler.planning.estimate import mutating_calls, reading_calls
from reconciler.planning.extra import extra_of
from reconciler.planning.feeds import brake
from reconciler.planning.guard import guard, hint
from reconciler.planning.held_edits import NOTHING_HELD, Held, with_held, without_held
from reconciler.planning.notes import found_before, not_shown, notes_on
from reconciler.planning.plan import Action, Plan, make_plan
from reconciler.planning.world import World
from reconciler.runtime.clock import Clock
from reconciler.runtime.retrying import CONFIRM, look_after
from reconciler.runtime.shutdown import Shutdown
from reconciler.service import Service
from reconciler.stack import Key, Stack

UNANSWERED = 2
"""After this many reads without an answer about the rest, confirming is left to the next pass."""

DECLINED = "the answer was not yes; nothing was changed"
"""The refusal when the user does not answer the question with yes."""

SHORTEST = 15 * 60.0
"""The shortest default deadline of a pass, in seconds."""

NOTHING: Mapping[str, int] = {}


class Tally(Protocol):
    """How often each operation was called, by `service:operation`."""

    @property
    def calls(self) -> Counter[str]:
        """All calls made."""

    @property
    def mutating(self) -> int:
        """The number of calls that change something."""

    @property
    def throttled(self) -> Counter[str]:
        """The calls that AWS throttled."""


class Aws(Protocol):
    """The account and Region that a pass works on."""

    @property
    def tally(self) -> Tally:
        """The calls made so far."""

    def api(self, service: str) -> Api:
        """The API of one service, as boto3 spells it."""

    def identity(self) -> str:
        """The account id that the credentials belong to."""

    def width(self, service: str) -> int:
        """How many calls to one service may usefully run at the same time."""

    def seconds(self, calls: Mapping[tuple[str, str], int], made: Mapping[str, int] = NOTHING) -> float:
        """Seconds that the given numbers of calls by (service, operation) take at quota, less the calls already made."""

    def until(self, moment: float | None) -> None:
        """Start no call after this time of the clock, in seconds; None removes the limit."""

    def learn_quotas(
        self, services: Iterable[Service], asked: Collection[str], cache: Cache, now: float
    ) -> None:
        """Keep to the services' published rates; for the `asked` services, to the account's own quotas."""

    def reveal(self, secret: Secret) -> str:
        """Fetch a secret now."""


@dataclass
class Pass:
    """One full round for one stack."""

    stack: Stack
    kinds: Mapping[str, Adapter[Any]]
    aws: Aws
    clock: Clock
    options: Options
    progress: Progress
    planned: Callable[[Plan, Callable[[], float]], None] = lambda _plan, _left: None
    """Called with the plan before any change, and with a function that returns the seconds that are left at AWS's quotas."""
    cache: Cache = NoCache()
    world: World = field(default_factory=World)
    """What the last run observed."""
    agreed: Callable[[Plan], bool] = lambda _plan: True
    """Called when the guard allows a plan that changes something; returns whether to apply it."""
    applying: Callable[[PassReport], None] = lambda _report: None
    """Called right before the first change, with the report as far as it is known."""
    deadline: float | None = None
    """Seconds after which no further work starts; None: 15 minutes, or twice the time at AWS's quotas if that is longer."""
    allowed: Callable[[float], None] = lambda _seconds: None
    """Called with the total seconds of the pass, each time that the figure changes."""
    declined: str = DECLINED
    """The refusal when `agreed` returns false."""
    held: Callable[[Plan], Held] = lambda _plan: NOTHING_HELD
    """Called with the whole plan; returns the parts of it that the pass leaves as they are in AWS."""
    broken_off: PassReport | None = None
    """The report up to then, if the program was ended while the pass changed AWS."""
    _applied: Stack | None = None
    """The stack without what is held or not chosen."""
    _files: Stack | None = None
    """The stack without the fields that are not chosen."""
    _began: float = 0.0
    _has: float = 0.0

    @property
    def applied(self) -> Stack:
        """The stack that AWS is made to match: that of the files, without what is held."""
        return self._applied or self.stack

    @property
    def files(self) -> Stack:
        """The stack that is read: that of the files, without fields that are not chosen."""
        return self._files or self.stack

    @property
    def context(self) -> ReadContext:
        """The observer that reads AWS for this pass."""
        return ReadContext(self.kinds, self.aws.api, self.clock, self.cache, self.aws.width)

    def run(self) -> PassReport:
        """Run the pass once. Refusals and failures of AWS are in the report; they are not raised.

        Raises:
            NamesNothing: a pattern of `only` names nothing.
            Shutdown: the program is to end; `broken_off` says what had been done.
        """
        started, tally = self.clock.now(), self.aws.tally
        before = (Counter(tally.calls), tally.mutating, Counter(tally.throttled))
        self._began = started
        try:
            self._allow(Counter())
            report = self._run()
        except Shutdown:
            if self.broken_off:
                self.broken_off = self._with_figures(self.broken_off, started, before)
            raise
        finally:
            self.aws.until(None)
        return self._with_figures(report, started, before)

    def _with_figures(
        self, report: PassReport, started: float, before: tuple[Counter[str], int, Counter[str]]
    ) -> PassReport:
        """The report with the time and the calls since `started`, when the tally was `before`."""
        tally = self.aws.tally
        return replace(
            report,
            deadline=self._has,
            calls=dict(sorted((tally.calls - before[0]).items())),
            mutating_calls=tally.mutating - before[1],
            throttled=dict(sorted((tally.throttled - before[2]).items())),
            seconds=self.clock.now() - started,
        )

    def _allow(self, coming: Mapping[tuple[str, str], int]) -> None:
        """Set the deadline of the pass, given the changing calls to come."""
        reading = self.aws.seconds(reading_calls(self.stack, self.kinds))
        self._has = self.deadline or max(SHORTEST, 2 * (reading + self.aws.seconds(coming)))
        self.aws.until(self._began + self._has)
        self.allowed(self._has)

    def _agreed(self, plan: Plan) -> bool:
        """Whether the user agrees; the time for the answer does not count for the pass."""
        asked, agreed = self.clock.now(), self.agreed(plan)
        self._began += self.clock.now() - asked
        self.aws.until(self._began + self._has)
        return agreed

    def _run(self) -> PassReport:
        report = PassReport(self.stack, self.options, "settled", started=self.clock.wall())
        outcome, why = wrong_account(self.aws, self.stack)
        if why:
            return replace(report, outcome=outcome, refusals=(why,))
        services = declared_services(self.kinds.values())
        asked = {self.kinds[key.kind].service.name for key in self.stack.resources}
        self.aws.learn_quotas(services, asked, self.cache, self.clock.wall())
        chosen = self.options.chosen(self.stack)
        self._files = only_chosen_fields(self.stack, chosen)
        selected = {key for key in self.stack.resources if self.options.selects(key)}
        beside = self.options.extra
        world = self.world = observe(self.files, self.context, selected, extra=beside)
        if beside:
            read_undeclared(self.stack, world, self.context)
        self._check_patterns(world)
        self._applied = self._limited(world, chosen)
        plan = self._plan(world)
        if read_contents(plan, self.stack, world, self.context):
            plan = self._plan(world)
        held = self.held(plan)
        if held:
            self._applied = without_held(self.stack, world, held)
            plan = with_held(self._plan(world), plan, held)
        coming, before = mutating_calls(plan, self.applied, self.kinds), Counter(self.aws.tally.calls)
        self._allow(coming)
        self.planned(plan, lambda: self.aws.seconds(coming, self.aws.tally.calls - before))
        deletes = guard(plan, self.stack, self.kinds, self.options.allow_deletes)
        leavers = [] if self.stack.destroys else brake(plan.feeds, self.options.allow_leavers)
        refusals, hints = (*deletes, *leavers), tuple[str, ...]()
        if refusals and not self.options.approval:
            of_deletes = bool(deletes) or self.options.allow_deletes is not None
            of_leavers = bool(leavers) or self.options.allow_leavers is not None
            hints = (hint(plan, deletes=of_deletes, leavers=of_leavers),)
        if self.options.approval:
            refusals += tuple(self.options.approval.departures(plan, self.stack))
        refusals += (*_other_verbs(plan, self.options.only_verb), *other_changes(plan, chosen))
        results = {action.key: _unapplied(action, world) for action in plan.actions.values()}
        report = replace(
            report,
            plan=plan,
            results=results,
            notes=tuple(notes_on(plan, self.stack, world, self.kinds)),
            blind=tuple(sorted(world.blind)),
            refusals=refusals,
            hints=hints,
            before=found_before(plan, self.stack, world, self.kinds),
            estimated_calls=coming.total(),
            estimated_seconds=self.aws.seconds(coming),
            extra=extra_of(self.stack, world, self.kinds, self.clock.wall()) if beside else None,
        )
        if self.options.dry_run:
            return replace(report, outcome=_outcome(results, world))
        if refusals:
            return replace(report, outcome="refused")
        if plan.pending and not self._agreed(plan):
            return replace(report, outcome="refused", refusals=(self.declined,))
        return self._apply(report, world)

    def _apply(self, report: PassReport, world: World) -> PassReport:
        """Apply the plan and confirm the result.

        Raises:
            Shutdown: the program is to end; `broken_off` says what had been done.
        """
        plan, results = report.plan, dict(report.results)
        parts = (self.applied, world, self.kinds, self.aws.api, self.aws.reveal, self.clock)
        applier = Applier(*parts, width_of=self.aws.width)
        try:
            if plan.pending:
                self.applying(report)
            self._forget(world, plan)
            results |= applier.apply(plan, self.progress)
            results |= self._confirm(world, plan, results)
        except Shutdown:
            done = {**report.results, **applier.so_far(plan)}
            self.broken_off = replace(report, results=done, outcome="stopped")
            raise
        said = (f"{key}: {each.message}" for key, each in results.items() if each.outcome == "done")
        told = notes_on(plan, self.stack, world, self.kinds)  # of what lives now
        notes = (*told, *(each for each in said if not each.endswith(": ")))
        return replace(report, results=results, notes=notes, outcome=_outcome(results, world))

    def _plan(self, world: World) -> Plan:
        return make_plan(self.applied, world, self.kinds, self.options.selects, self.options.prune_at)

    def _limited(self, world: World, chosen: Chosen) -> Stack | None:
        """The stack of which only the chosen parts differ from AWS; None if nothing is chosen.

        Raises:
            NamesNothing: neither the files nor AWS have a row that is chosen.
        """
        if not chosen:
            return None
        limited, idle = as_chosen(self.files, world, self.kinds, chosen)
        if idle and self.options.approval is None:
            raise NamesNothing(idle, self.stack.resources.keys())
        return limited

    def _check_patterns(self, world: World) -> None:
        """Refuse patterns that name nothing, once everything that they could name is known.

        A resource of an approved plan may be deleted by now, and the resources of an unreadable kind are not known.
        """
        known = {*self.stack.resources, *(stray.key for stray in world.strays)}
        idle = self.options.idle(known)
        if idle and self.options.approval is None and not world.blind:
            raise NamesNothing(idle, known)

    def _forget(self, world: World, plan: Plan) -> None:
        """Remove from the cache what is about to change, so that a crash leaves no wrong entry."""
        pending = {action.key for action in plan.pending}
        ids: dict[str, list[str]] = {}
        found = [(key, world.sightings[key]) for key in pending & world.sightings.keys()]
        found += [(stray.key, stray.sighting) for stray in world.strays if stray.key in pending]
        for key, sighting in found:
            ids.setdefault(key.kind, []).append(sighting.id)
        for kind, each in ids.items():
            self.cache.forget(kind, each)

    def _confirm(self, world: World, plan: Plan, results: Mapping[Key, Result]) -> dict[Key, Result]:
        """Read again what was changed until it holds; what AWS does not show yet is left waiting."""
        touched = {action.key for action in plan.pending if results[action.key].outcome == "done"}
        left: Mapping[Key, Action] = {}
        late, unanswered = set[Key](), 0

        def look() -> bool:
            nonlocal touched, left, late, unanswered
            seen = observe(self.files, self.context, touched, world)
            seen.contents = world.contents
            world.observed |= seen.observed
            left = make_plan(self.applied, seen, self.kinds, touched.__contains__).actions
            touched, late = set(left), seen.late
            unanswered += touched <= seen.unanswered
            return not left or unanswered == UNANSWERED or touched <= late

        if touched:
            look_after(self.clock, CONFIRM, look, lambda done: not done)
        said = {key: LATE if key in late else not_shown(action) for key, action in left.items()}
        return {key: Result("waiting", each, begun=True) for key, each in said.items()}


def wrong_account(aws: Aws, stack: Stack) -> tuple[PassOutcome, str]:
    """Why these credentials must not be used for a stack, and the outcome of the pass; checked before any other call."""
    try:
        account = aws.identity()
    except Unreachable as error:
        return "failed", error.message
    except (Busy, Unsure, Waiting) as error:
        return "failed", f"AWS did not confirm the account of these credentials: {error}"
    except CallError as error:
        if stack.role is not None and error.operation == ASSUME:
            return "refused", f"role {stack.role.arn} cannot be assumed with these credentials: {error}"
        expired = "the credentials have expired" if error.code in EXPIRED else None
        return "refused", f"{expired or 'the credentials were not accepted'}: {error}"
    if account == stack.account:
        return "settled", ""
    return "refused", (
        f"these credentials belong to account {account}, but environment {stack.environment} of stack "
        f"{stack.name} is account {stack.account}"
    )


def _other_verbs(plan: Plan, only: Verb | None) -> Iterator[str]:
    """A refusal for each action with another verb than the only one that is allowed."""
    for action in plan.pending if only else ():
        if action.verb != only:
            yield f"{action.key}: the plan would {action.verb} it, and this command may only {only}"


def _unapplied(action: Action, world: World) -> Result:
    if action.key in world.late:
        return Result("waiting", LATE)
    if action.refusal:
        return Result("refused", action.refusal)
    if action.only_report:
        return Result("unchanged", "left alone: its policy is `on_drift: report`")
    if action.postponed:
        return Result("waiting", action.postponed)
    return Result("waiting")


def _outcome(results: Mapping[Key, Result], world: World) -> PassOutcome:
    outcomes = {result.outcome for result in results.values()}
    if world.blind or outcomes & TROUBLE:
        return "failed"
    return "pending" if "waiting" in outcomes else "settled"

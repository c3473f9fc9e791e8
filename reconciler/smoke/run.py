"""Makes the checks of a stack: reads the live resources, then checks them, services in parallel."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock
from typing import Any

import structlog

from reconciler.aws.redaction import SECRETS
from reconciler.aws.remembering import LimitedApi, RememberingApi, Replies
from reconciler.cache_store import NoCache
from reconciler.contract import EXISTS, Look, Seen
from reconciler.desired.checks_file import Asked
from reconciler.errors import CallError, Late, members_needed
from reconciler.field_schema import leaves
from reconciler.interpolation import replaced
from reconciler.inventory.outputs import Unavailable, ValueReader, keys_in
from reconciler.inventory.source import Source
from reconciler.observing.observer import ReadContext, observe
from reconciler.plain_secrets import HIDDEN, looks_secret
from reconciler.planning.ownership import Owner, owner_of
from reconciler.planning.subset import focused
from reconciler.planning.world import World
from reconciler.runtime.lanes import FEW_AT_ONCE, Lane, fan_out
from reconciler.smoke.results import CheckResult, Outcome, SmokeReport
from reconciler.smoke.selection import Wanted, wanted_checks
from reconciler.stack import Key, Stack

log = structlog.get_logger(__name__)

CLEANING = 120.0
"""Seconds in which a drill whose time is over may still remove what it made."""
GONE = "it does not exist, or could not be read"


@dataclass
class SmokeRun:
    """One run over a stack."""

    stack: Stack
    asked: Asked
    context: ReadContext
    api_of: Callable[[str], LimitedApi]
    until: Callable[[float | None], None]
    """Starts no call at all after this time of the clock (`reconciler.reconcile.Aws.until`)."""
    told: Callable[[CheckResult], None]
    """Called with each result, in order."""
    stop: Callable[[], None]
    """Called after Ctrl-C: no further call starts."""
    drills: bool = False
    """Whether drills are made, too."""
    _order: list[Wanted] = field(default_factory=list)
    _done: dict[int, CheckResult] = field(default_factory=dict)
    _shown: int = 0
    _lock: Lock = field(default_factory=Lock)
    _replies: dict[str, Replies] = field(default_factory=dict)
    _world: World = field(default_factory=World)
    _end: float = 0.0

    def run(self, keys: Collection[Key]) -> SmokeReport:
        """Check these resources; a Ctrl-C ends it with the results so far."""
        clock, kinds = self.context.clock, self.context.kinds
        began, started = clock.now(), clock.wall()
        self._order = list(wanted_checks(self.stack, kinds, self.asked, frozenset(keys), drills=self.drills))
        self._end = began + self.asked.total + sum(self._longer(each) for each in self._order)
        interrupted = False
        self.until(self._end + CLEANING)
        try:
            self._world = observe(self._part(keys), self.context, frozenset())
            fan_out(clock, list(self._lanes()), self._make)
        except KeyboardInterrupt:
            interrupted = True
            self.stop()
        finally:
            self.until(None)
        with self._lock:
            left = [number for number in sorted(self._done) if number >= self._shown]
            for number in left:
                self.told(self._done[number])
            self._shown = len(self._order)
            results = [self._done[number] for number in sorted(self._done)]
        return SmokeReport(self.stack, results, interrupted, clock.now() - began, started)

    def _part(self, keys: Collection[Key]) -> Stack:
        """The part of the stack with these resources, and with those that the settings of their checks refer to."""
        texts = [each for wanted in self._order for each in leaves(wanted.entry.settings)]
        referred = {key for text in texts if isinstance(text, str) for key in keys_in(text)}
        return focused(self.stack, {*keys, *referred})

    def _lanes(self) -> Iterator[Lane[int]]:
        """The checks of a service one after the other, as they share its quota; those that act, a few at once."""
        lanes: dict[tuple[str, bool], list[int]] = {}
        for number, each in enumerate(self._order):
            acts = bool(each.check and each.check.only_asked)
            lanes.setdefault((self.context.kinds[each.key.kind].service.name, acts), []).append(number)
        for (service, acts), numbers in lanes.items():
            self._replies.setdefault(service, Replies())
            yield Lane(numbers, FEW_AT_ONCE if acts else 1)

    def _limit(self, wanted: Wanted) -> float:
        """The seconds that a check may take."""
        drill = wanted.check.drill if wanted.check else None
        return wanted.entry.time_limit or (drill.time_limit if drill else self.asked.time_limit)

    def _longer(self, wanted: Wanted) -> float:
        """The seconds that a drill may take besides those of all checks together."""
        return self._limit(wanted) if wanted.check and wanted.check.drill and not wanted.skipped else 0.0

    def _make(self, number: int) -> None:
        """Make one check, and tell the results that are complete up to here."""
        began = self.context.clock.now()
        result = self._result(self._order[number])
        spent = round(self.context.clock.now() - began, 3)
        with self._lock:
            self._done[number] = _safe(replace(result, seconds=spent))
            while self._shown in self._done:
                self.told(self._done[self._shown])
                self._shown += 1

    def _result(self, wanted: Wanted) -> CheckResult:
        entry = wanted.entry
        result = CheckResult(wanted.key, entry.check, entry.label, "passed")
        if wanted.skipped:
            return replace(result, outcome="skipped", reason=wanted.skipped)
        if entry.check == EXISTS:
            return self._told(result, self._exists(wanted.key))
        expected = wanted.check.summary if wanted.check else ""
        if not self._exists(wanted.key).right:
            return replace(result, outcome="skipped", reason=GONE)
        clock, limit = self.context.clock, self._limit(wanted)
        now = clock.now()
        late = f"the time limit of {self.asked.total:g} s for all checks is over"
        if now >= self._end:
            return replace(result, outcome="failed", expected=expected, reason=f"not checked: {late}")
        try:
            with members_needed("read"):
                seen = self._look(wanted, min(now + limit, self._end))
        except Late:
            reason = (
                late if clock.now() >= self._end else f"it took longer than its time limit of {limit:g} s"
            )
        except Unavailable as error:
            reason = f"could not be checked: {error}"
        except CallError as error:
            over = clock.now() >= min(now + limit, self._end)
            reason = f"no result within {limit:g} s: {error}" if over else f"could not be checked: {error}"
        except Exception as error:
            log.exception("check crashed", kind=wanted.key.kind, check=entry.check)
            reason = f"the check itself failed with {type(error).__name__}; report this to its author"
        else:
            return self._told(result, seen)
        return replace(result, outcome="failed", expected=expected, reason=reason)

    @staticmethod
    def _told(result: CheckResult, seen: Seen) -> CheckResult:
        outcome: Outcome = "passed" if seen.right else "failed"
        return replace(result, outcome=outcome, expected=seen.expected, seen=seen.what)

    def _exists(self, key: Key) -> Seen:
        """Whether AWS has a resource, and whether it may be checked."""
        world, expected = self._world, "a resource of the stack"
        why = world.unseen.get(key) or world.conflicts.get(key)
        if why:
            return Seen(False, f"none that can be told: it {why}", expected)
        sighting = world.sightings.get(key)
        if sighting is None:
            return Seen(False, "none in AWS", expected)
        if sighting.deletion:
            return Seen(False, sighting.deletion, expected)
        owner = owner_of(sighting.tags or {}, self.stack.mark)
        if owner is Owner.FOREIGN and not self.stack.resources[key].existing:
            return Seen(False, "one of another stack", expected)
        return Seen(True, sighting.id, expected)

    def _look(self, wanted: Wanted, moment: float) -> Seen:
        """Make a check of a resource that exists."""
        if wanted.check is None:
            raise AssertionError("a resource that exists is not looked at again")
        adapter = self.context.kinds[wanted.key.kind]
        service = adapter.service.name
        sighting = self._world.sightings[wanted.key]
        drill = wanted.check.drill
        limited = self.api_of(service).until(moment + CLEANING if drill else moment)
        # Who acts looks at what has changed since.
        acts = wanted.check.only_asked
        api = limited if acts else RememberingApi(limited, service, self._replies[service])
        look = Look(
            api,
            sighting,
            lambda: adapter.describe(api, sighting),
            self.stack.resources[wanted.key].settings,
            self._name_of,
            self._resolved(wanted.entry.settings),
            self.context.clock,
            moment,
        )
        return wanted.check.look(look)

    def _name_of(self, kind: str, id_: str) -> str:
        for key, sighting in self._world.sightings.items():
            if key.kind == kind and id_ in (sighting.id, sighting.arn):
                return key.name
        return self._world.names.get((kind, id_), id_)

    def _resolved(self, value: Any) -> Any:
        """The settings of a check as AWS has them: references are values of live resources."""
        if isinstance(value, dict):
            return {name: self._resolved(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._resolved(inner) for inner in value]
        return replaced(value, (), self._values.value_of) if isinstance(value, str) else value

    @cached_property
    def _values(self) -> ValueReader:
        context, now = self.context, self.context.clock.wall()
        source = Source(self.stack, context.kinds, NoCache(), now, lambda: context, fresh=True)
        return ValueReader(self.stack, self._world, source)


def _safe(result: CheckResult) -> CheckResult:
    """A result without secrets in its texts."""
    return replace(
        result, expected=_hidden(result.expected), seen=_hidden(result.seen), reason=_hidden(result.reason)
    )


def _hidden(text: str) -> str:
    return HIDDEN if looks_secret("", text) else SECRETS.text(text)

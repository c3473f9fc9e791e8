"""Holds edits of one stack: decides what a pass leaves as it is in AWS, and until when."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

import structlog

from reconciler.daemon.hold_memory import (
    UNKNOWN,
    Edit,
    Kinds,
    Memory,
    digest,
    digests,
    parts_unknown,
    read_memory,
    settled_by,
    write_memory,
)
from reconciler.daemon.hold_patch import HoldPlaces, write_patch
from reconciler.daemon.status import NAMED, SETTLED, State
from reconciler.desired import InvalidStack
from reconciler.exporting.acceptance import Seen
from reconciler.history import History, HistoryError
from reconciler.pass_report import PassReport
from reconciler.planning.held_edits import (
    NOTHING_HELD,
    Held,
    Part,
    edited_parts,
    field_of,
    follows_others,
    live_value,
    part_of,
)
from reconciler.planning.plan import Plan
from reconciler.planning.world import World
from reconciler.reports.number_format import counted
from reconciler.runtime.clock import Clock
from reconciler.stack import Key, Stack

log = structlog.get_logger(__name__)

Edited: TypeAlias = tuple[Key, Part]


@dataclass(frozen=True)
class HoldTimes:
    """For how many seconds edits are held: in general, and for some kinds; 0: not at all."""

    seconds: float = 0.0
    by_kind: Mapping[str, float] = field(default_factory=dict)

    def of(self, kind: str) -> float:
        """The seconds for one kind."""
        return self.by_kind.get(kind, self.seconds)

    @property
    def holds(self) -> bool:
        """Whether anything is held at all."""
        return any((self.seconds, *self.by_kind.values()))


@dataclass
class EditHolds:
    """The held edits of one stack."""

    times: HoldTimes
    places: HoldPlaces
    kinds: Kinds
    clock: Clock
    history_of: Callable[[Stack], History]
    """The history that has the passes of a stack."""
    about: Callable[[], Mapping[str, str]] = dict
    """The keys of the log lines of the stack."""
    held: Held = field(default_factory=dict)
    """What passes leave as it is in AWS for now."""
    _memory: Memory | None = None
    _since: dict[Edited, float] = field(default_factory=dict)
    """When each edit was first seen, on the monotonic clock."""
    _noted: set[Key] = field(default_factory=set)
    """The resources of which the memory is complete, for files of this hash."""
    _files_hash: str = ""
    _changed: bool = True
    """Whether the memory has to be written."""
    _written: object = None
    """What the patch that was written last was made of."""

    def begin(self) -> None:
        """Begin as if for the first time: another daemon may have worked meanwhile."""
        self._memory, self._changed, self._written = None, True, None
        self._noted.clear()

    def prepare(self, stack: Stack) -> None:
        """Read the memory before the first pass; if it is lost, or older than the last pass, ask the history."""
        if self._memory is not None:
            return
        if not self.times.holds:
            self._remove(stack)
            return
        memory = read_memory(self.places.memory(stack)) or Memory()
        try:
            at, settled = settled_by(self.history_of(stack), stack, self.kinds, memory)
        except HistoryError as error:
            log.warning("history read failed", **self.about(), error=str(error))
            at, settled = self.clock.wall(), {}
        if at or not memory.at:
            memory.at, memory.files_hash = at, ""
            memory.settled = settled or parts_unknown(stack, self.kinds)
        self._memory, now = memory, self.clock.now()
        shift = now - self.clock.wall()
        self._since = {each: min(edit.since + shift, now) for each, edit in memory.edits.items()}

    def judge(self, plan: Plan, stack: Stack, read: Collection[Key], names: Mapping[str, str]) -> Held:
        """The parts of a plan that the pass leaves as they are: edits that were not held for long enough.

        `read` are the resources that the pass has read and may change; `names` has the names of all live ones, by id and
        by ARN.
        """
        memory, held = self._memory, dict[Key, dict[Part, str]]()
        if memory is None:
            return NOTHING_HELD
        present, known_names = set[Edited](), frozenset(names.values())
        for key, action in plan.actions.items():
            for part, differences in edited_parts(action).items():
                live = live_value(differences, names)
                if follows_others(stack.resources[key], part, plan, live, known_names):
                    continue
                if self._is_declared(memory, stack, key, part):
                    continue
                present.add((key, part))
                self._notice(memory, (key, part), digest(live))
                if self._is_held(key, part):
                    held.setdefault(key, {})[part] = self._until(memory, key, part)
        known = {key for key in read if key not in plan.actions or plan.actions[key].refusal is None}
        self._drop(memory, [each for each in memory.edits if each[0] in known and each not in present])
        return held

    def passed(self, report: PassReport, stack: Stack, world: World) -> None:
        """Note what a pass over the stack, or over a part of it, has found and done."""
        memory = self._memory
        if memory is None:
            return
        done = {key for key, each in report.results.items() if each.outcome == "done"}
        left = {(key, part_of(each)) for key in done for each in report.plan.actions[key].held}
        self._drop(memory, [each for each in memory.edits if each[0] in done and each not in left])
        self._drop(memory, [each for each in memory.edits if each[0] not in stack.resources])
        self._note_settled(memory, report, world)
        for key in memory.settled.keys() - stack.resources.keys():
            self._changed = True
            del memory.settled[key]
        complete = self._noted >= {key for key, each in stack.resources.items() if not each.existing}
        files_hash = stack.files_hash if complete else ""
        self._changed |= files_hash != memory.files_hash
        memory.files_hash = files_hash
        memory.at = max(memory.at, report.started)
        self._note_held(memory)
        self._save(memory, stack)

    def write_patch(self, stack: Stack, world: World) -> None:
        """Write the patch that records the held edits in the files, if it changes; without held edits, remove it."""
        memory = self._memory
        if memory is None:
            return
        edits = list(
            dict.fromkeys((key, field_of(part)) for key, parts in self.held.items() for part in parts)
        )
        told = list(self.lines())
        live = [(each, edit.live) for each, edit in sorted(memory.edits.items())]
        made_of = (stack.files_hash, told, live)
        if made_of == self._written:
            return
        file = self.places.patch(stack)
        try:
            if write_patch(file, Seen(stack, world, self.kinds, self.places.files), edits, told):
                log.info("patch written", **self.about(), file=str(file))
        except InvalidStack as error:
            log.warning("patch write failed", **self.about(), why=str(error.mistakes[0]))
        except OSError as error:
            log.error("patch write failed", **self.about(), file=str(file), why=error.strerror)
        else:
            self._written = made_of

    def lines(self) -> Iterator[str]:
        """A line for each held edit."""
        for key, parts in self.held.items():
            yield from (f"{key}.{part}: held until {until}" for part, until in parts.items())

    def state(self, stack: Stack) -> State:
        """What is held, for a notification."""
        lines = list(self.lines())
        if not lines:
            return SETTLED
        more = [f"and {counted(len(lines) - NAMED, 'other')}"] if len(lines) > NAMED else []
        return State("held", frozenset(lines), (*lines[:NAMED], *more, f"patch: {self.places.patch(stack)}"))

    @property
    def ends(self) -> float | None:
        """When the first of the held edits is corrected, in seconds since 1970; None if nothing is held."""
        memory = self._memory or Memory()
        times = (
            memory.edits[key, part].since + self.times.of(key.kind)
            for key, parts in self.held.items()
            for part in parts
        )
        return min(times, default=None)

    def _remove(self, stack: Stack) -> None:
        """Remove what was written while edits were held: it would be too old if they are held again."""
        for file in (self.places.patch(stack), self.places.memory(stack)):
            with suppress(OSError):
                file.unlink(missing_ok=True)

    def _is_declared(self, memory: Memory, stack: Stack, key: Key, part: Part) -> bool:
        """Whether the files have changed a part since it last equalled AWS."""
        before = memory.settled.get(key, {}).get(part)
        if before == UNKNOWN and (key, part) not in memory.edits:
            said = "no earlier pass is known, so it counts as an edit"
            log.warning(
                "edit or change unknown", **self.about(), kind=key.kind, name=key.name, fields=part, why=said
            )
        return before is None or before not in (UNKNOWN, digests(stack, key, self.kinds).get(part))

    def _notice(self, memory: Memory, edited: Edited, live: str) -> None:
        """Note an edit; another value than before is a new edit."""
        known = memory.edits.get(edited)
        if known is None or known.live != live:
            self._changed = True
            memory.edits[edited] = Edit(self.clock.wall(), live)
            self._since[edited] = self.clock.now()

    def _is_held(self, key: Key, part: Part) -> bool:
        return self._since[key, part] + self.times.of(key.kind) > self.clock.now()

    def _until(self, memory: Memory, key: Key, part: Part) -> str:
        ends = memory.edits[key, part].since + self.times.of(key.kind)
        return datetime.fromtimestamp(ends, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")

    def _drop(self, memory: Memory, edits: Collection[Edited]) -> None:
        for each in edits:
            self._changed = True
            del memory.edits[each], self._since[each]

    def _note_settled(self, memory: Memory, report: PassReport, world: World) -> None:
        """Note what the files say about each part that now equals AWS, or that is held."""
        stack, plan = report.stack, report.plan
        if stack.files_hash != self._files_hash:
            self._noted.clear()
            self._files_hash = stack.files_hash
        for key, desired in stack.resources.items():
            action = plan.actions.get(key)
            if desired.existing or key not in world.observed or not report.options.selects(key):
                continue
            if action is None and key in self._noted:
                continue
            before, now = memory.settled.get(key, {}), digests(stack, key, self.kinds)
            open_parts = _open_parts(report, key, now)
            kept = {part: before[part] for part in open_parts if part in before}
            settled = kept | {part: each for part, each in now.items() if part not in open_parts}
            self._changed |= settled != before
            memory.settled[key] = settled
            (self._noted.discard if open_parts else self._noted.add)(key)

    def _note_held(self, memory: Memory) -> None:
        """Note and log what is held from now on, and what no longer is."""
        before = self.held
        found: dict[Key, dict[Part, str]] = {}
        for key, part in sorted(memory.edits):
            if self._is_held(key, part):
                found.setdefault(key, {})[part] = self._until(memory, key, part)
        self.held = found
        for key, part, until in _flat(found):
            if before.get(key, {}).get(part) != until:
                log.info("edit held", **self.about(), kind=key.kind, name=key.name, fields=part, until=until)
        for key, part, _ in _flat(before):
            if part not in found.get(key, {}):
                log.info("edit no longer held", **self.about(), kind=key.kind, name=key.name, fields=part)

    def _save(self, memory: Memory, stack: Stack) -> None:
        """Write the memory, if more of it has changed than the time of the last pass."""
        if not self._changed:
            return
        file = self.places.memory(stack)
        try:
            write_memory(file, memory)
        except OSError as error:
            log.error("edit records write failed", **self.about(), file=str(file), why=error.strerror)
        else:
            self._changed = False


def _open_parts(report: PassReport, key: Key, parts: Collection[Part]) -> Collection[Part]:
    """The parts of a resource that do not equal the files after a pass, not counting those that are held."""
    action = report.plan.actions.get(key)
    if action is None or report.results[key].outcome == "done":
        return ()
    if action.refusal is not None and not action.differences:
        return parts  # it was not compared
    return {part_of(each) for each in action.differences}


def _flat(held: Held) -> Iterator[tuple[Key, Part, str]]:
    for key, parts in held.items():
        yield from ((key, part, until) for part, until in parts.items())

"""One case: a pass with faults, then passes without faults, with checks of all promises during the passes and at the end."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any

from reconciler.aws.account import Account
from reconciler.cache_store import Cache, NoCache
from reconciler.planning.ownership import KEY_MARK
from reconciler.reconcile import Options, PassReport
from reconciler.sandbox.fault_injection import Attempt, Crash, Fault, FaultKind
from reconciler.sandbox.fault_injection.pages import continues, pages_of
from reconciler.sandbox.journal import Call
from tests.faults import shared_sandbox
from tests.faults.desk import Desk, MemoryCache, nothing_spoilt, sandbox
from tests.faults.pictures import ANOTHER, RIVAL, Thing, differences, losses, picture, sketch
from tests.faults.spoiling import Spoiler
from tests.faults.workloads import Workload, every_workload

PASSES = 3
"""The passes after the faults within which everything must be as desired."""
HOUR = 3600.0
BETWEEN = 60.0
"""The seconds between two passes."""
FORGOTTEN = 8 * 24 * HOUR
"""The seconds after which AWS has forgotten every client token: it guarantees seven days (ClaimPhoneNumber, API reference)."""
RUNNING = 2
"""The seed of the ids in a pass; earlier resources have other ids."""
MANY = 5
"""The most calls of a pass: this factor times the calls of the run without faults, plus fifty."""


@dataclass(frozen=True)
class Asked:
    """A call of the pass without faults; `index` counts from 1."""

    index: int
    call: Call

    @property
    def pageable(self) -> bool:
        """Whether its operation has pages of results."""
        return pages_of(self.call.service, self.call.operation) is not None

    @property
    def continues(self) -> bool:
        """Whether it requested a further page."""
        return continues(self.call.service, self.call.operation, self.call.params)


@dataclass(frozen=True)
class Calm:
    """The run of a workload without faults."""

    frozen: bytes
    """The initial state of the sandbox."""
    now: float
    memory: MemoryCache
    """The cache of a dry run an hour before."""
    before: Mapping[str, Thing]
    asked: Sequence[Asked]
    after: Mapping[str, Any]
    """The final state."""
    counts: Counter[str]
    again: Sequence[Asked]
    """The calls of the next pass, which has nothing to do."""
    later: Sequence[Asked]
    """The calls of another pass after AWS has forgotten the client tokens of the creates."""

    @cached_property
    def start(self) -> Mapping[str, Any]:
        """The initial state."""
        return picture(self.before)


class Tables:
    """The sandbox account of the cases, in each Region."""

    account: str | None = None
    sandbox: AbstractContextManager[Callable[[str], Desk]]
    desks: Callable[[str], Desk]

    @classmethod
    def at(cls, workload: Workload) -> Desk:
        """The sandbox account for a workload."""
        if cls.account != workload.account or not shared_sandbox.holds(cls.sandbox):
            cls.sandbox = sandbox(workload.account)
            cls.desks, cls.account = shared_sandbox.hold(cls.sandbox), workload.account
            cls.empty = cls.desks(workload.region).box.snapshot()
        return cls.desks(workload.region)

    empty: bytes


@cache
def calm(name: str) -> Calm:
    """The run of a workload without faults; computed once in a process."""
    workload = every_workload()[name]
    at = Tables.at(workload)
    at.put_back(Tables.empty)
    workload.before(at)
    at.clock.sleep(HOUR)
    looked = MemoryCache()
    at.run(workload.wanted, replace(workload.options, dry_run=True), looked)
    at.clock.sleep(HOUR)
    frozen, now = at.box.snapshot(), at.clock.now()
    at.put_back(frozen, now, RUNNING)
    before = at.things()
    watch = Watch(at, workload.wanted.mark, None)
    memory = looked.copy()
    report = at.run(workload.wanted, workload.options, memory)
    if report.outcome != "settled":
        wrong = [f"{key}: {each}" for key, each in report.results.items() if each.outcome != "done"]
        raise RuntimeError(f"{name} does not settle in fair weather: {wrong[:5]} {report.refusals}")
    watch.look_at_all()
    asked = [Asked(index, call) for index, call in enumerate(at.box.journal, start=1)]
    after = picture(at.things())
    at.box.journal.clear()
    at.clock.sleep(BETWEEN)
    at.run(workload.wanted, Options(), memory)
    again = [Asked(index, call) for index, call in enumerate(at.box.journal, start=1)]
    at.box.journal.clear()
    at.clock.sleep(FORGOTTEN)
    at.run(workload.wanted, Options(), memory)
    later = [Asked(index, call) for index, call in enumerate(at.box.journal, start=1)]
    return Calm(frozen, now, looked, before, asked, after, watch.counts, again, later)


class Watch:
    """Checks the account after every mutating call."""

    def __init__(self, at: Desk, stack: str, expected: Calm | None, *, anew: bool = False) -> None:
        """With `anew`, existing resources may be deleted and created again."""
        self.at, self.expected, self.anew, self._stack = at, expected, anew, stack
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._connect, self._others = at.prints_of_connect(), at.prints_of_others()
        self._prints = {**self._connect, **self._others}
        self._labels = {name: each.draw().label for name, each in self._prints.items()}
        self._strangers = _strangers(expected.before) if expected else {}
        at.box.journal.watch(self.look)

    def look(self, call: Call) -> None:
        """Count created and deleted resources, and check what must always hold.

        A call is expected to change only its own service group; `look_at_all` finds changes in the other one.
        """
        if not call.mutating:
            return
        if call.service == "connect":
            self._connect = self.at.prints_of_connect()
        else:
            self._others = self.at.prints_of_others()
        self._compare(call.name)

    def look_at_all(self) -> None:
        """Check all services."""
        self._connect, self._others = self.at.prints_of_connect(), self.at.prints_of_others()
        self._compare("the last pass")

    def _compare(self, call: str) -> None:
        before, now = self._prints, {**self._connect, **self._others}
        self._prints = now
        for each in now.keys() - before.keys():
            self.counts[f"create {now[each].noun}"] += 1
        for each in before.keys() - now.keys():
            self.counts[f"delete {before[each].noun}"] += 1
            if self.expected:
                self._lost(call, each)
        if self.expected is None:
            return
        changed = [
            each.draw() for name, each in now.items() if name not in before or before[name].text != each.text
        ]
        self._labels |= {each.id: each.label for each in changed}
        for thing in changed:
            self._judge(call, thing)

    def _judge(self, call: str, thing: Thing) -> None:
        assert self.expected
        stranger = self._strangers.get(thing.id)
        if stranger is not None:
            for line in differences(_exactly(thing), stranger):
                self._say(f"P3 a stranger after {call}: {line}")
            return
        key = thing.tags.get(KEY_MARK)
        twins = [
            name for name, label in self._labels.items() if label == thing.label and name in self._prints
        ]
        if thing.owner == self._stack and key is not None and len(twins) > 1:
            owners = [each for each in twins if self._prints[each].draw().owner == self._stack]
            if len(owners) > 1:
                self._say(f"P2 twice after {call}: {thing.label}")
        if not self.anew and thing.label in self.expected.start and thing.label in self.expected.after:
            drawn = sketch(thing, self._labels)
            way = losses(
                drawn, self.expected.start[thing.label], self.expected.after[thing.label], thing.label
            )
            for line in way:
                self._say(f"P4 after {call}: {line}")

    def _lost(self, call: str, name: str) -> None:
        assert self.expected
        label = self._labels[name]
        if name in self._strangers:
            self._say(f"P3 a stranger is gone after {call}: {label}")
        elif not self.anew and label in self.expected.start and label in self.expected.after:
            self._say(f"P4 gone on the way, after {call}: {label}")

    def _say(self, line: str) -> None:
        if line not in self.wrong:
            self.wrong.append(line)


def _strangers(found: Mapping[str, Thing]) -> dict[str, Any]:
    """The resources without a mark or of another stack, by id, with all settings.

    Contents that AWS created with an instance are left out: they change with resources that refer to them.
    """
    return {
        each.id: _exactly(each)
        for each in found.values()
        if each.tags.get("Owner") == "somebody" or each.name == "By hand" or each.owner == ANOTHER
    }


def _exactly(thing: Thing) -> dict[str, Any]:
    return {"name": thing.name, "tags": dict(thing.tags), "held": thing.held}


Trouble = Callable[[Attempt], Fault | FaultKind | None]
"""A fault plan of the sandbox; it may also change resources itself, like another client."""


@dataclass
class Trial:
    """One case of one workload."""

    workload: Workload
    expected: Calm
    rivals: bool = False
    """Whether other clients take part: then counts and intermediate states may differ."""
    free: bool = False
    """Whether unmanaged settings may have any final value."""
    cached: bool = True
    passes: int = PASSES
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, **options: Any) -> "Trial":
        """A trial of a workload, in its initial state."""
        expected = calm(name)
        trial = cls(every_workload()[name], expected, **options)
        trial.at.put_back(expected.frozen, expected.now, RUNNING)
        anew = trial.rivals or trial.workload.anew
        trial.watch = Watch(trial.at, trial.workload.wanted.mark, expected, anew=anew)
        trial.cache = expected.memory.copy() if trial.cached else NoCache()
        trial.after = expected.after
        return trial

    settled: bool = False
    """Whether the last pass was settled, and nothing has changed since."""
    watch: Watch = field(init=False)
    cache: Cache = field(init=False)
    after: Mapping[str, Any] = field(init=False)
    """The expected final state."""

    @property
    def at(self) -> Desk:
        """The sandbox account."""
        return Tables.at(self.workload)

    def troubled(self, trouble: Trouble, aws: Account | None = None) -> PassReport | None:
        """Run one pass with faults; return None if it crashed."""
        self.at.inject(trouble)
        try:
            return self.one_pass(self.workload.options, aws)
        except (Crash, KeyboardInterrupt):
            return None
        finally:
            self.at.inject(lambda _attempt: None)

    def spoilt(self, spoiler: Spoiler) -> PassReport | None:
        """Run one pass with damaged replies."""
        self.at.spoil = spoiler.spoil
        try:
            return self.troubled(spoiler.plan)
        finally:
            self.at.spoil = nothing_spoilt

    def one_pass(self, options: Options, aws: Account | None = None) -> PassReport | None:
        """Run one pass, and check that its report is true."""
        at, sent = self.at, len(self.at.box.journal)
        self.settled = False
        account = aws or at.aws()
        try:
            report = at.run(self.workload.wanted, options, self.cache, account)
        except (Crash, KeyboardInterrupt):
            raise
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is what we look for
            self.wrong.append(f"P10 a traceback: {type(error).__name__}: {error}")
            return None
        calls = at.box.journal[sent:]
        self._truthful(report, calls)
        self.settled = report.outcome == "settled"
        most = MANY * len(self.expected.asked) + 50
        if len(calls) > most:
            self.wrong.append(f"P7 {len(calls)} calls, {most} at most")
        return report

    def _truthful(self, report: PassReport, calls: Sequence[Call]) -> None:
        made = sum(call.mutating for call in calls)
        if report.mutating_calls != made:
            self.wrong.append(f"P8 {report.mutating_calls} mutating calls reported, {made} made")
        if report.outcome == "settled" and not self.rivals:
            for line in differences(picture(self.at.things()), self.expected.after):
                self.wrong.append(f"P8 called settled: {line}")

    def fair(self) -> list[str]:
        """Run passes without faults until everything is as desired, and check that it stays so; return the violations."""
        at, report = self.at, None
        self.watch.look_at_all()
        for _ in range(self.passes):
            if self.settled and not at.box.world.keeper._late:
                break
            at.clock.sleep(BETWEEN)
            report = self.approved()
        if not self.settled:
            self.wrong.append(f"P1 not settled in {self.passes} passes: {_unfinished(report)}")
        at.clock.sleep(BETWEEN)
        self.cache = NoCache()
        last = self.one_pass(Options())
        if last is not None and (last.mutating_calls or last.plan.pending or last.outcome != "settled"):
            self.wrong.append(f"P1 not quiet afterwards: {_unfinished(last)}")
        self.watch.look_at_all()
        self._as_expected()
        return [*self.wrong, *self.watch.wrong]

    def approved(self) -> PassReport | None:
        """Run a pass in which all planned deletes are approved."""
        report = self.one_pass(Options())
        if report is None or report.outcome != "refused":
            return report
        return self.one_pass(Options(allow_deletes=report.plan.deletes))

    def _as_expected(self) -> None:
        if self.free:
            return
        for line in differences(_without_traces(picture(self.at.things())), self.after):
            self.wrong.append(f"P1 in the end {line}")
        if not self.rivals and self.watch.counts != self.expected.counts:
            more, fewer = self.watch.counts - self.expected.counts, self.expected.counts - self.watch.counts
            self.wrong.append(f"P2 counts: {dict(more)} too many, {dict(fewer)} too few")


def _without_traces(drawn: Mapping[str, Any]) -> dict[str, Any]:
    """A state without the unmanaged tag that edits by other clients set."""
    return {
        label: {**each, "tags": {key: value for key, value in each["tags"].items() if key != RIVAL}}
        for label, each in drawn.items()
    }


def _unfinished(report: PassReport | None) -> str:
    if report is None:
        return "the pass did not end"
    found = [
        f"{key} {each.outcome}: {each.message}"
        for key, each in report.results.items()
        if each.outcome not in ("done", "unchanged")
    ]
    written = [
        f"{action.key} {action.verb} {[d.field for d in action.differences][:4]}"
        for action in report.plan.pending
    ]
    return f"{report.outcome} {'; '.join([*report.refusals, *found[:3], *written[:3]])}"


def names(rows: Iterable[tuple[str, Asked, str]]) -> list[str]:
    """Case names: `workload | index operation | fault`."""
    return [f"{workload} | {asked.index} {asked.call.name} | {fault}" for workload, asked, fault in rows]


EVERY = 4
"""After the first call of an operation, every nth call gets a fault, with another offset for each fault."""


def thinned(
    rows: Iterable[tuple[str, Asked, str]],
    always: Collection[str] = (),
    group: Callable[[str], str] = lambda workload: workload,
) -> Iterator[tuple[str, Asked, str]]:
    """The cases without redundant ones: not every call of an operation in a workload gets every fault.

    The first call gets all faults, the others a part in turn. A mutating call gets the faults in `always` each time. Workloads of
    one `group` count as one.
    """
    alike: dict[tuple[str, str, str], list[tuple[str, Asked, str]]] = {}
    for each in rows:
        workload, asked, fault = each
        alike.setdefault((group(workload), asked.call.name, fault), []).append(each)
    turns = {fault: turn for turn, fault in enumerate(dict.fromkeys(fault for _, _, fault in alike))}
    for (_, _, fault), found in alike.items():
        for number, each in enumerate(found):
            if (
                number == 0
                or number % EVERY == turns[fault] % EVERY
                or (each[1].call.mutating and fault in always)
            ):
                yield each


def parsed(name: str) -> tuple[str, int, str]:
    """The parts of a case name: workload, index and fault."""
    workload, asked, fault = name.split(" | ")
    return workload, int(asked.split()[0]), fault


BY_NAME_ALONE = ("logs:DeleteLogGroup",)
"""Operations that delete any resource with the name."""


def hits_the_new_one(workload: str, asked: Asked) -> bool:
    """Whether this call, if it takes effect late, deletes the resource that has replaced the old one meanwhile.

    No client can prevent this: both have the same name, and AWS has no conditional delete.
    """
    return workload.endswith("/replace") and asked.call.name in BY_NAME_ALONE

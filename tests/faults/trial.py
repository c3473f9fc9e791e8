"""One case: trouble during a pass, then fair weather, and all the while and at the end what we promise is looked for."""

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
"""In so many passes after the trouble all has to be as desired."""
HOUR = 3600.0
BETWEEN = 60.0
"""Seconds between two passes."""
FORGOTTEN = 8 * 24 * HOUR
"""Seconds after which AWS remembers no client token: it promises seven days (ClaimPhoneNumber, API reference)."""
RUNNING = 2
"""The seed of the ids that a pass is given; what lives before has others."""
MANY = 5
"""No pass makes more calls than so many times those of the undisturbed one, and fifty."""


@dataclass(frozen=True)
class Asked:
    """A call of the undisturbed pass; `index` counts from 1."""

    index: int
    call: Call

    @property
    def pageable(self) -> bool:
        """Whether its operation has pages."""
        return pages_of(self.call.service, self.call.operation) is not None

    @property
    def continues(self) -> bool:
        """Whether it asked for a further page."""
        return continues(self.call.service, self.call.operation, self.call.params)


@dataclass(frozen=True)
class Calm:
    """A workload as it goes when nothing goes wrong."""

    frozen: bytes
    """What the sandbox holds before."""
    now: float
    memory: MemoryCache
    """What a dry run has seen an hour ago."""
    before: Mapping[str, Thing]
    asked: Sequence[Asked]
    after: Mapping[str, Any]
    """The picture in which it ends."""
    counts: Counter[str]
    again: Sequence[Asked]
    """The calls of the pass after, which has nothing to do."""
    later: Sequence[Asked]
    """The calls of one more, once AWS has forgotten the client tokens of the creates."""

    @cached_property
    def start(self) -> Mapping[str, Any]:
        """The picture in which it begins."""
        return picture(self.before)


class Tables:
    """The desks of the account that the cases play in."""

    account: str | None = None
    sandbox: AbstractContextManager[Callable[[str], Desk]]
    desks: Callable[[str], Desk]

    @classmethod
    def at(cls, workload: Workload) -> Desk:
        """The desk for a workload."""
        if cls.account != workload.account or not shared_sandbox.holds(cls.sandbox):
            cls.sandbox = sandbox(workload.account)
            cls.desks, cls.account = shared_sandbox.hold(cls.sandbox), workload.account
            cls.empty = cls.desks(workload.region).box.snapshot()
        return cls.desks(workload.region)

    empty: bytes


@cache
def calm(name: str) -> Calm:
    """How a workload goes undisturbed; found out once for the process."""
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
    """Looks at the account after every call that may have changed it."""

    def __init__(self, at: Desk, stack: str, expected: Calm | None, *, anew: bool = False) -> None:
        """`anew`: what lives before may be deleted and made anew on the way."""
        self.at, self.expected, self.anew, self._stack = at, expected, anew, stack
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._connect, self._others = at.prints_of_connect(), at.prints_of_others()
        self._prints = {**self._connect, **self._others}
        self._labels = {name: each.draw().label for name, each in self._prints.items()}
        self._strangers = _strangers(expected.before) if expected else {}
        at.box.journal.watch(self.look)

    def look(self, call: Call) -> None:
        """Count what came and went, and look at what must hold all the time.

        A call is expected to change its own side only; `look_at_all` sees what it has changed on the other one.
        """
        if not call.mutating:
            return
        if call.service == "connect":
            self._connect = self.at.prints_of_connect()
        else:
            self._others = self.at.prints_of_others()
        self._compare(call.name)

    def look_at_all(self) -> None:
        """Look at both sides, whatever was called last."""
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
    """What is nobody's or another stack's, by id, exactly as it is.

    What came with an instance is left out: it changes with what refers to it.
    """
    return {
        each.id: _exactly(each)
        for each in found.values()
        if each.tags.get("Owner") == "somebody" or each.name == "By hand" or each.owner == ANOTHER
    }


def _exactly(thing: Thing) -> dict[str, Any]:
    return {"name": thing.name, "tags": dict(thing.tags), "held": thing.held}


Trouble = Callable[[Attempt], Fault | FaultKind | None]
"""A plan of the sandbox; it may change things itself, as a rival would."""


@dataclass
class Trial:
    """One case on one workload."""

    workload: Workload
    expected: Calm
    rivals: bool = False
    """Whether somebody else takes part: counts and ways may then be others."""
    free: bool = False
    """Whether what nobody manages may end as it likes."""
    cached: bool = True
    passes: int = PASSES
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, **options: Any) -> "Trial":
        """A trial of a workload, the sandbox put back to where that begins."""
        expected = calm(name)
        trial = cls(every_workload()[name], expected, **options)
        trial.at.put_back(expected.frozen, expected.now, RUNNING)
        anew = trial.rivals or trial.workload.anew
        trial.watch = Watch(trial.at, trial.workload.wanted.mark, expected, anew=anew)
        trial.cache = expected.memory.copy() if trial.cached else NoCache()
        trial.after = expected.after
        return trial

    settled: bool = False
    """Whether the last pass said so, and nothing has happened since."""
    watch: Watch = field(init=False)
    cache: Cache = field(init=False)
    after: Mapping[str, Any] = field(init=False)
    """The picture in which it has to end."""

    @property
    def at(self) -> Desk:
        """Where it is played."""
        return Tables.at(self.workload)

    def troubled(self, trouble: Trouble, aws: Account | None = None) -> PassReport | None:
        """One pass in which things go wrong; None if it was killed."""
        self.at.inject(trouble)
        try:
            return self.one_pass(self.workload.options, aws)
        except (Crash, KeyboardInterrupt):
            return None
        finally:
            self.at.inject(lambda _attempt: None)

    def spoilt(self, spoiler: Spoiler) -> PassReport | None:
        """One pass in which replies are spoilt on their way."""
        self.at.spoil = spoiler.spoil
        try:
            return self.troubled(spoiler.plan)
        finally:
            self.at.spoil = nothing_spoilt

    def one_pass(self, options: Options, aws: Account | None = None) -> PassReport | None:
        """One pass, whose report has to be true."""
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
        """Fair weather from now on: within so many passes all is as desired, and stays so; what was broken."""
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
        """A pass by somebody who approves the deletes that he sees."""
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
    """A picture without the tag that a rival may have left, which nobody manages."""
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
"""After the first call of an operation, every so manieth meets a fault; for each fault others."""


def thinned(
    rows: Iterable[tuple[str, Asked, str]],
    always: Collection[str] = (),
    group: Callable[[str], str] = lambda workload: workload,
) -> Iterator[tuple[str, Asked, str]]:
    """The cases without those that say the same: of several calls of one operation in a workload not all meet every fault.

    The first meets all of them, the others a part, in turn. What changes something meets those of `always` each time. Workloads of one `group` count as one.
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
"""Deletes whatever has the name."""


def hits_the_new_one(workload: str, asked: Asked) -> bool:
    """Whether this call, if it takes effect late, deletes the resource that has replaced the old one by then.

    No client can prevent that: the two have the same name, and AWS has no conditional delete.
    """
    return workload.endswith("/replace") and asked.call.name in BY_NAME_ALONE

"""Another client edits, deletes, replaces or unmarks a resource just before each of our writes to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from botocore import xform_name

from reconciler.cache_store import NoCache
from reconciler.sandbox.connect.core.resource_types import BY_NOUN
from reconciler.sandbox.fault_injection import Attempt
from reconciler.sandbox.journal import Call
from tests.faults.pictures import picture
from tests.faults.platform_hands import HANDS, NAMED_IN, HandsOn, made_by_hand
from tests.faults.rivals import ACTS, ANEW, DELETE, MADE, OTHER, SAME, TOKENED, UNMARK, Target, target
from tests.faults.row import Row
from tests.faults.trial import BETWEEN, Asked, Trial, calm, names, parsed
from tests.faults.workloads import every_workload, workloads

NAMES = ("Name", "SecurityProfileName", "Username")
"""The members with the name in create requests."""
NEVER_ANEW = ("Bucket", "Table", TOKENED, "Key", "Subnet")
"""Resources that cannot be created again: their name is not free at once, or they have none."""
KNOWN_BY_MARK = "Key"
"""A resource that only its mark identifies: without it, another one is created."""
WITH_MORE = ("Bucket", "Table", *HANDS)
"""Resources that may have settings outside the files, which are lost if they are created again."""
UNTIL_AWS_FORGETS = 8 * 24 * 3600.0
"""The seconds after which AWS has forgotten every client token."""


def played_with(workload: str) -> Iterator[tuple[str, Asked, str]]:
    """Every write of a workload with every edit that another client may make to the same resource."""
    about = _about(workload)
    for asked in calm(workload).asked:
        if not asked.call.mutating:
            continue
        noun = about.get(asked.index)
        acts: tuple[str, ...] = ACTS if noun else ()
        if noun is None and _names_what_it_makes(asked.call):
            acts = (MADE,)
        for act in acts:
            if (act == ANEW and noun in NEVER_ANEW) or (noun == KNOWN_BY_MARK and act in _untold(workload)):
                continue
            yield workload, asked, act


def _untold(workload: str) -> Sequence[str]:
    """The edits that are excluded for a resource that only its mark identifies: of two resources with a scheduled deletion,
    neither can be identified."""
    return (UNMARK, DELETE) if every_workload()[workload].anew else (UNMARK,)


def _names_what_it_makes(call: Call) -> bool:
    return (call.service, call.operation) in NAMED_IN or any(name in call.params for name in NAMES)


@cache
def _made_anew(workload: str, index: int) -> Mapping[str, Any] | None:
    """The expected final state if the resource of a write was deleted before the pass; None if it did not exist.

    Settings outside the files (such as a CORS member that the files no longer have) stay in a resource, but are missing in a new one.
    """
    trial = Trial.of(workload, rivals=True)
    (call,) = [asked.call for asked in calm(workload).asked if asked.index == index]
    found = target(trial.at, call.service, call.params)
    if found is None:
        return None
    found.delete()
    trial.cache = NoCache()
    for _ in range(trial.passes):
        if trial.settled:
            break
        trial.at.clock.sleep(BETWEEN)
        trial.approved()
    return picture(trial.at.things())


@cache
def _about(workload: str) -> dict[int, str]:
    """By index of a write in the run without faults: the type of its resource."""
    found: dict[int, str] = {}

    def note(attempt: Attempt) -> None:
        about = target(trial.at, attempt.service, attempt.params) if attempt.mutating else None
        if about:
            found[attempt.index] = about.noun

    trial = Trial.of(workload)
    trial.troubled(note)
    return found


def cases() -> Sequence[str]:
    """Every write of every workload with every edit that another client may make to the same resource."""
    return names(each for workload in workloads() for each in played_with(workload))


class Rival:
    """Makes one edit before the write with a given index, and can undo it."""

    def __init__(self, trial: Trial, index: int, act: str) -> None:
        self.trial, self.index, self.act = trial, index, act
        self.noun = ""
        self.deleted = False
        self._repent: list[Callable[[], object]] = []

    def plan(self, attempt: Attempt) -> None:
        """Make the edit before the write with this index."""
        if attempt.index != self.index:
            return
        if self.act == MADE:
            self._make_first(attempt)
            return
        found = target(self.trial.at, attempt.service, attempt.params)
        if found is not None:
            self.noun = found.noun
            self._act(found, attempt)

    def _act(self, found: Target | HandsOn, attempt: Attempt) -> None:
        if self.act == SAME:
            found.same_field(attempt.params)
        elif self.act == OTHER:
            found.other_field(attempt.params)
        elif self.act == DELETE:
            self.deleted = found.delete()
        elif self.act == UNMARK:
            marks = found.unmark()
            self._repent.append(lambda: found.mark(marks))
        elif self.act == ANEW:
            take_away = found.anew()
            if take_away:
                self._repent.append(take_away)

    def _make_first(self, attempt: Attempt) -> None:
        """Create an unmarked resource with the same name."""
        at, params = self.trial.at, attempt.params
        sort = NAMED_IN.get((attempt.service, attempt.operation))
        if sort:
            noun, member = sort
            self._repent.append(made_by_hand(at, noun, str(params[member]), params))
            return
        plain = {key: value for key, value in params.items() if key not in ("Tags", "ClientToken")}
        if "Password" in plain:  # the value is masked in the journal
            plain["Password"] = at.box.world.password
        getattr(at.client("connect"), xform_name(attempt.operation))(**plain)
        name = next(params[each] for each in NAMES if each in params)
        centre = at.plane().centres[str(params["InstanceId"])]
        kind = BY_NOUN[attempt.operation.removeprefix("Create")]
        (made,) = [each for each in centre.store(kind) if each.name == name]
        by_hand = Target(at, kind.noun, name, made, centre)
        self._repent.append(lambda: by_hand.forget_unadopted(made))

    def repent(self) -> None:
        """Undo what a controller must not undo by itself: resources of others, and removed marks."""
        for each in self._repent:
            each()


def check(name: str) -> Sequence[str]:
    """Run one case: one edit by another client before one write."""
    workload, index, act = parsed(name)
    anew = None
    if act in (DELETE, ANEW) and _about(workload).get(index) in WITH_MORE:
        anew = _made_anew(workload, index)
    trial = Trial.of(workload, rivals=True)
    rival = Rival(trial, index, act)
    trial.troubled(rival.plan)
    trial.cache = NoCache()  # the cache may miss edits that do not change the change time for a day
    trial.at.clock.sleep(60)
    trial.approved()
    rival.repent()
    trial.settled = False
    if anew is not None:
        trial.after = anew
    if rival.noun == TOKENED and rival.deleted:
        trial.at.clock.sleep(UNTIL_AWS_FORGETS)
    return trial.fair()


ROW = Row("concurrent_edits", "somebody else at work just before each write", cases, check)

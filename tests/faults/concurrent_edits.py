"""Another client edits, deletes, replaces or unmarks a resource just before each of our writes to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from botocore import xform_name

from reconciler.cache_store import NoCache
from reconciler.sandbox.connect.core.resource_types import BY_NOUN
from reconciler.sandbox.fault_injection import Attempt
from reconciler.sandbox.journal import Call
from tests.faults.case import PASS_INTERVAL, Case, RecordedCall, case_names, fault_free_run, parse_case_name
from tests.faults.live_state import state_by_label
from tests.faults.other_client import (
    CREATED_FIRST,
    DELETE,
    EDITS,
    OTHER,
    PHONE_NUMBER,
    RECREATED,
    SAME,
    UNMARK,
    Target,
    target,
)
from tests.faults.platform_edits import EDIT_CALLS, NAMED_IN, PlatformTarget, create_as_other_client
from tests.faults.row import Row
from tests.faults.workloads import every_workload, workloads

NAME_MEMBERS = ("Name", "SecurityProfileName", "Username")
"""The members with the name in create requests."""
NEVER_RECREATED = ("Bucket", "Table", PHONE_NUMBER, "Key", "Subnet")
"""Resources that cannot be created again: their name is not free at once, or they have none."""
IDENTIFIED_BY_MARK = "Key"
"""A resource that only its mark identifies: without it, another one is created."""
WITH_UNMANAGED_SETTINGS = ("Bucket", "Table", *EDIT_CALLS)
"""Resources that may have settings outside the files, which are lost if they are created again."""
TOKEN_LIFETIME = 8 * 24 * 3600.0
"""The seconds after which AWS has forgotten every client token."""


def faults_for(workload: str) -> Iterator[tuple[str, RecordedCall, str]]:
    """Every write of a workload with every edit that another client may make to the same resource."""
    types = _resource_types(workload)
    for recorded in fault_free_run(workload).recorded:
        if not recorded.call.mutating:
            continue
        noun = types.get(recorded.index)
        edits: tuple[str, ...] = EDITS if noun else ()
        if noun is None and _names_the_new_resource(recorded.call):
            edits = (CREATED_FIRST,)
        for edit in edits:
            if (edit == RECREATED and noun in NEVER_RECREATED) or (
                noun == IDENTIFIED_BY_MARK and edit in _excluded_edits(workload)
            ):
                continue
            yield workload, recorded, edit


def _excluded_edits(workload: str) -> Sequence[str]:
    """The edits that are excluded for a resource that only its mark identifies: of two resources with a scheduled deletion,
    neither can be identified."""
    return (UNMARK, DELETE) if every_workload()[workload].recreates else (UNMARK,)


def _names_the_new_resource(call: Call) -> bool:
    return (call.service, call.operation) in NAMED_IN or any(name in call.params for name in NAME_MEMBERS)


@cache
def _state_if_recreated(workload: str, index: int) -> Mapping[str, Any] | None:
    """The expected final state if the resource of a write was deleted before the pass; None if it did not exist.

    Settings outside the files (such as a CORS member that the files no longer have) stay in a resource, but are missing in a new one.
    """
    case = Case.of(workload, concurrent=True)
    (call,) = [recorded.call for recorded in fault_free_run(workload).recorded if recorded.index == index]
    found = target(case.harness, call.service, call.params)
    if found is None:
        return None
    found.delete()
    case.cache = NoCache()
    for _ in range(case.passes):
        if case.settled:
            break
        case.harness.clock.sleep(PASS_INTERVAL)
        case.pass_with_approved_deletes()
    return state_by_label(case.harness.live_resources())


@cache
def _resource_types(workload: str) -> dict[int, str]:
    """By index of a write in the run without faults: the type of its resource."""
    found: dict[int, str] = {}

    def note(attempt: Attempt) -> None:
        resource = target(case.harness, attempt.service, attempt.params) if attempt.mutating else None
        if resource:
            found[attempt.index] = resource.noun

    case = Case.of(workload)
    case.pass_with_faults(note)
    return found


def cases() -> Sequence[str]:
    """Every write of every workload with every edit that another client may make to the same resource."""
    return case_names(each for workload in workloads() for each in faults_for(workload))


class OtherClient:
    """Makes one edit before the write with a given index, and can undo it."""

    def __init__(self, case: Case, index: int, edit: str) -> None:
        self.case, self.index, self.edit = case, index, edit
        self.noun = ""
        self.deleted = False
        self._undo: list[Callable[[], object]] = []

    def plan(self, attempt: Attempt) -> None:
        """Make the edit before the write with this index."""
        if attempt.index != self.index:
            return
        if self.edit == CREATED_FIRST:
            self._create_first(attempt)
            return
        found = target(self.case.harness, attempt.service, attempt.params)
        if found is not None:
            self.noun = found.noun
            self._edit(found, attempt)

    def _edit(self, found: Target | PlatformTarget, attempt: Attempt) -> None:
        if self.edit == SAME:
            found.same_field(attempt.params)
        elif self.edit == OTHER:
            found.other_field(attempt.params)
        elif self.edit == DELETE:
            self.deleted = found.delete()
        elif self.edit == UNMARK:
            marks = found.unmark()
            self._undo.append(lambda: found.mark(marks))
        elif self.edit == RECREATED:
            remove = found.recreate()
            if remove:
                self._undo.append(remove)

    def _create_first(self, attempt: Attempt) -> None:
        """Create an unmarked resource with the same name."""
        harness, params = self.case.harness, attempt.params
        named = NAMED_IN.get((attempt.service, attempt.operation))
        if named:
            noun, member = named
            self._undo.append(create_as_other_client(harness, noun, str(params[member]), params))
            return
        plain = {key: value for key, value in params.items() if key not in ("Tags", "ClientToken")}
        if "Password" in plain:  # the value is masked in the journal
            plain["Password"] = harness.box.world.password
        getattr(harness.client("connect"), xform_name(attempt.operation))(**plain)
        name = next(params[each] for each in NAME_MEMBERS if each in params)
        centre = harness.plane().centres[str(params["InstanceId"])]
        kind = BY_NOUN[attempt.operation.removeprefix("Create")]
        (made,) = [each for each in centre.store(kind) if each.name == name]
        foreign = Target(harness, kind.noun, name, made, centre)
        self._undo.append(lambda: foreign.remove_unless_adopted(made))

    def undo_foreign_edits(self) -> None:
        """Undo what a controller must not undo by itself: resources of others, and removed marks."""
        for each in self._undo:
            each()


def check(name: str) -> Sequence[str]:
    """Run one case: one edit by another client before one write."""
    workload, index, edit = parse_case_name(name)
    expected_state = None
    if edit in (DELETE, RECREATED) and _resource_types(workload).get(index) in WITH_UNMANAGED_SETTINGS:
        expected_state = _state_if_recreated(workload, index)
    case = Case.of(workload, concurrent=True)
    client = OtherClient(case, index, edit)
    case.pass_with_faults(client.plan)
    case.cache = NoCache()  # the cache may miss edits that do not change the change time for a day
    case.harness.clock.sleep(60)
    case.pass_with_approved_deletes()
    client.undo_foreign_edits()
    case.settled = False
    if expected_state is not None:
        case.expected_state = expected_state
    if client.noun == PHONE_NUMBER and client.deleted:
        case.harness.clock.sleep(TOKEN_LIFETIME)
    return case.recover()


ROW = Row("concurrent_edits", "another client makes a change right before each write", cases, check)

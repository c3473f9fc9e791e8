"""Safety: dry runs write nothing, the guard holds, a wrong account is refused, and other resources are not changed.

A case starts in the initial state of a workload; its name says what must hold.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from reconciler.sandbox.fault_injection import FaultKind
from tests.faults.row import Row
from tests.faults.safety_failures import (
    CREATES,
    Once,
    claimed_late,
    failing_once,
    index_behind,
    not_done,
    not_let_go,
    throttled_once,
)
from tests.faults.safety_foreign import (
    create_as_other_client,
    foreign_and_free,
    tags_of_others,
    taken_over_meanwhile,
)
from tests.faults.safety_guards import (
    dry_run,
    only_one,
    protected_by_author,
    released,
    replaced,
    reported_and_ignored,
    unapproved,
    what_lasts,
    wrong_account,
)
from tests.faults.safety_helpers import CENTRE, RALLY
from tests.faults.safety_outcomes import (
    additions_first,
    after_a_day,
    cycle_of_flows,
    retagged,
    turned_elsewhere,
    within_the_lag,
)
from tests.faults.workloads import workloads

ONCE: Mapping[str, Callable[[], Once]] = {
    "every read denied once": lambda: Once(FaultKind.ACCESS_DENIED, changes=False),
    "every read broken once": lambda: Once(FaultKind.ERROR_500, changes=False),
    "every reply to a change lost once": lambda: Once(FaultKind.TIMEOUT_AFTER, reads=False),
    "every reply to a create lost once": lambda: Once(FaultKind.TIMEOUT_AFTER, reads=False, only=CREATES),
    "every change refused once": lambda: Once(FaultKind.ACCESS_DENIED, reads=False),
}
BEGINNING = ("contact_center/create", "stamp_rally/create")
LIVING = ("contact_center/change", "contact_center/prune", "stamp_rally/change", "stamp_rally/prune")
"""Workloads that begin with existing resources."""
SHORT = ("contact_center/create", "contact_center/prune", "stamp_rally/change", "stamp_rally/prune")
"""Workloads that together have most operations."""
EVERYWHERE: Mapping[str, Callable[[str], Iterator[str]]] = {
    "a dry run": dry_run,
    "the wrong account": wrong_account,
}
HERE: Mapping[tuple[str, str], Callable[[str], Iterator[str]]] = {
    **{(name, "throttled once"): throttled_once for name in SHORT},
    **{(name, "unapproved"): unapproved for name in ("contact_center/prune", "contact_center/prune all")},
    (CENTRE, "only one"): only_one,
    (CENTRE, "what lasts"): what_lasts,
    (CENTRE, "protected by its author"): protected_by_author,
    (RALLY, "replaced"): replaced,
    ("contact_center/create", "a cycle"): cycle_of_flows,
    (CENTRE, "turned elsewhere"): turned_elsewhere,
    **{(name, "retagged"): retagged for name in (CENTRE, RALLY)},
    ("contact_center/prune", "not let go"): not_let_go,
    ("contact_center/create", "made by hand"): create_as_other_client,
    ("contact_center/create", "claimed late"): claimed_late,
    ("contact_center/create", "an index behind"): index_behind,
    (CENTRE, "released"): released,
    (CENTRE, "reported and ignored"): reported_and_ignored,
    (CENTRE, "foreign and free"): foreign_and_free,
    **{(name, "accepted and not done"): not_done for name in (CENTRE, RALLY)},
    **{(name, "tags of others"): tags_of_others for name in (CENTRE, RALLY)},
    **{
        (name, "taken meanwhile"): taken_over_meanwhile
        for name in ("contact_center/prune all", "stamp_rally/prune")
    },
    ("contact_center/create", "a day"): after_a_day,
    ("contact_center/create", "within the lag"): within_the_lag,
    **{(name, "additions first"): additions_first for name in (CENTRE, RALLY)},
}


def _where(what: str) -> Sequence[str]:
    if "read" in what:
        return LIVING
    return BEGINNING if "create" in what else SHORT


def cases() -> Sequence[str]:
    """Every property with the workloads that can test it."""
    once = [f"{workload} | {what}" for what in ONCE for workload in _where(what)]
    here = [f"{workload} | {what}" for workload, what in HERE]
    return [*once, *here, *(f"{workload} | {what}" for what in EVERYWHERE for workload in workloads())]


def check(name: str) -> Sequence[str]:
    """Check one property."""
    workload, what = name.split(" | ")
    if what in ONCE:
        return list(failing_once(workload, ONCE[what]()))
    look = EVERYWHERE.get(what) or HERE[workload, what]
    return list(look(workload))


ROW = Row("safety", "dry runs, guards and the wrong account", cases, check)

"""One step of a plan: what is done to one resource, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from reconciler.planning.contents import Content
from reconciler.planning.diff import Difference
from reconciler.planning.ownership import MARKS, PROTECT_MARK
from reconciler.planning.world import UnmanagedContents
from reconciler.stack import Key

Verb = Literal["create", "update", "replace", "delete", "adopt", "release"]

TAGS = "tags"
DELETION = "scheduled_deletion"
"""The field name of the difference for a scheduled deletion that is cancelled."""
RESTORED = "the deletion is cancelled, and the resource is used again"
"""The note on that difference."""
MARK_FIELDS = frozenset(f"{TAGS}.{mark}" for mark in MARKS)
MARK_OF_PROTECT = "our mark of `policy: {protect: ...}`"
"""The note on a difference in that mark."""


@dataclass(frozen=True, slots=True)
class Action:
    """One step of a plan. `refusal` says why it will not be carried out; `only_report`, that it is not to be.

    `postponed` says why a later pass will carry it out, and when.
    """

    key: Key
    verb: Verb
    differences: tuple[Difference, ...] = ()
    refusal: str | None = None
    only_report: bool = False
    contents: tuple[Content, ...] = ()
    """What is deleted together with it."""
    others: tuple[UnmanagedContents, ...] = ()
    """What is deleted together with it, and is not managed by us."""
    postponed: str | None = None
    way: Literal["", "made first", "made already"] = ""
    """For a replace: the new resource is created before the old one is deleted, or an earlier pass created it."""
    keeps: str = ""
    """For a replace: what becomes of the old resource if it is not deleted, in words."""
    place: str = ""
    """Where a row of a CSV file declares the resource, if the action is refused; otherwise empty."""
    by_way_of: str | None = None
    """A temporary name, used because another resource needs its old name or mark before the new name is free."""
    held: tuple[Difference, ...] = ()
    """Further differences, which are left as they are for a while (`planning.held_edits`)."""

    @property
    def steps(self) -> str:
        """The verb, or `way` for a replace in another order than usual."""
        return self.way or self.verb

    @property
    def instead(self) -> tuple[Difference, ...]:
        """The values set on a resource that is no longer desired and cannot be deleted."""
        return self.differences if self.verb == "release" else ()

    @property
    def deletes(self) -> tuple[str, ...]:
        """What AWS deletes within a resource that stays: indexes, rules, rows; each counted once."""
        if self.verb not in ("update", "adopt"):
            return ()
        return tuple(dict.fromkeys(each.deletes for each in self.differences if each.deletes))

    def deleted_in(self, field: str | None = None) -> int:
        """How many parts AWS deletes within a resource that stays, in one field or in all."""
        if not self.deletes:
            return 0
        found = (each for each in self.differences if field is None or each.top == field)
        return sum({each.deletes: each.deleted for each in found if each.deletes}.values())

    @property
    def restores(self) -> bool:
        """Whether it cancels the scheduled deletion of the resource."""
        return any(each.field == DELETION for each in self.differences)

    @property
    def pending(self) -> bool:
        """Whether apply has to carry out this action."""
        return self.refusal is None and not self.only_report and self.postponed is None


def is_mark(difference: Difference) -> bool:
    """Whether a difference is about one of our own marks, which users need not see."""
    return difference.field in MARK_FIELDS


def hidden_fields(verb: Verb, fields: Collection[str]) -> Collection[str]:
    """The differing fields of an action that a report does not show: our own marks.

    An update shows the mark of `protect`, because the files set it, and the other marks if nothing else differs.
    """
    marks = MARK_FIELDS.intersection(fields)
    if verb != "update":
        return marks
    marks -= {f"{TAGS}.{PROTECT_MARK}"}
    return marks if marks < {*fields} else frozenset()

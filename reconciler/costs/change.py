"""The cost of a change: what the resources of a stack cost as they live, beside what the files want."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reconciler.costs.sheet import ZERO, CostLine, CostSheet, Sheets
from reconciler.model import Settings
from reconciler.pass_report import PassReport
from reconciler.stack import Key


@dataclass(frozen=True)
class LineChange:
    """One unit that AWS charges, before and after; None on the side where it is not charged."""

    before: CostLine | None
    after: CostLine | None

    @property
    def line(self) -> CostLine:
        """The line that there is, after the change if both are."""
        found = self.after or self.before
        if found is None:
            raise AssertionError("a change has a side")
        return found

    @property
    def usd(self) -> Decimal | None:
        """The difference in USD a month; None if a price or a volume is not known."""
        sides = [each.usd if each else ZERO for each in (self.before, self.after)]
        before, after = sides
        return None if before is None or after is None else after - before


@dataclass(frozen=True)
class CostChange:
    """The cost sheets before and after, and what could not be read."""

    before: CostSheet
    after: CostSheet
    unread: Sequence[str]

    @property
    def lines(self) -> Sequence[LineChange]:
        """The units whose amount or price differs."""
        return [each for each in self._lines() if _differs(each)]

    def _lines(self) -> Iterator[LineChange]:
        before = {(each.key, each.usage, each.what): each for each in self.before.lines}
        after = {(each.key, each.usage, each.what): each for each in self.after.lines}
        for unit in sorted({**before, **after}):
            yield LineChange(before.get(unit), after.get(unit))

    @property
    def usd(self) -> Decimal:
        """The difference in USD a month, as far as prices and volumes are known."""
        return sum((each.usd or ZERO for each in self.lines), ZERO)


def _differs(change: LineChange) -> bool:
    before, after = change.before, change.after
    return before is None or after is None or before.amount != after.amount


def cost_change(
    report: PassReport, live: dict[Key, Settings], unread: Sequence[str], sheets: Sheets
) -> CostChange:
    """The cost of what a dry run plans; resources that no file has and that it does not delete count on both sides."""
    stack = report.stack
    wanted = {key: each.settings for key, each in stack.resources.items() if not each.existing}
    deleted = {key for key, action in report.plan.actions.items() if action.verb == "delete"}
    stay = {key: each for key, each in live.items() if key not in wanted and key not in deleted}
    return CostChange(sheets.of(stack, live), sheets.of(stack, {**wanted, **stay}), unread)

"""The cost sheet of a stack: each unit that AWS charges for its resources, with price and volume."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reconciler.contract import Adapter, Charge
from reconciler.costs.prices import Price, PriceTable
from reconciler.model import Settings
from reconciler.stack import Key, Stack

NOTHING: Settings = {}
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class CostLine:
    """One unit that AWS charges for one resource, for a month."""

    key: Key
    what: str
    service: str
    usage: str
    unit: str
    fixed: bool
    """Whether the settings alone determine the amount."""
    amount: Decimal | None
    """Units a month; None if `cost.yaml` gives no volume."""
    price: Price | None
    """None if the table has no price."""

    @property
    def usd(self) -> Decimal | None:
        """USD a month; None if the price or the volume is not known."""
        if self.amount == ZERO:
            return ZERO
        return None if self.amount is None or self.price is None else self.amount * self.price.usd


@dataclass(frozen=True)
class CostSheet:
    """What the resources of a stack cost in a month."""

    stack: Stack
    lines: Sequence[CostLine]
    free: Sequence[Key]
    """Resources for which AWS charges nothing."""
    undeclared: Sequence[Key]
    """Resources whose kinds do not declare what AWS charges."""

    @property
    def fixed(self) -> Decimal:
        """USD a month that the settings alone determine."""
        return total(each for each in self.lines if each.fixed)

    @property
    def by_volume(self) -> Decimal:
        """USD a month for the given volumes."""
        return total(each for each in self.lines if not each.fixed)

    @property
    def unpriced(self) -> Sequence[CostLine]:
        """The lines that the table has no price for, if anything of them is used."""
        return [each for each in self.lines if each.price is None and each.amount != ZERO]

    @property
    def without_volume(self) -> Sequence[CostLine]:
        """The lines for which `cost.yaml` gives no volume."""
        return [each for each in self.lines if each.amount is None]


def total(lines: Iterable[CostLine]) -> Decimal:
    """USD a month of all lines whose cost is known."""
    return sum((each.usd or ZERO for each in lines), ZERO)


@dataclass(frozen=True)
class Sheets:
    """Makes cost sheets with these kinds, volumes and prices."""

    kinds: Mapping[str, Adapter[Any]]
    volumes: Mapping[Key, Settings]
    table: PriceTable

    def of_files(self, stack: Stack) -> CostSheet:
        """The sheet of what the files of a stack want, without resources that are only referred to."""
        managed = {key: each.settings for key, each in stack.resources.items() if not each.existing}
        return self.of(stack, managed)

    def of(self, stack: Stack, resources: Mapping[Key, Settings]) -> CostSheet:
        """The sheet of resources with these settings, in the Region of a stack."""
        lines: list[CostLine] = []
        free, undeclared = list[Key](), list[Key]()
        for key in sorted(resources):
            adapter = self.kinds[key.kind]
            if adapter.costs is None:
                undeclared.append(key)
                continue
            written = {name: value for name, value in resources[key].items() if value is not None}
            settings = {**adapter.defaults, **written}
            charges = [each for each in adapter.costs.charges if each.when(settings)]
            if not charges:
                free.append(key)
            lines += (self._line(key, each, settings, stack.region) for each in charges)
        return CostSheet(stack, lines, free, undeclared)

    def _line(self, key: Key, charge: Charge, settings: Settings, region: str) -> CostLine:
        usage, amount = charge.usage_of(settings), charge.amount(settings, self.volumes.get(key, NOTHING))
        return CostLine(
            key,
            charge.what,
            charge.service,
            usage,
            charge.unit,
            charge.fixed,
            None if amount is None else Decimal(str(amount)),
            self.table.find(charge.service, region, usage),
        )

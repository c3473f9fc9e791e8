"""Compares the table of prices with the AWS Price List API.

Source: GetProducts (https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html)
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, NamedTuple, TypeAlias

from reconciler.contract import Api
from reconciler.costs.prices import ANY, Price, PriceTable
from reconciler.errors import CallError

REGION = "us-east-1"
"""A Region that has an endpoint of the API; it answers for all Regions."""
SERVICE = "pricing"
BEFORE = re.compile(r"(?:[A-Z]{3}\d-|[a-z]{2}-[a-z]+-\d-)?")
"""The Region at the beginning of a usage type: `EUW2-`, `eu-west-2-`, or nothing."""

Outcome: TypeAlias = Literal["same", "differs", "new", "not listed"]
"""`new`: only the API has it; `not listed`: only the table has it."""


class Unit(NamedTuple):
    """A unit that AWS may charge in a Region."""

    service: str
    usage: str


@dataclass(frozen=True)
class Compared:
    """One unit in the table and in the API."""

    unit: Unit
    region: str
    row: Price | None
    usd: Decimal | None
    """The price of the API; None if it lists none."""

    @property
    def outcome(self) -> Outcome:
        """What differs."""
        if self.usd is None:
            return "not listed"
        if self.row is None:
            return "new"
        return "same" if self.row.usd == self.usd else "differs"


@dataclass(frozen=True)
class Refreshed:
    """All units that were looked for, and the services that could not be read."""

    units: Sequence[Compared]
    unread: Sequence[str]

    @property
    def differs(self) -> bool:
        """Whether a price of the table is not that of the API, or is lacking."""
        return any(each.outcome in ("differs", "new") for each in self.units)


def refreshed(units: Iterable[Unit], region: str, table: PriceTable, api: Api) -> Refreshed:
    """The prices of these units in a Region, in the table and in the API; units that neither has are left out."""
    by_service: dict[str, list[Unit]] = {}
    for unit in sorted(set(units)):
        by_service.setdefault(unit.service, []).append(unit)
    found: list[Compared] = []
    unread: list[str] = []
    for service, some in by_service.items():
        filters = [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": region}]
        try:
            products = [
                _product(each) for each in api.pages("get_products", ServiceCode=service, Filters=filters)
            ]
        except CallError as error:
            unread.append(f"the prices of {service} could not be read: {error}")
            continue
        for unit in some:
            row, usd = table.find(service, region, unit.usage), _usd(products, unit.usage)
            if row is not None or usd is not None:
                found.append(Compared(unit, region if row is None or row.region != ANY else ANY, row, usd))
    return Refreshed(found, unread)


def _product(item: Any) -> Mapping[str, Any]:
    """A product; botocore may leave it as the text of a JSON object."""
    product: Mapping[str, Any] = json.loads(item) if isinstance(item, str) else item
    return product


def _usd(products: Iterable[Mapping[str, Any]], usage: str) -> Decimal | None:
    """The price on demand of a usage type: that of the first tier that is not free."""
    for product in products:
        shown = product["product"]["attributes"].get("usagetype", "")
        if re.fullmatch(BEFORE.pattern + re.escape(usage), shown):
            tiers = sorted(_tiers(product))
            paid = [usd for _, usd in tiers if usd] or [usd for _, usd in tiers]
            if paid:
                return paid[0]
    return None


def _tiers(product: Mapping[str, Any]) -> Iterator[tuple[Decimal, Decimal]]:
    """The begin and the price in USD of each tier."""
    for term in product.get("terms", {}).get("OnDemand", {}).values():
        for tier in term["priceDimensions"].values():
            if "USD" in tier["pricePerUnit"]:
                yield Decimal(tier.get("beginRange", "0")), Decimal(tier["pricePerUnit"]["USD"])

"""The AWS Price List API: answers GetProducts with the prices of our own table.

Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend

from reconciler.costs.prices import ANY, Price, PriceTable, read_table
from reconciler.sandbox.extension import Extension, Operation
from reconciler.sandbox.sandbox_error import SandboxError

SHORT = {"ap-northeast-1": "APN1", "eu-west-2": "EUW2", "us-east-1": "USE1"}
"""By Region: how most usage types begin."""
WITH_LONG_NAME = "awskms"
"""The service whose usage types begin with the name of the Region."""
WITHOUT_PRICES = frozenset({"AWSBackup", "AmazonSNS", "ContactCenterTelecomm"})
"""Services that AWS has, and of which our table has no price."""
MOST = 100
SAME = ("TERM_MATCH", "EQUALS")


def extension() -> Extension:
    """The service with its endpoints."""
    return Extension("pricing", BackendDict(PriceList, "pricing"))


@cache
def _table() -> PriceTable:
    return read_table()


class PriceList(BaseBackend):
    """All prices, the same for every account."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.operations: Mapping[str, Operation] = {"GetProducts": self.products}

    def products(
        self,
        ServiceCode: str,
        Filters: list[dict[str, str]] | None = None,
        MaxResults: int = MOST,
        NextToken: str | None = None,
        **_: Any,
    ) -> Mapping[str, Any]:
        """GetProducts: the products that match all filters, as texts of JSON objects."""
        filters = Filters or []
        other = [each["Type"] for each in filters if each["Type"] not in SAME]
        if other:
            text = f"The sandbox compares attributes with {' and '.join(SAME)} only, not with {other[0]}; AWS does."
            raise SandboxError("InvalidParameterException", text)
        rows = [row for row in _table().rows if row.service == ServiceCode]
        if not rows and ServiceCode not in WITHOUT_PRICES:
            raise SandboxError("NotFoundException", f"Invalid service code {ServiceCode}")
        found = [each for each in _products(rows) if _matches(each, filters)]
        start = int(NextToken or 0)
        end = start + min(MaxResults, MOST)
        token = {"NextToken": str(end)} if end < len(found) else {}
        return {"FormatVersion": "aws_v1", "PriceList": list(map(json.dumps, found[start:end])), **token}


def _products(rows: list[Price]) -> Iterator[dict[str, Any]]:
    """A product for each row; for a price without a Region, one in each Region."""
    for row in rows:
        for region in SHORT if row.region == ANY else (row.region,):
            yield _product(row, region)


def _product(row: Price, region: str) -> dict[str, Any]:
    begins = region if row.service == WITH_LONG_NAME else SHORT.get(region, region)
    usage = f"{begins}-{row.usage}"
    sku = hashlib.sha256(f"{row.service} {usage}".encode()).hexdigest()[:16].upper()
    tier = {
        "unit": row.unit,
        "beginRange": "0",
        "endRange": "Inf",
        "description": f"{row.usd} USD per {row.unit}",
        "rateCode": f"{sku}.JRTCKXETXF.6YS6EN2CT7",
        "pricePerUnit": {"USD": f"{row.usd:f}"},
        "appliesTo": [],
    }
    term = {
        "sku": sku,
        "offerTermCode": "JRTCKXETXF",
        "effectiveDate": f"{row.date.isoformat()}T00:00:00Z",
        "priceDimensions": {tier["rateCode"]: tier},
        "termAttributes": {},
    }
    return {
        "serviceCode": row.service,
        "product": {
            "sku": sku,
            "attributes": {"servicecode": row.service, "regionCode": region, "usagetype": usage},
        },
        "terms": {"OnDemand": {f"{sku}.JRTCKXETXF": term}},
        "publicationDate": f"{row.date.isoformat()}T00:00:00Z",
    }


def _matches(product: Mapping[str, Any], filters: list[dict[str, str]]) -> bool:
    """Whether the attributes of a product have all these values."""
    shown = {"ServiceCode": product["serviceCode"], **product["product"]["attributes"]}
    return all(shown.get(each["Field"]) == each["Value"] for each in filters)

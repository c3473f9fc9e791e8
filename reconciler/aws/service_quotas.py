"""The account's own request quotas, read from Service Quotas."""

import re
from collections.abc import Mapping
from datetime import timedelta

import structlog

from reconciler.cache_store import Cache, Memory
from reconciler.contract import Api
from reconciler.errors import CallError
from reconciler.service import Rate, Service

log = structlog.get_logger(__name__)

KIND = "service quotas"
GOOD_FOR = timedelta(days=1).total_seconds()
"""Seconds for which quotas are cached: AWS takes days to raise one."""

# "Rate of DescribeUser API requests": so the console of Service Quotas names the quota of an operation.
NAME = re.compile(r"Rate of (\w+) API requests")
"""Matches the name of a quota; the group is the operation."""

# GetCurrentMetricData, GetMetricDataV2 and GetCurrentUserData may show a wrong 200 (Amazon Connect's own warning).
BELIEVED = 100.0


def read_quotas(api: Api, service: Service, cache: Cache, now: float) -> Mapping[str, Rate]:
    """Rates by operation in boto3's spelling (servicequotas:ListServiceQuotas); empty if they cannot be read.

    They are cached for a day, so that a quiet pass makes no call for them. `now` is in seconds since 1970.
    """
    scope = f"{api.account}/{api.region}"
    memory = cache.recall(KIND, scope).get(service.name)
    if memory is None or now - memory.looked > GOOD_FOR:
        try:
            rows = list(api.pages("list_service_quotas", ServiceCode=service.name, MaxResults=100))
        except CallError as error:
            log.warning("quota read failed", service=service.name, error=str(error))
            rows = []
        memory = Memory("", now, {"rates": _rates(rows)}, {})
        cache.keep(KIND, scope, {service.name: memory})
    return {name: Rate(each, max(service.rate.burst, each)) for name, each in memory.members["rates"].items()}


def _rates(rows: list[Mapping[str, object]]) -> dict[str, float]:
    found = {}
    for row in rows:
        named = NAME.fullmatch(str(row.get("QuotaName", "")))
        value = row.get("Value")
        if named and isinstance(value, int | float) and 0 < value <= BELIEVED:
            found[_boto3_name(named[1])] = float(value)
    return found


def _boto3_name(operation: str) -> str:
    """Boto3's spelling of an operation: `DescribeUser` becomes `describe_user`."""
    words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", operation)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", words).lower()

"""The request quotas of the account: read once a day; if this fails, the published quotas are used."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from reconciler.aws.pacing import Pacer
from reconciler.aws.service_quotas import read_quotas
from reconciler.cache_store import FileCache, NoCache
from reconciler.contract import RowsIn
from reconciler.errors import Refused
from reconciler.runtime.clock import VirtualClock
from reconciler.service import Rate, Service
from tests.stub_api import StubApi
from tests.unit.aws_toys import account

ROWS: list[dict[str, Any]] = [
    {"QuotaName": "Rate of DescribeUser API requests", "Value": 10.0},
    {"QuotaName": "Rate of ListPhoneNumbersV2 API requests", "Value": 2.0},
    {"QuotaName": "Rate of GetMetricDataV2 API requests", "Value": 200.0},
    {"QuotaName": "Users per instance", "Value": 500.0},
    {"QuotaName": "Rate of CreateUser API requests"},
]
CONNECT = Service(name="connect", rate=Rate(2, 5), lists_rates=True)


class ServiceQuotas(StubApi):
    """Returns these rows or raises this error, and counts its calls."""

    def __init__(self, answer: list[dict[str, Any]] | Refused) -> None:
        self.answer = answer
        self.asked = 0

    def pages(self, operation: str, *, rows_in: RowsIn = None, **parameters: Any) -> Iterator[Any]:
        assert (operation, parameters["ServiceCode"]) == ("list_service_quotas", "connect")
        self.asked += 1
        if isinstance(self.answer, Refused):
            raise self.answer
        return iter(self.answer)


def test_only_the_rates_of_operations_are_read_and_only_those_that_can_be_true(tmp_path: Path) -> None:
    found = read_quotas(ServiceQuotas(ROWS), CONNECT, FileCache(tmp_path / "cache"), 0.0)
    assert found == {"describe_user": Rate(10, 10), "list_phone_numbers_v2": Rate(2, 5)}


def test_they_are_remembered_for_a_day(tmp_path: Path) -> None:
    api, cache = ServiceQuotas(ROWS), FileCache(tmp_path / "cache")
    for now in (0.0, 3600.0, 86_400.0):
        assert read_quotas(api, CONNECT, cache, now)["describe_user"] == Rate(10, 10)
    assert api.asked == 1
    read_quotas(api, CONNECT, cache, 86_401.0)
    assert api.asked == 2


def test_where_they_cannot_be_read_the_published_ones_hold(tmp_path: Path) -> None:
    refused = Refused("list_service_quotas", "AccessDeniedException", "no")
    found = read_quotas(ServiceQuotas(refused), CONNECT, FileCache(tmp_path / "cache"), 0.0)
    assert found == {}
    pacer = Pacer(VirtualClock(), 1.0, {"connect": found}, {"connect": CONNECT})
    assert pacer.rate("connect", "describe_user") == Rate(2, 5)


def test_the_account_s_own_quota_goes_before_the_published_one() -> None:
    pacer = Pacer(VirtualClock(), 0.5, {"connect": {"describe_user": Rate(10, 10)}}, {"connect": CONNECT})
    assert pacer.rate("connect", "describe_user") == Rate(5, 5)
    assert pacer.rate("connect", "create_user") == Rate(1, 2.5)


def test_every_kind_is_paced_and_only_what_the_stack_names_is_asked_for() -> None:
    at = account(lambda request: (200, {"Quotas": []}))
    other = replace(CONNECT, name="dynamodb")
    at.learn_quotas([CONNECT, other], ["dynamodb"], NoCache(), 0.0)
    assert at.pacer.rate("connect", "describe_user").per_second == 2 * at.pacer.share
    assert at.tally.calls == {"service-quotas:ListServiceQuotas": 1}
    at.learn_quotas([], [], NoCache(), 0.0)
    assert at.tally.calls == {"service-quotas:ListServiceQuotas": 1}

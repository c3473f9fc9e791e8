"""Times of replies are in UTC in any time zone of the machine."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.aws.timestamps import time_of
from reconciler.sandbox.account import account_in, sandboxed

NOON = datetime(2027, 1, 15, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_tokyo() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    "value",
    [NOON.timestamp(), int(NOON.timestamp()), "2027-01-15T12:00:00Z", "Fri, 15 Jan 2027 12:00:00 GMT"],
)
def test_each_form_is_the_same_moment_in_utc(value: object) -> None:
    assert (time_of(value), time_of(value).utcoffset()) == (NOON, timedelta(0))


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid timestamp"):
        time_of("yesterday")


def test_a_reply_of_a_client_has_its_times_in_utc() -> None:
    with sandboxed() as (box, clock):
        api = account_in(box, "eu-west-2", clock).api("connect")
        api.call(
            "create_instance",
            IdentityManagementType="SAML",
            InstanceAlias="a",
            InboundCallsEnabled=True,
            OutboundCallsEnabled=True,
        )
        (instance,) = api.call("list_instances")["InstanceSummaryList"]
        assert instance["CreatedTime"].utcoffset() == timedelta(0)

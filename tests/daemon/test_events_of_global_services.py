"""Events of global services come from one Region, for stacks in any Region."""

from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.contract import Adapter, Sighting
from reconciler.daemon.events import Event, EventMatcher
from reconciler.kinds import known_kinds
from reconciler.stack import Desired, Key, Place, Stack

KINDS: Mapping[str, Adapter[Any]] = known_kinds()
ACCOUNT = "123456789012"
ROLE, GROUP = Key("iam.role", "orders"), Key("logs.log_group", "orders")


def touched(region: str) -> EventMatcher:
    resources = {each: Desired(each, {}, Place("stack.yaml", 1, 1)) for each in (ROLE, GROUP)}
    sightings = {
        ROLE: Sighting("orders", {"RoleName": "orders"}, f"arn:aws:iam::{ACCOUNT}:role/orders"),
        GROUP: Sighting(
            "orders", {"logGroupName": "orders"}, f"arn:aws:logs:{region}:{ACCOUNT}:log-group:orders"
        ),
    }
    return EventMatcher(Stack("shop", "dev", ACCOUNT, region, resources), KINDS, sightings)


def event(operation: str, region: str) -> Event:
    return Event(operation, "aws", "ada", ACCOUNT, region, frozenset({"orders"}))


@pytest.mark.parametrize(
    ("here", "told_in"),
    [
        ("eu-west-2", "us-east-1"),
        ("us-east-1", "us-east-1"),
        ("cn-northwest-1", "cn-north-1"),
        ("us-gov-east-1", "us-gov-west-1"),
    ],
)
def test_a_change_of_a_role_is_heard_from_where_iam_tells_it(here: str, told_in: str) -> None:
    assert touched(here).keys(event("PutRolePolicy", told_in)) == {ROLE}


def test_a_change_of_a_role_in_another_region_is_none() -> None:
    assert ROLE not in touched("eu-west-2").keys(event("PutRolePolicy", "eu-west-2"))


def test_what_lives_in_the_region_is_heard_from_there_alone() -> None:
    at = touched("eu-west-2")
    assert at.keys(event("PutRetentionPolicy", "eu-west-2")) == {GROUP}
    assert GROUP not in at.keys(event("PutRetentionPolicy", "us-east-1"))

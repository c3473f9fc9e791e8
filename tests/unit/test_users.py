"""The resources that refer to a resource to be deleted: by an ARN or an id, but not by a text that only looks like its name."""

from typing import Any

import pytest

from reconciler.contract import Sighting
from reconciler.kinds import known_kinds
from reconciler.planning.referrers import refers, users_of
from reconciler.planning.world import Stray, World
from reconciler.stack import Key

FUNCTION, GROUP, ALARM = (
    Key("lambda.function", "lookup"),
    Key("ec2.security_group", "lookup"),
    Key("cloudwatch.alarm", "failed"),
)
GROUP_ID = "sg-0123456789abcdef0"


def seen(name: str, id_: str, **settings: Any) -> Sighting:
    return Sighting(name, {"Id": id_}, f"arn:aws:some:eu-west-2:123456789012:{id_}", settings=settings)


def users(*strays: tuple[Key, Sighting]) -> dict[Key, frozenset[Key]]:
    """By resource to be deleted: the resources that refer to it."""
    world = World(strays=[Stray(key, sighting, {}) for key, sighting in strays])
    return dict(users_of({key: "delete" for key, _ in strays}, world, known_kinds()).known)


def test_a_word_like_the_name_of_a_resource_makes_nobody_its_user() -> None:
    function = seen("lookup", "lookup", VpcConfig={"SecurityGroupIds": [GROUP_ID]})
    group = seen("lookup", GROUP_ID, GroupName="lookup", Description="of the lookup")
    assert users((FUNCTION, function), (GROUP, group)) == {GROUP: {FUNCTION}}


def test_what_holds_a_name_as_a_whole_may_use_what_has_it() -> None:
    function, alarm = seen("lookup", "lookup"), seen("failed", "failed", FunctionName="lookup")
    assert users((FUNCTION, function), (ALARM, alarm)) == {FUNCTION: {ALARM}}


def test_a_text_like_a_name_makes_no_ring_with_what_is_sure() -> None:
    function = seen("lookup", "lookup", VpcConfig={"SecurityGroupIds": [GROUP_ID]})
    group = seen("web", GROUP_ID, Description="failed")
    alarm = seen("failed", "failed", AlarmActions=["arn:aws:some:eu-west-2:123456789012:lookup"])
    found = users((FUNCTION, function), (GROUP, group), (ALARM, alarm))
    assert found == {GROUP: {FUNCTION}, FUNCTION: {ALARM}}


@pytest.mark.parametrize(
    ("text", "named"),
    [("lookup", True), ('{"function": "lookup"}', True), ("of the lookup", False), ("lookups", False)],
)
def test_only_a_whole_value_is_a_name(text: str, *, named: bool) -> None:
    assert refers({"Value": text}, seen("lookup", "lookup")) is named


def test_an_id_of_aws_is_found_within_a_text() -> None:
    assert refers({"Value": f"from {GROUP_ID} on"}, seen("web", GROUP_ID))


@pytest.mark.parametrize(
    "rule",
    [
        "ALARM(failed)",
        'AT_LEAST(1, OK, (x, "failed"))',
        "NOT OK(arn:aws:some:eu-west-2:123456789012:failed)",
        'OK("arn:aws:some:eu-west-2:123456789012:failed")',
    ],
)
def test_a_rule_uses_the_alarms_that_it_mentions(rule: str) -> None:
    shop = Key("cloudwatch.composite_alarm", "shop")
    alarms = (ALARM, seen("failed", "failed")), (shop, seen("shop", "shop", AlarmRule=rule))
    assert users(*alarms) == {ALARM: {shop}}


def test_a_rule_uses_no_alarm_with_a_longer_name() -> None:
    shop = Key("cloudwatch.composite_alarm", "shop")
    other = seen("shop", "shop", AlarmRule="ALARM(failed-2)", AlarmDescription="not (failed)")
    assert users((ALARM, seen("failed", "failed")), (shop, other)) == {}

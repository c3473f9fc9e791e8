"""Passes over composite alarms and the alarms that they name."""

from typing import Any

import pytest

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, fields, messages

pytestmark = pytest.mark.whole

METRIC = {
    "namespace": "Shop",
    "statistic": "Sum",
    "period": 60,
    "evaluation_periods": 3,
    "threshold": 1,
    "comparison_operator": "GreaterThanThreshold",
}
SUPPRESSED = {
    "actions_suppressor": "${cloudwatch.alarm:deploying}",
    "actions_suppressor_wait_period": 60,
    "actions_suppressor_extension_period": 30,
}
RULE = 'ALARM("${cloudwatch.alarm:too slow}") OR ALARM(${cloudwatch.alarm:errors#name})'


def shop(rule: Any = RULE, alarms: tuple[str, ...] = ("too slow", "errors"), **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"cloudwatch.alarm": {name: {"metric_name": name, **METRIC} for name in alarms}}
    if rule is not None:
        found["cloudwatch.composite_alarm"] = {"down": {"alarm_rule": rule, **more}}
    return found


def rule_of(harness: LiveHarness) -> str:
    (alarm,) = harness.client("cloudwatch").describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    return str(alarm["AlarmRule"])


def operations(harness: LiveHarness) -> list[str]:
    return [operation for operation, _ in harness.calls]


def test_an_alarm_is_created_after_those_of_its_rule_and_deleted_before_them(harness: LiveHarness) -> None:
    harness.settle(shop())
    slow = f"arn:aws:cloudwatch:eu-west-2:{harness.box.account}:alarm:too slow"
    assert rule_of(harness) == f'ALARM("{slow}") OR ALARM(errors)'
    # The plan knows only AWS's text by now, and in it one alarm by its ARN, the other by its name.
    report = harness.run(shop(None, ("kept",)), prune=True, guard={"max_deletes": 9, "max_percent": 100})
    assert report.outcome == "settled", messages(report)
    gone = [each["AlarmNames"][0] for operation, each in harness.calls if operation == "DeleteAlarms"]
    assert gone[0] == "down"
    assert sorted(gone) == ["down", "errors", "too slow"]


def test_an_alarm_that_leaves_the_rule_is_deleted_after_the_change(harness: LiveHarness) -> None:
    harness.settle(shop(), prune=True)
    harness.settle(shop("ALARM(${cloudwatch.alarm:errors#name})", ("errors",)), prune=True)


def test_an_alarm_in_the_rule_of_another_client_is_in_use(harness: LiveHarness) -> None:
    harness.settle(shop(None, ("errors", "kept")))
    harness.client("cloudwatch").put_composite_alarm(AlarmName="theirs", AlarmRule="OK(errors)")
    report = harness.run(shop(None, ("kept",)), prune=True)
    assert "it is used by cloudwatch.composite_alarm/theirs" in str(messages(report))


def test_the_suppressor_goes_with_its_periods(harness: LiveHarness) -> None:
    alarms = ("errors", "deploying", "too slow")
    harness.settle(shop(alarms=alarms, **SUPPRESSED))
    harness.settle(shop(alarms=alarms, **dict.fromkeys(SUPPRESSED)))
    (alarm,) = harness.client("cloudwatch").describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert not any(name.startswith("ActionsSuppressor") for name in alarm)


def test_a_change_by_hand_is_repaired_and_other_settings_stay(harness: LiveHarness) -> None:
    harness.settle(shop(alarm_description="down"))
    cloudwatch = harness.client("cloudwatch")
    cloudwatch.put_composite_alarm(
        AlarmName="down", AlarmRule="FALSE", AlarmDescription="x", ActionsEnabled=False
    )
    report = harness.run(shop(alarm_description="down"))
    assert sorted(fields(report)) == ["alarm_description", "alarm_rule"]
    (alarm,) = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert alarm["ActionsEnabled"] is False


WRONG = {
    "ALARM(a) ALARM(b)": "expected AND, OR or the end of the rule, not ALARM, at character 10",
    "(ALARM(a) AND OK(b)": "expected ), and the rule ends",
    "ALARM(too slow)": (
        "expected ) after the alarm of ALARM; a name with spaces, commas or parentheses needs double quotes, not slow, "
        "at character 11"
    ),
    "ALARM": "expected (, and the rule ends",
    "ALARM()": "expected the name or the ARN of an alarm, not ), at character 7",
    'ALARM("a)': 'expected a name with a double quote at its end, not ", at character 7',
    "ALRM(a)": "expected ALARM, OK, INSUFFICIENT_DATA, AT_LEAST, TRUE, FALSE, NOT or (, not ALRM, at character 1",
    "AT_LEAST(0, ALARM, (a, b))": "expected a number from 1, or a percentage from 1% to 100%, not 0, at character 10",
    "AT_LEAST(3, ALARM, (a, b))": "AT_LEAST(3, ...) needs 3 alarms, and has 2",
    "AT_LEAST(1, ALARM, a)": "expected ( before the alarms of AT_LEAST, not a, at character 20",
    "((" * 251 + "TRUE" + "))" * 251: "a rule has at most 100 alarms and 500 elements",
    "ALARM(errors)": "errors is an alarm of this stack: write ${cloudwatch.alarm:errors#name}, so that it is created before",
    "ALARM(${cloudwatch.alarm:too slow})": (
        "the name of ${cloudwatch.alarm:too slow} has spaces, commas, parentheses or quotes: write the reference in double "
        "quotes"
    ),
}


@pytest.mark.parametrize("rule", WRONG)
def test_a_wrong_rule_is_a_mistake_before_any_call(harness: LiveHarness, rule: str) -> None:
    before = len(harness.box.journal)
    with pytest.raises(InvalidStack) as wrong:
        harness.run(shop(rule))
    (mistake,) = wrong.value.mistakes
    assert str(mistake).partition("alarm_rule: ")[2] == WRONG[rule]
    assert len(harness.box.journal) == before


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"actions_suppressor": "x"},
            "write actions_suppressor_wait_period and actions_suppressor_extension_period too",
        ),
        ({"actions_suppressor": None}, "write null for actions_suppressor_wait_period and"),
        ({**SUPPRESSED, "actions_suppressor": "errors"}, "write ${cloudwatch.alarm:errors#name}"),
    ],
)
def test_wrong_suppression_is_a_mistake(harness: LiveHarness, more: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidStack, match="actions_suppressor") as wrong:
        harness.run(shop(alarms=("errors", "too slow", "deploying"), **more))
    assert said in str(wrong.value.mistakes[0])

"""Passes over dashboards: bodies compared by meaning, references in texts, foreign dashboards, mistakes in the files."""

import json
from typing import Any

import pytest

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, fields, messages

TEXT = {"type": "text", "x": 0, "y": 0, "width": 6, "height": 3, "properties": {"markdown": "Orders"}}
BODY = {"start": "-PT6H", "widgets": [TEXT]}
ALARM = {
    "metric_name": "Errors",
    "namespace": "Shop",
    "statistic": "Sum",
    "period": 60,
    "evaluation_periods": 1,
    "threshold": 1,
    "comparison_operator": "GreaterThanThreshold",
}


def board(body: Any = BODY, **settings: Any) -> dict[str, Any]:
    return {"cloudwatch.dashboard": {"shop": {"dashboard_body": body, **settings}}}


@pytest.fixture
def cloudwatch(harness: LiveHarness) -> Any:
    return harness.client("cloudwatch")


def live(cloudwatch: Any) -> Any:
    return json.loads(cloudwatch.get_dashboard(DashboardName="shop")["DashboardBody"])


def test_a_body_in_another_form_is_no_difference(harness: LiveHarness, cloudwatch: Any) -> None:
    harness.settle(board())
    again = json.dumps(dict(reversed(BODY.items())), indent=4)
    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=again)
    harness.require_quiet(board())
    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=json.dumps({**BODY, "start": "-PT1H"}))
    report = harness.settle(board())
    assert (fields(report), live(cloudwatch)) == (["dashboard_body.start"], BODY)


def test_a_body_refers_to_alarms_and_holds_labels_of_cloudwatch(
    harness: LiveHarness, cloudwatch: Any
) -> None:
    of_alarm = {"type": "alarm", "properties": {"alarms": ["${cloudwatch.alarm:errors#arn}"]}}
    labels = {"type": "metric", "properties": {"metrics": [["Shop", "Errors", {"label": "now $${LAST}"}]]}}
    desired = {"cloudwatch.alarm": {"errors": ALARM}, **board({"widgets": [of_alarm, labels]})}
    harness.settle(desired)
    first, second = (each["properties"] for each in live(cloudwatch)["widgets"])
    (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert first["alarms"] == [alarm["AlarmArn"]]
    assert second["metrics"][0][2] == {"label": "now ${LAST}"}
    harness.require_quiet(desired)


def test_a_dashboard_of_somebody_else_is_overwritten_only_with_adopt(
    harness: LiveHarness, cloudwatch: Any
) -> None:
    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody='{"widgets": []}')
    report = harness.run(board())
    assert "`adopt: true` takes it over" in messages(report)[0]
    assert live(cloudwatch) == {"widgets": []}
    harness.settle(board(adopt=True))
    assert live(cloudwatch) == BODY


def test_a_dashboard_that_the_files_no_longer_have_is_deleted(harness: LiveHarness, cloudwatch: Any) -> None:
    harness.settle(board())
    cloudwatch.put_dashboard(DashboardName="till", DashboardBody='{"widgets": []}')
    harness.settle({}, prune=True)
    assert [each["DashboardName"] for each in cloudwatch.list_dashboards()["DashboardEntries"]] == ["till"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, "write `dashboard_body: {widgets: []}`"),
        ({"start": "-PT6H"}, "a dashboard needs widgets, a list, which may be empty"),
        ({"widgets": [{"x": 1}]}, "widgets[0]: a widget needs a type, such as metric, text, log or alarm"),
        ({"widgets": [{"type": "text", "x": 1}]}, "widgets[0]: write both x and y, or neither"),
        ({"widgets": [{**TEXT, "width": 25}]}, "widgets[0].width: width is a whole number from 1 to 24"),
        ({"widgets": [{**TEXT, "y": -1}]}, "widgets[0].y: y is a whole number of at least 0"),
        ({"widgets": [{**TEXT, "height": True}]}, "height is a whole number from 1 to 1000"),
        ({"widgets": [TEXT] * 501}, "a dashboard has at most 500 widgets; these are 501"),
    ],
)
def test_a_wrong_body_is_a_mistake_in_the_files(harness: LiveHarness, body: Any, said: str) -> None:
    with pytest.raises(InvalidStack) as refused:
        harness.run(board(body))
    assert said in str(refused.value)

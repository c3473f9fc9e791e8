"""Passes over topics: subscriptions that are pending, lapse, are unsubscribed by their owners, and are requested again."""

from typing import Any

import pytest

from reconciler.desired import InvalidStack
from reconciler.resources.sns.confirmations import ASKED_TAG, DAY, Endpoint, again_at, asked_in, tag_value
from tests.resources.live_harness import LiveHarness, fields, messages

HOUR = 3600
MAIL = {"protocol": "email", "endpoint": "ops@example.com"}
OTHER = {"protocol": "email", "endpoint": "duty@example.com"}
PAGE = {"protocol": "https", "endpoint": "https://example.com/hook", "raw_message_delivery": True}
ASKED = ("Subscribe", "TagResource")


def topic(*rows: dict[str, Any], **settings: Any) -> dict[str, Any]:
    return {"sns.topic": {"ops": {"subscriptions": [*rows], **settings}}}


@pytest.fixture
def sns(harness: LiveHarness) -> Any:
    return harness.client("sns")


def arn(sns: Any) -> str:
    (row,) = sns.list_topics()["Topics"]
    return str(row["TopicArn"])


def confirm(sns: Any, row: dict[str, Any]) -> str:
    """Confirm a subscription like its owner; subscribe again to get the token, which the sandbox does not send."""
    at = {"TopicArn": arn(sns), "Protocol": row["protocol"], "Endpoint": row["endpoint"]}
    found = sns.subscribe(**at, ReturnSubscriptionArn=True)["SubscriptionArn"]
    sns.confirm_subscription(TopicArn=arn(sns), Token=found.rpartition(":")[2])
    return str(found)


def sent(harness: LiveHarness) -> list[str]:
    return [operation for operation, _ in harness.calls]


def test_what_waits_for_its_confirmation_is_said_and_is_no_difference(harness: LiveHarness) -> None:
    made = harness.settle(topic(MAIL, PAGE))
    waits = "waits for its confirmation; SNS removes it 48 hours after the request, and then it is requested again"
    said = {
        f"sns.topic/ops: subscriptions[email/ops@example.com] {waits}",
        f"sns.topic/ops: subscriptions[https/https://example.com/hook] {waits}",
    }
    assert set(made.notes) == said
    planned = harness.run(topic(MAIL, PAGE), dry_run=True)
    assert (planned.outcome, fields(planned), set(planned.notes)) == ("settled", [], said)


def test_its_settings_are_compared_once_it_is_confirmed(harness: LiveHarness, sns: Any) -> None:
    harness.settle(topic(PAGE))
    changed = {**PAGE, "raw_message_delivery": False}
    harness.require_quiet(topic(changed))
    confirm(sns, {**PAGE})
    report = harness.settle(topic(changed))
    assert report.notes == ()
    assert sns.list_subscriptions()["Subscriptions"][0]["SubscriptionArn"] != "PendingConfirmation"


def test_one_that_lapses_is_asked_for_again_once(harness: LiveHarness, sns: Any) -> None:
    harness.settle(topic(MAIL))
    asked = []
    for hour in range(0, 10 * 24, 6):  # ten days, a pass every six hours
        harness.clock.sleep(6 * HOUR)
        report = harness.run(topic(MAIL))
        assert report.outcome == "settled", messages(report)
        if harness.calls:
            assert tuple(sent(harness)) == ASKED
            asked.append(hour + 6)
    assert asked == [48, 96, 144, 192, 240]


def test_one_that_its_owner_leaves_at_once_is_asked_for_at_most_once_a_day(
    harness: LiveHarness, sns: Any
) -> None:
    harness.settle(topic(MAIL))
    asked = 0
    for _ in range(3 * 24):  # three days, a pass every hour
        for row in sns.list_subscriptions()["Subscriptions"]:
            if row["SubscriptionArn"] == "PendingConfirmation":
                sns.unsubscribe(SubscriptionArn=confirm(sns, MAIL))
        report = harness.run(topic(MAIL))
        assert report.outcome == "settled", messages(report)
        asked += sent(harness).count("Subscribe")
        said = "waits for its confirmation" if harness.calls else "was requested within a day"
        assert said in report.notes[0]
        harness.clock.sleep(HOUR)
    assert asked == 2


def test_one_that_is_gone_from_the_files_lapses_by_itself(harness: LiveHarness, sns: Any) -> None:
    harness.settle(topic(MAIL, OTHER))
    report = harness.run(topic(OTHER), dry_run=True)
    assert (report.outcome, fields(report)) == ("settled", [])
    lapses = "is not in the files and waits for its confirmation: nobody can delete it, and SNS removes it 48 hours"
    assert any(lapses in each for each in report.notes)
    harness.require_quiet(topic(OTHER))
    harness.clock.sleep(49 * HOUR)
    harness.settle(topic(OTHER))
    assert [row["Endpoint"] for row in sns.list_subscriptions()["Subscriptions"]] == [OTHER["endpoint"]]


def test_a_confirmed_one_that_is_gone_from_the_files_is_deleted(harness: LiveHarness, sns: Any) -> None:
    harness.settle(topic(MAIL, OTHER))
    confirm(sns, MAIL)
    report = harness.run(topic(OTHER))
    assert (report.outcome, fields(report)) == ("settled", ["subscriptions[email/ops@example.com]"])
    assert sent(harness) == ["Unsubscribe"]


def test_a_new_one_is_asked_for_at_once_beside_others_that_were_asked(harness: LiveHarness, sns: Any) -> None:
    harness.settle(topic(MAIL))
    harness.clock.sleep(HOUR)
    harness.settle(topic(MAIL, OTHER))
    (tag,) = [
        each["Value"]
        for each in sns.list_tags_for_resource(ResourceArn=arn(sns))["Tags"]
        if each["Key"] == ASKED_TAG
    ]
    assert {Endpoint("email", each["endpoint"]).digest for each in (MAIL, OTHER)} == {
        *asked_in({ASKED_TAG: tag})
    }


def test_one_that_sns_refuses_is_refused_in_every_pass(harness: LiveHarness) -> None:
    wrong = {"protocol": "sms", "endpoint": "+442071838750", "redrive_policy": {"queue": "none"}}
    for _ in range(2):
        report = harness.run(topic(wrong))
        assert report.outcome == "failed"
        assert "RedrivePolicy" in messages(report)[0]


def test_a_fifo_topic_keeps_its_mark_and_makes_no_second_one(harness: LiveHarness, sns: Any) -> None:
    harness.settle(topic())
    report = harness.run(topic(fifo_topic=True))
    assert (report.outcome, harness.calls) == ("failed", [])
    assert "AWS cannot change fifo_topic, name" in messages(report)[0]


@pytest.mark.parametrize(
    ("row", "settings", "said"),
    [
        ({"protocol": "email", "endpoint": "nobody"}, {}, "the endpoint of email must be an e-mail address"),
        (MAIL, {"fifo_topic": True}, "only queues can be subscribed to a FIFO topic"),
        ({**MAIL, "raw_message_delivery": True}, {}, "raw_message_delivery is for sqs, http, https, firehose"),
        ({**PAGE, "filter_policy_scope": "MessageBody"}, {}, "has no effect without filter_policy"),
        ({**PAGE, "replay_policy": {"PointType": "Timestamp"}}, {}, "only a FIFO topic replays messages"),
        (PAGE, {"archive_policy": None}, "only a FIFO topic has it"),
        ({"protocol": "firehose", "endpoint": "arn:aws:firehose:eu-west-2:123456789012:deliverystream/s"}, {},
         "firehose needs subscription_role_arn"),
    ],
)  # fmt: skip
def test_mistakes_are_told_before_the_first_call(
    harness: LiveHarness, row: dict[str, Any], settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidStack) as error:
        harness.run(topic(row, **settings))
    assert said in str(error.value)


def test_the_tag_holds_what_was_asked_for_within_a_day_and_never_too_much() -> None:
    endpoints = [Endpoint("email", f"{number}@example.com") for number in range(60)]
    now = 40 * DAY
    few = tag_value({each.digest: now - number * 4 * HOUR for number, each in enumerate(endpoints[:10])}, now)
    assert {*asked_in({ASKED_TAG: few})} == {each.digest for each in endpoints[:6]}
    many = tag_value({each.digest: now for each in endpoints}, now)
    assert len(many) <= 256
    asked = asked_in({ASKED_TAG: many})
    assert {again_at(each, asked, now + HOUR) for each in endpoints} == {now + DAY}
    assert again_at(endpoints[0], asked, now + DAY) is None
    assert asked_in({ASKED_TAG: "by hand"}).keys() == {"by", "hand"}

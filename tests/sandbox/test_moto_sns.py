"""Amazon SNS keeps every attribute of topics and subscriptions and refuses what AWS refuses, with a plain client."""

import json
from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import sandboxed
from tests.sandbox.refusals import REGION, client_of, refusal, refused

ARN = f"arn:aws:sns:{REGION}:123456789012:ops"
QUEUE = f"arn:aws:sqs:{REGION}:123456789012:q"
ROLE = "arn:aws:iam::123456789012:role/feedback"
TOPIC = {"TopicArn": ARN}
MAIL = {**TOPIC, "Protocol": "email", "Endpoint": "ops@example.com"}
INVALID, MISSING = "InvalidParameter", "NotFound"
HOUR = 3600


@pytest.fixture
def sns(sandbox: Sandbox) -> Any:
    client = client_of(sandbox, "sns")
    client.create_topic(Name="ops")
    return client


def attributes_of(sns: Any, arn: str = ARN) -> dict[str, str]:
    return dict(sns.get_topic_attributes(TopicArn=arn)["Attributes"])


def policy(principal: Any = "*") -> str:
    statement = {"Sid": "s", "Effect": "Allow", "Principal": {"AWS": principal}, "Action": "SNS:Publish"}
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{**statement, "Resource": ARN}]}, separators=(",", ":")
    )


def test_a_topic_keeps_every_attribute(sns: Any) -> None:
    feedback = {
        f"{kind}{what}": value
        for kind in ("HTTP", "Firehose", "Lambda", "Application", "SQS")
        for what, value in (
            ("SuccessFeedbackRoleArn", ROLE),
            ("FailureFeedbackRoleArn", ROLE),
            ("SuccessFeedbackSampleRate", "50"),
        )
    }
    whole = {
        **feedback,
        "DisplayName": "Operations",
        "DeliveryPolicy": '{"http":{"defaultHealthyRetryPolicy":{"numRetries":5}}}',
        "Policy": policy(),
        "TracingConfig": "Active",
        "SignatureVersion": "2",
        "KmsMasterKeyId": "alias/aws/sns",
        "MaximumMessageSize": "2048",
    }
    made = sns.create_topic(Name="whole", Attributes=whole)["TopicArn"]
    assert whole.items() <= attributes_of(sns, made).items()
    plain = attributes_of(sns)
    assert not plain.keys() & (whole.keys() - {"Policy", "DisplayName"})
    for name, value in whole.items():
        sns.set_topic_attributes(**TOPIC, AttributeName=name, AttributeValue=value)
    assert whole.items() <= attributes_of(sns).items()
    for name in ("HTTPSuccessFeedbackRoleArn", "KmsMasterKeyId", "DeliveryPolicy", "DisplayName"):
        sns.set_topic_attributes(**TOPIC, AttributeName=name, AttributeValue="")
        assert not attributes_of(sns).get(name), name


def test_a_fifo_topic_keeps_what_only_it_has(sns: Any) -> None:
    own = {"ContentBasedDeduplication": "true", "FifoThroughputScope": "MessageGroup"}
    archive = {"ArchivePolicy": '{"MessageRetentionPeriod":"30"}'}
    arn = sns.create_topic(Name="q.fifo", Attributes={"FifoTopic": "true", **own, **archive})["TopicArn"]
    assert {"FifoTopic": "true", **own, **archive}.items() <= attributes_of(sns, arn).items()
    sns.set_topic_attributes(TopicArn=arn, AttributeName="ContentBasedDeduplication", AttributeValue="false")
    assert attributes_of(sns, arn)["ContentBasedDeduplication"] == "false"
    assert refused(sns, "delete_topic", TopicArn=arn) == "InvalidState"
    sns.set_topic_attributes(TopicArn=arn, AttributeName="ArchivePolicy", AttributeValue="{}")
    for name, value in {**own, **archive}.items():
        change = {"AttributeName": name, "AttributeValue": value}
        assert refused(sns, "set_topic_attributes", **TOPIC, **change) == INVALID, name
    mail = {"Protocol": "email", "Endpoint": "a@b.c"}
    assert refused(sns, "subscribe", TopicArn=arn, **mail) == INVALID
    sns.delete_topic(TopicArn=arn)


def test_a_wrong_topic_is_refused(sns: Any) -> None:
    wrongs: dict[str, str] = {
        "Colour": "red",
        "TracingConfig": "On",
        "SignatureVersion": "3",
        "SQSSuccessFeedbackSampleRate": "101",
        "SQSSuccessFeedbackRoleArn": "me",
        "MaximumMessageSize": "1023",
        "Policy": "{}",
        "DeliveryPolicy": "none",
        "DisplayName": "x" * 101,
    }
    before = attributes_of(sns)
    for name, value in wrongs.items():
        assert refused(sns, "create_topic", Name="new", Attributes={name: value}) == INVALID, name
        change = {"AttributeName": name, "AttributeValue": value}
        assert refused(sns, "set_topic_attributes", **TOPIC, **change) == INVALID, name
    lost = {"Policy": policy("arn:aws:iam::123456789012:role/none")}
    assert refusal(sns, "create_topic", Name="new", Attributes=lost)[1].endswith("PrincipalNotFound")
    for name in ("a b", "a.fifo", "x" * 257, ""):
        assert refused(sns, "create_topic", Name=name) == INVALID, name
    assert refused(sns, "create_topic", Name="a", Attributes={"FifoTopic": "true"}) == INVALID
    twice = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    assert refused(sns, "create_topic", Name="new", Tags=twice) == INVALID
    many = [{"Key": f"k{number}", "Value": ""} for number in range(51)]
    assert refused(sns, "create_topic", Name="new", Tags=many) == "TagLimitExceeded"
    assert [row["TopicArn"] for row in sns.list_topics()["Topics"]] == [ARN]
    assert attributes_of(sns) == before


def test_a_topic_is_made_again_only_as_it_is(sns: Any) -> None:
    settings = {"DisplayName": "a", "TracingConfig": "Active"}
    made = sns.create_topic(Name="x", Attributes=settings, Tags=[{"Key": "a", "Value": "1"}])["TopicArn"]
    assert sns.create_topic(Name="x", Attributes=settings)["TopicArn"] == made
    assert refusal(sns, "create_topic", Name="x", Attributes={"DisplayName": "b"}) == (
        INVALID,
        "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
    )
    assert refusal(sns, "create_topic", Name="x", Tags=[{"Key": "a", "Value": "2"}]) == (
        INVALID,
        "Invalid parameter: Tags Reason: Topic already exists with different tags",
    )


def test_a_topic_that_is_not_there(sns: Any) -> None:
    sns.delete_topic(**TOPIC)
    sns.delete_topic(**TOPIC)
    for call, params in (
        ("get_topic_attributes", {}),
        ("set_topic_attributes", {"AttributeName": "DisplayName", "AttributeValue": "x"}),
        ("list_subscriptions_by_topic", {}),
        ("subscribe", {"Protocol": "email", "Endpoint": "a@b.c"}),
    ):
        assert refusal(sns, call, **TOPIC, **params) == (MISSING, "Topic does not exist"), call
    assert refused(sns, "list_tags_for_resource", ResourceArn=ARN) == "ResourceNotFound"
    assert refused(sns, "get_topic_attributes", TopicArn="ops") == INVALID


def test_tags_and_data_protection_go_with_the_topic(sns: Any) -> None:
    one = {"ResourceArn": ARN}
    sns.tag_resource(**one, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    sns.tag_resource(**one, Tags=[{"Key": "a", "Value": "3"}])
    sns.untag_resource(**one, TagKeys=["b", "none"])
    assert sns.list_tags_for_resource(**one)["Tags"] == [{"Key": "a", "Value": "3"}]
    assert refused(sns, "tag_resource", **one, Tags=[{"Key": "aws:a", "Value": ""}]) == INVALID
    sns.put_data_protection_policy(**one, DataProtectionPolicy='{"Name":"p"}')
    assert sns.get_data_protection_policy(**one)["DataProtectionPolicy"] == '{"Name":"p"}'
    assert refused(sns, "put_data_protection_policy", **one, DataProtectionPolicy="{") == INVALID
    sns.delete_topic(**TOPIC)
    sns.create_topic(Name="ops", DataProtectionPolicy='{"Name":"q"}')
    assert sns.list_tags_for_resource(**one)["Tags"] == []
    assert sns.get_data_protection_policy(**one)["DataProtectionPolicy"] == '{"Name":"q"}'


def test_topics_and_subscriptions_come_100_a_page(sns: Any) -> None:
    for number in range(99):
        sns.create_topic(Name=f"t{number:02}")
    for number in range(101):
        sns.subscribe(**TOPIC, Protocol="sqs", Endpoint=f"{QUEUE}{number}")
    assert [len(page["Topics"]) for page in sns.get_paginator("list_topics").paginate()] == [100]
    for operation, params in (("list_subscriptions", {}), ("list_subscriptions_by_topic", TOPIC)):
        pages = sns.get_paginator(operation).paginate(**params)
        assert [len(page["Subscriptions"]) for page in pages] == [100, 1], operation
        assert refused(sns, operation, **params, NextToken="x") == INVALID, operation


def test_a_mail_subscription_waits_until_it_is_confirmed(sns: Any) -> None:
    assert sns.subscribe(**MAIL)["SubscriptionArn"] == "pending confirmation"
    (row,) = sns.list_subscriptions_by_topic(**TOPIC)["Subscriptions"]
    assert (row["SubscriptionArn"], row["Endpoint"]) == ("PendingConfirmation", MAIL["Endpoint"])
    arn = sns.subscribe(**MAIL, ReturnSubscriptionArn=True)["SubscriptionArn"]
    one = {"SubscriptionArn": arn}
    shown = sns.get_subscription_attributes(**one)["Attributes"]
    assert (shown["PendingConfirmation"], shown["ConfirmationWasAuthenticated"]) == ("true", "false")
    counts = [attributes_of(sns)[f"Subscriptions{what}"] for what in ("Pending", "Confirmed", "Deleted")]
    assert counts == ["1", "0", "0"]
    code, text = refusal(sns, "unsubscribe", **one)
    assert (code, "pending confirmation" in text) == (INVALID, True)
    code, text = refusal(sns, "unsubscribe", SubscriptionArn="PendingConfirmation")
    assert (code, text.endswith("An ARN must have at least 6 elements, not 1")) == (INVALID, True)
    assert refused(sns, "confirm_subscription", **TOPIC, Token="x") == INVALID
    sns.confirm_subscription(**TOPIC, Token=arn.rpartition(":")[2])
    (row,) = sns.list_subscriptions()["Subscriptions"]
    assert row["SubscriptionArn"] == arn == sns.subscribe(**MAIL)["SubscriptionArn"]
    assert sns.get_subscription_attributes(**one)["Attributes"]["PendingConfirmation"] == "false"
    sns.unsubscribe(**one)
    counts = [attributes_of(sns)[f"Subscriptions{what}"] for what in ("Pending", "Confirmed", "Deleted")]
    assert counts == ["0", "0", "1"]
    assert refused(sns, "get_subscription_attributes", **one) == MISSING


def test_a_subscription_that_nobody_confirms_lapses_after_48_hours() -> None:
    with sandboxed() as (box, clock):
        sns = client_of(box, "sns")
        sns.create_topic(Name="ops")
        arn = sns.subscribe(**MAIL, ReturnSubscriptionArn=True)["SubscriptionArn"]
        confirmed = {**MAIL, "Endpoint": "other@example.com"}
        other = sns.subscribe(**confirmed, ReturnSubscriptionArn=True)["SubscriptionArn"]
        sns.confirm_subscription(**TOPIC, Token=other.rpartition(":")[2])
        clock.sleep(47 * HOUR)
        assert sns.subscribe(**MAIL, ReturnSubscriptionArn=True)["SubscriptionArn"] == arn  # requested again
        clock.sleep(47 * HOUR)
        assert attributes_of(sns)["SubscriptionsPending"] == "1"
        clock.sleep(1 * HOUR)
        (row,) = sns.list_subscriptions()["Subscriptions"]
        assert row["SubscriptionArn"] == other
        assert refused(sns, "confirm_subscription", **TOPIC, Token=arn.rpartition(":")[2]) == INVALID


def test_only_the_owner_of_an_endpoint_elsewhere_has_to_confirm(sns: Any) -> None:
    for protocol, endpoint, pending in (
        ("sqs", QUEUE, False),
        ("sqs", QUEUE.replace("123456789012", "210987654321"), True),
        ("lambda", f"arn:aws:lambda:{REGION}:123456789012:function:f", False),
        ("sms", "+447700900123", False),
        ("https", "https://example.com/hook", True),
        ("email-json", "a@b.c", True),
    ):
        answer = sns.subscribe(**TOPIC, Protocol=protocol, Endpoint=endpoint)["SubscriptionArn"]
        assert (answer == "pending confirmation") is pending, endpoint


def test_a_subscription_keeps_every_attribute(sns: Any) -> None:
    whole = {
        "FilterPolicy": '{"a": {"b": ["c"]}}',
        "FilterPolicyScope": "MessageBody",
        "RawMessageDelivery": "true",
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": QUEUE}),
    }
    to_queue = {**TOPIC, "Protocol": "sqs", "Endpoint": QUEUE}
    arn = sns.subscribe(**to_queue, Attributes=whole)["SubscriptionArn"]
    one = {"SubscriptionArn": arn}
    assert whole.items() <= sns.get_subscription_attributes(**one)["Attributes"].items()
    assert sns.subscribe(**to_queue, Attributes=whole)["SubscriptionArn"] == arn
    code, text = refusal(sns, "subscribe", **to_queue, Attributes={**whole, "RawMessageDelivery": "false"})
    assert (code, text.endswith("Subscription already exists with different attributes")) == (INVALID, True)
    for name, value in (("RawMessageDelivery", "false"), ("FilterPolicy", "{}"), ("RedrivePolicy", "")):
        sns.set_subscription_attributes(**one, AttributeName=name, AttributeValue=value)
    shown = sns.get_subscription_attributes(**one)["Attributes"]
    assert shown["RawMessageDelivery"] == "false"
    assert not shown.keys() & {"FilterPolicy", "FilterPolicyScope", "RedrivePolicy"}
    firehose = f"arn:aws:firehose:{REGION}:123456789012:deliverystream/s"
    to_stream = {**TOPIC, "Protocol": "firehose", "Endpoint": firehose}
    assert refused(sns, "subscribe", **to_stream) == INVALID
    arn = sns.subscribe(**to_stream, Attributes={"SubscriptionRoleArn": ROLE})["SubscriptionArn"]
    shown = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert shown["SubscriptionRoleArn"] == ROLE


def test_a_wrong_subscription_is_refused(sns: Any) -> None:
    right = {**TOPIC, "Protocol": "sqs", "Endpoint": QUEUE}
    wrongs: tuple[dict[str, Any], ...] = (
        {"Protocol": "pigeon"},
        {"Endpoint": "q"},
        {"Protocol": "email", "Endpoint": "nobody"},
        {"Protocol": "https", "Endpoint": "http://example.com"},
        {"Protocol": "lambda"},
        {"Protocol": "sms", "Endpoint": "home"},
        {"Attributes": {"Colour": "red"}},
        {"Attributes": {"RawMessageDelivery": "yes"}},
        {"Attributes": {"FilterPolicy": "["}},
        {"Attributes": {"FilterPolicy": '{"a": "b"}'}},
        {"Attributes": {"FilterPolicy": '{"a": {"b": ["c"]}}'}},
        {"Attributes": {"RedrivePolicy": "{}"}},
        {**MAIL, "Attributes": {"RawMessageDelivery": "true"}},
    )
    for wrong in wrongs:
        assert refused(sns, "subscribe", **{**right, **wrong}) == INVALID, wrong
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_only_confirmed_subscriptions_get_what_is_published(sandbox: Sandbox, sns: Any) -> None:
    sqs = client_of(sandbox, "sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    sns.subscribe(**TOPIC, Protocol="sqs", Endpoint=QUEUE, Attributes={"RawMessageDelivery": "true"})
    sns.subscribe(**TOPIC, Protocol="https", Endpoint="https://example.com/hook")
    sns.publish(**TOPIC, Message="seen")
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert message["Body"] == "seen"

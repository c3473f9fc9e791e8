"""Amazon SQS keeps every attribute of a queue and refuses what AWS refuses, with a plain client."""

import json
from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import REGION, client_of, refusal, refused

DEAD = f"arn:aws:sqs:{REGION}:123456789012:dead"
ORDERS = f"arn:aws:sqs:{REGION}:123456789012:orders"
WRONG, WRONG_NAME, WRONG_PARAMETER = "InvalidAttributeValue", "InvalidAttributeName", "InvalidParameterValue"


@pytest.fixture
def sqs(sandbox: Sandbox) -> Any:
    return client_of(sandbox, "sqs")


def new(sqs: Any, name: str = "orders", **attributes: str) -> str:
    return str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])


def shown(sqs: Any, url: str) -> dict[str, str]:
    return dict(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"])


def put(sqs: Any, url: str, **attributes: str) -> None:
    sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)


def policy(principal: Any = "*") -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "SQS:SendMessage", "Resource": ORDERS}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def redrive(count: Any = 3, arn: str = DEAD) -> str:
    return json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": count})


def allowing(permission: str, *sources: str) -> str:
    return json.dumps({"redrivePermission": permission, **({"sourceQueueArns": sources} if sources else {})})


def test_a_queue_keeps_what_it_was_made_with(sqs: Any) -> None:
    new(sqs, "dead")
    given = {
        "DelaySeconds": "5",
        "MaximumMessageSize": "2048",
        "MessageRetentionPeriod": "60",
        "ReceiveMessageWaitTimeSeconds": "20",
        "VisibilityTimeout": "43200",
        "KmsMasterKeyId": "alias/orders",
        "KmsDataKeyReusePeriodSeconds": "60",
        "Policy": policy(),
        "RedrivePolicy": redrive(),
        "RedriveAllowPolicy": allowing("denyAll"),
    }
    found = shown(sqs, new(sqs, **given))
    assert {name: found[name] for name in given} == given
    assert found["SqsManagedSseEnabled"] == "false"
    plain = shown(sqs, new(sqs, "plain"))
    assert plain["SqsManagedSseEnabled"] == "true"
    assert not {"KmsMasterKeyId", "Policy", "RedrivePolicy", "RedriveAllowPolicy", "FifoQueue"} & plain.keys()


def test_a_change_keeps_the_other_attributes_and_an_empty_text_removes_one(sqs: Any) -> None:
    new(sqs, "dead")
    url = new(sqs, Policy=policy(), RedrivePolicy=redrive(), KmsMasterKeyId="alias/aws/sqs")
    put(sqs, url, VisibilityTimeout="1", RedriveAllowPolicy=allowing("byQueue", ORDERS))
    found = shown(sqs, url)
    assert (found["Policy"], found["RedrivePolicy"]) == (policy(), redrive())
    assert found["RedriveAllowPolicy"] == allowing("byQueue", ORDERS)
    names = ("Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId")
    put(sqs, url, **dict.fromkeys(names, ""))
    assert not {*names} & shown(sqs, url).keys()
    assert shown(sqs, url)["VisibilityTimeout"] == "1"
    one = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout", "RedriveAllowPolicy"])
    assert one["Attributes"] == {"VisibilityTimeout": "1"}


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"VisibilityTimeout": "999999"}, WRONG),
        ({"DelaySeconds": "901"}, WRONG),
        ({"MessageRetentionPeriod": "59"}, WRONG),
        ({"ContentBasedDeduplication": "true"}, WRONG_NAME),
        ({"FifoQueue": "false"}, WRONG_NAME),
        ({"Policy": "{}"}, WRONG),
        ({"Policy": policy({"AWS": "arn:aws:iam::123456789012:role/nobody"})}, WRONG),
        ({"RedrivePolicy": redrive()}, WRONG_PARAMETER),
        ({"RedrivePolicy": '{"maxReceiveCount": 3}'}, WRONG_PARAMETER),
        ({"RedriveAllowPolicy": allowing("byQueue")}, WRONG),
        ({"RedriveAllowPolicy": allowing("denyAll", ORDERS)}, WRONG),
        ({"SqsManagedSseEnabled": "true", "KmsMasterKeyId": "alias/orders"}, WRONG),
    ],
)  # fmt: skip
def test_attributes_that_aws_refuses(sqs: Any, attributes: dict[str, str], code: str) -> None:
    assert refused(sqs, "create_queue", QueueName="orders", Attributes=attributes) == code
    url = new(sqs, "another")
    before = shown(sqs, url)
    assert refused(sqs, "set_queue_attributes", QueueUrl=url, Attributes=attributes) == code
    assert shown(sqs, url) == before


def test_one_encryption_replaces_the_other(sqs: Any) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html."""
    url = new(sqs)
    put(sqs, url, KmsMasterKeyId="alias/orders")
    assert shown(sqs, url)["SqsManagedSseEnabled"] == "false"
    managed = {"SqsManagedSseEnabled": "true"}
    assert refused(sqs, "set_queue_attributes", QueueUrl=url, Attributes=managed) == WRONG
    put(sqs, url, **managed, KmsMasterKeyId="")
    assert (shown(sqs, url)["SqsManagedSseEnabled"], "KmsMasterKeyId" in shown(sqs, url)) == ("true", False)


def test_a_fifo_queue_has_attributes_of_its_own(sqs: Any) -> None:
    fifo = {"FifoQueue": "true", "DeduplicationScope": "messageGroup"}
    url = new(sqs, "orders.fifo", **fifo, FifoThroughputLimit="perMessageGroupId")
    assert shown(sqs, url)["FifoThroughputLimit"] == "perMessageGroupId"
    assert shown(sqs, url)["ContentBasedDeduplication"] == "false"
    back = {"DeduplicationScope": "queue"}
    assert refused(sqs, "set_queue_attributes", QueueUrl=url, Attributes=back) == WRONG
    assert refused(sqs, "set_queue_attributes", QueueUrl=url, Attributes={"FifoQueue": "true"}) == WRONG_NAME
    assert refused(sqs, "create_queue", QueueName="orders", Attributes=fifo) == WRONG_PARAMETER
    assert refused(sqs, "create_queue", QueueName="tills.fifo", Attributes={}) == WRONG_PARAMETER
    new(sqs, "dead")
    other = {"FifoQueue": "true", "RedrivePolicy": redrive()}
    assert "same type" in refusal(sqs, "create_queue", QueueName="x.fifo", Attributes=other)[1]


def test_a_dead_letter_queue_says_who_may_use_it(sqs: Any) -> None:
    dead = new(sqs, "dead", RedriveAllowPolicy=allowing("byQueue", f"{ORDERS}2"))
    asked = {"QueueName": "orders", "Attributes": {"RedrivePolicy": redrive()}}
    assert refused(sqs, "create_queue", **asked) == WRONG_PARAMETER
    put(sqs, dead, RedriveAllowPolicy=allowing("denyAll"))
    assert refused(sqs, "create_queue", **asked) == WRONG_PARAMETER
    put(sqs, dead, RedriveAllowPolicy=allowing("byQueue", ORDERS))
    sqs.create_queue(**asked)
    assert len(sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"]) == 1


def test_a_name_is_taken_while_attributes_differ_and_for_a_minute_after_a_deletion(
    sqs: Any, sandbox: Sandbox
) -> None:
    url = new(sqs, DelaySeconds="5")
    assert new(sqs) == new(sqs, DelaySeconds="5") == url
    different = {"DelaySeconds": "6"}
    assert refused(sqs, "create_queue", QueueName="orders", Attributes=different) == "QueueAlreadyExists"
    sqs.delete_queue(QueueUrl=url)
    gone = "AWS.SimpleQueueService.NonExistentQueue"
    assert refused(sqs, "get_queue_url", QueueName="orders") == gone
    too_soon = "AWS.SimpleQueueService.QueueDeletedRecently"
    assert refused(sqs, "create_queue", QueueName="orders") == too_soon


def test_queues_are_listed_in_pages_if_asked(sqs: Any) -> None:
    urls = sorted(new(sqs, f"q{number}") for number in range(3))
    first = sqs.list_queues(MaxResults=2)
    rest = sqs.list_queues(MaxResults=2, NextToken=first["NextToken"])
    assert (len(first["QueueUrls"]), sorted(first["QueueUrls"] + rest["QueueUrls"])) == (2, urls)

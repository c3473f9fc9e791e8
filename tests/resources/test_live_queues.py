"""Passes over queues: dead-letter queues, encryption, names that were just deleted, and mistakes in the files."""

import json
from typing import Any

import pytest

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, fields, messages

DEAD = "${sqs.queue:dead}"
CAN_GO = {"policy": {"protect": False}}


def queues(**named: dict[str, Any]) -> dict[str, Any]:
    return {"sqs.queue": named}


def redriven(target: str = DEAD) -> dict[str, Any]:
    return {"redrive_policy": {"deadLetterTargetArn": target, "maxReceiveCount": 5}}


def by_queue(source: str) -> dict[str, Any]:
    return {"redrive_allow_policy": {"redrivePermission": "byQueue", "sourceQueueArns": [source]}}


def for_topics(resource: str) -> dict[str, Any]:
    who = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    return {"queue_policy": {"Version": "2012-10-17", "Statement": [{**who, "Resource": resource}]}}


@pytest.fixture
def sqs(harness: LiveHarness) -> Any:
    return harness.client("sqs")


def shown(sqs: Any, name: str = "orders") -> dict[str, str]:
    at = {"QueueUrl": sqs.get_queue_url(QueueName=name)["QueueUrl"]}
    return dict(sqs.get_queue_attributes(**at, AttributeNames=["All"])["Attributes"])


def test_queues_that_name_each_other_and_themselves_are_created_in_one_pass(
    harness: LiveHarness, sqs: Any
) -> None:
    harness.settle(
        queues(
            dead=by_queue("${sqs.queue:orders}"), orders={**redriven(), **for_topics("${sqs.queue:orders}")}
        )
    )
    dead = shown(sqs, "dead")["QueueArn"]
    assert json.loads(shown(sqs)["RedrivePolicy"])["deadLetterTargetArn"] == dead
    (statement,) = json.loads(shown(sqs)["Policy"])["Statement"]
    assert statement["Resource"] == shown(sqs)["QueueArn"]


def test_a_count_that_aws_shows_as_a_text_and_another_spelling_of_a_policy_are_no_difference(
    harness: LiveHarness, sqs: Any
) -> None:
    wanted = queues(dead={}, orders={**redriven(), **for_topics("*")})
    harness.settle(wanted)
    found, url = shown(sqs), sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    policy = json.loads(found["Policy"])
    policy["Statement"][0]["Action"] = ["SQS:SendMessage"]
    redrive = json.dumps({**json.loads(found["RedrivePolicy"]), "maxReceiveCount": "5"})
    sqs.set_queue_attributes(
        QueueUrl=url, Attributes={"Policy": json.dumps(policy), "RedrivePolicy": redrive}
    )
    harness.require_quiet(wanted)


def test_one_encryption_replaces_the_other(harness: LiveHarness, sqs: Any) -> None:
    harness.settle(queues(orders={"kms_master_key_id": "alias/orders"}))
    assert shown(sqs)["SqsManagedSseEnabled"] == "false"
    report = harness.settle(queues(orders={"sqs_managed_sse_enabled": True}))
    assert fields(report) == ["sqs_managed_sse_enabled"]
    assert "KmsMasterKeyId" not in shown(sqs)
    harness.settle(queues(orders={"kms_master_key_id": "alias/orders", "sqs_managed_sse_enabled": False}))
    assert shown(sqs)["KmsMasterKeyId"] == "alias/orders"


@pytest.mark.parametrize("managed", [{}, {"sqs_managed_sse_enabled": False}])
def test_a_queue_without_its_key_is_encrypted_as_a_new_one(
    harness: LiveHarness, sqs: Any, managed: dict[str, bool]
) -> None:
    harness.settle(queues(orders={"kms_master_key_id": "alias/orders"}))
    harness.settle(queues(orders={"kms_master_key_id": None, **managed}))
    assert shown(sqs)["SqsManagedSseEnabled"] == ("false" if managed else "true")
    assert "KmsMasterKeyId" not in shown(sqs)


def test_the_name_of_a_queue_that_was_just_deleted_is_waited_for(harness: LiveHarness, sqs: Any) -> None:
    harness.settle(queues(orders={}))
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName="orders")["QueueUrl"])
    before = harness.clock.now()
    report = harness.run(queues(orders={}))
    waited = harness.clock.now() - before
    if report.outcome != "settled":
        assert "60 seconds" in messages(report)[0]
        harness.clock.sleep(60)
        report = harness.settle(queues(orders={}))
    assert (report.outcome, waited < 10 * 60) == ("settled", True)


def test_a_queue_with_other_marks_is_not_taken_over(harness: LiveHarness, sqs: Any) -> None:
    sqs.create_queue(QueueName="orders", tags={"reconciler:stack": "another"})
    report = harness.run(queues(orders={}))
    assert (report.outcome, harness.calls) != ("settled", [])
    assert harness.calls == []


def test_a_queue_is_protected_until_its_policy_says_otherwise(harness: LiveHarness, sqs: Any) -> None:
    harness.settle(queues(orders={}, dead={}))
    kept = harness.run(queues(dead={}), prune=True)
    assert (harness.calls, shown(sqs)["QueueArn"].rpartition(":")[2]) == ([], "orders"), messages(kept)
    harness.settle(queues(orders=CAN_GO, dead={}))
    harness.settle(queues(dead={}), prune=True)
    assert [each.rpartition("/")[2] for each in sqs.list_queues()["QueueUrls"]] == ["dead"]


def test_a_fifo_queue_gets_the_end_of_its_name(harness: LiveHarness, sqs: Any) -> None:
    harness.settle(queues(orders={"fifo_queue": True, **redriven()}, dead={"fifo_queue": True}))
    assert json.loads(shown(sqs, "orders.fifo")["RedrivePolicy"])["deadLetterTargetArn"].endswith(
        ":dead.fifo"
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (redriven("dead"), "deadLetterTargetArn must be the ARN of a queue, such as ${sqs.queue:NAME}"),
        (redriven("${sqs.queue:orders}"), "a queue cannot be its own dead-letter queue"),
        (redriven("${sqs.queue:ticks}"), "ticks is not of the same type"),
        ({"redrive_policy": {"deadLetterTargetArn": DEAD}}, "maxReceiveCount must be a number from 1 to 1000"),
        ({"redrive_policy": {"target": DEAD}}, "there is no member target"),
        ({"redrive_allow_policy": {"redrivePermission": "nobody"}}, "redrivePermission must be allowAll, denyAll or byQueue"),
        ({"redrive_allow_policy": {"redrivePermission": "byQueue"}}, "byQueue needs sourceQueueArns"),
        ({"redrive_allow_policy": {"redrivePermission": "denyAll", "sourceQueueArns": [DEAD]}}, "only for redrivePermission: byQueue"),
        (by_queue("orders"), "each of sourceQueueArns must be the ARN of a queue"),
        ({"visibility_timeout": 43_201}, "43200"),
        ({"content_based_deduplication": True}, "only a FIFO queue has it"),
        ({"fifo_queue": True, "fifo_throughput_limit": "perMessageGroupId"}, "needs deduplication_scope: messageGroup"),
        ({"kms_data_key_reuse_period_seconds": 60}, "only a queue with kms_master_key_id has it"),
        ({"kms_master_key_id": "alias/a", "sqs_managed_sse_enabled": True}, "one type of encryption"),
        ({"queue_policy": {"Statement": [{"Effect": "Allow"}]}}, "write either Action or NotAction"),
    ],
)  # fmt: skip
def test_mistakes_are_told_before_the_first_call(
    harness: LiveHarness, settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidStack) as error:
        harness.run(queues(dead={}, ticks={"fifo_queue": True}, orders=settings))
    assert said in str(error.value)

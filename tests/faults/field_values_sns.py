"""Two values for every field of a topic, from its sample, each with settings with which AWS accepts them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.kinds import known_kinds
from tests.contract.samples.sns_topic import (
    DEAD,
    OTHER_DEAD,
    OTHER_QUEUE,
    OTHER_ROLE,
    QUEUE,
    TO_QUEUE,
    TO_STREAM,
    replaying,
)
from tests.faults.field_places import FieldValues, KindValues, Settings
from tests.faults.generated_fields import kind_values_of

FIFO: Settings = {"fifo_topic": True}
PLAIN: Settings = {"protocol": "sqs", "endpoint": QUEUE}
FILTERED: Settings = {**PLAIN, "filter_policy": {"shop": ["north"]}}


def one(member: str, row: Settings, first: Any, second: Any, **more: Any) -> tuple[str, FieldValues]:
    """Two values of a member of a subscription."""
    rows = [{**row, member: first}], [{**row, member: second}]
    without = more.pop("without", f"subscriptions[].{member}")
    return f"subscriptions[].{member}", FieldValues(*rows, tops=True, edges=(), without=without, **more)


def topic() -> KindValues:
    """A standard topic, except for the fields that only FIFO topics have."""
    found = kind_values_of(known_kinds()["sns.topic"])
    whole = {"without": "subscriptions"}
    by_path = {
        **found.by_path,
        "fifo_topic": FieldValues(True, True, edges=()),
        "content_based_deduplication": FieldValues(True, False, base=FIFO),
        "fifo_throughput_scope": FieldValues("MessageGroup", "Topic", base=FIFO),
        "archive_policy": FieldValues(
            {"MessageRetentionPeriod": "30"}, {"MessageRetentionPeriod": "60"}, base=FIFO
        ),
        "subscriptions": FieldValues([TO_QUEUE], [TO_STREAM], edges=([],)),
        **dict(
            (
                one("protocol", {"endpoint": "+442071838750"}, "sms", "sms", **whole),
                one("endpoint", {"protocol": "sqs"}, QUEUE, OTHER_QUEUE, **whole),
                one("filter_policy", PLAIN, {"shop": ["north"]}, {"shop": ["south"]}),
                one("filter_policy_scope", FILTERED, "MessageBody", "MessageAttributes"),
                one("raw_message_delivery", PLAIN, True, False),
                one(
                    "redrive_policy",
                    PLAIN,
                    {"deadLetterTargetArn": DEAD},
                    {"deadLetterTargetArn": OTHER_DEAD},
                ),
                one(
                    "subscription_role_arn",
                    TO_STREAM,
                    TO_STREAM["subscription_role_arn"],
                    OTHER_ROLE,
                    **whole,
                ),
                one("replay_policy", PLAIN, replaying("01"), replaying("02"), base=FIFO),
            )
        ),
    }
    return replace(found, base={}, by_path=by_path)


VALUES_BY_KIND: Mapping[str, KindValues] = {"sns.topic": topic()}

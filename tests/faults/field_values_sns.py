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
from tests.faults.field_places import Play, Scene, Settings
from tests.faults.generated_fields import scene_of

FIFO: Settings = {"fifo_topic": True}
PLAIN: Settings = {"protocol": "sqs", "endpoint": QUEUE}
FILTERED: Settings = {**PLAIN, "filter_policy": {"shop": ["north"]}}


def one(member: str, row: Settings, first: Any, second: Any, **more: Any) -> tuple[str, Play]:
    """Two values of a member of a subscription."""
    rows = [{**row, member: first}], [{**row, member: second}]
    without = more.pop("without", f"subscriptions[].{member}")
    return f"subscriptions[].{member}", Play(*rows, tops=True, edges=(), without=without, **more)


def topic() -> Scene:
    """A standard topic, except for the fields that only FIFO topics have."""
    found = scene_of(known_kinds()["sns.topic"])
    whole = {"without": "subscriptions"}
    plays = {
        **found.plays,
        "fifo_topic": Play(True, True, edges=()),
        "content_based_deduplication": Play(True, False, base=FIFO),
        "fifo_throughput_scope": Play("MessageGroup", "Topic", base=FIFO),
        "archive_policy": Play({"MessageRetentionPeriod": "30"}, {"MessageRetentionPeriod": "60"}, base=FIFO),
        "subscriptions": Play([TO_QUEUE], [TO_STREAM], edges=([],)),
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
    return replace(found, base={}, plays=plays)


SCENES: Mapping[str, Scene] = {"sns.topic": topic()}

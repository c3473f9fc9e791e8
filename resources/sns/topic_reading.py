"""Reads a topic and its subscriptions."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import (
    PAIR,
    Api,
    Change,
    Check,
    FieldRead,
    Look,
    Seen,
    Sighting,
    TagOperations,
    Wired,
    from_reply,
    tagging,
)
from reconciler.errors import Absent
from reconciler.model import Settings
from reconciler.resources.sns.confirmations import PENDING

TAGGING = tagging(TagOperations(pair=PAIR))


ENDPOINTS, TAGS = "Endpoints", "Tags"
"""Members that we add to replies: all subscriptions with their ARNs, and the tags."""


def subscriptions_of(api: Api, sighting: Sighting) -> Wired:
    """The subscriptions with their attributes; and the tags and the time, which decide about another request.

    The tags only matter for subscriptions that are missing. So they are read again when the subscriptions are others than before.
    """
    rows = list(_subscriptions(api, sighting))
    endpoints = sorted([row["Protocol"], row["Endpoint"], row["SubscriptionArn"]] for row in rows)
    known = sighting.settings if sighting.settings.get(ENDPOINTS) == endpoints else {}
    tags = known[TAGS] if TAGS in known else TAGGING.read(api, sighting)
    return {"Subscriptions": rows, ENDPOINTS: endpoints, TAGS: tags, "Now": api.wall()}


def tags_now(api: Api, change: Change) -> Wired:
    """The tags right before subscriptions are changed: another controller may just have sent a request."""
    return {TAGS: TAGGING.read(api, Sighting("", change.address, change.arn))}


def _subscriptions(api: Api, sighting: Sighting) -> Iterator[dict[str, Any]]:
    for row in api.pages("list_subscriptions_by_topic", TopicArn=sighting.arn):
        shown = {name: row[name] for name in ("SubscriptionArn", "Protocol", "Endpoint")}
        if shown["SubscriptionArn"] == PENDING:
            yield shown
        elif shown["SubscriptionArn"].startswith("arn:"):  # "Deleted" means that its owner unsubscribed
            try:
                reply = api.call("get_subscription_attributes", SubscriptionArn=shown["SubscriptionArn"])
            except Absent:
                continue  # it was deleted after it was listed
            yield {**reply["Attributes"], **shown}


ALONE: Mapping[str, FieldRead] = {
    "data_protection_policy": from_reply(
        "get_data_protection_policy",
        lambda reply: {"DataProtectionPolicy": reply.get("DataProtectionPolicy") or None},
        at=lambda sighting: {"ResourceArn": sighting.arn},
    ),
    "subscriptions": FieldRead(
        subscriptions_of,
        ("list_subscriptions_by_topic", "get_subscription_attributes", "list_tags_for_resource"),
    ),
}
"""By field: how it is read if GetTopicAttributes does not show it."""

CONFIRMED = "has no subscription that waits for its confirmation"


def _confirmed(look: Look) -> Seen:
    rows = list(look.api.pages("list_subscriptions_by_topic", TopicArn=look.sighting.arn))
    waiting = [f"{row['Protocol']} {row['Endpoint']}" for row in rows if row["SubscriptionArn"] == PENDING]
    what = f"not yet: {', '.join(waiting)}" if waiting else f"{len(rows)} of {len(rows)}"
    return Seen(not waiting, what, CONFIRMED)


def _without_subscriptions(written: Settings) -> str:
    return "the files give it no subscriptions" if not written.get("subscriptions") else ""


CHECKS: Mapping[str, Check] = {
    "subscriptions": Check(
        CONFIRMED, _confirmed, ("list_subscriptions_by_topic",), unless=_without_subscriptions
    )
}

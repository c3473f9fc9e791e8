"""The requests that change a topic and its subscriptions, and the comparison of subscriptions."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.contract import Calls, Change, Request, Sends, Wired, one_request_per_member
from reconciler.field_schema import fields_of
from reconciler.model import Settings
from reconciler.resources.sns.confirmations import (
    ASKED_TAG,
    PENDING,
    Endpoint,
    again_at,
    asked_in,
    shown,
    tag_value,
)
from reconciler.resources.sns.topic_model import ATTRIBUTES, Subscription, Topic
from reconciler.resources.sns.topic_reading import tags_now

OF_SUBSCRIPTION = tuple(str(shape.wire) for shape in fields_of(Subscription).values())[2:]
"""The attributes that SNS keeps for a subscription."""
NOTHING: Mapping[str, str] = {
    "FilterPolicy": "{}",
    "FilterPolicyScope": "MessageAttributes",
    "RawMessageDelivery": "false",
}
"""The values that clear an attribute. The other attributes are cleared by a request without a value."""


def _set(attribute: str) -> Callable[[Any], Wired]:
    return lambda value: {"AttributeName": attribute, "AttributeValue": "" if value is None else value}


SPELLED: Mapping[str, Callable[[Any], Wired]] = {
    str(shape.wire): _set(str(shape.wire).rpartition(".")[2])
    for name, shape in fields_of(Topic).items()
    if name in ATTRIBUTES
}
"""The parameters that set one attribute of a topic, by its member."""


def put_subscriptions(change: Change) -> Iterator[Request]:
    """Requests for new subscriptions, then changed ones, then deleted ones. AWS can neither change nor delete pending ones."""
    found = {Endpoint.of(row): row for row in change.reported.get("Subscriptions") or ()}
    wanted = {Endpoint.of(row): row for row in change.desired.get("Subscriptions") or ()}
    now, asked = change.reported["Now"], asked_in(change.reported["Tags"])
    account = change.arn.split(":")[4]
    for endpoint, row in wanted.items():
        if endpoint not in found and again_at(endpoint, asked, now) is None:
            attributes = {name: row[name] for name in OF_SUBSCRIPTION if name in row}
            whole = {**endpoint_of(row), "Attributes": attributes, "ReturnSubscriptionArn": True}
            yield Request("subscribe", {**change.address, **whole})
            if endpoint.has_to_confirm(account):
                # After the request: if AWS refuses the request, no message was sent, and the next pass may try again.
                asked[endpoint.digest] = now
                tag = {"Key": ASKED_TAG, "Value": tag_value(asked, now)}
                yield Request("tag_resource", {"ResourceArn": change.arn, "Tags": [tag]})
    for endpoint, row in wanted.items():
        if endpoint in found and found[endpoint]["SubscriptionArn"] != PENDING:
            yield from _changes(found[endpoint], row)
    for endpoint, row in found.items():
        if endpoint not in wanted and row["SubscriptionArn"] != PENDING:
            yield Request("unsubscribe", {"SubscriptionArn": row["SubscriptionArn"]})


def endpoint_of(row: Wired) -> dict[str, str]:
    """The members that identify a subscription of a topic."""
    return {name: row[name] for name in ("Protocol", "Endpoint")}


def _changes(before: Wired, after: Wired) -> Iterator[Request]:
    """One request for each attribute that differs.

    A filter policy for the message body may be nested, one for attributes may not. So the scope MessageBody is set before the
    policy, and the scope MessageAttributes after it.
    """
    scope_first = after.get("FilterPolicyScope") == "MessageBody"
    for name in sorted(OF_SUBSCRIPTION, key=lambda name: (name == "FilterPolicyScope") != scope_first):
        old, new = (side.get(name, NOTHING.get(name)) for side in (before, after))
        if _meant(old) != _meant(new):
            value = {} if new is None else {"AttributeValue": new}
            at = {"SubscriptionArn": before["SubscriptionArn"], "AttributeName": name}
            yield Request("set_subscription_attributes", {**at, **value})


def _meant(text: str | None) -> Any:
    """The value of an attribute, parsed if it is a JSON document."""
    try:
        return json.loads(text or "null")
    except ValueError:
        return text


def compared(rows: Sequence[Wired] | None, written: Settings, reported: Wired) -> list[Wired]:
    """The live subscriptions as they are compared with the written ones.

    A pending subscription has no attributes and cannot be deleted. If it is in the files, it counts as equal to them; if it
    is not, it is left out. A missing subscription that was requested within a day also counts as equal.
    """
    wanted = {Endpoint(row["protocol"], row["endpoint"]): row for row in written["subscriptions"] or ()}
    live = {Endpoint(row["protocol"], row["endpoint"]): row for row in rows or ()}
    waiting = {each for each, _ in unconfirmed(wanted, reported)}
    kept = [row for endpoint, row in live.items() if endpoint not in waiting]
    return [*kept, *(row for endpoint, row in wanted.items() if endpoint in waiting)]


def unconfirmed(wanted: Mapping[Endpoint, Wired], reported: Wired) -> Iterator[tuple[Endpoint, float | None]]:
    """The pending subscriptions; for those that SNS does not show, also the time of the next request in seconds since 1970."""
    found = {Endpoint.of(row): row for row in reported.get("Subscriptions") or ()}
    asked = asked_in(reported.get("Tags") or {})
    yield from ((each, None) for each, row in found.items() if row["SubscriptionArn"] == PENDING)
    for each in (each for each in wanted if each not in found):
        again = again_at(each, asked, reported["Now"])
        if again is not None:
            yield each, again


def remarks(written: Settings, reported: Wired) -> Iterator[str]:
    """Remarks about the subscriptions that wait for a confirmation."""
    rows = written.get("subscriptions")
    wanted = {Endpoint(row["protocol"], row["endpoint"]): row for row in rows or ()}
    for endpoint, again in unconfirmed(wanted, reported) if "subscriptions" in written else ():
        if again is not None:
            yield (
                f"{endpoint} was requested within a day, and SNS does not show it: it lapsed, its owner unsubscribed, "
                f"or SNS does not show it yet; it is requested again after {shown(again)}"
            )
        elif endpoint in wanted:
            yield f"{endpoint} waits for its confirmation; SNS removes it 48 hours after the request, and then it is requested again"
        else:
            yield (
                f"{endpoint} is not in the files and waits for its confirmation: nobody can delete it, and SNS removes it "
                "48 hours after the request"
            )


GROUPS = (
    Calls(
        one_request_per_member("set_topic_attributes", SPELLED),
        tuple(name for name in ATTRIBUTES if name != "fifo_topic"),
        ("set_topic_attributes",),
    ),
    Sends(
        "put_data_protection_policy",
        ("data_protection_policy",),
        addressed_as={"TopicArn": "ResourceArn"},
    ),
    Calls(
        put_subscriptions,
        ("subscriptions",),
        ("subscribe", "set_subscription_attributes", "unsubscribe", "tag_resource"),
        looks=tags_now,
    ),
)

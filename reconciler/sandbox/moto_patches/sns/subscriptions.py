"""Subscriptions of Amazon SNS, including pending ones."""

from collections.abc import Mapping

from moto.sns.models import Subscription, Topic

from reconciler.sandbox.moto_patches.attribute_checks import json_object
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.moto_patches.sns.rules import (
    check_arn,
    check_endpoint,
    check_subscription,
    invalid,
    not_found,
)
from reconciler.sandbox.moto_patches.sns.topics import PAGE, Reply, Topics, is_pending, wrong_token
from reconciler.sandbox.process_state import current

TO_CONFIRM = frozenset({"http", "https", "email", "email-json"})
# Source: https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html
PATIENCE = 48 * 3600
"""The seconds after which a pending subscription is removed."""
PENDING = "PendingConfirmation"


class Subscriptions(Topics):
    """The operations on subscriptions."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.asked: dict[str, float] = {}  # by subscription: the time of the last request for a confirmation

    def settle(self) -> None:
        """Remove subscriptions that were not confirmed in time."""
        now = current().clock()
        for arn, since in list(self.asked.items()):
            if now >= since + PATIENCE:
                del self.asked[arn]
                self.subscriptions.pop(arn, None)

    def subscription(self, arn: str) -> Subscription:
        """Return a subscription.

        Raises:
            SandboxError: there is none, or the text is not an ARN, such as the text in lists for a pending one.
        """
        self.settle()
        check_arn("SubscriptionArn", arn)
        if arn not in self.subscriptions:
            raise not_found("Subscription")
        return self.subscriptions[arn]

    def show(self, TopicArn: str) -> Reply:
        """GetTopicAttributes."""
        self.settle()
        return super().show(TopicArn)

    def list_subscriptions_by_topic(
        self,
        topic_arn: str,
        next_token: str | None = None,  # noqa: ARG002  moto's
    ) -> tuple[list[Subscription], int | None]:
        """Return the confirmed subscriptions, which get messages."""
        self.settle()
        ours = self._get_topic_subscriptions(self.topic(topic_arn))
        return [each for each in ours if not is_pending(each)], None

    def subscribe(self, topic_arn: str, endpoint: str, protocol: str) -> Subscription:
        """Create a subscription, or return the existing one; CloudFormation calls it too."""
        known = set(self.subscriptions)
        made = super().subscribe(topic_arn, endpoint, protocol)
        elsewhere = protocol in {"sqs", "lambda", "firehose"} and f":{self.account_id}:" not in endpoint
        if made.arn not in known and (protocol in TO_CONFIRM or elsewhere):
            made.attributes |= {PENDING: True, "ConfirmationWasAuthenticated": False}
            self.asked[made.arn] = current().clock()
        return made

    def add(
        self,
        TopicArn: str,
        Protocol: str,
        Endpoint: str | None = None,
        Attributes: Mapping[str, str] | None = None,
        ReturnSubscriptionArn: bool = False,
    ) -> Reply:
        """Subscribe; a second request sends the confirmation again, or returns the subscription.

        Source: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
        """
        self.settle()
        topic, given = self.topic(TopicArn), dict(Attributes or {})
        endpoint = check_endpoint(Protocol, Endpoint, fifo=bool(topic.fifo_topic))
        check_subscription(given, Protocol)
        if Protocol == "firehose" and not given.get("SubscriptionRoleArn"):
            raise invalid("SubscriptionRoleArn is required for Firehose delivery stream subscriptions")
        before = self._find_subscription(TopicArn, endpoint, Protocol)
        if before is not None:
            _compare(self.shown(before), given)
            made = before
        else:
            made = self._make(topic, endpoint, Protocol, given)
        if is_pending(made):
            self.asked[made.arn] = current().clock()
            if not ReturnSubscriptionArn:
                return {"SubscriptionArn": "pending confirmation"}
        return {"SubscriptionArn": made.arn}

    def confirm(self, TopicArn: str, Token: str, AuthenticateOnUnsubscribe: str = "false") -> Reply:
        """ConfirmSubscription. The token, which is not sent, is the last part of the subscription's ARN.

        Source: https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
        """
        self.settle()
        found = self.subscriptions.get(f"{self.topic(TopicArn).arn}:{Token}")
        if found is None:
            raise invalid("Token")
        found.attributes[PENDING] = False
        found.attributes["ConfirmationWasAuthenticated"] = AuthenticateOnUnsubscribe == "true"
        self.asked.pop(found.arn, None)
        return {"SubscriptionArn": found.arn}

    def remove(self, SubscriptionArn: str) -> None:
        """Unsubscribe, once it is confirmed; a missing one is accepted.

        Source: https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html
        """
        self.settle()
        check_arn("SubscriptionArn", SubscriptionArn)
        found = self.subscriptions.get(SubscriptionArn)
        if found is None:
            return
        if is_pending(found):
            raise invalid("Cannot unsubscribe a subscription that is pending confirmation")
        self.unsubscribe(SubscriptionArn)
        self.deleted[found.topic_arn] += 1

    def list_all(self, NextToken: str | None = None) -> Reply:
        """ListSubscriptions, 100 a page."""
        self.settle()
        return _page(list(self.subscriptions.values()), NextToken)

    def list_of(self, TopicArn: str, NextToken: str | None = None) -> Reply:
        """ListSubscriptionsByTopic, 100 a page."""
        self.settle()
        return _page(self._get_topic_subscriptions(self.topic(TopicArn)), NextToken)

    def show_attributes(self, SubscriptionArn: str) -> Reply:
        """GetSubscriptionAttributes."""
        return {"Attributes": self.shown(self.subscription(SubscriptionArn))}

    def set_attribute(self, SubscriptionArn: str, AttributeName: str, AttributeValue: str = "") -> None:
        """SetSubscriptionAttributes.

        Source: https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
        """
        found = self.subscription(SubscriptionArn)
        check_subscription({AttributeName: AttributeValue}, found.protocol)
        self._set_attribute(found, AttributeName, AttributeValue)

    def shown(self, subscription: Subscription) -> Mapping[str, str]:
        """Return the attributes of a subscription, without empty ones."""
        kept = self.get_subscription_attributes(subscription.arn)
        return {
            name: str(value).lower() if isinstance(value, bool) else value
            for name, value in kept.items()
            if value not in {"", "{}"}
        }

    def delete_topic(self, arn: str) -> None:
        """Delete a topic with its pending subscriptions."""
        super().delete_topic(arn)
        for each in [each for each in self.asked if each not in self.subscriptions]:
            del self.asked[each]

    def _make(
        self, topic: Topic, endpoint: str, protocol: str, attributes: Mapping[str, str]
    ) -> Subscription:
        made = self.subscribe(topic.arn, endpoint, protocol)
        try:
            for name in sorted(attributes, key=lambda name: name != "FilterPolicyScope"):  # the scope first
                self._set_attribute(made, name, attributes[name])
        except Exception:
            self.unsubscribe(made.arn)
            raise
        return made

    def _set_attribute(self, subscription: Subscription, name: str, value: str) -> None:
        if name == "FilterPolicy" and json_object(value) == {}:
            value = ""
        if name == "ReplayPolicy":
            subscription.attributes[name] = value
            return
        of_moto = value == "true" if name == "RawMessageDelivery" else value
        self.set_subscription_attributes(subscription.arn, name, of_moto)


def _compare(present: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    for name, value in wanted.items():
        now = present.get(name, "false" if name == "RawMessageDelivery" else "")
        same = json_object(now) == json_object(value) if json_object(value) is not None else now == value
        if not same:
            raise invalid("Attributes Reason: Subscription already exists with different attributes")


def _page(rows: list[Subscription], next_token: str | None) -> Reply:
    page, token = cut(rows, lambda row: str(row.arn), PAGE, next_token, wrong_token())
    shown = [
        {
            "SubscriptionArn": PENDING if is_pending(each) else each.arn,
            "Owner": each.owner,
            "Protocol": each.protocol,
            "Endpoint": each.endpoint,
            "TopicArn": each.topic_arn,
        }
        for each in page
    ]
    return {"Subscriptions": shown, "NextToken": token}

"""When topics are candidates for removal.

Sources: GetTopicAttributes (Amazon SNS API Reference); "Monitoring Amazon SNS topics using CloudWatch" (Developer Guide).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Metric, Unused

PUBLISHED = Metric("AWS/SNS", "NumberOfMessagesPublished", "TopicName")


def _unsubscribed(look: Considered) -> Iterator[Evidence]:
    shown = look.api.call("get_topic_attributes", **look.sighting.address)["Attributes"]
    if not int(shown.get("SubscriptionsConfirmed", 0)) and not int(shown.get("SubscriptionsPending", 0)):
        yield Evidence(f"0 subscriptions; {look.counted(PUBLISHED)} messages published from {look.period}")


TOPIC = Unused("it has no subscriptions", _unsubscribed, ("get_topic_attributes",), metrics=(PUBLISHED,))

"""Topics of Amazon SNS with all attributes."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from moto.sns.models import SNSBackend, Subscription, Topic

from reconciler.sandbox.moto_patches.attribute_checks import json_object
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.moto_patches.sns.rules import (
    LARGEST_DATA_PROTECTION,
    check_arn,
    check_tags,
    check_topic,
    invalid,
    not_found,
)
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]
Tags = list[dict[str, str]]

PAGE = 100
MOST_TAGS = 50


def wrong_token() -> SandboxError:
    """Return SNS's error for an invalid token."""
    return invalid("NextToken")


class Topics(SNSBackend):
    """The operations on topics."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.settings: dict[str, dict[str, str]] = {}  # by ARN: the attributes of a topic
        self.data_protection: dict[str, str] = {}
        self.deleted: Counter[str] = Counter()  # by topic: the number of deleted subscriptions

    def topic(self, arn: str) -> Topic:
        """Return a topic.

        Raises:
            SandboxError: there is none, or the text is not an ARN.
        """
        check_arn("TopicArn", arn)
        if arn not in self.topics:
            raise not_found("Topic")
        return self.topics[arn]

    def make(
        self,
        Name: str,
        Attributes: Mapping[str, str] | None = None,
        Tags: Tags | None = None,
        DataProtectionPolicy: str | None = None,
    ) -> Reply:
        """CreateTopic; a second request returns the topic, unless its attributes or tags differ.

        Source: https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
        """
        given = dict(Attributes or {})
        fifo = given.pop("FifoTopic", "false") == "true"
        check_topic(given, self.account_id, fifo=fifo)
        check_tags(Tags or [])
        tags = {tag["Key"]: tag["Value"] for tag in Tags or []}
        if len(tags) > MOST_TAGS:
            text = "Could not complete request: tag quota of per resource exceeded"
            raise SandboxError("TagLimitExceededException", text)
        arn = f"arn:{self.partition}:sns:{self.region_name}:{self.account_id}:{Name}"
        if arn in self.topics:
            self._compare(self.topics[arn], given, tags)
            return {"TopicArn": arn}
        _check_data_protection(DataProtectionPolicy)
        topic = self.create_topic(Name, {"FifoTopic": True} if fifo else {}, tags)  # type: ignore[dict-item]  # as moto has it
        self.settings[arn] = {}
        for name, value in given.items():
            self._set(topic, name, value)
        if DataProtectionPolicy:
            self.data_protection[arn] = DataProtectionPolicy
        return {"TopicArn": topic.arn}

    def drop(self, TopicArn: str) -> None:
        """DeleteTopic, with its subscriptions; a missing one is accepted.

        Source: https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html
        """
        check_arn("TopicArn", TopicArn)
        if json_object(self.settings.get(TopicArn, {}).get("ArchivePolicy", "{}")):
            text = "Cannot delete a topic with an ArchivePolicy"
            raise SandboxError("InvalidStateException", f"Invalid state: {text}")
        self.delete_topic(TopicArn)

    def delete_topic(self, arn: str) -> None:
        """Delete a topic with its data; CloudFormation calls it too."""
        super().delete_topic(arn)
        self.settings.pop(arn, None)
        self.data_protection.pop(arn, None)
        self.deleted.pop(arn, None)

    def names(self, NextToken: str | None = None) -> Reply:
        """ListTopics, 100 a page."""
        page, token = cut(list(self.topics), str, PAGE, NextToken, wrong_token())
        return {"Topics": [{"TopicArn": arn} for arn in page], "NextToken": token}

    def show(self, TopicArn: str) -> Reply:
        """GetTopicAttributes; unset and empty attributes are omitted.

        Source: https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
        """
        topic = self.topic(TopicArn)
        ours = self._get_topic_subscriptions(topic)
        pending = [each for each in ours if is_pending(each)]
        shown = {
            "TopicArn": topic.arn,
            "Owner": topic.account_id,
            "Policy": topic.policy,
            "DisplayName": topic.display_name,
            "EffectiveDeliveryPolicy": topic.effective_delivery_policy,
            "SubscriptionsConfirmed": str(len(ours) - len(pending)),
            "SubscriptionsPending": str(len(pending)),
            "SubscriptionsDeleted": str(self.deleted[topic.arn]),
        }
        if topic.kms_master_key_id:
            shown["KmsMasterKeyId"] = topic.kms_master_key_id
        if topic.fifo_topic:
            shown |= {
                "FifoTopic": "true",
                "ContentBasedDeduplication": str(topic.content_based_deduplication).lower(),
            }
        shown |= {name: value for name, value in self.settings.get(topic.arn, {}).items() if value}
        return {"Attributes": shown}

    def change(self, TopicArn: str, AttributeName: str, AttributeValue: str = "") -> None:
        """SetTopicAttributes.

        Source: https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
        """
        topic = self.topic(TopicArn)
        check_topic({AttributeName: AttributeValue}, self.account_id, fifo=bool(topic.fifo_topic))
        self._set(topic, AttributeName, AttributeValue)

    def put_data_protection(self, ResourceArn: str, DataProtectionPolicy: str) -> None:
        """PutDataProtectionPolicy; an empty text removes it."""
        topic = self.topic(ResourceArn)
        _check_data_protection(DataProtectionPolicy)
        self.data_protection[topic.arn] = DataProtectionPolicy

    def show_data_protection(self, ResourceArn: str) -> Reply:
        """GetDataProtectionPolicy."""
        return {"DataProtectionPolicy": self.data_protection.get(self.topic(ResourceArn).arn) or None}

    def tag(self, ResourceArn: str, Tags: Tags) -> None:
        """TagResource; an existing key gets the new value."""
        check_tags(Tags)
        self.tag_resource(ResourceArn, {tag["Key"]: tag["Value"] for tag in Tags})

    def _set(self, topic: Topic, name: str, value: str) -> None:
        """Store an attribute, also in moto if moto uses it."""
        if name == "Policy":
            topic.policy = value
            return
        if name == "DisplayName":
            topic.display_name = value
        elif name == "KmsMasterKeyId":
            topic.kms_master_key_id = value
        elif name == "ContentBasedDeduplication":
            topic.content_based_deduplication = value == "true"
        self.settings.setdefault(topic.arn, {})[name] = value

    def _compare(self, topic: Topic, attributes: Mapping[str, str], tags: Mapping[str, str]) -> None:
        present = self.show(topic.arn)["Attributes"]
        for name, value in attributes.items():
            now = present.get(name, "")
            same = json_object(now) == json_object(value) if json_object(value) is not None else now == value
            if not same:
                raise invalid("Attributes Reason: Topic already exists with different attributes")
        if tags and tags != topic._tags:  # noqa: SLF001  moto's own
            raise invalid("Tags Reason: Topic already exists with different tags")


def is_pending(subscription: Subscription) -> bool:
    """Return whether a subscription is not confirmed yet."""
    return bool(subscription.attributes.get("PendingConfirmation"))


def _check_data_protection(policy: str | None) -> None:
    if policy and (json_object(policy) is None or len(policy) > LARGEST_DATA_PROTECTION):
        raise invalid("DataProtectionPolicy Reason: The policy is not valid")

"""sns.topic: a topic with its subscriptions."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Assigned,
    Create,
    Delete,
    InFiles,
    Reads,
    Sighting,
    Wired,
)
from reconciler.errors import Absent
from reconciler.model import Finding, Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.sns import costs, topic_changes, topic_problems, unused
from reconciler.resources.sns.service import SNS
from reconciler.resources.sns.topic_cloudformation import CLOUDFORMATION
from reconciler.resources.sns.topic_grants import GRANTED_FOR
from reconciler.resources.sns.topic_model import ATTRIBUTES, NAMES, Topic
from reconciler.resources.sns.topic_reading import ALONE, CHECKS, ENDPOINTS, TAGGING, TAGS


class TopicAdapter(Adapter[Topic]):
    """CreateTopic, SetTopicAttributes, and the operations that change subscriptions."""

    kind = "sns.topic"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = GRANTED_FOR
    service = SNS
    model = Topic
    costs = costs.TOPIC
    summary = "a topic with its subscriptions"
    console = "https://{region}.console.aws.amazon.com/sns/v3/home?region={region}#/topic/arn:aws:sns:{region}:{account}:{name}"
    defaults: ClassVar[Settings] = {"fifo_topic": False}
    identity = Assigned(
        address="TopicArn",
        arn_in="TopicArn",
        arns=(
            "arn:{partition}:sns:{region}:{account}:{name}",
            "arn:{partition}:sns:{region}:{account}:{name}:*",  # its subscriptions
        ),
        forms=NAMES,
    )
    create = Create(
        "create_topic",
        (*ATTRIBUTES, "data_protection_policy"),
        fixed=frozenset({"fifo_topic"}),
        deferrable={"topic_policy": None},
    )
    updates = topic_changes.GROUPS
    # Only their owners can confirm its subscriptions a second time.
    delete = Delete("delete_topic", protected=True)
    reads = Reads(
        list="list_topics",
        get="get_topic_attributes",
        shown_in="Attributes",
        alone=ALONE,
        hints=frozenset({ENDPOINTS, TAGS}),
    )
    compared: ClassVar[Mapping[str, Callable[..., Any]]] = {"subscriptions": topic_changes.compared}
    checks = CHECKS
    unused = unused.TOPIC
    tagging = TAGGING
    tagging_api_type = "sns"  # the ARN of a topic has no resource type

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        del api, scope
        return Sighting(row["TopicArn"].rpartition(":")[2], {"TopicArn": row["TopicArn"]}, row["TopicArn"])

    def shown(self, row: Any) -> Wired:
        return {"Attributes": {"FifoTopic": "false", **row}}  # SNS says it of FIFO topics alone

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        place = {"partition": api.partition, "region": api.region, "account": api.account}
        arn = self.identity.arns[0].format(**place, name=name)
        try:
            return self.seen(api, scope, self._got(api, {"TopicArn": arn}))
        except Absent:
            return None

    def aws_name(self, name: str, settings: Settings) -> str:
        return topic_problems.name_of(name, settings)

    def problems(self, files: InFiles) -> Iterable[Finding]:
        return topic_problems.problems(files)

    def remarks(self, written: Settings, reported: Wired) -> Iterable[str]:
        return topic_changes.remarks(written, reported)

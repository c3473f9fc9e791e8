"""AWS's request quotas as token buckets: one for each account, Region and operation, or one for a whole service."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from reconciler.service import Rate
from reconciler.token_bucket import TokenBucket

EVERY_OTHER = "*"


@dataclass(frozen=True)
class Quotas:
    """The rates of each service by operation; a name may hold `*`, and the first that fits counts."""

    rates: Mapping[str, Mapping[str, Rate]] = field(default_factory=dict)
    shared: bool = False
    """Whether all operations of a service draw on one bucket."""

    def rate(self, service: str, operation: str) -> Rate | None:
        """The rate of an operation; None if there is no quota."""
        rates = self.rates.get(service, {})
        exact = rates.get(operation)
        if exact is not None:
            return exact
        return next((rate for pattern, rate in rates.items() if fnmatchcase(operation, pattern)), None)


def _each(rate: Rate, operations: str) -> dict[str, Rate]:
    return dict.fromkeys(operations.split(), rate)


# https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html#api-throttling-quotas
PUBLISHED = {
    **_each(Rate(25, 50), "ListIntegrationAssociations"),
    **_each(
        Rate(5, 8),
        "GetMetricData GetCurrentMetricData StartChatContact StartContactStreaming StopContactStreaming "
        "CreateParticipant CreatePersistentContactAssociation UpdateParticipantRoleConfig",
    ),
    **_each(
        Rate(10, 15),
        "GetContactAttributes UpdateContactAttributes DescribeContact StopContact UpdateContact "
        "ListContactReferences BatchPutContact",
    ),
    **_each(Rate(10, 10), "GetMetricDataV2"),
    **_each(Rate(0.5, 1), "SearchContacts"),
    **_each(Rate(20, 25), "TagContact UntagContact"),
    **_each(Rate(20, 20), "UpdateContactRoutingData"),
    **_each(Rate(17, 26), "SendChatIntegrationEvent"),
    "*Evaluation*": Rate(3, 5),
    EVERY_OTHER: Rate(2, 5),
}

# What the Service Quotas API listed as defaults in us-east-1 in February 2024. It lists rates, no bursts: those of
# the guide where it has them, else as many as come in a second.
LISTED_IN_2024 = {
    **_each(
        Rate(10, 10),
        "DescribeAgentStatus DescribeHoursOfOperation DescribePredefinedAttribute DescribePrompt DescribeQueue "
        "DescribeQuickConnect DescribeRoutingProfile DescribeUser DescribeUserHierarchyGroup "
        "DescribeUserHierarchyStructure GetMetricDataV2 ListAgentStatuses ListHoursOfOperations "
        "ListPredefinedAttributes ListPrompts ListQueueQuickConnects ListQueues ListQuickConnects "
        "ListRoutingProfileQueues ListRoutingProfiles ListUserHierarchyGroups ListUserProficiencies ListUsers",
    ),
    **_each(
        Rate(10, 15),
        "BatchPutContact DescribeContact GetContactAttributes ListContactReferences StopContact UpdateContact "
        "UpdateContactAttributes",
    ),
    **_each(
        Rate(5, 8),
        "CreateParticipant GetCurrentMetricData GetMetricData StartChatContact StartContactStreaming "
        "StopContactStreaming UpdateParticipantRoleConfig",
    ),
    **_each(Rate(20, 25), "TagContact UntagContact"),
    **_each(Rate(50, 50), "ListIntegrationAssociations"),
    **_each(Rate(0.1, 1), "CreateInstance DeleteInstance"),
    EVERY_OTHER: Rate(2, 5),
}

QUOTAS: Mapping[str, Quotas] = {
    "none": Quotas(),
    "default": Quotas({"connect": PUBLISHED}),
    "2024": Quotas({"connect": LISTED_IN_2024}),
    "shared": Quotas({"connect": {EVERY_OTHER: Rate(2, 5)}}, shared=True),
}


class Buckets:
    """The buckets of one sandbox. A refused request costs nothing."""

    def __init__(self, quotas: Quotas) -> None:
        self.quotas = quotas
        self._buckets: dict[tuple[str, ...], TokenBucket | None] = {}

    def take(self, place: tuple[str, str], service: str, operation: str, now: float) -> bool:
        """Take one token of an account and Region; False if none is left."""
        key = (*place, service) if self.quotas.shared else (*place, service, operation)
        if key not in self._buckets:
            rate = self.quotas.rate(service, operation)
            self._buckets[key] = TokenBucket(rate, now) if rate else None
        bucket = self._buckets[key]
        return bucket is None or bucket.take(now)

"""logs.log_group: where events of one application are kept, and what is made of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Calls,
    Change,
    Create,
    Delete,
    Named,
    Reads,
    Request,
    Sends,
    Sighting,
    TagWords,
    Wired,
    tagging,
)
from reconciler.forms import Form
from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.logs.log_group_model import LogGroup
from reconciler.resources.logs.service import LOGS

TO_LOGS = (("StringEquals", "iam:PassedToService", ("logs.amazonaws.com",)),)


def for_subscriptions(filters: Iterable[Mapping[str, Any]], location: Location) -> Iterator[Grant]:
    """The right to pass the roles of subscription filters to CloudWatch Logs (PutSubscriptionFilter, API reference)."""
    del location
    yield from (Grant("iam:PassRole", each["role_arn"], TO_LOGS) for each in filters if each.get("role_arn"))


BY_IDENTIFIER = {"logGroupName": "logGroupIdentifier"}
"""What newer operations call a log group."""


def put_filters(member: str, word: str) -> Callable[[Change], Iterable[Request]]:
    """The requests that make the filters of one sort as they are written: new and changed ones first, then deletes."""

    def requests(change: Change) -> Iterable[Request]:
        wanted, found = (
            {row["filterName"]: row for row in side.get(member) or ()}
            for side in (change.desired, change.observed)
        )
        for name, row in wanted.items():
            if found.get(name) != row:
                yield Request(f"put_{word}", {**change.address, **row})
        for name in found.keys() - wanted.keys():
            yield Request(f"delete_{word}", {**change.address, "filterName": name})

    return requests


def put_policy(member: str, word: str) -> Callable[[Change], Iterable[Request]]:
    """The request that sets one of the policies of a log group, or deletes it."""

    def requests(change: Change) -> Iterable[Request]:
        at, policy = {"logGroupIdentifier": change.address["logGroupName"]}, change.desired.get(member)
        if policy is None:
            yield Request(f"delete_{word}", at)
        else:
            yield Request(f"put_{word}", {**at, "policyDocument": policy})

    return requests


class LogGroupAdapter(Adapter[LogGroup]):
    """CreateLogGroup, and an operation for each setting."""

    kind = "logs.log_group"
    cloudformation = CloudFormation(
        type="AWS::Logs::LogGroup",
        called={"FieldIndexPolicies": "index_policy"},
        left_out={
            "ResourcePolicyDocument": "a resource policy is the account's own: PutResourcePolicy; not built"
        },
        fixed={"log_group_class": "no operation changes it; CloudFormation says that it can be updated"},
        not_granted={
            "firehose:TagDeliveryStream": "deliveries of logs are a type of their own",
            "logs:*ResourcePolic*": "not built",
            "logs:CreateLogDelivery": "deliveries of logs are a type of their own",
            "s3:REST.PUT.OBJECT": "no action of IAM",
        },
    )
    appearance = Appearance(sort="storage", column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"subscription_filters": for_subscriptions}
    service = LOGS
    model = LogGroup
    summary = "a log group with its retention, policies, metric filters and subscriptions"
    identity = Named(
        name="logGroupName",
        arns=(
            "arn:{partition}:logs:{region}:{account}:log-group:{name}",
            # IAM wants this one for all calls but those about tags.
            "arn:{partition}:logs:{region}:{account}:log-group:{name}:*",
        ),
        forms=(
            Form(r".{1,512}", "1 to 512 characters"),
            Form(r"[.\-_/#A-Za-z0-9]*", "a-z, A-Z, 0-9, ., -, _, / and # alone"),
            Form(r"(?!aws/).*", "a name that does not begin with aws/, which AWS keeps"),
        ),
    )
    create = Create(
        "create_log_group",
        ("kms_key_id", "log_group_class", "deletion_protection_enabled"),
        fixed=frozenset({"log_group_class"}),
    )
    updates = (
        Sends("associate_kms_key", ("kms_key_id",), cleared_by="disassociate_kms_key"),
        Sends("put_retention_policy", ("retention_in_days",), cleared_by="delete_retention_policy"),
        Sends(
            "put_log_group_deletion_protection", ("deletion_protection_enabled",), addressed_as=BY_IDENTIFIER
        ),
        Sends(
            "put_bearer_token_authentication",
            ("bearer_token_authentication_enabled",),
            addressed_as=BY_IDENTIFIER,
        ),
        Calls(
            put_policy("dataProtectionPolicy", "data_protection_policy"),
            ("data_protection_policy",),
            ("put_data_protection_policy", "delete_data_protection_policy"),
        ),
        Calls(
            put_policy("indexPolicy", "index_policy"),
            ("index_policy",),
            ("put_index_policy", "delete_index_policy"),
        ),
        Calls(
            put_filters("metricFilters", "metric_filter"),
            ("metric_filters",),
            ("put_metric_filter", "delete_metric_filter"),
        ),
        Calls(
            put_filters("subscriptionFilters", "subscription_filter"),
            ("subscription_filters",),
            ("put_subscription_filter", "delete_subscription_filter"),
        ),
    )
    delete = Delete("delete_log_group", protected=True)
    reads = Reads(
        called=(
            "describe_log_groups",
            "get_data_protection_policy",
            "describe_index_policies",
            "describe_metric_filters",
            "describe_subscription_filters",
        ),
        listed=frozenset(
            {
                "log_group_class",
                "kms_key_id",
                "deletion_protection_enabled",
                "bearer_token_authentication_enabled",
                "retention_in_days",
            }
        ),
        page=50,
        gets_one=True,
    )
    tagging_api_type = "logs:log-group"
    tagging = tagging(TagWords(at="resourceArn", in_create="tags", shown="tags", tags="tags", keys="tagKeys"))

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        for row in api.pages("describe_log_groups"):
            yield self.identity.sighting(api, scope, row["logGroupName"], settings=row)

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        rows = api.pages("describe_log_groups", logGroupNamePrefix=name)
        found = (row for row in rows if row["logGroupName"] == name)
        return next((self.identity.sighting(api, scope, name, settings=row) for row in found), None)

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        found: dict[str, Any] = {}
        if fields & self.reads.listed:
            found |= self.get(api, sighting).settings
        for field in fields & READERS.keys():
            found |= READERS[field](api, sighting.name)
        return found


def _index_policy(api: Api, name: str) -> Wired:
    rows = api.pages("describe_index_policies", logGroupIdentifiers=[name])
    own = (row["policyDocument"] for row in rows if row.get("source") != "ACCOUNT")
    return {"indexPolicy": next(own, None)}


READERS: Mapping[str, Callable[[Api, str], Wired]] = {
    "data_protection_policy": lambda api, name: {
        "dataProtectionPolicy": api.call("get_data_protection_policy", logGroupIdentifier=name).get(
            "policyDocument"
        )
    },
    "index_policy": _index_policy,
    "metric_filters": lambda api, name: {
        "metricFilters": list(api.pages("describe_metric_filters", logGroupName=name))
    },
    "subscription_filters": lambda api, name: {
        "subscriptionFilters": list(api.pages("describe_subscription_filters", logGroupName=name))
    },
}
"""What no bulk read shows, and how each is read."""

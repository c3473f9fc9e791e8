"""The policies and the filters of a log group: how they are read, and the requests that change them."""

from collections.abc import Iterable, Mapping

from reconciler.contract import (
    Api,
    Calls,
    Change,
    FieldRead,
    Request,
    RowCall,
    Sighting,
    Wired,
    by_rows,
    from_reply,
    from_rows,
)
from reconciler.field_schema import fields_of
from reconciler.resources.logs.log_group_model import LogGroup


def filters(field: str, noun: str) -> Calls:
    """The calls that change the metric filters or the subscription filters."""
    put = RowCall(f"put_{noun}")
    remove = RowCall(f"delete_{noun}", row=lambda row, _: {"filterName": row["filterName"]})
    return by_rows(LogGroup, field, add=put, update=put, remove=remove)


def policy(field: str) -> Calls:
    """The calls that set or delete one policy."""
    member = fields_of(LogGroup)[field].wire or field

    def requests(change: Change) -> Iterable[Request]:
        at, document = {"logGroupIdentifier": change.address["logGroupName"]}, change.desired.get(member)
        if document is None:
            yield Request(f"delete_{field}", at)
        else:
            yield Request(f"put_{field}", {**at, "policyDocument": document})

    return Calls(requests, (field,), (f"put_{field}", f"delete_{field}"))


def _set_resource_policy(change: Change) -> Iterable[Request]:
    """Put or delete the resource policy; the request names the revision that it replaces, and AWS refuses any other."""
    at = {"resourceArn": change.arn, "policyName": change.reported.get("policyName")}
    at["policyName"] = at["policyName"] or _policy_name(change.address["logGroupName"])
    if change.reported.get("revisionId"):
        at["expectedRevisionId"] = change.reported["revisionId"]
    document = change.desired.get("resourcePolicy")
    if document is None:
        yield Request("delete_resource_policy", at)
    else:
        yield Request("put_resource_policy", {**at, "policyDocument": document})


def _policy_name(group: str) -> str:
    """The name of the policy of a log group: AWS takes no slash at the ends, and no two in a row."""
    return "/".join(filter(None, group.split("/"))) or "policy"


RESOURCE_POLICY = Calls(
    _set_resource_policy, ("resource_policy",), ("put_resource_policy", "delete_resource_policy")
)


def _resource_policy(api: Api, sighting: Sighting) -> Wired:
    asked = {"resourceArn": sighting.arn, "policyScope": "RESOURCE"}
    rows = api.pages("describe_resource_policies", **asked)
    row: Wired = next((each for each in rows if each.get("resourceArn", sighting.arn) == sighting.arn), {})
    found = {name: row.get(name) for name in ("policyName", "revisionId")}
    return {"resourcePolicy": row.get("policyDocument"), **found}


def _index_policy(api: Api, sighting: Sighting) -> Wired:
    rows = api.pages("describe_index_policies", logGroupIdentifiers=[sighting.name])
    own = (row["policyDocument"] for row in rows if row.get("source") != "ACCOUNT")
    return {"indexPolicy": next(own, None)}


ALONE: Mapping[str, FieldRead] = {
    "data_protection_policy": from_reply(
        "get_data_protection_policy",
        lambda reply: {"dataProtectionPolicy": reply.get("policyDocument")},
        at=lambda sighting: {"logGroupIdentifier": sighting.name},
    ),
    "resource_policy": FieldRead(_resource_policy, ("describe_resource_policies",)),
    "index_policy": FieldRead(_index_policy, ("describe_index_policies",)),
    "metric_filters": from_rows("describe_metric_filters", "metricFilters"),
    "subscription_filters": from_rows("describe_subscription_filters", "subscriptionFilters"),
}
"""By field: how it is read, if DescribeLogGroups does not show it."""

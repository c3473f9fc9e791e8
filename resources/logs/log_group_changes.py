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
    "index_policy": FieldRead(_index_policy, ("describe_index_policies",)),
    "metric_filters": from_rows("describe_metric_filters", "metricFilters"),
    "subscription_filters": from_rows("describe_subscription_filters", "subscriptionFilters"),
}
"""By field: how it is read, if DescribeLogGroups does not show it."""

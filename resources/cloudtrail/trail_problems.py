"""Finds mistakes in the settings of a trail that AWS would refuse, and what its settings need in IAM.

Sources: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html,
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.interpolation import has_reference
from reconciler.model import Finding
from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.grants import service_linked_role, to_pass

GROUP, ROLE = "cloud_watch_logs_log_group_arn", "cloud_watch_logs_role_arn"
ONLY_EQUALS = frozenset({"readOnly", "eventCategory", "resources.type"})
OTHERS = ("starts_with", "ends_with", "not_equals", "not_starts_with", "not_ends_with")
OPERATORS = ("equals", *OTHERS)


def for_role(role: str, location: Location) -> Iterator[Grant]:
    """The grants for the role that writes to CloudWatch Logs (CreateTrail, Service Authorization Reference)."""
    del location
    yield to_pass(role, "cloudtrail")
    yield Grant("iam:GetRole", role)


def for_organization(wanted: object, location: Location) -> Iterator[Grant]:
    """The grants for a trail of an organization (CreateTrail, Service Authorization Reference)."""
    if wanted:
        reason = "asks about the organization of the account"
        for each in ("DescribeOrganization", "ListAWSServiceAccessForOrganization"):
            yield Grant(f"organizations:{each}", "*", (), reason)
        yield service_linked_role("cloudtrail.amazonaws.com", location)


GRANTED_FOR: Mapping[str, GrantedFor] = {ROLE: for_role, "is_organization_trail": for_organization}


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes of one trail."""
    values = files.values
    if values.get("is_multi_region_trail") and values.get("include_global_service_events") is False:
        said = "a trail of all Regions includes the events of global services; write true, or leave it out"
        yield Finding(said, ("include_global_service_events",))
    for one, other in ((GROUP, ROLE), (ROLE, GROUP)):
        gone = other in files.settings and values.get(other) is None
        if values.get(one) and (gone or files.lacks(other)):
            # The path is not that of `one`, whose value may be a reference.
            said = f"AWS takes {one} only with {other}"
            yield Finding(said, (other,) if gone else (), warning=not gone)
    if values.get("event_selectors") and values.get("advanced_event_selectors"):
        said = "a trail has either event_selectors or advanced_event_selectors; keep one"
        yield Finding(said, ("advanced_event_selectors",))
    for number, selector in enumerate(values.get("event_selectors") or ()):
        if selector.get("include_management_events") is False and not selector.get("data_resources"):
            said = "a selector without management events needs data_resources"
            yield Finding(said, ("event_selectors", number))
    for number, selector in enumerate(values.get("advanced_event_selectors") or ()):
        for said, *place in _of_advanced(selector):
            yield Finding(said, ("advanced_event_selectors", number, *place))


def _of_advanced(selector: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Each mistake, followed by its path."""
    rows = selector["field_selectors"]
    if all(row["field"] != "eventCategory" and not has_reference(row["field"]) for row in rows):
        yield (
            "a selector names its eventCategory: {field: eventCategory, equals: [Management]}",
            "field_selectors",
        )
    for number, row in enumerate(rows):
        place = ("field_selectors", number)
        if not any(row.get(name) for name in OPERATORS):
            yield f"this needs one of {', '.join(OPERATORS)}", *place
        wrong = next((name for name in OTHERS if row.get(name)), None)
        if row["field"] in ONLY_EQUALS and wrong:
            yield f"AWS compares {row['field']} only with equals", *place, wrong

"""Security profiles: the permissions of users."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, created, described, summarised
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.resource_types import SECURITY_PROFILE
from reconciler.sandbox.connect.core.stored_records import Record

# Search shows neither access control nor the time of change.
UNSEARCHED = (
    "AllowedAccessControlTags",
    "TagRestrictedResources",
    "HierarchyRestrictedResources",
    "AllowedAccessControlHierarchyGroupId",
    "GranularAccessControlConfiguration",
    "LastModifiedTime",
    "LastModifiedRegion",
)
LISTS = {
    "ListSecurityProfilePermissions": "Permissions",
    "ListSecurityProfileApplications": "Applications",
    "ListSecurityProfileFlowModules": "AllowedFlowModules",
    "ListSecurityProfileAIAgents": "AllowedAIAgents",
}

operations = Operations()


def with_organization(instance: Instance, record: Record) -> dict[str, Any]:
    """Describe a profile, with the instance id as OrganizationResourceId."""
    return {**described(instance, record), "OrganizationResourceId": instance.id}


def with_type(instance: Instance, record: Record) -> dict[str, Any]:
    """Summarize a profile."""
    return {**summarised(instance, record), "Type": record.settings["Type"]}


operations.describe("DescribeSecurityProfile", SECURITY_PROFILE, "SecurityProfile", with_organization)
operations.list_all("ListSecurityProfiles", SECURITY_PROFILE, "SecurityProfileSummaryList", view=with_type)
operations.search(
    "SearchSecurityProfiles",
    SECURITY_PROFILE,
    "SecurityProfiles",
    view=with_organization,
    without=UNSEARCHED,
)
operations.update(
    "UpdateSecurityProfile",
    SECURITY_PROFILE,
    "Description",
    "Permissions",
    "AllowedAccessControlTags",
    "TagRestrictedResources",
    "Applications",
    "HierarchyRestrictedResources",
    "AllowedAccessControlHierarchyGroupId",
    "AllowedFlowModules",
    "AllowedAIAgents",
    "GranularAccessControlConfiguration",
)
operations.delete("DeleteSecurityProfile", SECURITY_PROFILE)
for _operation, _member in LISTS.items():
    operations.list_children(_operation, SECURITY_PROFILE, _member, _member, most=1000)


@operations.on_instance
def create_security_profile(
    instance: Instance, SecurityProfileName: str, Tags: Mapping[str, str] | None = None, **settings: Any
) -> Reply:
    """Create a profile; it cannot be renamed."""
    settings["Type"] = "CUSTOMER_MANAGED"
    return created(instance.add(SECURITY_PROFILE, SecurityProfileName, settings, tags=Tags))

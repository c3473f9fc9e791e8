"""connect.security_profile: the permissions of users."""

from reconciler.cloudformation import CloudFormation
from reconciler.contract import Assigned, Create, Delete, Sends, from_rows, own_fields
from reconciler.forms import Form
from reconciler.resources.connect import terraform
from reconciler.resources.connect.common import IN_INSTANCE, KEPT, ConnectAdapter, ConnectReads
from reconciler.resources.connect.security_profile_model import SecurityProfile

FIELDS = own_fields(SecurityProfile)
LISTS = {
    name: from_rows(operation, member, MaxResults=1000)
    for name, operation, member in (
        ("permissions", "list_security_profile_permissions", "Permissions"),
        ("applications", "list_security_profile_applications", "Applications"),
        ("allowed_flow_modules", "list_security_profile_flow_modules", "AllowedFlowModules"),
        ("allowed_ai_agents", "list_security_profile_ai_agents", "AllowedAIAgents"),
    )
}
"""The fields that DescribeSecurityProfile does not show, and the lists that show them."""


class SecurityProfileAdapter(ConnectAdapter[SecurityProfile]):
    """CreateSecurityProfile and UpdateSecurityProfile, which does not change what a request leaves out."""

    kind = "connect.security_profile"
    terraform = terraform.SECURITY_PROFILE
    model = SecurityProfile
    cloudformation = CloudFormation(
        type="AWS::Connect::SecurityProfile",
        called={"AllowedAccessControlHierarchyGroupId": "allowed_access_control_hierarchy_group"},
    )
    summary = "the permissions of its users"
    identity = Assigned(
        name="SecurityProfileName",
        address="SecurityProfileId",
        arn_in="SecurityProfileArn",
        arns=(IN_INSTANCE,),
        forms=(
            Form(
                r"[ a-zA-Z0-9_@-]{1,127}",
                "1 to 127 of a-z, A-Z, 0-9, space, _, @ and -, with no accents or other signs",
            ),
        ),
    )
    create = Create("create_security_profile", FIELDS)
    updates = tuple(Sends("update_security_profile", (name,)) for name in FIELDS)
    delete = Delete("delete_security_profile", keeps_defaults=KEPT)
    reads = ConnectReads(
        list="search_security_profiles",
        list_versions="list_security_profiles",
        get="describe_security_profile",
        shown_in="SecurityProfile",
        listed=frozenset({"description"}),
        details=frozenset(FIELDS) - {"description", "permissions"},
        alone=LISTS,
    )
    made_with_instance = frozenset({"Admin", "Agent", "CallCenterManager", "QualityAnalyst"})

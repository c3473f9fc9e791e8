"""connect.security_profile: what an agent, a supervisor or an administrator may do."""

from reconciler.cloudformation import CloudFormation
from reconciler.contract import Assigned, Create, Delete, Sends
from reconciler.forms import Form
from reconciler.resources.connect.common import (
    IN_INSTANCE,
    KEPT,
    Apart,
    ConnectAdapter,
    ConnectReads,
)
from reconciler.resources.connect.security_profile_model import SecurityProfile

FIELDS = tuple(name for name in SecurityProfile.model_fields if name not in ("instance", "tags"))
LISTS = {
    "permissions": Apart(operation="list_security_profile_permissions", member="Permissions", page=1000),
    "applications": Apart(operation="list_security_profile_applications", member="Applications", page=1000),
    "allowed_flow_modules": Apart(
        operation="list_security_profile_flow_modules", member="AllowedFlowModules", page=1000
    ),
    "allowed_ai_agents": Apart(
        operation="list_security_profile_ai_agents", member="AllowedAIAgents", page=1000
    ),
}
"""Fields that no Describe shows, and the lists that do."""


class SecurityProfileAdapter(ConnectAdapter[SecurityProfile]):
    """CreateSecurityProfile and UpdateSecurityProfile, which leaves alone what a request leaves out."""

    kind = "connect.security_profile"
    model = SecurityProfile
    cloudformation = CloudFormation(
        type="AWS::Connect::SecurityProfile",
        called={"AllowedAccessControlHierarchyGroupId": "allowed_access_control_hierarchy_group"},
    )
    summary = "what its users may do"
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
    create = Create(
        "create_security_profile",
        FIELDS,
    )
    updates = tuple(Sends("update_security_profile", (name,)) for name in FIELDS)
    delete = Delete("delete_security_profile", keeps_defaults=KEPT)
    reads = ConnectReads(
        search="search_security_profiles",
        list="list_security_profiles",
        describe="describe_security_profile",
        shown_as="SecurityProfile",
        listed=frozenset({"description"}),
        apart=LISTS,
    )
    made_with_instance = frozenset({"Admin", "Agent", "CallCenterManager", "QualityAnalyst"})

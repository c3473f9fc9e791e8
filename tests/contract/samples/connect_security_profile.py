"""connect.security_profile."""

from reconciler.testing import Change, Drift, Given, Sample, Settings
from tests.contract.contract_around import in_instance

UPDATE = ("UpdateSecurityProfile",)


def data_table(region: str) -> Settings:
    rows = {
        "primary_attribute_values": [{"access_type": "ALLOW", "attribute_name": "region", "values": [region]}]
    }
    return {
        "data_table_access_control_configuration": {"primary_attribute_access_control_configuration": rows}
    }


def agent(name: str) -> Settings:
    return {"arn": f"arn:aws:wisdom:eu-west-2:123456789012:ai-agent/{name}"}


def module(name: str) -> Given:
    return Given(
        "connect",
        "create_contact_flow_module",
        {
            "Name": name,
            "Content": '{"Version":"2019-10-30","StartAction":"end","Actions":[{"Identifier":"end",'
            '"Type":"EndFlowModuleExecution","Parameters":{},"Transitions":{}}]}',
        },
        variable=name,
        member="Id",
    )


SAMPLE = Sample(
    name="Agents",
    around=in_instance({"connect.user_hierarchy_group": {"London": {}, "Leeds": {}}}),
    given=(module("verify"), module("survey")),
    base={
        "description": "What agents may do",
        "permissions": ["BasicAgentAccess", "OutboundCallAccess"],
        "allowed_access_control_tags": {"Site": "London"},
        "tag_restricted_resources": ["User"],
        "hierarchy_restricted_resources": ["User"],
        "allowed_access_control_hierarchy_group": "London",
        "applications": [{"namespace": "crm", "application_permissions": ["ACCESS"]}],
        "allowed_flow_modules": [{"flow_module_id": "${verify}", "type": "MCP"}],
        "allowed_ai_agents": [agent("one")],
        "granular_access_control_configuration": data_table("north"),
        "tags": {"Team": "orders"},
    },
    changes=(
        Change("description", "What all agents may do", UPDATE),
        Change("description", None, UPDATE, "cleared"),
        Change("permissions", ["BasicAgentAccess"], UPDATE),
        Change("permissions", None, UPDATE, "cleared"),
        Change("allowed_access_control_tags", {"Site": "Leeds"}, UPDATE),
        Change("allowed_access_control_tags", None, UPDATE, "cleared"),
        Change("tag_restricted_resources", ["User", "Queue"], UPDATE),
        Change("tag_restricted_resources", None, UPDATE, "cleared"),
        Change("hierarchy_restricted_resources", None, UPDATE, "cleared"),
        Change("allowed_access_control_hierarchy_group", "Leeds", UPDATE),
        Change("allowed_access_control_hierarchy_group", None, UPDATE, "cleared"),
        Change("applications", [{"namespace": "wiki", "application_permissions": ["ACCESS"]}], UPDATE),
        Change("applications", None, UPDATE, "cleared"),
        Change("allowed_flow_modules", [{"flow_module_id": "${survey}", "type": "MCP"}], UPDATE),
        Change("allowed_flow_modules", None, UPDATE, "cleared"),
        Change("allowed_ai_agents", [agent("one"), agent("two")], UPDATE),
        Change("allowed_ai_agents", None, UPDATE, "cleared"),
        Change("granular_access_control_configuration", data_table("south"), UPDATE),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift("description", "update_security_profile", {"Description": "by hand"}),
        Drift("permissions", "update_security_profile", {"Permissions": ["Users.Delete"]}),
        Drift("tag_restricted_resources", "update_security_profile", {"TagRestrictedResources": []}),
    ),
)

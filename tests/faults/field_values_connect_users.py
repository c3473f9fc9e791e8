"""Two values for every field of users, security profiles and hierarchy groups."""

from collections.abc import Mapping

from reconciler.testing import Given
from tests.contract.samples.connect_security_profile import agent, data_table
from tests.faults.common_field_values import BOOL, DESCRIPTION, TAGS, named, under
from tests.faults.field_places import FieldValues, KindValues

GRANTED = "granular_access_control_configuration"
TABLES = f"{GRANTED}.data_table_access_control_configuration"
ROWS = f"{TABLES}.primary_attribute_access_control_configuration"
VALUES = f"{ROWS}.primary_attribute_values"
NORTH, SOUTH = data_table("north"), data_table("south")
BY_REGION, BY_OTHER = (table["data_table_access_control_configuration"] for table in (NORTH, SOUTH))
NORTHERN, SOUTHERN = (
    each["primary_attribute_access_control_configuration"] for each in (BY_REGION, BY_OTHER)
)
ROW = {"access_type": "ALLOW", "attribute_name": "region", "values": ["north"]}
SECURITY = KindValues(
    base={},
    around={
        "applications[]": {"namespace": "crm", "application_permissions": ["ACCESS"]},
        "allowed_flow_modules[]": {"flow_module_id": "${verify}", "type": "MCP"},
        "allowed_ai_agents[]": agent("one"),
        f"{VALUES}[]": ROW,
    },
    by_path={
        "tags": TAGS,
        "description": DESCRIPTION,
        "permissions": FieldValues(["BasicAgentAccess"], ["OutboundCallAccess"], many=named("Permission.")),
        "allowed_access_control_tags": FieldValues(
            {"Site": "London"}, {"Site": "Leeds"}, edges=({f"Key{each}": "v" for each in range(4)},)
        ),
        "tag_restricted_resources": FieldValues(["User"], ["Queue"], many=named("Resource")),
        "hierarchy_restricted_resources": FieldValues(["User"], ["User", "Contact"]),
        "allowed_access_control_hierarchy_group": ("London", "Leeds"),
        "applications": FieldValues(
            [{"namespace": "crm", "application_permissions": ["ACCESS"]}],
            [{"namespace": "wiki", "application_permissions": ["ACCESS"]}],
            many=lambda number: [
                {"namespace": f"app{each}", "application_permissions": ["ACCESS"]} for each in range(number)
            ],
        ),
        "applications[].namespace": ("crm", "wiki"),
        "applications[].application_permissions": (["ACCESS"], ["ACCESS", "EDIT"]),
        "applications[].type": ("MCP", "THIRD_PARTY_APPLICATION"),
        "allowed_flow_modules": (
            [{"flow_module_id": "${verify}", "type": "MCP"}],
            [{"flow_module_id": "${survey}", "type": "MCP"}],
        ),
        "allowed_flow_modules[].flow_module_id": FieldValues("${verify}", "${survey}", edges=()),
        "allowed_flow_modules[].type": FieldValues("MCP", "MCP"),
        "allowed_ai_agents": FieldValues(
            [agent("one")], [agent("two")], many=lambda number: [agent(f"a{each}") for each in range(number)]
        ),
        "allowed_ai_agents[].arn": (agent("one")["arn"], agent("two")["arn"]),
        "allowed_ai_agents[].type": FieldValues("THIRD_PARTY", "THIRD_PARTY"),
        GRANTED: (NORTH, SOUTH),
        TABLES: (BY_REGION, BY_OTHER),
        ROWS: (NORTHERN, SOUTHERN),
        VALUES: FieldValues(
            [ROW],
            [{**ROW, "attribute_name": "site"}],
            many=lambda number: [{**ROW, "attribute_name": f"by{each}"} for each in range(number)],
        ),
        f"{VALUES}[].access_type": FieldValues("ALLOW", "ALLOW"),
        f"{VALUES}[].attribute_name": ("region", "site"),
        f"{VALUES}[].values": FieldValues(["north"], ["south"], many=named("value ")),
    },
)

GROUP = KindValues(base={}, around={}, by_path={"tags": TAGS, "parent_group": ("London", "Leeds")})

ADA = {"first_name": "Ada", "last_name": "Lovelace"}
WORK_TIME = {"after_contact_work_time_limit": 30}
FRENCH = {"attribute_name": "language", "attribute_value": "fr", "level": 3.0}
CHANNEL = FieldValues("VOICE", "CHAT", edges=("TASK", "EMAIL"))
PHONES = {"channel": "VOICE", "phone_type": "SOFT_PHONE"}
DESK = {"phone_type": "DESK_PHONE", "desk_phone_number": "+442079460111"}
AFTER = "after_contact_work_configs[]"

USER = KindValues(
    base={
        "password": {"secret": {"ssm": "/sandbox/password"}},
        "identity_info": ADA,
        "security_profiles": ["Clerks"],
        "routing_profile": "Agents",
    },
    around={
        "identity_info": ADA,
        "phone_config": {"phone_type": "SOFT_PHONE"},
        "auto_accept_configs[]": {"channel": "VOICE", "auto_accept": True},
        AFTER: {"channel": "VOICE", "after_contact_work_config": WORK_TIME},
        "phone_number_configs[]": PHONES,
        "persistent_connection_configs[]": {"channel": "VOICE", "persistent_connection": True},
        "voice_enhancement_configs[]": {"channel": "VOICE", "voice_enhancement_mode": "NONE"},
        "proficiencies[]": FRENCH,
    },
    by_path={
        "tags": TAGS,
        "password": FieldValues({"secret": {"ssm": "/sandbox/password"}}, {"secret": {"secretsmanager": "sandbox/password"}}),
        "identity_info": (ADA, {**ADA, "email": "ada@example.com"}),
        **under(
            "identity_info",
            first_name=("Ada", "Augusta"),
            last_name=("Lovelace", "King"),
            email=("ada@example.com", "king@example.com"),
            secondary_email=("al@example.com", "ak@example.com"),
            mobile=("+447700900000", "+447700900001"),
        ),
        "phone_config": ({"phone_type": "SOFT_PHONE", "auto_accept": True}, DESK),
        "phone_config.phone_type": FieldValues("DESK_PHONE", "SOFT_PHONE", beside={"phone_config": DESK}),
        "phone_config.auto_accept": BOOL,
        "phone_config.after_contact_work_time_limit": FieldValues(30, 60, edges=(0,)),
        "phone_config.desk_phone_number": ("+442079460111", "+442079460222"),
        "phone_config.persistent_connection": BOOL,
        "auto_accept_configs": (
            [{"channel": "VOICE", "auto_accept": True}],
            [{"channel": "VOICE", "auto_accept": False}, {"channel": "CHAT", "auto_accept": True}],
        ),
        "auto_accept_configs[].channel": CHANNEL,
        "auto_accept_configs[].auto_accept": BOOL,
        "auto_accept_configs[].agent_first_callback_auto_accept": BOOL,
        "after_contact_work_configs": (
            [{"channel": "VOICE", "after_contact_work_config": WORK_TIME}],
            [{"channel": "CHAT", "after_contact_work_config": {"after_contact_work_time_limit": 7}}],
        ),
        f"{AFTER}.channel": CHANNEL,
        f"{AFTER}.after_contact_work_config": (WORK_TIME, {"after_contact_work_time_limit": 60}),
        f"{AFTER}.after_contact_work_config.after_contact_work_time_limit": (30, 60),
        f"{AFTER}.agent_first_callback_after_contact_work_config": (
            {"after_contact_work_time_limit": 5},
            {"after_contact_work_time_limit": 6},
        ),
        f"{AFTER}.agent_first_callback_after_contact_work_config.after_contact_work_time_limit": (5, 6),
        "phone_number_configs": ([PHONES], [{**PHONES, "phone_type": "DESK_PHONE", "phone_number": "+442079460111"}]),
        "phone_number_configs[].channel": CHANNEL,
        "phone_number_configs[].phone_type": FieldValues(
            [PHONES], [{**PHONES, "phone_type": "DESK_PHONE", "phone_number": "+442079460111"}], tops=True, edges=()
        ),
        "phone_number_configs[].phone_number": FieldValues(
            "+442079460111",
            "+442079460222",
            beside={
                "phone_number_configs": [
                    {"channel": "VOICE", "phone_type": "DESK_PHONE", "phone_number": "+442079460111"}
                ]
            },
            without="phone_number_configs",
        ),
        "persistent_connection_configs": (
            [{"channel": "VOICE", "persistent_connection": True}],
            [{"channel": "VOICE", "persistent_connection": False}],
        ),
        "persistent_connection_configs[].channel": CHANNEL,
        "persistent_connection_configs[].persistent_connection": BOOL,
        "voice_enhancement_configs": (
            [{"channel": "VOICE", "voice_enhancement_mode": "NONE"}],
            [{"channel": "VOICE", "voice_enhancement_mode": "VOICE_ISOLATION"}],
        ),
        "voice_enhancement_configs[].channel": CHANNEL,
        "voice_enhancement_configs[].voice_enhancement_mode": ("NONE", "VOICE_ISOLATION"),
        "security_profiles": FieldValues(["Clerks"], ["Leads", "Clerks"]),
        "routing_profile": ("Agents", "Experts"),
        "hierarchy_group": ("London", "Leeds"),
        "proficiencies": (
            [FRENCH],
            [{"attribute_name": "language", "attribute_value": "de", "level": 5.0}],
        ),
        "proficiencies[].attribute_name": FieldValues("language", "craft", edges=("x", "x" * 100)),
        "proficiencies[].attribute_value": FieldValues(
            "fr",
            "de",
            beside={"proficiencies": [{**FRENCH, "attribute_name": "craft"}]},
            edges=("x", "x" * 100),
            without="proficiencies",
        ),
        "proficiencies[].level": (3.0, 4.0),
    },
    given=tuple(
        Given(
            "connect",
            "create_predefined_attribute",
            {"Name": name, "Values": {"StringList": ["fr", "de", "x", "x" * 100]}},
        )
        for name in ("craft", "x", "x" * 100)
    ),
)  # fmt: skip

VALUES_BY_KIND: Mapping[str, KindValues] = {
    "connect.security_profile": SECURITY,
    "connect.user_hierarchy_group": GROUP,
    "connect.user": USER,
}

"""connect.user."""

from reconciler.testing import Change, Drift, Given, Sample
from tests.contract.contract_around import in_instance

HOURS = {
    "time_zone": "Europe/London",
    "config": [{"day": "MONDAY", "start_time": "09:00", "end_time": "17:00"}],
}
PROFILE = {
    "description": "Agents",
    "default_outbound_queue": "Orders",
    "media_concurrencies": [{"channel": "VOICE", "concurrency": 1}],
}
ADA = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com"}
PHONE = {"phone_type": "SOFT_PHONE", "auto_accept": False, "after_contact_work_time_limit": 30}
FRENCH = {"attribute_name": "language", "attribute_value": "fr", "level": 3.0}
GERMAN = {"attribute_name": "language", "attribute_value": "de", "level": 5.0}
CONFIG = ("UpdateUserConfig",)
BY_CHANNEL = "by channel"
NEEDED = {
    "password": {"secret": {"ssm": "/sandbox/password"}},
    "identity_info": {**ADA, "secondary_email": "al@example.com", "mobile": "+447700900000"},
    "security_profiles": ["Clerks"],
    "routing_profile": "Agents",
}

SAMPLE = Sample(
    newer_actions={
        "connect:UpdateUserConfig": "botocore has the operation; the reference has no such action yet",
    },
    name="ada",
    around=in_instance(
        {
            "connect.hours_of_operation": {"Weekdays": HOURS},
            "connect.queue": {"Orders": {"hours_of_operation": "Weekdays"}},
            "connect.routing_profile": {"Agents": PROFILE, "Experts": PROFILE},
            "connect.security_profile": {"Clerks": {}, "Leads": {}},
            "connect.user_hierarchy_group": {"London": {}, "Leeds": {}},
        }
    ),
    given=(
        Given(
            "connect",
            "create_predefined_attribute",
            {"Name": "language", "Values": {"StringList": ["fr", "de"]}},
        ),
    ),
    base={
        **NEEDED,
        "phone_config": PHONE,
        "hierarchy_group": "London",
        "proficiencies": [FRENCH],
        "tags": {"Team": "orders"},
    },
    forms={
        BY_CHANNEL: {
            **NEEDED,
            "auto_accept_configs": [{"channel": "VOICE", "auto_accept": True}],
            "after_contact_work_configs": [
                {"channel": "VOICE", "after_contact_work_config": {"after_contact_work_time_limit": 30}}
            ],
            "phone_number_configs": [{"channel": "VOICE", "phone_type": "SOFT_PHONE"}],
            "persistent_connection_configs": [{"channel": "VOICE", "persistent_connection": False}],
            "voice_enhancement_configs": [{"channel": "VOICE", "voice_enhancement_mode": "NONE"}],
        }
    },
    changes=(
        Change("identity_info", {**ADA, "last_name": "King"}, ("UpdateUserIdentityInfo",)),
        Change("identity_info", {"email": "king@example.com"}, ("UpdateUserIdentityInfo",), "in its e-mail"),
        Change("identity_info", {"mobile": None}, ("UpdateUserIdentityInfo",), "without a mobile"),
        Change(
            "phone_config",
            {"phone_type": "DESK_PHONE", "desk_phone_number": "+442079460111"},
            ("UpdateUserPhoneConfig",),
        ),
        Change(
            "phone_config",
            {**PHONE, "after_contact_work_time_limit": 60},
            ("UpdateUserPhoneConfig",),
            "in its limit",
        ),
        Change(
            "auto_accept_configs",
            [{"channel": "VOICE", "auto_accept": False, "agent_first_callback_auto_accept": True}],
            CONFIG,
            form=BY_CHANNEL,
        ),
        Change(
            "after_contact_work_configs",
            [
                {
                    "channel": "VOICE",
                    "after_contact_work_config": {"after_contact_work_time_limit": 60},
                    "agent_first_callback_after_contact_work_config": {"after_contact_work_time_limit": 5},
                }
            ],
            CONFIG,
            form=BY_CHANNEL,
        ),
        Change(
            "phone_number_configs",
            [{"channel": "VOICE", "phone_type": "DESK_PHONE", "phone_number": "+442079460111"}],
            CONFIG,
            form=BY_CHANNEL,
        ),
        Change(
            "persistent_connection_configs",
            [{"channel": "VOICE", "persistent_connection": True}],
            CONFIG,
            form=BY_CHANNEL,
        ),
        Change(
            "voice_enhancement_configs",
            [{"channel": "VOICE", "voice_enhancement_mode": "VOICE_ISOLATION"}],
            CONFIG,
            form=BY_CHANNEL,
        ),
        Change("security_profiles", ["Leads", "Clerks"], ("UpdateUserSecurityProfiles",)),
        Change("routing_profile", "Experts", ("UpdateUserRoutingProfile",)),
        Change("hierarchy_group", "Leeds", ("UpdateUserHierarchy",)),
        Change("hierarchy_group", None, ("UpdateUserHierarchy",), "cleared"),
        Change(
            "proficiencies",
            [GERMAN],
            ("AssociateUserProficiencies", "DisassociateUserProficiencies"),
        ),
        Change("proficiencies", [{**FRENCH, "level": 4.0}], ("UpdateUserProficiencies",), "in level"),
        Change("proficiencies", None, ("DisassociateUserProficiencies",), "cleared"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift(
            "identity_info",
            "update_user_identity_info",
            {"IdentityInfo": {"FirstName": "By", "LastName": "Hand"}},
        ),
        Drift(
            "phone_config",
            "update_user_phone_config",
            {"PhoneConfig": {"PhoneType": "SOFT_PHONE", "AfterContactWorkTimeLimit": 5}},
        ),
        Drift("hierarchy_group", "update_user_hierarchy", {}),
    ),
    exempt={
        "directory_user_id": "belongs to an instance with EXISTING_DIRECTORY, and its sandbox has no directory"
    },
    no_meaning={"directory_user_id": "a user of a directory is no resource of AWS"},
)

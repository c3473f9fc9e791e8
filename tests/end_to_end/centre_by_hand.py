"""A contact centre that somebody filled by hand, with every kind of Amazon Connect: the requests."""

import json
from collections.abc import Mapping
from typing import Any

from tests.end_to_end.request_steps import ALIAS, TEAM, Step


def flow(queue: str) -> str:
    def action(
        name: str, kind: str, parameters: Mapping[str, str], errors: tuple[str, ...]
    ) -> dict[str, Any]:
        left = [{"ErrorType": each, "NextAction": "end"} for each in errors]
        onward = {"NextAction": "transfer" if name == "queue" else "end", "Errors": left} if errors else {}
        return {"Identifier": name, "Type": kind, "Parameters": parameters, "Transitions": onward}

    actions = [
        action("queue", "UpdateContactTargetQueue", {"QueueId": queue}, ("NoMatchingError",)),
        action("transfer", "TransferContactToQueue", {}, ("QueueAtCapacity", "NoMatchingError")),
        action("end", "DisconnectParticipant", {}, ()),
    ]
    return json.dumps({"Version": "2019-10-30", "StartAction": "queue", "Metadata": {}, "Actions": actions})


IN_CENTRE = {"InstanceId": "{INSTANCE}"}
CENTRE = (
    Step(
        "connect",
        "create_instance",
        {
            "IdentityManagementType": "CONNECT_MANAGED",
            "InstanceAlias": ALIAS,
            "InboundCallsEnabled": True,
            "OutboundCallsEnabled": True,
            "Tags": TEAM,
        },
        {"INSTANCE": "Id", "INSTANCE_ARN": "Arn"},
    ),
    Step("connect", "describe_instance", IN_CENTRE),
    Step("connect", "associate_lambda_function", {**IN_CENTRE, "FunctionArn": "{FUNCTION}"}),
    Step(
        "connect",
        "associate_instance_storage_config",
        {
            **IN_CENTRE,
            "ResourceType": "CALL_RECORDINGS",
            "StorageConfig": {
                "StorageType": "S3",
                "S3Config": {
                    "BucketName": "acme-orders",
                    "BucketPrefix": "calls",
                    "EncryptionConfig": {"EncryptionType": "KMS", "KeyId": "{KEY}"},
                },
            },
        },
    ),
    Step(
        "connect",
        "create_hours_of_operation",
        {
            **IN_CENTRE,
            "Name": "Days",
            "TimeZone": "Europe/London",
            "Config": [
                {
                    "Day": "MONDAY",
                    "StartTime": {"Hours": 9, "Minutes": 0},
                    "EndTime": {"Hours": 17, "Minutes": 30},
                }
            ],
        },
        {"HOURS": "HoursOfOperationId"},
    ),
    Step(
        "connect",
        "create_hours_of_operation_override",
        {
            **IN_CENTRE,
            "HoursOfOperationId": "{HOURS}",
            "Name": "Christmas",
            "Config": [],
            "EffectiveFrom": "2027-12-25",
            "EffectiveTill": "2027-12-25",
        },
    ),
    Step(
        "connect",
        "create_queue",
        {**IN_CENTRE, "Name": "Sales", "HoursOfOperationId": "{HOURS}", "MaxContacts": 20, "Tags": TEAM},
        {"QUEUE": "QueueId", "QUEUE_ARN": "QueueArn"},
    ),
    Step(
        "connect",
        "create_contact_flow",
        {**IN_CENTRE, "Name": "Main", "Type": "CONTACT_FLOW", "Content": flow("{QUEUE_ARN}")},
        {"FLOW": "ContactFlowId"},
    ),
    Step(
        "connect",
        "create_quick_connect",
        {
            **IN_CENTRE,
            "Name": "To sales",
            "QuickConnectConfig": {
                "QuickConnectType": "PHONE_NUMBER",
                "PhoneConfig": {"PhoneNumber": "+442079460000"},
            },
        },
        {"QUICK": "QuickConnectId"},
    ),
    Step(
        "connect",
        "associate_queue_quick_connects",
        {**IN_CENTRE, "QueueId": "{QUEUE}", "QuickConnectIds": ["{QUICK}"]},
    ),
    Step(
        "connect",
        "create_routing_profile",
        {
            **IN_CENTRE,
            "Name": "Agents",
            "Description": "All agents",
            "DefaultOutboundQueueId": "{QUEUE}",
            "MediaConcurrencies": [{"Channel": "VOICE", "Concurrency": 1}],
            "QueueConfigs": [
                {"QueueReference": {"QueueId": "{QUEUE}", "Channel": "VOICE"}, "Priority": 1, "Delay": 0}
            ],
        },
        {"ROUTING": "RoutingProfileId"},
    ),
    Step(
        "connect",
        "create_security_profile",
        {**IN_CENTRE, "SecurityProfileName": "Desk", "Permissions": ["BasicAgentAccess"]},
        {"SECURITY": "SecurityProfileId"},
    ),
    Step(
        "connect",
        "update_user_hierarchy_structure",
        {**IN_CENTRE, "HierarchyStructure": {"LevelOne": {"Name": "Site"}}},
    ),
    Step(
        "connect",
        "create_user_hierarchy_group",
        {**IN_CENTRE, "Name": "London"},
        {"SITE": "HierarchyGroupId"},
    ),
    Step("connect", "create_agent_status", {**IN_CENTRE, "Name": "Lunch", "State": "ENABLED"}),
    Step(
        "connect",
        "create_user",
        {
            **IN_CENTRE,
            "Username": "ada",
            "Password": "Passw0rd!",
            "IdentityInfo": {"FirstName": "Ada", "LastName": "Love", "Email": "ada@example.com"},
            "PhoneConfig": {"PhoneType": "SOFT_PHONE", "AutoAccept": True},
            "RoutingProfileId": "{ROUTING}",
            "SecurityProfileIds": ["{SECURITY}"],
            "HierarchyGroupId": "{SITE}",
            "Tags": TEAM,
        },
    ),
    Step(
        "connect",
        "search_available_phone_numbers",
        {"TargetArn": "{INSTANCE_ARN}", "PhoneNumberCountryCode": "GB", "PhoneNumberType": "DID"},
        {"NUMBER": "AvailableNumbersList[0].PhoneNumber"},
    ),
    Step(
        "connect",
        "claim_phone_number",
        {"TargetArn": "{INSTANCE_ARN}", "PhoneNumber": "{NUMBER}"},
        {"NUMBER_ID": "PhoneNumberId"},
    ),
    Step("connect", "describe_phone_number", {"PhoneNumberId": "{NUMBER_ID}"}),
    Step(
        "connect",
        "associate_phone_number_contact_flow",
        {**IN_CENTRE, "PhoneNumberId": "{NUMBER_ID}", "ContactFlowId": "{FLOW}"},
    ),
)
"""A contact centre with every kind of it."""

"""Reads each kind's fields with plain boto3, independently of our adapters."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeAlias

from botocore.exceptions import ClientError

from reconciler.planning.ownership import MARKS

Client: TypeAlias = Any
Image: TypeAlias = dict[str, Any]
"""The fields of a resource as AWS shows them."""
View: TypeAlias = Callable[[Client, Mapping[str, str], str], Image]

PAGES = 50


def _pick(reply: Mapping[str, Any], **fields: str) -> Image:
    """Fields, each from a member of the reply by its path."""
    found: Image = {}
    for name, member in fields.items():
        value: Any = reply
        for step in member.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        found[name] = value
    return found


def _rows(client: Client, operation: str, member: str, **parameters: Any) -> list[Any]:
    """Every row of a list, page after page."""
    rows: list[Any] = []
    for _ in range(PAGES):
        reply = getattr(client, operation)(**parameters)
        rows += reply[member]
        if not reply.get("NextToken"):
            return rows
        parameters["NextToken"] = reply["NextToken"]
    raise AssertionError(f"{operation} never ends")


def _plain_rows(rows: list[Any], *members: str) -> list[Any]:
    """Rows without the members that AWS adds: ARNs and names of referenced resources."""
    return [{member: row[member] for member in members} for row in rows]


def _tags(client: Client, arn: str) -> dict[str, str]:
    return dict(client.list_tags_for_resource(resourceArn=arn)["tags"])


def queue(client: Client, at: Mapping[str, str], arn: str) -> Image:
    described = client.describe_queue(**at)["Queue"]
    return {
        **_pick(
            described,
            description="Description",
            hours_of_operation="HoursOfOperationId",
            max_contacts="MaxContacts",
            status="Status",
            outbound_caller_config="OutboundCallerConfig",
            outbound_email_config="OutboundEmailConfig",
        ),
        "quick_connects": [
            row["Id"] for row in _rows(client, "list_queue_quick_connects", "QuickConnectSummaryList", **at)
        ],
        "email_addresses": [
            row["Id"] for row in _rows(client, "list_queue_email_addresses", "EmailAddressMetadataList", **at)
        ],
        "tags": _tags(client, arn),
    }


def hours(client: Client, at: Mapping[str, str], arn: str) -> Image:
    described = client.describe_hours_of_operation(**at)["HoursOfOperation"]
    rows = _rows(client, "list_hours_of_operation_overrides", "HoursOfOperationOverrideList", **at)
    return {
        **_pick(described, description="Description", time_zone="TimeZone", config="Config"),
        "parents": [
            {"HoursOfOperationId": row["Id"]} for row in described.get("ParentHoursOfOperations") or []
        ],
        "overrides": [
            {name: value for name, value in row.items() if name != "HoursOfOperationOverrideId"}
            for row in rows
        ],
        "tags": _tags(client, arn),
    }


def routing_profile(client: Client, at: Mapping[str, str], arn: str) -> Image:
    described = client.describe_routing_profile(**at)["RoutingProfile"]
    queues = _rows(client, "list_routing_profile_queues", "RoutingProfileQueueConfigSummaryList", **at)
    manual = _rows(
        client,
        "list_routing_profile_manual_assignment_queues",
        "RoutingProfileManualAssignmentQueueConfigSummaryList",
        **at,
    )
    return {
        **_pick(
            described,
            description="Description",
            default_outbound_queue="DefaultOutboundQueueId",
            media_concurrencies="MediaConcurrencies",
            agent_availability_timer="AgentAvailabilityTimer",
        ),
        "queue_configs": _plain_rows(queues, "QueueId", "Channel", "Priority", "Delay"),
        "manual_assignment_queue_configs": _plain_rows(manual, "QueueId", "Channel"),
        "tags": _tags(client, arn),
    }


def security_profile(client: Client, at: Mapping[str, str], arn: str) -> Image:
    described = client.describe_security_profile(**at)["SecurityProfile"]
    return {
        **_pick(
            described,
            description="Description",
            allowed_access_control_tags="AllowedAccessControlTags",
            tag_restricted_resources="TagRestrictedResources",
            hierarchy_restricted_resources="HierarchyRestrictedResources",
            allowed_access_control_hierarchy_group="AllowedAccessControlHierarchyGroupId",
            granular_access_control_configuration="GranularAccessControlConfiguration",
        ),
        "permissions": _rows(client, "list_security_profile_permissions", "Permissions", **at),
        "applications": _rows(client, "list_security_profile_applications", "Applications", **at),
        "allowed_flow_modules": _rows(
            client, "list_security_profile_flow_modules", "AllowedFlowModules", **at
        ),
        "allowed_ai_agents": client.list_security_profile_ai_agents(**at)["AllowedAIAgents"],
        "tags": _tags(client, arn),
    }


def quick_connect(client: Client, at: Mapping[str, str], arn: str) -> Image:
    described = client.describe_quick_connect(**at)["QuickConnect"]
    fields = _pick(described, description="Description", quick_connect_config="QuickConnectConfig")
    return {**fields, "tags": _tags(client, arn)}


def hierarchy_group(client: Client, at: Mapping[str, str], arn: str) -> Image:
    described = client.describe_user_hierarchy_group(**at)["HierarchyGroup"]
    above = [each["Id"] for each in described["HierarchyPath"].values() if each["Id"] != described["Id"]]
    return {"parent_group": above[-1] if above else None, "tags": _tags(client, arn)}


def user(client: Client, at: Mapping[str, str], arn: str) -> Image:
    described = client.describe_user(**at)["User"]
    return {
        **_pick(
            described,
            identity_info="IdentityInfo",
            phone_config="PhoneConfig",
            auto_accept_configs="AutoAcceptConfigs",
            after_contact_work_configs="AfterContactWorkConfigs",
            phone_number_configs="PhoneNumberConfigs",
            persistent_connection_configs="PersistentConnectionConfigs",
            voice_enhancement_configs="VoiceEnhancementConfigs",
            directory_user_id="DirectoryUserId",
            security_profiles="SecurityProfileIds",
            routing_profile="RoutingProfileId",
            hierarchy_group="HierarchyGroupId",
        ),
        "proficiencies": _rows(client, "list_user_proficiencies", "UserProficiencyList", **at),
        "tags": _tags(client, arn),
    }


def contact_flow(client: Client, at: Mapping[str, str], arn: str) -> Image:
    try:
        described = client.describe_contact_flow(**at)["ContactFlow"]
    except ClientError:  # a flow that was never published can only be described as a draft
        draft = {**at, "ContactFlowId": f"{at['ContactFlowId']}:$SAVED"}
        described = client.describe_contact_flow(**draft)["ContactFlow"]
    fields = _pick(
        described, type="Type", description="Description", content="Content", state="State", status="Status"
    )
    return {**fields, "tags": _tags(client, arn)}


def phone_number(client: Client, at: Mapping[str, str], arn: str) -> Image:
    described = client.describe_phone_number(**at)["ClaimedPhoneNumberSummary"]
    instance = described["InstanceId"]
    flows = _rows(
        client, "list_flow_associations", "FlowAssociationSummaryList",
        InstanceId=instance, ResourceType="VOICE_PHONE_NUMBER",
    )  # fmt: skip
    return {
        **_pick(
            described,
            phone_number="PhoneNumber",
            country_code="PhoneNumberCountryCode",
            type="PhoneNumberType",
            description="PhoneNumberDescription",
        ),
        "contact_flow": next(
            (row["FlowId"].rpartition("/")[2] for row in flows if row["ResourceId"] == arn), None
        ),
        "tags": _tags(client, arn),
    }


STORED = (
    "CHAT_TRANSCRIPTS", "CALL_RECORDINGS", "SCHEDULED_REPORTS", "MEDIA_STREAMS", "CONTACT_TRACE_RECORDS",
    "AGENT_EVENTS", "REAL_TIME_CONTACT_ANALYSIS_SEGMENTS", "REAL_TIME_CONTACT_ANALYSIS_CHAT_SEGMENTS",
    "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS", "ATTACHMENTS", "CONTACT_EVALUATIONS", "SCREEN_RECORDINGS",
    "EMAIL_MESSAGES",
)  # fmt: skip


def _asked_for(row: Mapping[str, Any], alias: str) -> Image:
    """A storage without the text that Connect adds to the prefix of a video stream."""
    video = row.get("KinesisVideoStreamConfig")
    if not video:
        return {**row}
    suffix = f"-connect-{alias}-contact-"
    assert video["Prefix"].endswith(suffix)
    return {**row, "KinesisVideoStreamConfig": {**video, "Prefix": video["Prefix"].removesuffix(suffix)}}


def instance(client: Client, at: Mapping[str, str], arn: str) -> Image:
    described = client.describe_instance(**at)["Instance"]
    attributes = {
        row["AttributeType"]: row["Value"]
        for row in _rows(client, "list_instance_attributes", "Attributes", **at)
    }
    calls = {"INBOUND_CALLS", "OUTBOUND_CALLS"}
    structure = client.describe_user_hierarchy_structure(**at).get("HierarchyStructure") or {}
    return {
        "identity_management_type": described["IdentityManagementType"],
        "directory_id": described.get("DirectoryId"),
        "inbound_calls_enabled": described["InboundCallsEnabled"],
        "outbound_calls_enabled": described["OutboundCallsEnabled"],
        "attributes": {name: value for name, value in attributes.items() if name not in calls},
        "approved_origins": _rows(client, "list_approved_origins", "Origins", **at),
        "lambda_functions": _rows(client, "list_lambda_functions", "LambdaFunctions", **at),
        "lex_bots": [row["LexBot"] for row in _rows(client, "list_bots", "LexBots", **at, LexVersion="V1")],
        "lex_v2_bots": [
            row["LexV2Bot"]["AliasArn"]
            for row in _rows(client, "list_bots", "LexBots", **at, LexVersion="V2")
        ],
        "security_keys": [row["Key"] for row in _rows(client, "list_security_keys", "SecurityKeys", **at)],
        "storage_configs": [
            {
                **{
                    name: value
                    for name, value in _asked_for(row, described["InstanceAlias"]).items()
                    if name != "AssociationId"
                },
                "ResourceType": kind,
            }
            for kind in STORED
            for row in _rows(
                client, "list_instance_storage_configs", "StorageConfigs", **at, ResourceType=kind
            )
        ],
        "hierarchy_structure": {level: {"Name": each["Name"]} for level, each in structure.items()},
        "tags": _tags(client, arn),
    }


NO_CEILING = -1


def _units(holder: Mapping[str, Any]) -> Image | None:
    units = holder.get("ProvisionedThroughput") or {}
    shown = {name: units.get(name) for name in ("ReadCapacityUnits", "WriteCapacityUnits")}
    return shown if any(shown.values()) else None


def _ceilings(holder: Mapping[str, Any]) -> Image | None:
    found = holder.get("OnDemandThroughput") or {}
    return {name: units for name, units in found.items() if units != NO_CEILING} or None


def _warm(holder: Mapping[str, Any]) -> Image | None:
    found = holder.get("WarmThroughput") or {}
    return {name: found[name] for name in ("ReadUnitsPerSecond", "WriteUnitsPerSecond") if name in found}


def _index(index: Mapping[str, Any]) -> Image:
    return {
        **{name: index[name] for name in ("IndexName", "KeySchema", "Projection")},
        "ProvisionedThroughput": _units(index),
        "OnDemandThroughput": _ceilings(index),
        "WarmThroughput": _warm(index),
    }


def table(client: Client, at: Mapping[str, str], arn: str) -> Image:
    found = client.describe_table(**at)["Table"]
    encryption = found.get("SSEDescription") or {}
    on = encryption.get("Status") in ("ENABLED", "ENABLING", "UPDATING")
    backups = client.describe_continuous_backups(**at)["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]
    expiry = client.describe_time_to_live(**at)["TimeToLiveDescription"]
    policy = None
    with suppress(ClientError):
        policy = client.get_resource_policy(ResourceArn=arn)["Policy"]
    return {
        "attribute_definitions": found["AttributeDefinitions"],
        "key_schema": found["KeySchema"],
        "local_secondary_indexes": [
            {name: each[name] for name in ("IndexName", "KeySchema", "Projection")}
            for each in found.get("LocalSecondaryIndexes") or []
        ],
        "global_secondary_indexes": [_index(each) for each in found.get("GlobalSecondaryIndexes") or []],
        "billing_mode": (found.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED"),
        "provisioned_throughput": _units(found),
        "on_demand_throughput": _ceilings(found),
        "warm_throughput": _warm(found),
        "stream_specification": found.get("StreamSpecification") or {"StreamEnabled": False},
        "sse": {
            "Enabled": on,
            **({"SSEType": encryption.get("SSEType"), "KMSMasterKeyId": encryption.get("KMSMasterKeyArn")} if on else {}),
        },
        "table_class": (found.get("TableClassSummary") or {}).get("TableClass", "STANDARD"),
        "deletion_protection_enabled": found.get("DeletionProtectionEnabled", False),
        "point_in_time_recovery": {
            "PointInTimeRecoveryEnabled": recovery["PointInTimeRecoveryStatus"] == "ENABLED",
            "RecoveryPeriodInDays": recovery.get("RecoveryPeriodInDays"),
        },
        "time_to_live": {
            "Enabled": expiry["TimeToLiveStatus"] in ("ENABLED", "ENABLING"),
            "AttributeName": expiry.get("AttributeName"),
        },
        "resource_policy": policy,
        "tags": {
            row["Key"]: row["Value"] for row in client.list_tags_of_resource(ResourceArn=arn)["Tags"]
        },
    }  # fmt: skip


def _lower(raw: Any) -> Any:
    """Names of filter rules in lower case: S3 replies "Prefix" where the request had "prefix"."""
    if isinstance(raw, Mapping):
        return {name: value.lower() if name == "Name" else _lower(value) for name, value in raw.items()}
    return [_lower(each) for each in raw] if isinstance(raw, list) else raw


def bucket(client: Client, at: Mapping[str, str], arn: str) -> Image:
    def shown(operation: str) -> Mapping[str, Any]:
        try:
            reply = getattr(client, operation)(**at)
        except ClientError:  # S3 returns an error if nothing is configured
            return {}
        return {name: value for name, value in reply.items() if name != "ResponseMetadata"}

    lock = shown("get_object_lock_configuration").get("ObjectLockConfiguration") or {}
    rules = shown("get_bucket_lifecycle_configuration")
    return {
        "object_lock_enabled": lock.get("ObjectLockEnabled") == "Enabled",
        "default_retention": (lock.get("Rule") or {}).get("DefaultRetention"),
        "public_access_block": shown("get_public_access_block").get("PublicAccessBlockConfiguration"),
        "object_ownership": shown("get_bucket_ownership_controls").get("OwnershipControls"),
        "versioning": shown("get_bucket_versioning"),
        "encryption": shown("get_bucket_encryption").get("ServerSideEncryptionConfiguration"),
        "bucket_policy": shown("get_bucket_policy").get("Policy"),
        "cors": shown("get_bucket_cors").get("CORSRules"),
        "lifecycle": rules.get("Rules"),
        "transition_default_minimum_object_size": rules.get("TransitionDefaultMinimumObjectSize"),
        "notification": _lower(shown("get_bucket_notification_configuration")),
        "logging": shown("get_bucket_logging").get("LoggingEnabled"),
        "website": shown("get_bucket_website"),
        "acceleration": shown("get_bucket_accelerate_configuration").get("Status"),
        "request_payment": shown("get_bucket_request_payment").get("Payer"),
        "abac": shown("get_bucket_abac").get("AbacStatus", {}).get("Status"),
        "replication": shown("get_bucket_replication").get("ReplicationConfiguration"),
        "tags": {row["Key"]: row.get("Value", "") for row in shown("get_bucket_tagging").get("TagSet") or []},
    }


VIEWS: Mapping[str, View] = {
    "connect.instance": instance,
    "connect.hours_of_operation": hours,
    "connect.queue": queue,
    "connect.routing_profile": routing_profile,
    "connect.security_profile": security_profile,
    "connect.quick_connect": quick_connect,
    "connect.user_hierarchy_group": hierarchy_group,
    "connect.user": user,
    "connect.contact_flow": contact_flow,
    "connect.phone_number": phone_number,
    "dynamodb.table": table,
    "s3.bucket": bucket,
}


def image_of(kind: str, client: Client, at: Mapping[str, str], arn: str) -> Image:
    """The fields of a live resource as AWS shows them, without our marks and the stack's tag."""
    found = VIEWS[kind](client, at, arn)
    return {**found, "tags": without_marks(found["tags"])}


def without_marks(tags: Mapping[str, str]) -> dict[str, str]:
    """Tags without our marks and the stack's tag."""
    return {tag: value for tag, value in tags.items() if tag not in MARKS and tag != "Suite"}

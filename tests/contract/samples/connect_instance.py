"""connect.instance."""

from reconciler.testing import Change, Drift, Sample, Settings

LAMBDA = "arn:aws:lambda:eu-west-2:123456789012:function:"
LEX = "arn:aws:lex:eu-west-2:123456789012:bot-alias/ABCDEFGHIJ/"
STREAM = "arn:aws:kinesis:eu-west-2:123456789012:stream/"
FIREHOSE = "arn:aws:firehose:eu-west-2:123456789012:deliverystream/"
KMS = {"encryption_type": "KMS", "key_id": "arn:aws:kms:eu-west-2:123456789012:key/1234"}


def pem(text: str) -> str:
    return f"-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----"


def recordings(prefix: str) -> Settings:
    bucket = {"bucket_name": "recordings", "bucket_prefix": prefix, "encryption_config": KMS}
    return {"resource_type": "CALL_RECORDINGS", "storage_type": "S3", "s3_config": bucket}


VIDEO = {
    "resource_type": "MEDIA_STREAMS",
    "storage_type": "KINESIS_VIDEO_STREAM",
    "kinesis_video_stream_config": {"prefix": "live", "retention_period_hours": 24, "encryption_config": KMS},
}
EVENTS = {
    "resource_type": "AGENT_EVENTS",
    "storage_type": "KINESIS_STREAM",
    "kinesis_stream_config": {"stream_arn": f"{STREAM}events"},
}
RECORDS = {
    "resource_type": "CONTACT_TRACE_RECORDS",
    "storage_type": "KINESIS_FIREHOSE",
    "kinesis_firehose_config": {"firehose_arn": f"{FIREHOSE}records"},
}

SAMPLE = Sample(
    newer_actions={
        "connect:ListTestCases": "botocore has the operation; the reference has no such action yet",
    },
    name="acme",
    base={
        "identity_management_type": "CONNECT_MANAGED",
        "inbound_calls_enabled": True,
        "outbound_calls_enabled": False,
        "attributes": {"contactflow_logs": True, "contact_lens": False, "early_media": True},
        "approved_origins": ["https://crm.example.com"],
        "lambda_functions": [f"{LAMBDA}lookup"],
        "lex_bots": [{"name": "Orders", "lex_region": "eu-west-2"}],
        "lex_v2_bots": [f"{LEX}ONE"],
        "security_keys": [pem("one")],
        "storage_configs": [recordings("2026"), VIDEO, EVENTS],
        "hierarchy_structure": {"level_one": "Site", "level_two": "Team"},
        "tags": {"Team": "orders"},
    },
    changes=(
        Change("identity_management_type", "SAML", refused="AWS cannot change identity_management_type"),
        Change("inbound_calls_enabled", False, ("UpdateInstanceAttribute",)),
        Change("outbound_calls_enabled", True, ("UpdateInstanceAttribute",)),
        Change(
            "attributes",
            {"contactflow_logs": False, "contact_lens": True},
            ("UpdateInstanceAttribute", "UpdateInstanceAttribute"),
        ),
        Change(
            "approved_origins",
            ["https://shop.example.com"],
            ("AssociateApprovedOrigin", "DisassociateApprovedOrigin"),
        ),
        Change("approved_origins", None, ("DisassociateApprovedOrigin",), "cleared"),
        Change(
            "lambda_functions",
            [f"{LAMBDA}greet"],
            ("AssociateLambdaFunction", "DisassociateLambdaFunction"),
        ),
        Change(
            "lex_bots",
            [{"name": "Returns", "lex_region": "eu-west-2"}],
            ("AssociateBot", "DisassociateBot"),
        ),
        Change("lex_v2_bots", [f"{LEX}TWO"], ("AssociateBot", "DisassociateBot")),
        Change("security_keys", [pem("two")], ("AssociateSecurityKey", "DisassociateSecurityKey")),
        Change(
            "storage_configs",
            [recordings("2026"), VIDEO, RECORDS],
            ("AssociateInstanceStorageConfig", "DisassociateInstanceStorageConfig"),
        ),
        Change(
            "storage_configs",
            [recordings("2027"), VIDEO, EVENTS],
            ("UpdateInstanceStorageConfig",),
            "in a prefix",
        ),
        Change(
            "hierarchy_structure",
            {"level_one": "Country", "level_three": "Shift"},
            ("UpdateUserHierarchyStructure",),
        ),
        Change(
            "hierarchy_structure", {"level_two": None}, ("UpdateUserHierarchyStructure",), "one level less"
        ),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift(
            "inbound_calls_enabled",
            "update_instance_attribute",
            {"AttributeType": "INBOUND_CALLS", "Value": "false"},
        ),
        Drift(
            "attributes",
            "update_instance_attribute",
            {"AttributeType": "CONTACTFLOW_LOGS", "Value": "false"},
        ),
        Drift("approved_origins", "associate_approved_origin", {"Origin": "https://by.hand.example.com"}),
        Drift(
            "hierarchy_structure",
            "update_user_hierarchy_structure",
            {"HierarchyStructure": {"LevelOne": {"Name": "By hand"}}},
        ),
    ),
    exempt={
        "directory_id": "belongs to EXISTING_DIRECTORY, and names a directory that the sandbox does not have"
    },
    slow=True,
)

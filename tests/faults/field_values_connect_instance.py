"""Two values for every field of an instance of Amazon Connect, and the settings that they need."""

from collections.abc import Mapping
from typing import Any

from tests.contract.samples.connect_instance import FIREHOSE, KMS, LAMBDA, LEX, STREAM, pem
from tests.faults.common_field_values import BOOL, TAGS, under
from tests.faults.field_places import FieldValues, KindValues, Settings

KEYS = {"encryption_type": "KMS", "key_id": "arn:aws:kms:eu-west-2:123456789012:key/5678"}
BUCKET = {"bucket_name": "recordings", "bucket_prefix": "2026"}
VIDEO = {"prefix": "live", "retention_period_hours": 24, "encryption_config": KMS}
S3 = {"resource_type": "CALL_RECORDINGS", "storage_type": "S3", "s3_config": BUCKET}
STORE = "storage_configs[]"
AS_STREAM = {
    "resource_type": "CALL_RECORDINGS",
    "storage_type": "KINESIS_STREAM",
    "kinesis_stream_config": {"stream_arn": f"{STREAM}one"},
}
AS_FIREHOSE = {
    "resource_type": "CALL_RECORDINGS",
    "storage_type": "KINESIS_FIREHOSE",
    "kinesis_firehose_config": {"firehose_arn": f"{FIREHOSE}one"},
}
AS_VIDEO = {
    "resource_type": "CALL_RECORDINGS",
    "storage_type": "KINESIS_VIDEO_STREAM",
    "kinesis_video_stream_config": VIDEO,
}


def moved(config: str, member: str, one: Any, two: Any, *, edges: Any = None) -> FieldValues:
    """Two values of a member of the structure of a storage."""
    stores = {
        "s3_config": S3,
        "kinesis_video_stream_config": AS_VIDEO,
        "kinesis_stream_config": AS_STREAM,
        "kinesis_firehose_config": AS_FIREHOSE,
    }
    store = stores[config]
    base = {"storage_configs": [store]}
    del member
    return FieldValues(one, two, beside=base, without="storage_configs", edges=edges)


def switched_store(config: str, with_it: Settings, other: Any) -> FieldValues:
    """The structure of one type of storage, which changes with the type."""
    return FieldValues(
        [with_it], [{**with_it, config: other}], tops=True, without="storage_configs", edges=()
    )


INSTANCE = KindValues(
    base={
        "identity_management_type": "CONNECT_MANAGED",
        "inbound_calls_enabled": True,
        "outbound_calls_enabled": True,
        "policy": {"protect": False},
    },
    around={
        "lex_bots[]": {"name": "Orders", "lex_region": "eu-west-2"},
        STORE: S3,
        f"{STORE}.s3_config": BUCKET,
        f"{STORE}.s3_config.encryption_config": KMS,
    },
    by_path={
        "tags": TAGS,
        "identity_management_type": FieldValues("CONNECT_MANAGED", "SAML", edges=()),
        "inbound_calls_enabled": BOOL,
        "outbound_calls_enabled": BOOL,
        "attributes": ({"contactflow_logs": True}, {"contactflow_logs": False, "contact_lens": True}),
        **under(
            "attributes",
            contactflow_logs=BOOL,
            contact_lens=BOOL,
            auto_resolve_best_voices=(False, True),
            use_custom_tts_voices=(True, False),
            early_media=(False, True),
            multi_party_conference=BOOL,
            auto_mute_agent_on_hold=BOOL,
            high_volume_outbound=BOOL,
            enhanced_contact_monitoring=BOOL,
            enhanced_chat_monitoring=BOOL,
            multi_party_chat_conference=BOOL,
            message_streaming=BOOL,
        ),
        "approved_origins": (["https://one.example.com"], ["https://two.example.com"]),
        "lambda_functions": ([f"{LAMBDA}one"], [f"{LAMBDA}two"]),
        "lex_bots": (
            [{"name": "Orders", "lex_region": "eu-west-2"}],
            [{"name": "Returns", "lex_region": "eu-west-2"}, {"name": "Other", "lex_region": "eu-west-1"}],
        ),
        "lex_bots[].name": ("Orders", "Returns"),
        "lex_bots[].lex_region": ("eu-west-2", "eu-west-1"),
        "lex_v2_bots": ([f"{LEX}ONE"], [f"{LEX}TWO"]),
        "security_keys": FieldValues([pem("one")], [pem("two")], many=lambda number: [pem(f"k{n}") for n in range(number)]),
        "storage_configs": ([S3], [{**S3, "resource_type": "CHAT_TRANSCRIPTS"}, AS_STREAM]),
        f"{STORE}.resource_type": FieldValues("CALL_RECORDINGS", "CHAT_TRANSCRIPTS", edges=("SCHEDULED_REPORTS", "EMAIL_MESSAGES")),
        f"{STORE}.storage_type": FieldValues([S3], [AS_STREAM], tops=True, edges=([AS_VIDEO], [AS_FIREHOSE])),
        f"{STORE}.s3_config": switched_store("s3_config", S3, {**BUCKET, "bucket_name": "archive"}),
        f"{STORE}.s3_config.bucket_name": moved("s3_config", "bucket_name", "recordings", "archive"),
        f"{STORE}.s3_config.bucket_prefix": moved("s3_config", "bucket_prefix", "2026", "2027"),
        f"{STORE}.s3_config.encryption_config": FieldValues(KMS, KEYS),
        f"{STORE}.s3_config.encryption_config.encryption_type": FieldValues("KMS", "KMS"),
        f"{STORE}.s3_config.encryption_config.key_id": FieldValues(KMS["key_id"], KEYS["key_id"]),
        f"{STORE}.kinesis_video_stream_config": switched_store(
            "kinesis_video_stream_config", AS_VIDEO, {**VIDEO, "prefix": "later"}
        ),
        **{
            f"{STORE}.kinesis_video_stream_config.{name}": moved("kinesis_video_stream_config", name, *values)
            for name, values in {
                "prefix": ("live", "later"),
                "retention_period_hours": (24, 48),
                "encryption_config": (KMS, KEYS),
                "encryption_config.encryption_type": ("KMS", "KMS"),
                "encryption_config.key_id": (KMS["key_id"], KEYS["key_id"]),
            }.items()
        },
        f"{STORE}.kinesis_stream_config": switched_store(
            "kinesis_stream_config", AS_STREAM, {"stream_arn": f"{STREAM}two"}
        ),
        f"{STORE}.kinesis_stream_config.stream_arn": moved(
            "kinesis_stream_config", "stream_arn", f"{STREAM}one", f"{STREAM}two"
        ),
        f"{STORE}.kinesis_firehose_config": switched_store(
            "kinesis_firehose_config", AS_FIREHOSE, {"firehose_arn": f"{FIREHOSE}two"}
        ),
        f"{STORE}.kinesis_firehose_config.firehose_arn": moved(
            "kinesis_firehose_config", "firehose_arn", f"{FIREHOSE}one", f"{FIREHOSE}two"
        ),
        "hierarchy_structure": ({"level_one": "Site"}, {"level_one": "Country", "level_two": "Team"}),
        "hierarchy_structure.level_one": FieldValues("Site", "Country"),
        "hierarchy_structure.level_two": FieldValues("Team", "Shift", beside={"hierarchy_structure": {"level_one": "Site"}}),
        "hierarchy_structure.level_three": FieldValues(
            "Team", "Shift", beside={"hierarchy_structure": {"level_one": "Site", "level_two": "Floor"}}
        ),
        "hierarchy_structure.level_four": FieldValues(
            "Team",
            "Shift",
            beside={"hierarchy_structure": {"level_one": "A", "level_two": "B", "level_three": "C"}},
        ),
        "hierarchy_structure.level_five": FieldValues(
            "Team",
            "Shift",
            beside={
                "hierarchy_structure": {"level_one": "A", "level_two": "B", "level_three": "C", "level_four": "D"}
            },
        ),
    },
)  # fmt: skip

VALUES_BY_KIND: Mapping[str, KindValues] = {"connect.instance": INSTANCE}

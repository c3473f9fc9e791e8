"""The parts of connect.instance: attributes, storage and the levels of the hierarchy."""

from typing import Annotated, Literal, Self, TypeAlias, get_args

from pydantic import AfterValidator, Field, model_validator

from reconciler.forms import Form
from reconciler.model import Cleared, Codec, Means, Part, Resource, Rows, Unordered, Wire
from reconciler.resources.identifiers import (
    BucketName,
    DataStreamArn,
    FirehoseArn,
    KeyArn,
    NamedFunction,
    arn_form,
)
from reconciler.resources.lasting import LASTS

BotAliasArn = Annotated[
    str,
    arn_form(
        "lex",
        "bot-alias/.+",
        "the ARN of an alias of a Lex V2 bot, as arn:aws:lex:REGION:ACCOUNT:bot-alias/BOT/ALIAS",
    ),
    Means("lexv2.bot_alias"),
    Field(max_length=100),
]
ALIASES = (
    Form(r"(?!d-).*", "an alias that does not begin with d-"),
    Form(
        r"[a-zA-Z0-9](-*[a-zA-Z0-9])*",
        "an alias of letters, digits and hyphens that begins and ends with a letter or a digit",
    ),
    Form(r".{1,45}", "an alias of 1 to 45 characters"),
)


def _flag(name: str) -> tuple[Wire, Codec, AfterValidator]:
    """An attribute: a boolean in the files, the text "true" or "false" in the API."""
    return Wire(name), Codec(lambda value: str(value).lower(), lambda text: text == "true"), LASTS


class Attributes(Part):
    """Features of the instance (UpdateInstanceAttribute)."""

    contactflow_logs: Annotated[bool | None, *_flag("CONTACTFLOW_LOGS")] = None
    contact_lens: Annotated[bool | None, *_flag("CONTACT_LENS")] = None
    auto_resolve_best_voices: Annotated[bool | None, *_flag("AUTO_RESOLVE_BEST_VOICES")] = None
    use_custom_tts_voices: Annotated[bool | None, *_flag("USE_CUSTOM_TTS_VOICES")] = None
    early_media: Annotated[bool | None, *_flag("EARLY_MEDIA")] = None
    multi_party_conference: Annotated[bool | None, *_flag("MULTI_PARTY_CONFERENCE")] = None
    auto_mute_agent_on_hold: Annotated[bool | None, *_flag("AUTO_MUTE_AGENT_ON_HOLD")] = None
    high_volume_outbound: Annotated[bool | None, *_flag("HIGH_VOLUME_OUTBOUND")] = None
    enhanced_contact_monitoring: Annotated[bool | None, *_flag("ENHANCED_CONTACT_MONITORING")] = None
    enhanced_chat_monitoring: Annotated[bool | None, *_flag("ENHANCED_CHAT_MONITORING")] = None
    multi_party_chat_conference: Annotated[bool | None, *_flag("MULTI_PARTY_CHAT_CONFERENCE")] = None
    message_streaming: Annotated[bool | None, *_flag("MESSAGE_STREAMING")] = None


class Encryption(Part):
    """The KMS key that stored data is encrypted with."""

    encryption_type: Literal["KMS"]
    key_id: Annotated[KeyArn, Field(max_length=128)]
    """The ARN of the key."""


class S3Config(Part):
    """A bucket and a prefix in it."""

    bucket_name: Annotated[BucketName, Field(max_length=128)]
    bucket_prefix: Annotated[str, Field(min_length=1, max_length=128)]
    encryption_config: Encryption | None = None


class KinesisVideoStreamConfig(Part):
    """A Kinesis video stream for each contact."""

    prefix: Annotated[str, Field(min_length=1, max_length=128)]
    retention_period_hours: Annotated[int, Field(ge=0, le=87600)]
    encryption_config: Encryption


class KinesisStreamConfig(Part):
    """A Kinesis data stream."""

    stream_arn: DataStreamArn


class KinesisFirehoseConfig(Part):
    """A Firehose stream."""

    firehose_arn: FirehoseArn


StorageType: TypeAlias = Literal[
    "CHAT_TRANSCRIPTS",
    "CALL_RECORDINGS",
    "SCHEDULED_REPORTS",
    "MEDIA_STREAMS",
    "CONTACT_TRACE_RECORDS",
    "AGENT_EVENTS",
    "REAL_TIME_CONTACT_ANALYSIS_SEGMENTS",
    "REAL_TIME_CONTACT_ANALYSIS_CHAT_SEGMENTS",
    "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS",
    "ATTACHMENTS",
    "CONTACT_EVALUATIONS",
    "SCREEN_RECORDINGS",
    "EMAIL_MESSAGES",
]
STORAGE_TYPES: tuple[str, ...] = get_args(StorageType)

STORES = {
    "S3": "S3Config",
    "KINESIS_VIDEO_STREAM": "KinesisVideoStreamConfig",
    "KINESIS_STREAM": "KinesisStreamConfig",
    "KINESIS_FIREHOSE": "KinesisFirehoseConfig",
}
"""By type of storage: its structure."""


class StorageConfig(Part):
    """The storage of one type of data."""

    resource_type: StorageType
    storage_type: Literal["S3", "KINESIS_VIDEO_STREAM", "KINESIS_STREAM", "KINESIS_FIREHOSE"]
    s3_config: S3Config | None = None
    kinesis_video_stream_config: KinesisVideoStreamConfig | None = None
    kinesis_stream_config: KinesisStreamConfig | None = None
    kinesis_firehose_config: KinesisFirehoseConfig | None = None

    @model_validator(mode="after")
    def _as_its_type_says(self) -> Self:
        belongs = f"{self.storage_type.lower()}_config"
        if getattr(self, belongs) is None:
            raise ValueError(f"storage_type {self.storage_type} needs {belongs}; write it")
        return self


Level: TypeAlias = Annotated[str | None, Field(max_length=50)]


class HierarchyStructure(Part):
    """The names of up to five levels of user hierarchy groups, from the top."""

    level_one: Annotated[Level, Wire("LevelOne.Name")] = None
    level_two: Annotated[Level, Wire("LevelTwo.Name")] = None
    level_three: Annotated[Level, Wire("LevelThree.Name")] = None
    level_four: Annotated[Level, Wire("LevelFour.Name")] = None
    level_five: Annotated[Level, Wire("LevelFive.Name")] = None


class LexBot(Part):
    """An Amazon Lex V1 bot."""

    name: Annotated[str, Field(max_length=50)]
    lex_region: Annotated[str, Field(max_length=60)]


class Instance(Resource):
    """A contact centre. Its name is the alias, which is unique in AWS and cannot be changed."""

    identity_management_type: Literal["CONNECT_MANAGED", "SAML", "EXISTING_DIRECTORY"] | None = None
    directory_id: (
        Annotated[
            str,
            Form(r"d-[0-9a-f]{10}", "the id of a directory, such as d-1234567890"),
            Means("ds.directory", "id"),
        ]
        | None
    ) = None
    inbound_calls_enabled: Annotated[bool | None, LASTS] = None
    outbound_calls_enabled: Annotated[bool | None, LASTS] = None
    attributes: Annotated[Attributes | None, LASTS] = None
    approved_origins: Annotated[list[str] | None, Unordered()] = None
    lambda_functions: Annotated[list[Annotated[NamedFunction, Field(max_length=140)]] | None, Unordered()] = (
        None
    )
    """The functions that flows may invoke, by name or ARN; each gets a permission for Amazon Connect."""
    lex_bots: Annotated[list[LexBot] | None, Rows(("name", "lex_region"))] = None
    lex_v2_bots: Annotated[list[BotAliasArn] | None, Unordered()] = None
    """ARNs of aliases of Amazon Lex V2 bots."""
    security_keys: Annotated[list[str] | None, Unordered(), Field(max_length=2)] = None
    """Public keys in PEM format. Flows encrypt the input of customers with them."""
    storage_configs: Annotated[list[StorageConfig] | None, Rows(("resource_type",))] = None
    hierarchy_structure: Annotated[HierarchyStructure | None, Cleared({})] = None

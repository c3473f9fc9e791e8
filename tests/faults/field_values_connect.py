"""Two values for every field of every kind of Amazon Connect, and what has to stand around them."""

from collections.abc import Mapping, Sequence
from typing import Any

import paths
from field_places import Play, Scene, Settings
from samples.connect_contact_flow import END, flow, say
from samples.connect_hours_of_operation import opening
from samples.connect_instance import FIREHOSE, KMS, LAMBDA, LEX, STREAM, pem
from samples.connect_queue import QUICK_CONNECT, WHISPER
from samples.connect_security_profile import agent, data_table

from reconciler.testing import Given

assert paths.CONTRACT

TAGS = Play({"Team": "first"}, {"Team": "second"}, edges=({"Team": "x" * 256}, {"k" * 128: ""}))
DESCRIPTION = ("First", "Second")
BOOL = (True, False)


def named(prefix: str) -> Any:
    """A list of so many texts."""
    return lambda number: [f"{prefix}{each}" for each in range(number)]


def under(path: str, **plays: Any) -> dict[str, Any]:
    """Plays of the members of one structure."""
    return {f"{path}.{name}": play for name, play in plays.items()}


# -- connect.instance ----------------------------------------------------------------------------------------------

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


def stored(*rows: Settings) -> list[Settings]:
    return [*rows]


def moved(config: str, member: str, one: Any, two: Any, *, edges: Any = None) -> Play:
    """A member of a store's own structure, changed within the store that it belongs to."""
    stores = {
        "s3_config": S3,
        "kinesis_video_stream_config": AS_VIDEO,
        "kinesis_stream_config": AS_STREAM,
        "kinesis_firehose_config": AS_FIREHOSE,
    }
    store = stores[config]
    base = {"storage_configs": [store]}
    del member
    return Play(one, two, beside=base, without="storage_configs", edges=edges)


def switched_store(config: str, with_it: Settings, other: Any) -> Play:
    """The structure of one type of store, which comes and goes with the type."""
    return Play([with_it], [{**with_it, config: other}], tops=True, without="storage_configs", edges=())


INSTANCE = Scene(
    base={
        "identity_management_type": "CONNECT_MANAGED",
        "inbound_calls_enabled": True,
        "outbound_calls_enabled": True,
        "policy": {"protect": False},
    },
    around={},
    plays={
        "tags": TAGS,
        "identity_management_type": Play("CONNECT_MANAGED", "SAML", edges=()),
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
        "security_keys": Play([pem("one")], [pem("two")], many=lambda number: [pem(f"k{n}") for n in range(number)]),
        "storage_configs": ([S3], [{**S3, "resource_type": "CHAT_TRANSCRIPTS"}, AS_STREAM]),
        f"{STORE}.resource_type": Play("CALL_RECORDINGS", "CHAT_TRANSCRIPTS", edges=("SCHEDULED_REPORTS", "EMAIL_MESSAGES")),
        f"{STORE}.storage_type": Play([S3], [AS_STREAM], tops=True, edges=([AS_VIDEO], [AS_FIREHOSE])),
        f"{STORE}.s3_config": switched_store("s3_config", S3, {**BUCKET, "bucket_name": "archive"}),
        f"{STORE}.s3_config.bucket_name": moved("s3_config", "bucket_name", "recordings", "archive"),
        f"{STORE}.s3_config.bucket_prefix": moved("s3_config", "bucket_prefix", "2026", "2027"),
        f"{STORE}.s3_config.encryption_config": Play(KMS, KEYS),
        f"{STORE}.s3_config.encryption_config.encryption_type": Play("KMS", "KMS"),
        f"{STORE}.s3_config.encryption_config.key_id": Play(KMS["key_id"], KEYS["key_id"]),
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
        "hierarchy_structure.level_one": Play("Site", "Country"),
        "hierarchy_structure.level_two": Play("Team", "Shift", beside={"hierarchy_structure": {"level_one": "Site"}}),
        "hierarchy_structure.level_three": Play(
            "Team", "Shift", beside={"hierarchy_structure": {"level_one": "Site", "level_two": "Floor"}}
        ),
        "hierarchy_structure.level_four": Play(
            "Team",
            "Shift",
            beside={"hierarchy_structure": {"level_one": "A", "level_two": "B", "level_three": "C"}},
        ),
        "hierarchy_structure.level_five": Play(
            "Team",
            "Shift",
            beside={
                "hierarchy_structure": {"level_one": "A", "level_two": "B", "level_three": "C", "level_four": "D"}
            },
        ),
    },
)  # fmt: skip
INSTANCE = Scene(
    INSTANCE.base,
    {
        "lex_bots[]": {"name": "Orders", "lex_region": "eu-west-2"},
        STORE: S3,
        f"{STORE}.s3_config": BUCKET,
        f"{STORE}.s3_config.encryption_config": KMS,
    },
    INSTANCE.plays,
)

# -- connect.hours_of_operation ------------------------------------------------------------------------------------

OVERRIDE = {
    "name": "Christmas",
    "description": "Closed all day",
    "config": [opening("FRIDAY", "10:00", "12:00")],
    "effective_from": "2026-12-25",
    "effective_till": "2026-12-26",
    "override_type": "CLOSED",
}
PATTERN = {"frequency": "MONTHLY", "interval": 1, "by_month_day": [4]}
RECURRING = {
    "name": "Late Thursdays",
    "config": [opening("THURSDAY", "09:00", "21:00")],
    "effective_from": "2026-11-01",
    "effective_till": "2027-11-01",
    "override_type": "OPEN",
    "recurrence_config": {"recurrence_pattern": PATTERN},
}
AGAIN = "overrides[].recurrence_config.recurrence_pattern"
IN_RECURRING = {"overrides": [RECURRING]}


def daily(number: int) -> list[Settings]:
    """So many stretches of the week, none touching another."""
    days = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
    return [opening(days[each % 7], f"{each // 7:02}:00", f"{each // 7:02}:30") for each in range(number)]


def recurring(**pattern: Any) -> list[Settings]:
    return [{**RECURRING, "recurrence_config": {"recurrence_pattern": pattern}}]


HOURS = Scene(
    base={"time_zone": "Europe/London", "config": [opening("MONDAY")]},
    around={"parents[]": {"hours_of_operation": "Holidays"}, "overrides[]": OVERRIDE, AGAIN: PATTERN},
    plays={
        "tags": TAGS,
        "description": DESCRIPTION,
        "time_zone": ("Europe/London", "Europe/Berlin"),
        "config": Play([opening("MONDAY")], [opening("TUESDAY"), opening("SUNDAY", "10:00")], many=daily),
        "config[].day": ("MONDAY", "TUESDAY"),
        "config[].start_time": Play("09:00", "08:15", edges=("00:00", "16:59")),
        "config[].end_time": Play("17:00", "18:45", edges=("09:01", "23:59")),
        "parents": Play(
            [{"hours_of_operation": "Holidays"}],
            [{"hours_of_operation": "Sales"}],
            edges=([], [{"hours_of_operation": name} for name in ("Holidays", "Sales", "Strikes")]),
        ),
        "parents[].hours_of_operation": ("Holidays", "Sales"),
        "overrides": Play(
            [OVERRIDE],
            [{**OVERRIDE, "effective_till": "2026-12-27"}, RECURRING],
            many=lambda number: [{**OVERRIDE, "name": f"Holiday {each}"} for each in range(number)],
        ),
        "overrides[].name": ("Christmas", "Boxing Day"),
        "overrides[].description": DESCRIPTION,
        "overrides[].config": ([opening("FRIDAY", "10:00", "12:00")], [opening("FRIDAY", "11:00", "13:00")]),
        "overrides[].config[].day": ("FRIDAY", "SATURDAY"),
        "overrides[].config[].start_time": Play("10:00", "11:15", edges=("00:00", "11:59")),
        "overrides[].config[].end_time": Play("12:00", "13:45", edges=("10:01", "23:59")),
        "overrides[].effective_from": Play("2026-12-25", "2026-12-24", edges=("2026-12-26",)),
        "overrides[].effective_till": Play("2026-12-26", "2026-12-28", edges=("2026-12-25",)),
        "overrides[].recurrence_config": Play(
            {"recurrence_pattern": PATTERN},
            {"recurrence_pattern": {**PATTERN, "by_month_day": [7]}},
            beside=IN_RECURRING,
        ),
        AGAIN: Play(PATTERN, {**PATTERN, "by_month_day": [7]}, beside=IN_RECURRING),
        f"{AGAIN}.frequency": Play(
            recurring(frequency="MONTHLY", interval=1, by_month_day=[4]),
            recurring(frequency="WEEKLY", interval=1),
            tops=True,
            edges=(recurring(frequency="YEARLY", interval=1, by_month=[3], by_month_day=[4]),),
        ),
        f"{AGAIN}.interval": Play(2, 3, beside=IN_RECURRING),
        f"{AGAIN}.by_month": Play(
            [3],
            [4],
            beside={"overrides": recurring(frequency="YEARLY", interval=1, by_month=[3], by_month_day=[4])},
            edges=([1, 12],),
        ),
        f"{AGAIN}.by_month_day": Play([4], [7], beside=IN_RECURRING, edges=([1, 31],)),
        f"{AGAIN}.by_weekday_occurrence": Play(
            [1],
            [2],
            beside={"overrides": recurring(frequency="MONTHLY", interval=1, by_weekday_occurrence=[1])},
            edges=([-1],),
        ),
        "overrides[].override_type": ("CLOSED", "OPEN"),
    },
    extra={"connect.hours_of_operation": {"Strikes": {"time_zone": "Europe/London", "config": [opening("MONDAY")]}}},
)  # fmt: skip

# -- connect.queue -------------------------------------------------------------------------------------------------

NUMBERS = ("+442079460998", "+442079460997")
CALLER = {"outbound_caller_id_name": "Shop", "outbound_flow": "Outbound"}
MAILS = {"email_addresses": ["orders", "returns"]}
QUEUE = Scene(
    base={"hours_of_operation": "Weekdays"},
    around={
        "outbound_caller_config": CALLER,
        "outbound_email_config": {"outbound_email_address_id": "orders"},
    },
    plays={
        "tags": TAGS,
        "description": DESCRIPTION,
        "hours_of_operation": ("Weekdays", "Weekends"),
        "max_contacts": Play(5, 7, edges=(0, 1_000_000)),
        "status": ("DISABLED", "ENABLED"),
        "outbound_caller_config": (CALLER, {"outbound_caller_id_name": "Help", "outbound_flow": "Other"}),
        **under(
            "outbound_caller_config",
            outbound_caller_id_name=("Shop", "Help"),
            outbound_caller_id_number=NUMBERS,
            outbound_flow=("Outbound", "Other"),
        ),
        "outbound_email_config": Play(
            {"outbound_email_address_id": "orders"}, {"outbound_email_address_id": "returns"}, beside=MAILS
        ),
        "outbound_email_config.outbound_email_address_id": Play("orders", "returns", beside=MAILS, edges=()),
        "quick_connects": (["Supervisor"], ["Emergency"]),
        "email_addresses": (["orders"], ["returns"]),
    },
    extra={
        "connect.phone_number": {NUMBERS[1]: {"phone_number": NUMBERS[1]}},
        "connect.contact_flow": {"Other": WHISPER},
        "connect.quick_connect": {"Third": QUICK_CONNECT},
    },
)

# -- connect.routing_profile ---------------------------------------------------------------------------------------

ORDERS = {"queue": "Orders", "channel": "VOICE", "priority": 5, "delay": 5}
RETURNS = {"queue": "Returns", "channel": "CHAT", "priority": 2, "delay": 30}
VOICE = {"channel": "VOICE", "concurrency": 1}
CHAT = {"channel": "CHAT", "concurrency": 3}
LOAD = {"workload_type": "back office", "concurrency": 2}
TASK = {"channel": "TASK", "workload_type_concurrencies": [LOAD]}
ONLY, ANY = ({"behavior_type": f"ROUTE_{which}"} for which in ("CURRENT_CHANNEL_ONLY", "ANY_CHANNEL"))
MEDIA = "media_concurrencies[]"
LOADS = f"{MEDIA}.workload_type_concurrencies"
SHARING = "cross_channel_workload_behavior.channel_workload_behavior_type"
MANUAL = {"queue": "Orders", "channel": "TASK"}
WORK = {"media_concurrencies": [TASK, CHAT]}
TALK = {"media_concurrencies": [CHAT, VOICE]}
ROUTED = "ROUTE_CURRENT_CHANNEL_CURRENT_WORKLOADTYPE_ONLY"
ANYWAY = "ROUTE_ANY_CHANNEL_ANY_WORKLOAD_TYPE"


def channels(*rows: Settings) -> Sequence[Settings]:
    return [*rows]


ROUTING = Scene(
    base={
        "description": "Agents",
        "default_outbound_queue": "Orders",
        "media_concurrencies": [VOICE],
    },
    around={
        "queue_configs[]": ORDERS,
        "manual_assignment_queue_configs[]": MANUAL,
        f"{LOADS}[]": LOAD,
    },
    plays={
        "tags": TAGS,
        "description": DESCRIPTION,
        "default_outbound_queue": ("Orders", "Returns"),
        "media_concurrencies": Play(
            [VOICE], [VOICE, CHAT], edges=([VOICE, CHAT, TASK, {"channel": "EMAIL", "concurrency": 1}],)
        ),
        f"{MEDIA}.channel": Play("CHAT", "TASK", beside=TALK, edges=("EMAIL",)),
        f"{MEDIA}.concurrency": Play(3, 4, beside=TALK, edges=(1, 10)),
        f"{MEDIA}.cross_channel_behavior": Play(ANY, ONLY, beside=TALK),
        f"{MEDIA}.cross_channel_behavior.behavior_type": Play(
            "ROUTE_ANY_CHANNEL", "ROUTE_CURRENT_CHANNEL_ONLY", beside=TALK
        ),
        LOADS: Play(
            [LOAD],
            [{**LOAD, "concurrency": 4}],
            beside=WORK,
            edges=([{**LOAD, "workload_type": f"work {each}"} for each in range(5)],),
            without="media_concurrencies",
        ),
        f"{LOADS}[].workload_type": Play("back office", "front office", beside=WORK),
        f"{LOADS}[].concurrency": Play(2, 4, beside=WORK),
        f"{LOADS}[].cross_channel_workload_behavior": Play(
            {"channel_workload_behavior_type": ANYWAY},
            {"channel_workload_behavior_type": ROUTED},
            beside=WORK,
        ),
        f"{LOADS}[].{SHARING}": Play(ANYWAY, ROUTED, beside=WORK),
        "queue_configs": ([ORDERS], [RETURNS, {**ORDERS, "priority": 9}]),
        "queue_configs[].queue": ("Orders", "Returns"),
        "queue_configs[].channel": ("VOICE", "CHAT"),
        "queue_configs[].priority": (5, 7),
        "queue_configs[].delay": (5, 7),
        "manual_assignment_queue_configs": ([MANUAL], [{"queue": "Returns", "channel": "CHAT"}]),
        "manual_assignment_queue_configs[].queue": ("Orders", "Returns"),
        "manual_assignment_queue_configs[].channel": ("TASK", "CHAT"),
        "agent_availability_timer": ("TIME_SINCE_LAST_INBOUND", "TIME_SINCE_LAST_ACTIVITY"),
    },
)

# -- connect.security_profile --------------------------------------------------------------------------------------

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
SECURITY = Scene(
    base={},
    around={
        "applications[]": {"namespace": "crm", "application_permissions": ["ACCESS"]},
        "allowed_flow_modules[]": {"flow_module_id": "${verify}", "type": "MCP"},
        "allowed_ai_agents[]": agent("one"),
        f"{VALUES}[]": ROW,
    },
    plays={
        "tags": TAGS,
        "description": DESCRIPTION,
        "permissions": Play(["BasicAgentAccess"], ["OutboundCallAccess"], many=named("Permission.")),
        "allowed_access_control_tags": Play(
            {"Site": "London"}, {"Site": "Leeds"}, edges=({f"Key{each}": "v" for each in range(4)},)
        ),
        "tag_restricted_resources": Play(["User"], ["Queue"], many=named("Resource")),
        "hierarchy_restricted_resources": Play(["User"], ["User", "Contact"]),
        "allowed_access_control_hierarchy_group": ("London", "Leeds"),
        "applications": Play(
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
        "allowed_flow_modules[].flow_module_id": Play("${verify}", "${survey}", edges=()),
        "allowed_flow_modules[].type": Play("MCP", "MCP"),
        "allowed_ai_agents": Play(
            [agent("one")], [agent("two")], many=lambda number: [agent(f"a{each}") for each in range(number)]
        ),
        "allowed_ai_agents[].arn": (agent("one")["arn"], agent("two")["arn"]),
        "allowed_ai_agents[].type": Play("THIRD_PARTY", "THIRD_PARTY"),
        GRANTED: (NORTH, SOUTH),
        TABLES: (BY_REGION, BY_OTHER),
        ROWS: (NORTHERN, SOUTHERN),
        VALUES: Play(
            [ROW],
            [{**ROW, "attribute_name": "site"}],
            many=lambda number: [{**ROW, "attribute_name": f"by{each}"} for each in range(number)],
        ),
        f"{VALUES}[].access_type": Play("ALLOW", "ALLOW"),
        f"{VALUES}[].attribute_name": ("region", "site"),
        f"{VALUES}[].values": Play(["north"], ["south"], many=named("value ")),
    },
)

# -- connect.quick_connect, connect.user_hierarchy_group -----------------------------------------------------------

TO_QUEUE = {
    "quick_connect_type": "QUEUE",
    "queue_config": {"queue": "Orders", "contact_flow": "Default queue transfer"},
}
TO_USER = {
    "quick_connect_type": "USER",
    "user_config": {"user": "ada", "contact_flow": "Default agent transfer"},
}
TO_NUMBER = {"quick_connect_type": "PHONE_NUMBER", "phone_config": {"phone_number": "+442079460999"}}
TO_FLOW = {"quick_connect_type": "FLOW", "flow_config": {"contact_flow": "Default queue transfer"}}
AGENT_TRANSFER = {"type": "AGENT_TRANSFER", "content": flow(END)}
QUEUE_TRANSFER = {"type": "QUEUE_TRANSFER", "content": flow(END)}
KINDS_OF_CONFIG: Mapping[str, Settings] = {
    "user_config": TO_USER,
    "queue_config": TO_QUEUE,
    "phone_config": TO_NUMBER,
    "flow_config": TO_FLOW,
}


def destination(config: str, one: Any, two: Any) -> Play:
    """A member of the structure that belongs to one type of quick connect."""
    return Play(
        one, two, beside={"quick_connect_config": KINDS_OF_CONFIG[config]}, without="quick_connect_config"
    )


def destinations(config: str, **other: Any) -> Play:
    """The structure itself, which comes and goes with the type."""
    to = KINDS_OF_CONFIG[config]
    return Play(
        to, {**to, config: {**to[config], **other}}, tops=True, without="quick_connect_config", edges=()
    )


QUICK = Scene(
    base={"quick_connect_config": TO_NUMBER},
    around={},
    plays={
        "tags": TAGS,
        "description": DESCRIPTION,
        "quick_connect_config": (TO_QUEUE, TO_NUMBER),
        "quick_connect_config.quick_connect_type": Play(
            TO_QUEUE, TO_NUMBER, tops=True, edges=(TO_USER, TO_FLOW)
        ),
        **under(
            "quick_connect_config",
            user_config=destinations("user_config", user="bob"),
            queue_config=destinations("queue_config", queue="Returns"),
            phone_config=destinations("phone_config", phone_number="+442079460111"),
            flow_config=destinations("flow_config", contact_flow="Other queue transfer"),
        ),
        **under(
            "quick_connect_config.user_config",
            user=destination("user_config", "ada", "bob"),
            contact_flow=destination("user_config", "Default agent transfer", "Other agent transfer"),
        ),
        **under(
            "quick_connect_config.queue_config",
            queue=destination("queue_config", "Orders", "Returns"),
            contact_flow=destination("queue_config", "Default queue transfer", "Other queue transfer"),
        ),
        "quick_connect_config.phone_config.phone_number": destination(
            "phone_config", "+442079460999", "+442079460111"
        ),
        "quick_connect_config.flow_config.contact_flow": destination(
            "flow_config", "Default queue transfer", "Other queue transfer"
        ),
    },
    extra={
        "connect.queue": {"Returns": {"hours_of_operation": "Weekdays"}},
        "connect.contact_flow": {"Other queue transfer": QUEUE_TRANSFER, "Other agent transfer": AGENT_TRANSFER},
        "connect.user": {
            "bob": {
                "identity_info": {"first_name": "Bob", "last_name": "Builder"},
                "security_profiles": ["Agent"],
                "routing_profile": "Basic Routing Profile",
                "password": {"secret": {"ssm": "/sandbox/password"}},
            }
        },
    },
)  # fmt: skip

GROUP = Scene(base={}, around={}, plays={"tags": TAGS, "parent_group": ("London", "Leeds")})

# -- connect.user --------------------------------------------------------------------------------------------------

ADA = {"first_name": "Ada", "last_name": "Lovelace"}
WORK_TIME = {"after_contact_work_time_limit": 30}
FRENCH = {"attribute_name": "language", "attribute_value": "fr", "level": 3.0}
CHANNEL = Play("VOICE", "CHAT", edges=("TASK", "EMAIL"))
PHONES = {"channel": "VOICE", "phone_type": "SOFT_PHONE"}
DESK = {"phone_type": "DESK_PHONE", "desk_phone_number": "+442079460111"}
AFTER = "after_contact_work_configs[]"

USER = Scene(
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
    plays={
        "tags": TAGS,
        "password": Play({"secret": {"ssm": "/sandbox/password"}}, {"secret": {"secretsmanager": "sandbox/password"}}),
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
        "phone_config.phone_type": Play("DESK_PHONE", "SOFT_PHONE", beside={"phone_config": DESK}),
        "phone_config.auto_accept": BOOL,
        "phone_config.after_contact_work_time_limit": Play(30, 60, edges=(0,)),
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
        "phone_number_configs[].phone_type": Play(
            [PHONES], [{**PHONES, "phone_type": "DESK_PHONE", "phone_number": "+442079460111"}], tops=True, edges=()
        ),
        "phone_number_configs[].phone_number": Play(
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
        "security_profiles": Play(["Clerks"], ["Leads", "Clerks"]),
        "routing_profile": ("Agents", "Experts"),
        "hierarchy_group": ("London", "Leeds"),
        "proficiencies": (
            [FRENCH],
            [{"attribute_name": "language", "attribute_value": "de", "level": 5.0}],
        ),
        "proficiencies[].attribute_name": Play("language", "craft", edges=("x", "x" * 100)),
        "proficiencies[].attribute_value": Play(
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

# -- connect.contact_flow, connect.phone_number --------------------------------------------------------------------

ONE, TWO = (flow(say(text), END) for text in ("Hello.", "Good day."))
FLOW = Scene(
    base={"type": "CONTACT_FLOW", "content": flow(END)},
    around={},
    plays={
        "tags": TAGS,
        "type": Play("CONTACT_FLOW", "QUEUE_TRANSFER", edges=()),
        "description": DESCRIPTION,
        "content": (ONE, TWO),
        "state": ("ARCHIVED", "ACTIVE"),
        "status": ("SAVED", "PUBLISHED"),
    },
)

STOCK = {"country_code": "GB", "type": "DID", "policy": {"protect": False}}
NUMBER = Scene(
    base={"phone_number": "+442079460${serial}", "policy": {"protect": False}},
    around={},
    plays={
        "tags": TAGS,
        "phone_number": Play(
            "+442079460${serial}",
            "+442079461${serial}",
            base=STOCK,
            edges=(),
        ),
        "country_code": Play("GB", "FR", base=STOCK, edges=()),
        "type": Play("DID", "TOLL_FREE", base=STOCK, edges=()),
        "prefix": Play("+44800", "+44808", base={"country_code": "GB", "type": "TOLL_FREE"}, edges=()),
        "description": DESCRIPTION,
        "contact_flow": ("Welcome", "Closed"),
    },
)

SCENES: Mapping[str, Scene] = {
    "connect.instance": INSTANCE,
    "connect.hours_of_operation": HOURS,
    "connect.queue": QUEUE,
    "connect.routing_profile": ROUTING,
    "connect.security_profile": SECURITY,
    "connect.quick_connect": QUICK,
    "connect.user_hierarchy_group": GROUP,
    "connect.user": USER,
    "connect.contact_flow": FLOW,
    "connect.phone_number": NUMBER,
}

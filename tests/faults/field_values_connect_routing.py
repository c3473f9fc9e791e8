"""Two values for every field of the kinds that route contacts: hours, queues, routing profiles and quick connects."""

from collections.abc import Mapping
from typing import Any

from tests.contract.samples.connect_contact_flow import END, flow
from tests.contract.samples.connect_hours_of_operation import opening
from tests.contract.samples.connect_queue import QUICK_CONNECT, WHISPER
from tests.faults.common_field_values import DESCRIPTION, TAGS, under
from tests.faults.field_places import FieldValues, KindValues, Settings

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
    """A number of time spans of the week that do not overlap."""
    days = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
    return [opening(days[each % 7], f"{each // 7:02}:00", f"{each // 7:02}:30") for each in range(number)]


def recurring(**pattern: Any) -> list[Settings]:
    return [{**RECURRING, "recurrence_config": {"recurrence_pattern": pattern}}]


HOURS = KindValues(
    base={"time_zone": "Europe/London", "config": [opening("MONDAY")]},
    around={"parents[]": {"hours_of_operation": "Holidays"}, "overrides[]": OVERRIDE, AGAIN: PATTERN},
    by_path={
        "tags": TAGS,
        "description": DESCRIPTION,
        "time_zone": ("Europe/London", "Europe/Berlin"),
        "config": FieldValues([opening("MONDAY")], [opening("TUESDAY"), opening("SUNDAY", "10:00")], many=daily),
        "config[].day": ("MONDAY", "TUESDAY"),
        "config[].start_time": FieldValues("09:00", "08:15", edges=("00:00", "16:59")),
        "config[].end_time": FieldValues("17:00", "18:45", edges=("09:01", "23:59")),
        "parents": FieldValues(
            [{"hours_of_operation": "Holidays"}],
            [{"hours_of_operation": "Sales"}],
            edges=([], [{"hours_of_operation": name} for name in ("Holidays", "Sales", "Strikes")]),
        ),
        "parents[].hours_of_operation": ("Holidays", "Sales"),
        "overrides": FieldValues(
            [OVERRIDE],
            [{**OVERRIDE, "effective_till": "2026-12-27"}, RECURRING],
            many=lambda number: [{**OVERRIDE, "name": f"Holiday {each}"} for each in range(number)],
        ),
        "overrides[].name": ("Christmas", "Boxing Day"),
        "overrides[].description": DESCRIPTION,
        "overrides[].config": ([opening("FRIDAY", "10:00", "12:00")], [opening("FRIDAY", "11:00", "13:00")]),
        "overrides[].config[].day": ("FRIDAY", "SATURDAY"),
        "overrides[].config[].start_time": FieldValues("10:00", "11:15", edges=("00:00", "11:59")),
        "overrides[].config[].end_time": FieldValues("12:00", "13:45", edges=("10:01", "23:59")),
        "overrides[].effective_from": FieldValues("2026-12-25", "2026-12-24", edges=("2026-12-26",)),
        "overrides[].effective_till": FieldValues("2026-12-26", "2026-12-28", edges=("2026-12-25",)),
        "overrides[].recurrence_config": FieldValues(
            {"recurrence_pattern": PATTERN},
            {"recurrence_pattern": {**PATTERN, "by_month_day": [7]}},
            beside=IN_RECURRING,
        ),
        AGAIN: FieldValues(PATTERN, {**PATTERN, "by_month_day": [7]}, beside=IN_RECURRING),
        f"{AGAIN}.frequency": FieldValues(
            recurring(frequency="MONTHLY", interval=1, by_month_day=[4]),
            recurring(frequency="WEEKLY", interval=1),
            tops=True,
            edges=(recurring(frequency="YEARLY", interval=1, by_month=[3], by_month_day=[4]),),
        ),
        f"{AGAIN}.interval": FieldValues(2, 3, beside=IN_RECURRING),
        f"{AGAIN}.by_month": FieldValues(
            [3],
            [4],
            beside={"overrides": recurring(frequency="YEARLY", interval=1, by_month=[3], by_month_day=[4])},
            edges=([1, 12],),
        ),
        f"{AGAIN}.by_month_day": FieldValues([4], [7], beside=IN_RECURRING, edges=([1, 31],)),
        f"{AGAIN}.by_weekday_occurrence": FieldValues(
            [1],
            [2],
            beside={"overrides": recurring(frequency="MONTHLY", interval=1, by_weekday_occurrence=[1])},
            edges=([-1],),
        ),
        "overrides[].override_type": ("CLOSED", "OPEN"),
    },
    extra={"connect.hours_of_operation": {"Strikes": {"time_zone": "Europe/London", "config": [opening("MONDAY")]}}},
)  # fmt: skip

NUMBERS = ("+442079460998", "+442079460997")
CALLER = {"outbound_caller_id_name": "Shop", "outbound_flow": "Outbound"}
MAILS = {"email_addresses": ["orders", "returns"]}
QUEUE = KindValues(
    base={"hours_of_operation": "Weekdays"},
    around={
        "outbound_caller_config": CALLER,
        "outbound_email_config": {"outbound_email_address_id": "orders"},
    },
    by_path={
        "tags": TAGS,
        "description": DESCRIPTION,
        "hours_of_operation": ("Weekdays", "Weekends"),
        "max_contacts": FieldValues(5, 7, edges=(0, 1_000_000)),
        "status": ("DISABLED", "ENABLED"),
        "outbound_caller_config": (CALLER, {"outbound_caller_id_name": "Help", "outbound_flow": "Other"}),
        **under(
            "outbound_caller_config",
            outbound_caller_id_name=("Shop", "Help"),
            outbound_caller_id_number=NUMBERS,
            outbound_flow=("Outbound", "Other"),
        ),
        "outbound_email_config": FieldValues(
            {"outbound_email_address_id": "orders"}, {"outbound_email_address_id": "returns"}, beside=MAILS
        ),
        "outbound_email_config.outbound_email_address_id": FieldValues(
            "orders", "returns", beside=MAILS, edges=()
        ),
        "quick_connects": (["Supervisor"], ["Emergency"]),
        "email_addresses": (["orders"], ["returns"]),
    },
    extra={
        "connect.phone_number": {NUMBERS[1]: {"phone_number": NUMBERS[1]}},
        "connect.contact_flow": {"Other": WHISPER},
        "connect.quick_connect": {"Third": QUICK_CONNECT},
    },
)

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


ROUTING = KindValues(
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
    by_path={
        "tags": TAGS,
        "description": DESCRIPTION,
        "default_outbound_queue": ("Orders", "Returns"),
        "media_concurrencies": FieldValues(
            [VOICE], [VOICE, CHAT], edges=([VOICE, CHAT, TASK, {"channel": "EMAIL", "concurrency": 1}],)
        ),
        f"{MEDIA}.channel": FieldValues("CHAT", "TASK", beside=TALK, edges=("EMAIL",)),
        f"{MEDIA}.concurrency": FieldValues(3, 4, beside=TALK, edges=(1, 10)),
        f"{MEDIA}.cross_channel_behavior": FieldValues(ANY, ONLY, beside=TALK),
        f"{MEDIA}.cross_channel_behavior.behavior_type": FieldValues(
            "ROUTE_ANY_CHANNEL", "ROUTE_CURRENT_CHANNEL_ONLY", beside=TALK
        ),
        LOADS: FieldValues(
            [LOAD],
            [{**LOAD, "concurrency": 4}],
            beside=WORK,
            edges=([{**LOAD, "workload_type": f"work {each}"} for each in range(5)],),
            without="media_concurrencies",
        ),
        f"{LOADS}[].workload_type": FieldValues("back office", "front office", beside=WORK),
        f"{LOADS}[].concurrency": FieldValues(2, 4, beside=WORK),
        f"{LOADS}[].cross_channel_workload_behavior": FieldValues(
            {"channel_workload_behavior_type": ANYWAY},
            {"channel_workload_behavior_type": ROUTED},
            beside=WORK,
        ),
        f"{LOADS}[].{SHARING}": FieldValues(ANYWAY, ROUTED, beside=WORK),
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


def destination(config: str, one: Any, two: Any) -> FieldValues:
    """Two values of a member of the structure of one type of quick connect."""
    return FieldValues(
        one, two, beside={"quick_connect_config": KINDS_OF_CONFIG[config]}, without="quick_connect_config"
    )


def destinations(config: str, **other: Any) -> FieldValues:
    """The structure itself, which changes with the type."""
    to = KINDS_OF_CONFIG[config]
    return FieldValues(
        to, {**to, config: {**to[config], **other}}, tops=True, without="quick_connect_config", edges=()
    )


QUICK = KindValues(
    base={"quick_connect_config": TO_NUMBER},
    around={},
    by_path={
        "tags": TAGS,
        "description": DESCRIPTION,
        "quick_connect_config": (TO_QUEUE, TO_NUMBER),
        "quick_connect_config.quick_connect_type": FieldValues(
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

VALUES_BY_KIND: Mapping[str, KindValues] = {
    "connect.hours_of_operation": HOURS,
    "connect.queue": QUEUE,
    "connect.routing_profile": ROUTING,
    "connect.quick_connect": QUICK,
}

"""The reference centre: 10,000 users and what surrounds them, as desired state."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reconciler.field_schema import fields_of, references_in
from reconciler.kinds import known_kinds
from reconciler.stack import Desired, Key, Place, Stack

ACCOUNT, REGION, ALIAS = "123456789012", "eu-west-2", "reference-centre"
PLACE = Place("stack.yaml", 1, 1)
INSTANCE = Key("connect.instance", ALIAS)

FLOW: dict[str, Any] = {
    "Version": "2019-10-30",
    "StartAction": "queue",
    "Actions": [
        {
            "Identifier": "queue",
            "Type": "UpdateContactTargetQueue",
            "Parameters": {},
            "Transitions": {
                "NextAction": "transfer",
                "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "end"}],
            },
        },
        {
            "Identifier": "transfer",
            "Type": "TransferContactToQueue",
            "Parameters": {},
            "Transitions": {
                "NextAction": "end",
                "Errors": [
                    {"ErrorType": "QueueAtCapacity", "NextAction": "end"},
                    {"ErrorType": "NoMatchingError", "NextAction": "end"},
                ],
            },
        },
        {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}},
    ],
}


@dataclass(frozen=True)
class Size:
    """How many of each kind; the proportions are those of the reference centre."""

    users: int = 10_000

    def of(self, many: int) -> int:
        """So many in the reference centre, scaled to this many users."""
        return max(1, many * self.users // 10_000)


def _hours(size: Size) -> Iterator[tuple[str, dict[str, Any]]]:
    days = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
    for number in range(size.of(60)):
        config = [{"day": day, "start_time": "09:00", "end_time": "17:00"} for day in days]
        yield f"Hours {number}", {"time_zone": "Europe/London", "config": config}


def _queues(size: Size) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(size.of(500)):
        yield (
            f"Queue {number}",
            {
                "description": f"Queue number {number}",
                "hours_of_operation": f"Hours {number % size.of(60)}",
                "max_contacts": 100,
                "quick_connects": [f"Quick {number % size.of(300)}"],
            },
        )


def _routing_profiles(size: Size) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(size.of(200)):
        rows = [f"Queue {(number + step) % size.of(500)}" for step in range(min(3, size.of(500)))]
        yield (
            f"Profile {number}",
            {
                "description": f"Profile number {number}",
                "default_outbound_queue": rows[0],
                "media_concurrencies": [{"channel": "VOICE", "concurrency": 1}],
                "queue_configs": [
                    {"queue": queue, "channel": "VOICE", "priority": 1, "delay": 0} for queue in rows
                ],
            },
        )


def _security_profiles(size: Size) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(size.of(50)):
        permissions = ["BasicAgentAccess", "OutboundCallAccess"]
        yield f"Security {number}", {"description": f"Number {number}", "permissions": permissions}


def _quick_connects(size: Size) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(size.of(300)):
        phone = {"phone_number": f"+4420794{number:05}"}
        config = {"quick_connect_type": "PHONE_NUMBER", "phone_config": phone}
        yield f"Quick {number}", {"quick_connect_config": config}


def _flows(size: Size) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(size.of(300)):
        first, *rest = FLOW["Actions"]
        queue = {"QueueId": f"${{queue:Queue {number % size.of(500)}}}"}
        content = {**FLOW, "Actions": [{**first, "Parameters": queue}, *rest]}
        yield f"Flow {number}", {"type": "CONTACT_FLOW", "content": content}


def _phone_numbers(size: Size) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(size.of(400)):
        flow = f"Flow {number % size.of(300)}"
        exact = f"+4420790{number:05}"  # the stock of numbers that AWS offers is small
        yield f"number-{number}", {"phone_number": exact, "contact_flow": flow}


def _users(size: Size, *, email: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(size.users):
        identity = {"first_name": "Agent", "last_name": str(number)}
        yield (
            f"agent{number}",
            {
                "identity_info": {**identity, **({"email": f"agent{number}@example.com"} if email else {})},
                "phone_config": {"phone_type": "SOFT_PHONE", "auto_accept": False},
                "routing_profile": f"Profile {number % size.of(200)}",
                "security_profiles": [f"Security {number % size.of(50)}"],
            },
        )


def centre(size: Size, *, email: bool = False) -> Stack:
    """The reference centre; its instance lives already."""
    kinds = {
        "connect.hours_of_operation": _hours(size),
        "connect.queue": _queues(size),
        "connect.routing_profile": _routing_profiles(size),
        "connect.security_profile": _security_profiles(size),
        "connect.quick_connect": _quick_connects(size),
        "connect.contact_flow": _flows(size),
        "connect.phone_number": _phone_numbers(size),
        "connect.user": _users(size, email=email),
    }
    found = {INSTANCE: Desired(INSTANCE, {}, PLACE, existing=True)}
    for kind, resources in kinds.items():
        adapter = known_kinds()[kind]
        shapes = fields_of(adapter.model)
        for name, settings in resources:
            references = {
                field: tuple(Key(ref.kind, target) for ref, target in references_in(shapes[field], value))
                for field, value in settings.items()
            }
            key = Key(kind, name)
            kept = {field: targets for field, targets in references.items() if targets}
            called = adapter.aws_name(name, settings)
            found[key] = Desired(key, settings, PLACE, INSTANCE, kept, aws_name=called)
    return Stack("reference", "bench", ACCOUNT, REGION, found)


def without_users(stack: Stack) -> Stack:
    """All but the users."""
    kept = {key: each for key, each in stack.resources.items() if key.kind != "connect.user"}
    return Stack(stack.name, stack.environment, stack.account, stack.region, kept)

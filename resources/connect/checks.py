"""What `reconciler smoke` checks of instances, flows, numbers and queues.

Sources: Instance, ContactFlow, PhoneNumberStatus, HoursOfOperation and RoutingProfile (Amazon Connect API Reference).
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from reconciler.contract import Api, Check, Look, Seen, Sighting, Wired, state_check
from reconciler.model import Part, Settings


def _failure(instance: Wired) -> str:
    return str((instance.get("StatusReason") or {}).get("Message", ""))


INSTANCE: Mapping[str, Check] = {
    "state": state_check("InstanceStatus", ("ACTIVE",), "describe_instance", why=_failure)
}

PUBLISHED = "is ACTIVE and PUBLISHED"


def _published(look: Look) -> Seen:
    state, status = look.shown("State"), look.shown("Status")
    return Seen((state, status) == ("ACTIVE", "PUBLISHED"), f"{state} and {status}", PUBLISHED)


def _not_for_callers(written: Settings) -> str:
    others = {"state": "ARCHIVED", "status": "SAVED"}
    found = next((value for field, value in others.items() if written.get(field) == value), None)
    return f"the files make it {found}" if found else ""


FLOW: Mapping[str, Check] = {
    "published": Check(PUBLISHED, _published, ("describe_contact_flow",), unless=_not_for_callers)
}


def _claimed(look: Look) -> Seen:
    status = look.describe().get("PhoneNumberStatus") or {}
    state, reason = status.get("Status", "CLAIMED"), status.get("Message")
    return Seen(state == "CLAIMED", f"{state}: {reason}" if reason else state, "is CLAIMED")


def _leads_to(look: Look) -> Seen:
    flow = look.sighting.settings.get("ContactFlowId")
    called = look.name_of("connect.contact_flow", flow) if flow else "no flow"
    wanted = look.written.get("contact_flow")
    return Seen(bool(flow) and wanted in (None, called), called, wanted or "a flow")


def _without_flow(written: Settings) -> str:
    return "the files give it no flow" if written and not written.get("contact_flow") else ""


NUMBER: Mapping[str, Check] = {
    "claimed": Check("is CLAIMED", _claimed, ("describe_phone_number",)),
    "flow": Check("leads to its flow", _leads_to, (), unless=_without_flow),
}


class Agents(Part):
    """How many agents a queue needs."""

    at_least: Annotated[int, Field(ge=1)] = 1
    """The fewest users whose routing profiles serve the queue."""


def _hours(look: Look) -> Seen:
    id_ = look.shown("HoursOfOperationId")
    if not id_:
        return Seen(False, "none", OPEN)
    scope = {"InstanceId": look.sighting.address["InstanceId"]}
    hours = look.api.call("describe_hours_of_operation", **scope, HoursOfOperationId=id_)["HoursOfOperation"]
    opens = bool(hours.get("Config") or hours.get("ParentHoursOfOperations"))
    name = str(hours.get("Name") or id_)
    return Seen(opens, name if opens else f"{name}, which never opens", OPEN)


OPEN = "hours of operation that open"


def serving(api: Api, queue: Sighting) -> Iterator[Any]:
    """The routing profiles of the instance that serve a queue."""
    scope = {"InstanceId": queue.address["InstanceId"]}
    for row in api.pages("search_routing_profiles", **scope, MaxResults=500):
        served = [
            *(row.get("AssociatedQueueIds") or ()),
            *(row.get("AssociatedManualAssignmentQueueIds") or ()),
        ]
        if queue.id in served:
            yield row


def _agents(look: Look) -> Seen:
    wanted = look.asked.get("at_least", 1)
    profiles = list(serving(look.api, look.sighting))
    number = sum(row.get("NumberOfAssociatedUsers") or 0 for row in profiles)
    names = ", ".join(sorted(row["Name"] for row in profiles))
    what = f"{number} with the routing profile {names}" if profiles else "none: no routing profile serves it"
    return Seen(number >= wanted, what, f"{wanted} or more agents")


def _disabled(written: Settings) -> str:
    return "the files disable it" if written.get("status") == "DISABLED" else ""


QUEUE: Mapping[str, Check] = {
    "status": state_check("Status", ("ENABLED",), "describe_queue", unless=_disabled),
    "hours": Check(
        f"has {OPEN}", _hours, ("describe_queue", "describe_hours_of_operation"), unless=_disabled
    ),
    "agents": Check(
        "has agents: users whose routing profiles serve it",
        _agents,
        ("search_routing_profiles",),
        settings=Agents,
        unless=_disabled,
    ),
}

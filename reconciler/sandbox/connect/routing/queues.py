"""Queues: standard queues, and one agent queue for each user."""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, Rows, created, summarised
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import invalid, quota_reached
from reconciler.sandbox.connect.core.resource_types import EMAIL_ADDRESS, QUEUE, QUICK_CONNECT, USER
from reconciler.sandbox.connect.core.stored_records import Record
from reconciler.sandbox.sandbox_error import SandboxError

MOST_QUICK_CONNECTS = 700
MOST_EMAILS = 50
EMAILS = "EmailAddressesConfig"

operations = Operations()

operations.describe("DescribeQueue", QUEUE, "Queue")
operations.search(
    "SearchQueues",
    QUEUE,
    "Queues",
    most=500,
    conditions={"QueueTypeCondition": lambda _instance, _record, wanted: bool(wanted == "STANDARD")},
)
operations.update("UpdateQueueName", QUEUE, "Name", "Description")
operations.update("UpdateQueueHoursOfOperation", QUEUE, "HoursOfOperationId")
operations.update("UpdateQueueOutboundCallerConfig", QUEUE, "OutboundCallerConfig")
operations.update("UpdateQueueStatus", QUEUE, "Status")
# A request without the limit removes it.
operations.update("UpdateQueueMaxContacts", QUEUE, "MaxContacts", clears=True)
operations.delete("DeleteQueue", QUEUE)


@operations.on_instance
def create_queue(
    instance: Instance, Name: str, Tags: Mapping[str, str] | None = None, **settings: Any
) -> Reply:
    """Create a standard queue; it starts ENABLED."""
    if EMAILS in settings:
        addresses = [_address_id(instance, each["EmailAddressId"]) for each in settings[EMAILS]]
        settings[EMAILS] = [{"EmailAddressId": address} for address in addresses]
    if settings.get("OutboundEmailConfig", {}).get("OutboundEmailAddressId"):
        address = _address_id(instance, settings["OutboundEmailConfig"]["OutboundEmailAddressId"])
        settings["OutboundEmailConfig"] = {"OutboundEmailAddressId": address}
    return created(instance.add(QUEUE, Name, {"Status": "ENABLED", **settings}, tags=Tags))


def _summary(instance: Instance, record: Record) -> dict[str, Any]:
    if record.kind is QUEUE:
        return {**summarised(instance, record), "QueueType": "STANDARD"}
    arn = f"{instance.arn}/queue/agent/{record.id}"
    return {"Id": record.id, "Arn": arn, "QueueType": "AGENT", **record.stamp()}


@operations.pages("QueueSummaryList", most=1000, view=_summary)
def list_queues(instance: Instance, QueueTypes: Sequence[str] = ()) -> Rows:
    """List queues of the types in the request, by default all."""
    standard = instance.rows(QUEUE) if not QueueTypes or "STANDARD" in QueueTypes else []
    agents = instance.rows(USER) if not QueueTypes or "AGENT" in QueueTypes else []
    return [*standard, *agents]


def quick_connect_summary(instance: Instance, record_id: str) -> dict[str, Any]:
    """Summarize a quick connect of a queue."""
    record = instance.get(QUICK_CONNECT, record_id)
    kind = record.settings["QuickConnectConfig"]["QuickConnectType"]
    return {**summarised(instance, record), "QuickConnectType": kind}


operations.list_children(
    "ListQueueQuickConnects",
    QUEUE,
    "QuickConnectSummaryList",
    "QuickConnectIds",
    view=quick_connect_summary,
)


@operations.on_instance
def associate_queue_quick_connects(instance: Instance, QueueId: str, QuickConnectIds: Sequence[str]) -> Reply:
    """Add quick connects; the queue may already have some of them."""
    queue = instance.get(QUEUE, QueueId)
    more = [instance.get(QUICK_CONNECT, each).id for each in QuickConnectIds]
    together = list(dict.fromkeys([*queue.settings.get("QuickConnectIds", ()), *more]))
    if len(together) > MOST_QUICK_CONNECTS:
        text = f"A queue can have at most {MOST_QUICK_CONNECTS} quick connects."
        raise SandboxError("LimitExceededException", text)
    instance.change_children(queue, "QuickConnectIds", together)
    return None


@operations.on_instance
def disassociate_queue_quick_connects(
    instance: Instance, QueueId: str, QuickConnectIds: Sequence[str]
) -> Reply:
    """Remove quick connects; the queue need not have them."""
    queue = instance.get(QUEUE, QueueId)
    gone = {instance.get(QUICK_CONNECT, each).id for each in QuickConnectIds}
    left = [each for each in queue.settings.get("QuickConnectIds", ()) if each not in gone]
    instance.change_children(queue, "QuickConnectIds", left)
    return None


def _address_id(instance: Instance, reference: str) -> str:
    """Return the id of an e-mail address. It need not be in the instance, unless the plane requires it."""
    if instance.plane.queues_want_known_addresses:
        return instance.get(EMAIL_ADDRESS, reference).id
    found = instance.find(EMAIL_ADDRESS, reference)
    return found.id if found else reference


def _email_summary(instance: Instance, config: Mapping[str, str]) -> dict[str, Any]:
    address = config["EmailAddressId"]
    return {"Id": address, "Arn": f"{instance.arn}/email-address/{address}"}


operations.list_children(
    "ListQueueEmailAddresses", QUEUE, "EmailAddressMetadataList", EMAILS, view=_email_summary
)


@operations.on_instance
def associate_queue_email_addresses(
    instance: Instance, QueueId: str, EmailAddressesConfig: Sequence[Mapping[str, str]]
) -> Reply:
    """Add e-mail addresses."""
    queue = instance.get(QUEUE, QueueId)
    more = [
        {"EmailAddressId": _address_id(instance, each["EmailAddressId"])} for each in EmailAddressesConfig
    ]
    together = {each["EmailAddressId"]: each for each in (*queue.settings.get(EMAILS, ()), *more)}
    if len(together) > MOST_EMAILS:
        raise quota_reached("email addresses of a queue", MOST_EMAILS)
    instance.change_children(queue, EMAILS, list(together.values()))
    return None


@operations.on_instance
def disassociate_queue_email_addresses(
    instance: Instance, QueueId: str, EmailAddressesId: Sequence[str]
) -> Reply:
    """Remove e-mail addresses."""
    queue = instance.get(QUEUE, QueueId)
    gone = {_address_id(instance, each) for each in EmailAddressesId}
    left = [each for each in queue.settings.get(EMAILS, ()) if each["EmailAddressId"] not in gone]
    instance.change_children(queue, EMAILS, left)
    return None


@operations.on_instance
def update_queue_outbound_email_config(
    instance: Instance, QueueId: str, OutboundEmailConfig: Mapping[str, str]
) -> Reply:
    """Set the sender address, which must be an address of the queue."""
    queue = instance.get(QUEUE, QueueId)
    address = OutboundEmailConfig.get("OutboundEmailAddressId")
    if not address:
        instance.change(queue, {"OutboundEmailConfig": OutboundEmailConfig})
        return None
    chosen = _address_id(instance, address)
    if chosen not in {each["EmailAddressId"] for each in queue.settings.get(EMAILS, ())}:
        raise invalid(f"Email address {address} is not associated with the queue.")
    instance.change(queue, {"OutboundEmailConfig": {"OutboundEmailAddressId": chosen}})
    return None

"""connect.queue: where contacts wait for an agent."""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from reconciler.appearance import Appearance, Names
from reconciler.cloudformation import CloudFormation
from reconciler.contract import Assigned, Calls, Change, Create, Delete, Request, Sends
from reconciler.resources.connect.common import (
    IN_INSTANCE,
    KEPT,
    NAMES,
    Apart,
    ConnectAdapter,
    ConnectReads,
    chunks,
)
from reconciler.resources.connect.queue_model import Queue

AT_ONCE = 50  # quick connects, or e-mail addresses, in one call


def _set_members(change: Change, member: str, add: str, remove: str) -> Iterable[Request]:
    """Associate what is new, then disassociate what is gone, so that the queue is never without."""
    wanted, found = change.desired.get(member) or [], change.observed.get(member) or []
    for some in chunks([each for each in wanted if each not in found], AT_ONCE):
        members = {"EmailAddressesConfig": [{"EmailAddressId": each} for each in some]}
        yield Request(add, {**change.address, **(members if member == "EmailAddressIds" else {member: some})})
    for some in chunks([each for each in found if each not in wanted], AT_ONCE):
        gone = "EmailAddressesId" if member == "EmailAddressIds" else member
        yield Request(remove, {**change.address, gone: some})


QUICK_CONNECTS = ("associate_queue_quick_connects", "disassociate_queue_quick_connects")
EMAIL_ADDRESSES = ("associate_queue_email_addresses", "disassociate_queue_email_addresses")


def _shown(settings: Mapping[str, Any], names: Names) -> Iterable[str]:
    del names
    if settings.get("status") == "DISABLED":
        yield "disabled"


class QueueAdapter(ConnectAdapter[Queue]):
    """CreateQueue and one operation for each group of settings."""

    kind = "connect.queue"
    cloudformation = CloudFormation(
        type="AWS::Connect::Queue",
        called={"AdditionalEmailAddresses": "email_addresses"},
        not_granted={"connect:*QueueAgentGroup*": "no operation of the API; CloudFormation's own"},
    )
    appearance = Appearance(
        sort="queue",
        column=2,
        details=_shown,
        not_drawn={"outbound_caller_config": frozenset({"connect.phone_number"})},
    )
    model = Queue
    summary = "where contacts wait for an agent"
    identity = Assigned(
        address="QueueId",
        arn_in="QueueArn",
        arns=(IN_INSTANCE,),
        forms=NAMES,
    )
    # Quick connects and e-mail addresses are left to the second step: CreateQueue takes 50 of them, a queue up to 700.
    create = Create(
        "create_queue",
        ("description", "hours_of_operation", "max_contacts", "outbound_caller_config"),
        needed=frozenset({"hours_of_operation"}),
        deferrable={"outbound_caller_config": None},
    )
    updates = (
        Sends("update_queue_name", ("name", "description")),
        Sends("update_queue_hours_of_operation", ("hours_of_operation",)),
        # Left out, the limit is taken away.
        Sends("update_queue_max_contacts", ("max_contacts",)),
        Sends("update_queue_status", ("status",)),
        Sends("update_queue_outbound_caller_config", ("outbound_caller_config",)),
        Calls(
            lambda change: _set_members(change, "QuickConnectIds", *QUICK_CONNECTS),
            ("quick_connects",),
            QUICK_CONNECTS,
        ),
        Calls(
            lambda change: _set_members(change, "EmailAddressIds", *EMAIL_ADDRESSES),
            ("email_addresses",),
            EMAIL_ADDRESSES,
        ),
        # The address to send from is one of the queue's own.
        Sends("update_queue_outbound_email_config", ("outbound_email_config",), needs=("email_addresses",)),
    )
    delete = Delete("delete_queue", keeps_defaults=KEPT)
    reads = ConnectReads(
        search="search_queues",
        list="list_queues",
        describe="describe_queue",
        shown_as="Queue",
        row=("QueueId", "QueueArn"),
        list_with={"QueueTypes": ["STANDARD"]},
        page=500,
        listed=frozenset(
            {
                "description",
                "hours_of_operation",
                "max_contacts",
                "status",
                "outbound_caller_config",
                "outbound_email_config",
            }
        ),
        apart={
            "quick_connects": Apart(
                operation="list_queue_quick_connects", member="QuickConnectIds", of_row=itemgetter("Id")
            ),
            "email_addresses": Apart(
                operation="list_queue_email_addresses", member="EmailAddressIds", of_row=itemgetter("Id")
            ),
        },
    )
    made_with_instance = frozenset({"BasicQueue"})

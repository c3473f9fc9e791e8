"""connect.queue: a queue in which contacts wait for an agent."""

from operator import itemgetter

from reconciler.appearance import Appearance, line_of
from reconciler.cloudformation import CloudFormation
from reconciler.contract import Assigned, Create, Delete, RowCall, Sends, by_rows, from_rows, own_fields
from reconciler.resources.connect import checks, terraform, unused
from reconciler.resources.connect.common import IN_INSTANCE, KEPT, NAMES, ConnectAdapter, ConnectReads
from reconciler.resources.connect.queue_model import Queue
from reconciler.resources.connect.queue_problems import problems

AT_ONCE = 50  # quick connects, or e-mail addresses, in one request
APART = {
    "quick_connects": from_rows(
        "list_queue_quick_connects", "QuickConnectIds", itemgetter("Id"), MaxResults=100
    ),
    "email_addresses": from_rows(
        "list_queue_email_addresses", "EmailAddressIds", itemgetter("Id"), MaxResults=100
    ),
}


class QueueAdapter(ConnectAdapter[Queue]):
    """CreateQueue and one operation for each group of settings."""

    kind = "connect.queue"
    cloudformation = CloudFormation(
        type="AWS::Connect::Queue",
        called={"AdditionalEmailAddresses": "email_addresses"},
        not_granted={"connect:*QueueAgentGroup*": "not an operation of the API; only CloudFormation has it"},
    )
    appearance = Appearance(
        sort="queue",
        column=2,
        details=line_of("status", {"DISABLED": "disabled"}.get),
        not_drawn={"outbound_caller_config": frozenset({"connect.phone_number"})},
    )
    terraform = terraform.QUEUE
    model = Queue
    summary = "a queue in which contacts wait for an agent"
    defaults = {"status": "ENABLED"}
    identity = Assigned(address="QueueId", arn_in="QueueArn", arns=(IN_INSTANCE,), forms=NAMES)
    # Quick connects and e-mail addresses are sent in a second step: CreateQueue takes 50 of them, a queue has up to 700.
    create = Create(
        "create_queue",
        ("description", "hours_of_operation", "max_contacts", "outbound_caller_config"),
        needed=frozenset({"hours_of_operation"}),
        deferrable={"outbound_caller_config": None},
    )
    updates = (
        Sends("update_queue_name", ("name", "description")),
        Sends("update_queue_hours_of_operation", ("hours_of_operation",)),
        # A request without the limit removes it.
        Sends("update_queue_max_contacts", ("max_contacts",)),
        Sends("update_queue_status", ("status",)),
        Sends("update_queue_outbound_caller_config", ("outbound_caller_config",)),
        by_rows(
            Queue,
            "quick_connects",
            add=RowCall("associate_queue_quick_connects", many_in="QuickConnectIds", at_once=AT_ONCE),
            remove=RowCall("disassociate_queue_quick_connects", many_in="QuickConnectIds", at_once=AT_ONCE),
        ),
        by_rows(
            Queue,
            "email_addresses",
            add=RowCall(
                "associate_queue_email_addresses",
                many_in="EmailAddressesConfig",
                at_once=AT_ONCE,
                row=lambda id_, _: {"EmailAddressId": id_},
            ),
            remove=RowCall("disassociate_queue_email_addresses", many_in="EmailAddressesId", at_once=AT_ONCE),
        ),
        # The address of outbound e-mail must be one of the queue's addresses.
        Sends("update_queue_outbound_email_config", ("outbound_email_config",), needs=("email_addresses",)),
    )
    delete = Delete("delete_queue", keeps_defaults=KEPT)
    reads = ConnectReads(
        list="search_queues",
        list_versions="list_queues",
        versions_with={"QueueTypes": ["STANDARD"]},
        get="describe_queue",
        shown_in="Queue",
        page=500,
        listed=frozenset(own_fields(Queue, *APART)),
        details=frozenset({"email_addresses"}),
        alone=APART,
    )
    checks = checks.QUEUE
    unused = unused.QUEUE
    problems = staticmethod(problems)
    made_with_instance = frozenset({"BasicQueue"})

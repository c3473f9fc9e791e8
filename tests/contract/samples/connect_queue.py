"""connect.queue."""

from reconciler.testing import Change, Drift, Sample
from tests.contract.contract_around import in_instance

NUMBER = "+442079460998"
HOURS = {
    "time_zone": "Europe/London",
    "config": [{"day": "MONDAY", "start_time": "09:00", "end_time": "17:00"}],
}
WHISPER = {
    "type": "OUTBOUND_WHISPER",
    "content": {
        "Version": "2019-10-30",
        "StartAction": "end",
        "Actions": [{"Identifier": "end", "Type": "EndFlowExecution", "Parameters": {}, "Transitions": {}}],
    },
}
QUICK_CONNECT = {
    "quick_connect_config": {
        "quick_connect_type": "PHONE_NUMBER",
        "phone_config": {"phone_number": "+442079460999"},
    }
}

SAMPLE = Sample(
    name="Orders",
    around=in_instance(
        {
            "connect.hours_of_operation": {"Weekdays": HOURS, "Weekends": HOURS},
            "connect.contact_flow": {"Outbound": WHISPER},
            "connect.phone_number": {NUMBER: {"phone_number": NUMBER}},
            "connect.quick_connect": {"Supervisor": QUICK_CONNECT, "Emergency": QUICK_CONNECT},
        }
    ),
    base={
        "description": "Orders and questions about them",
        "hours_of_operation": "Weekdays",
        "max_contacts": 100,
        "status": "ENABLED",
        "outbound_caller_config": {
            "outbound_caller_id_name": "Orders",
            "outbound_caller_id_number": NUMBER,
            "outbound_flow": "Outbound",
        },
        "outbound_email_config": {"outbound_email_address_id": "orders"},
        "quick_connects": ["Supervisor"],
        "email_addresses": ["orders", "returns"],
        "tags": {"Team": "orders"},
    },
    changes=(
        Change("description", "Orders", ("UpdateQueueName",)),
        Change("hours_of_operation", "Weekends", ("UpdateQueueHoursOfOperation",)),
        Change("max_contacts", 50, ("UpdateQueueMaxContacts",)),
        Change("max_contacts", None, ("UpdateQueueMaxContacts",), "cleared"),
        Change("status", "DISABLED", ("UpdateQueueStatus",)),
        Change(
            "outbound_caller_config",
            {"outbound_caller_id_name": "Shop"},
            ("UpdateQueueOutboundCallerConfig",),
        ),
        Change(
            "outbound_caller_config",
            {"outbound_caller_id_name": "Orders", "outbound_flow": None},
            ("UpdateQueueOutboundCallerConfig",),
            "with its flow cleared",
        ),
        Change(
            "outbound_email_config",
            {"outbound_email_address_id": "returns"},
            ("UpdateQueueOutboundEmailConfig",),
        ),
        Change(
            "quick_connects",
            ["Emergency"],
            ("AssociateQueueQuickConnects", "DisassociateQueueQuickConnects"),
        ),
        Change("quick_connects", None, ("DisassociateQueueQuickConnects",), "cleared"),
        Change(
            "email_addresses",
            ["orders", "sales"],
            ("AssociateQueueEmailAddresses", "DisassociateQueueEmailAddresses"),
        ),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift("max_contacts", "update_queue_max_contacts", {"MaxContacts": 3}),
        Drift("status", "update_queue_status", {"Status": "DISABLED"}),
        Drift("description", "update_queue_name", {"Description": "by hand"}),
    ),
    emptied_with={"email_addresses": {"outbound_email_config": None}},
)

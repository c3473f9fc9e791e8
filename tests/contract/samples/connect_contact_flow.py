"""connect.contact_flow."""

from collections.abc import Sequence

from reconciler.testing import Change, Drift, Sample, Settings
from tests.contract.contract_around import in_instance

HOURS = {
    "time_zone": "Europe/London",
    "config": [{"day": "MONDAY", "start_time": "09:00", "end_time": "17:00"}],
}


def flow(*actions: Settings) -> Settings:
    return {"Version": "2019-10-30", "StartAction": actions[0]["Identifier"], "Actions": [*actions]}


END = {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}


def say(text: str, then: str = "end", errors: Sequence[str] = ("NoMatchingError",)) -> Settings:
    transitions = {
        "NextAction": then,
        "Errors": [{"NextAction": "end", "ErrorType": error} for error in errors],
        "Conditions": [],
    }
    return {
        "Identifier": "say",
        "Type": "MessageParticipant",
        "Parameters": {"Text": text},
        "Transitions": transitions,
    }


TO_ORDERS = {
    "Identifier": "orders",
    "Type": "UpdateContactTargetQueue",
    "Parameters": {"QueueId": "${queue:Orders}"},
    "Transitions": {
        "NextAction": "end",
        "Errors": [{"NextAction": "end", "ErrorType": "NoMatchingError"}],
        "Conditions": [],
    },
}
DRAFT, WHOLE_DRAFT = "a draft", "a draft fit to be published"

SAMPLE = Sample(
    name="Welcome",
    around=in_instance(
        {
            "connect.hours_of_operation": {"Weekdays": HOURS},
            "connect.queue": {"Orders": {"hours_of_operation": "Weekdays"}},
        }
    ),
    base={
        "type": "CONTACT_FLOW",
        "description": "What callers hear first",
        "content": flow(say("Hello.", then="orders"), TO_ORDERS, END),
        "state": "ACTIVE",
        "status": "PUBLISHED",
        "tags": {"Team": "orders"},
    },
    forms={
        DRAFT: {
            "type": "CONTACT_FLOW",
            "content": flow(say("To be written.", errors=()), END),
            "status": "SAVED",
        },
        WHOLE_DRAFT: {"type": "CONTACT_FLOW", "content": flow(END), "status": "SAVED"},
    },
    changes=(
        Change("type", "QUEUE_TRANSFER", refused="AWS cannot change type"),
        Change("description", "A greeting", ("UpdateContactFlowMetadata",)),
        Change("description", None, ("UpdateContactFlowMetadata",), "cleared"),
        Change("content", flow(say("Good day."), END), ("UpdateContactFlowContent",)),
        Change(
            "content",
            flow(say("To be written again.", errors=()), END),
            ("UpdateContactFlowContent",),
            "of a draft",
            form=DRAFT,
        ),
        Change("state", "ARCHIVED", ("UpdateContactFlowMetadata",)),
        Change(
            "status",
            "PUBLISHED",
            ("UpdateContactFlowContent",),
            form=WHOLE_DRAFT,
            one_way="what is published stays published",
        ),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift("description", "update_contact_flow_metadata", {"Description": "by hand"}),
        Drift("state", "update_contact_flow_metadata", {"ContactFlowState": "ARCHIVED"}),
    ),
)

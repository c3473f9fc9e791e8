"""The flows of a new instance: AWS's defaults and samples, each with a minimal content."""

import json
from typing import Any

VERSION = "2019-10-30"
NO_MATCH = "NoMatchingError"


def _action(
    identifier: str, action_type: str, parameters: dict[str, Any], transitions: dict[str, Any]
) -> dict[str, Any]:
    return {
        "Identifier": identifier,
        "Type": action_type,
        "Parameters": parameters,
        "Transitions": transitions,
    }


def _flow(*actions: dict[str, Any]) -> str:
    """Return a flow with the positions of its blocks, as the flow designer writes it."""
    identifiers = [action["Identifier"] for action in actions]
    places = {name: {"position": {"x": 200 * number, "y": 20}} for number, name in enumerate(identifiers, 1)}
    metadata = {"entryPointPosition": {"x": 20, "y": 20}, "ActionMetadata": places}
    return json.dumps(
        {"Version": VERSION, "StartAction": identifiers[0], "Metadata": metadata, "Actions": list(actions)}
    )


def _to(target: str, *errors: str) -> dict[str, Any]:
    return {"NextAction": target, "Errors": [{"ErrorType": each, "NextAction": "end"} for each in errors]}


def _says(text: str, target: str = "end") -> dict[str, Any]:
    return _action("say", "MessageParticipant", {"Text": text}, _to(target, NO_MATCH))


def _waits(text: str) -> str:
    return _flow(_action("wait", "MessageParticipantIteratively", {"Messages": [{"Text": text}]}, {}))


HANG_UP = _action("end", "DisconnectParticipant", {}, {})
FINISH = _action("end", "EndFlowExecution", {}, {})
QUEUE_UP = _action("queue", "TransferContactToQueue", {}, _to("end", "QueueAtCapacity", NO_MATCH))


def _sample(text: str) -> str:
    return _flow(_says(text), HANG_UP)


_SAMPLES = (
    "AB test",
    "customer queue priority",
    "disconnect flow",
    "inbound flow (first contact experience)",
    "Lambda integration",
    "note for screenpop",
    "queue configurations",
    "queued callback",
    "recording behavior",
    "secure input with agent",
    "secure input with no agent",
)

DEFAULT_FLOWS: dict[str, tuple[str, str]] = {
    "Default agent hold": ("AGENT_HOLD", _waits("You are on hold.")),
    "Default agent transfer": (
        "AGENT_TRANSFER",
        _flow(
            _says("Transferring now.", "transfer"),
            _action("transfer", "TransferContactToAgent", {}, {}),
            HANG_UP,
        ),
    ),
    "Default agent whisper": ("AGENT_WHISPER", _flow(_says("$.Queue.Name"), FINISH)),
    "Default customer hold": ("CUSTOMER_HOLD", _waits("You are on hold.")),
    "Default customer queue": ("CUSTOMER_QUEUE", _waits("Thank you for calling. Please stay on the line.")),
    "Default customer whisper": ("CUSTOMER_WHISPER", _flow(_says("Connecting you now."), FINISH)),
    "Default outbound": ("OUTBOUND_WHISPER", _flow(_says("This call is not being recorded."), FINISH)),
    "Default queue transfer": ("QUEUE_TRANSFER", _flow(QUEUE_UP, HANG_UP)),
    "Sample queue customer": ("CONTACT_FLOW", _flow(QUEUE_UP, HANG_UP)),
    "Sample interruptible queue flow with callback": ("CUSTOMER_QUEUE", _waits("Please stay on the line.")),
    **{f"Sample {name}": ("CONTACT_FLOW", _sample(f"This is the sample: {name}.")) for name in _SAMPLES},
}

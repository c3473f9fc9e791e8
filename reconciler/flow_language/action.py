"""The entry of one action type in the table of types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

NO_MATCH, NO_CONDITION = "NoMatchingError", "NoMatchingCondition"
TIME_OUT = "InputTimeLimitExceeded"

INBOUND = frozenset({"CONTACT_FLOW"})
TRANSFERS = frozenset({"AGENT_TRANSFER", "QUEUE_TRANSFER"})
WHISPERS = frozenset({"CUSTOMER_WHISPER", "AGENT_WHISPER", "OUTBOUND_WHISPER"})
OUTBOUND = frozenset({"OUTBOUND_WHISPER"})
QUEUED = frozenset({"CUSTOMER_QUEUE"})
HOLDS = frozenset({"CUSTOMER_HOLD", "AGENT_HOLD"})
MODULE = frozenset({"MODULE"})
# AWS does not document the allowed actions of a campaign's flow.
ANYWHERE = INBOUND | TRANSFERS | WHISPERS | QUEUED | HOLDS | MODULE
CALLS = INBOUND | TRANSFERS | QUEUED | MODULE

SPOKEN = "Text SSML PromptId Media"
PROMPT = ("Text", "SSML", "PromptId", "Media.Uri")
QUEUE_OR_AGENT = "QueueId AgentId"

WayOn = Literal["next", "branches", "waits", "ends"]
"""Where a contact goes after an action.

`next`: to NextAction, unless an error happens. `branches`: only to the target of a condition or an error; AWS requires a
NextAction, and the console repeats a branch's target there, but no contact takes it. `waits`: like `branches`, but
NextAction may be left out. `ends`: the flow ends, and Transitions stay empty.
"""


@dataclass(frozen=True)
class Action:
    """One action type.

    `values` gives the allowed values of a parameter as "low..high" or "one|or|another"; a leading "$" allows a JSONPath.
    `conditions` is "none", "any", or the operands of the required Equals conditions ("True False").
    """

    title: str
    """Its title: the name of the block in the flow designer, if it has one."""
    known: str = ""
    required: str = ""
    exactly_one: tuple[str, ...] = ()
    exclusive: str = ""
    at_least_one: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    """Parameters in `values` and errors in `errors` for which AWS's documents and working flows differ."""
    errors: tuple[str, ...] = (NO_MATCH,)
    """Error branches that AWS requires to publish a flow."""
    optional_errors: tuple[str, ...] = ()
    conditions: str = "none"
    way_on: WayOn = "next"
    stays_when: tuple[str, str] | None = None
    """A parameter and its value with which a contact does not continue to NextAction."""
    tells: tuple[str, ...] = ()
    """Parameters that decide what the action does, the most important first: a path, or a path, `=` and a text for it."""
    flow_types: frozenset[str] = ANYWHERE
    free_parameters: bool = False
    charted: bool = True
    """Whether AWS's answers to wrong parameters are known; otherwise only the graph around it is checked."""
    refused: bool = False
    """Whether AWS has refused it as an unknown type while a feature was not enabled."""

    @property
    def terminal(self) -> bool:
        """Whether the flow ends with it."""
        return self.way_on == "ends"

    @property
    def needs_next(self) -> bool:
        """Whether AWS requires a NextAction."""
        return self.way_on in ("next", "branches")

    def errors_for(self, parameters: Mapping[str, Any]) -> tuple[str, ...]:
        """The error branches that AWS requires for an action with these parameters."""
        validation = parameters.get("InputValidation")
        if isinstance(validation, Mapping) and "PhoneNumberValidation" in validation:
            return (*self.errors, "InvalidPhoneNumber")
        if "ChatBehavior" in parameters:
            return (*self.errors, "InFlightRedactionConfigurationFailed")
        if "BotParticipantDisconnected" in events_of(parameters):
            return (*self.errors, "ParticipantNotFound")
        return self.errors

    def goes_on(self, parameters: Mapping[str, Any]) -> bool:
        """Whether a contact can continue from it to NextAction."""
        stays = self.stays_when is not None and parameters.get(self.stays_when[0]) == self.stays_when[1]
        return self.way_on == "next" and not stays


def events_of(parameters: Mapping[str, Any]) -> list[str]:
    """The events that a Wait waits for."""
    events = parameters.get("Events")
    return [str(event) for event in events] if isinstance(events, list) else []

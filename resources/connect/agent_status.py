"""connect.agent_status: a status that an agent can choose, such as a break or a meeting."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from reconciler.appearance import Appearance, line_of
from reconciler.cloudformation import CloudFormation
from reconciler.contract import Assigned, Calls, CannotDelete, Change, Create, Request, Sends, Sighting
from reconciler.resources.connect.common import (
    IN_INSTANCE,
    NAMES,
    Clearable,
    ConnectAdapter,
    ConnectReads,
    InInstance,
)
from reconciler.resources.lasting import LASTS

MADE_BY_AWS = frozenset({"OFFLINE", "ROUTABLE"})
"""The types of the two statuses that every instance has; all others are CUSTOM."""


class AgentStatus(InInstance):
    """A status that an agent can choose."""

    description: Clearable = None
    state: Annotated[Literal["ENABLED", "DISABLED"] | None, LASTS] = None
    display_order: Annotated[int | None, Field(ge=1, le=50)] = None


def set_display_order(change: Change) -> Iterable[Request]:
    """Set the display order, or reset it, which has its own member in the request."""
    order = change.desired.get("DisplayOrder")
    place = {"ResetOrderNumber": True} if order is None else {"DisplayOrder": order}
    yield Request("update_agent_status", {**change.address, **place})


class AgentStatusAdapter(ConnectAdapter[AgentStatus]):
    """CreateAgentStatus and UpdateAgentStatus. AWS cannot delete a status, only disable it."""

    kind = "connect.agent_status"
    cloudformation = CloudFormation(
        type="AWS::Connect::AgentStatus",
        left_out={
            "ResetOrderNumber": "`display_order: null` sends it",
            "Type": "every status that a user creates is CUSTOM; no operation takes the type",
        },
    )
    appearance = Appearance(sort="people", details=line_of("state", {"DISABLED": "disabled"}.get))
    model = AgentStatus
    summary = "a status that agents choose, such as available or on a break"
    identity = Assigned(address="AgentStatusId", arn_in="AgentStatusARN", arns=(IN_INSTANCE,), forms=NAMES)
    create = Create(
        "create_agent_status", ("description", "state", "display_order"), needed=frozenset({"state"})
    )
    updates = (
        Sends("update_agent_status", ("name", "description")),
        Sends("update_agent_status", ("state",)),
        Calls(set_display_order, ("display_order",), ("update_agent_status",)),
    )
    delete = CannotDelete(instead={"state": "DISABLED"})
    reads = ConnectReads(
        list="search_agent_statuses",
        list_versions="list_agent_statuses",
        get="describe_agent_status",
        shown_in="AgentStatus",
        listed=frozenset({"description", "state", "display_order"}),
    )
    made_with_instance = frozenset({"Available", "Offline"})

    def made_by_aws(self, sighting: Sighting) -> bool:
        kind = sighting.settings.get("Type")
        return super().made_by_aws(sighting) if kind is None else kind in MADE_BY_AWS

"""The settings of connect.contact_flow."""

from typing import Annotated, Any, Literal

from reconciler.model import Document, Ref, Wire
from reconciler.resources.connect.common import Clearable, InInstance
from reconciler.resources.connect.flow_language import canonical
from reconciler.resources.connect.flow_lint import check
from reconciler.resources.lasting import LASTS

FlowType = Literal[
    "CONTACT_FLOW",
    "CUSTOMER_QUEUE",
    "CUSTOMER_HOLD",
    "CUSTOMER_WHISPER",
    "AGENT_HOLD",
    "AGENT_WHISPER",
    "OUTBOUND_WHISPER",
    "AGENT_TRANSFER",
    "QUEUE_TRANSFER",
    "CAMPAIGN",
]


# References are replaced by ARNs, as in the console, although most parameters are named "...Id".
TOKENS = {
    "queue": Ref("connect.queue", "arn"),
    "hours": Ref("connect.hours_of_operation", "arn"),
    "flow": Ref("connect.contact_flow", "arn"),
    "user": Ref("connect.user", "arn"),
    "phone_number": Ref("connect.phone_number", "arn"),
    "instance": Ref("connect.instance", "arn"),
    "instance_id": Ref("connect.instance"),
}


OWN = {
    "instance": "instance",
    "instance#arn": "instance",
    "instance#id": "instance_id",
    "instance#alias": None,
}
"""References to the instance of the flow: its ARN, its id, and its alias, which is its name in the files."""


class ContactFlow(InInstance):
    """A flow; its type cannot be changed."""

    type: FlowType | None = None
    description: Clearable = None
    content: Annotated[dict[str, Any] | None, Document(canonical, TOKENS, check, own=OWN), LASTS] = None
    """The flow in Flow language; `${queue:Name}`, `${hours:Name}`, `${flow:Name}`, `${instance}` stand for ARNs."""
    state: Annotated[Literal["ACTIVE", "ARCHIVED"] | None, Wire("ContactFlowState"), LASTS] = None
    status: Annotated[Literal["PUBLISHED", "SAVED"] | None, LASTS] = None
    """PUBLISHED is in use; SAVED is a draft, which AWS does not check."""

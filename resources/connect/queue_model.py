"""The settings of connect.queue."""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.model import Cleared, Means, Part, Ref, Unordered, Wire
from reconciler.resources.connect.common import InInstance, Lasting
from reconciler.resources.lasting import LASTS

EmailAddressId = Annotated[str, Field(min_length=1, max_length=500), Means("connect.email_address", "id")]


class OutboundCallerConfig(Part):
    """The caller id and the flow of outbound calls of the queue."""

    outbound_caller_id_name: Annotated[str | None, Field(min_length=1, max_length=255)] = None
    outbound_caller_id_number: Annotated[str | None, Ref("connect.phone_number")] = None
    outbound_flow: Annotated[str | None, Ref("connect.contact_flow")] = None


class OutboundEmailConfig(Part):
    """The sender address of outbound e-mail of the queue."""

    outbound_email_address_id: EmailAddressId


class Queue(InInstance):
    """A standard queue."""

    description: Lasting = None
    hours_of_operation: Annotated[str | None, Ref("connect.hours_of_operation"), LASTS] = None
    max_contacts: Annotated[int | None, Field(ge=0)] = None
    status: Annotated[Literal["ENABLED", "DISABLED"] | None, LASTS] = None
    outbound_caller_config: Annotated[OutboundCallerConfig | None, Cleared({})] = None
    outbound_email_config: Annotated[OutboundEmailConfig | None, LASTS] = None
    quick_connects: Annotated[list[Annotated[str, Ref("connect.quick_connect")]] | None, Unordered()] = None
    email_addresses: Annotated[list[EmailAddressId] | None, Unordered(), Wire("EmailAddressIds")] = None

"""The settings of connect.quick_connect."""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from reconciler.forms import E164
from reconciler.model import Part, Ref, Whole
from reconciler.resources.connect.common import InInstance, Lasting
from reconciler.resources.lasting import LASTS

Flow = Annotated[str, Ref("connect.contact_flow")]


class UserConfig(Part):
    """To an agent, through an agent transfer flow."""

    user: Annotated[str, Ref("connect.user")]
    contact_flow: Flow


class QueueConfig(Part):
    """To a queue, through a queue transfer flow."""

    queue: Annotated[str, Ref("connect.queue")]
    contact_flow: Flow


class PhoneConfig(Part):
    """To a phone number, in E.164."""

    phone_number: E164


class FlowConfig(Part):
    """To a flow."""

    contact_flow: Flow


DESTINATIONS = {
    "USER": "user_config",
    "QUEUE": "queue_config",
    "PHONE_NUMBER": "phone_config",
    "FLOW": "flow_config",
}
"""The structure that belongs to each type."""


class QuickConnectConfig(Part):
    """The destination: its type, and the one structure that belongs to it."""

    quick_connect_type: Literal["USER", "QUEUE", "PHONE_NUMBER", "FLOW"]
    user_config: UserConfig | None = None
    queue_config: QueueConfig | None = None
    phone_config: PhoneConfig | None = None
    flow_config: FlowConfig | None = None

    @model_validator(mode="after")
    def _as_its_type_says(self) -> Self:
        belongs = DESTINATIONS[self.quick_connect_type]
        missing = getattr(self, belongs) is None
        odd = [name for name in DESTINATIONS.values() if name != belongs and getattr(self, name) is not None]
        if missing or odd:
            takes = f"quick_connect_type {self.quick_connect_type} takes {belongs} and no other destination"
            todo = [f"write {belongs}"] if missing else []
            todo += [f"remove {', '.join(odd)}"] if odd else []
            raise ValueError(f"{takes}; {', '.join(todo)}")
        return self


class QuickConnect(InInstance):
    """A destination that agents transfer to or call with one click."""

    description: Lasting = None
    quick_connect_config: Annotated[QuickConnectConfig | None, Whole(), LASTS] = None

"""The settings of connect.quick_connect."""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from reconciler.forms import E164
from reconciler.model import Part, Ref, Whole
from reconciler.resources.connect.common import InInstance, Lasting
from reconciler.resources.lasting import LASTS

Flow = Annotated[str, Ref("connect.contact_flow")]


class UserConfig(Part):
    """An agent as the destination, through an agent transfer flow."""

    user: Annotated[str, Ref("connect.user")]
    contact_flow: Flow


class QueueConfig(Part):
    """A queue as the destination, through a queue transfer flow."""

    queue: Annotated[str, Ref("connect.queue")]
    contact_flow: Flow


class PhoneConfig(Part):
    """A phone number in E.164 format as the destination."""

    phone_number: E164


class FlowConfig(Part):
    """A flow as the destination."""

    contact_flow: Flow


DESTINATIONS = {
    "USER": "user_config",
    "QUEUE": "queue_config",
    "PHONE_NUMBER": "phone_config",
    "FLOW": "flow_config",
}
"""By type of destination: its structure."""


class QuickConnectConfig(Part):
    """The destination: its type, and the structure of this type."""

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
            takes = f"quick_connect_type {self.quick_connect_type} needs {belongs} and no other destination"
            todo = [f"write {belongs}"] if missing else []
            todo += [f"remove {', '.join(odd)}"] if odd else []
            raise ValueError(f"{takes}; {', '.join(todo)}")
        return self


class QuickConnect(InInstance):
    """A destination that agents transfer to or call with one click."""

    description: Lasting = None
    quick_connect_config: Annotated[QuickConnectConfig | None, Whole(), LASTS] = None

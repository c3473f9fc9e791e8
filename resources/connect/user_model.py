"""The settings of connect.user."""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.forms import E164, EMAIL, Email, Form
from reconciler.model import Cleared, Part, Ref, Rows, Secret, Unordered, Wire
from reconciler.resources.connect.common import Channel, InInstance
from reconciler.resources.lasting import LASTS

USER_NAMES = (
    Form(r"[a-zA-Z0-9_.\\@-]{1,100}", "1 to 100 of a-z, A-Z, 0-9, _, ., -, \\ and @"),
    Form(f"[^@]*|{EMAIL.pattern}", "an @ only in an e-mail address, such as ada@example.com"),
)
Seconds = Annotated[int, Field(ge=0)]


PhoneType = Literal["SOFT_PHONE", "DESK_PHONE"]


class IdentityInfo(Part):
    """The names and contact data of the user."""

    first_name: Annotated[str | None, Field(max_length=255), LASTS] = None
    last_name: Annotated[str | None, Field(max_length=300), LASTS] = None
    email: Email | None = None
    secondary_email: Email | None = None
    mobile: E164 | None = None


class PhoneConfig(Part):
    """The phone of the agent, for all channels."""

    phone_type: PhoneType | None = None
    auto_accept: bool | None = None
    after_contact_work_time_limit: Seconds | None = None
    desk_phone_number: E164 | None = None
    persistent_connection: bool | None = None


class AutoAcceptConfig(Part):
    """Whether contacts of one channel connect automatically."""

    channel: Channel
    auto_accept: bool
    agent_first_callback_auto_accept: bool | None = None


class AfterContactWork(Part):
    """The time for work after a contact, in seconds."""

    after_contact_work_time_limit: Seconds | None = None


class AfterContactWorkConfig(Part):
    """The time for work after a contact of one channel, in seconds."""

    channel: Channel
    after_contact_work_config: AfterContactWork
    agent_first_callback_after_contact_work_config: AfterContactWork | None = None


class PhoneNumberConfig(Part):
    """The phone for one channel."""

    channel: Channel
    phone_type: PhoneType
    phone_number: E164 | None = None


class PersistentConnectionConfig(Part):
    """Whether the connection of one channel stays open between contacts."""

    channel: Channel
    persistent_connection: bool


class VoiceEnhancementConfig(Part):
    """The enhancement of the agent's voice on one channel."""

    channel: Channel
    voice_enhancement_mode: Literal["VOICE_ISOLATION", "NOISE_SUPPRESSION", "NONE"]


class Proficiency(Part):
    """The agent's level of a predefined attribute, from 1.0 to 5.0."""

    attribute_name: Annotated[str, Field(min_length=1, max_length=100)]
    attribute_value: Annotated[str, Field(min_length=1, max_length=100)]
    level: Annotated[float, Field(ge=1, le=5)]


PER_CHANNEL = (
    "auto_accept_configs",
    "after_contact_work_configs",
    "phone_number_configs",
    "persistent_connection_configs",
    "voice_enhancement_configs",
)


class User(InInstance):
    """A user. Its name is the user name, which cannot be changed."""

    password: Annotated[Secret | None, LASTS] = None
    identity_info: Annotated[IdentityInfo | None, LASTS] = None
    phone_config: Annotated[PhoneConfig | None, LASTS] = None
    auto_accept_configs: Annotated[list[AutoAcceptConfig] | None, Rows(("channel",)), Cleared([])] = None
    after_contact_work_configs: Annotated[
        list[AfterContactWorkConfig] | None, Rows(("channel",)), Cleared([])
    ] = None
    phone_number_configs: Annotated[list[PhoneNumberConfig] | None, Rows(("channel",)), Cleared([])] = None
    persistent_connection_configs: Annotated[
        list[PersistentConnectionConfig] | None, Rows(("channel",)), Cleared([])
    ] = None
    voice_enhancement_configs: Annotated[
        list[VoiceEnhancementConfig] | None, Rows(("channel",)), Cleared([])
    ] = None
    directory_user_id: str | None = None
    security_profiles: Annotated[
        list[Annotated[str, Ref("connect.security_profile")]] | None,
        Unordered(),
        Field(min_length=1, max_length=10),
        LASTS,
    ] = None
    routing_profile: Annotated[str | None, Ref("connect.routing_profile"), LASTS] = None
    hierarchy_group: Annotated[str | None, Ref("connect.user_hierarchy_group")] = None
    proficiencies: Annotated[
        list[Proficiency] | None,
        Rows(("attribute_name", "attribute_value")),
        Wire("UserProficiencies"),
        Field(max_length=10),
    ] = None

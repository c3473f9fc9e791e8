"""connect.user: an agent, a supervisor or an administrator."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Address,
    Api,
    Assigned,
    Calls,
    Change,
    Create,
    Delete,
    InFiles,
    Request,
    Sends,
    Sighting,
    Wired,
)
from reconciler.forms import E164, EMAIL, Email, Form
from reconciler.model import Cleared, Finding, Part, Ref, Rows, Secret, Unordered, Wire
from reconciler.resources.connect import user_problems
from reconciler.resources.connect.common import (
    IN_INSTANCE,
    KEPT,
    Apart,
    Channel,
    ConnectAdapter,
    ConnectReads,
    InInstance,
)
from reconciler.resources.lasting import LASTS

Seconds = Annotated[int, Field(ge=0)]
PhoneType = Literal["SOFT_PHONE", "DESK_PHONE"]


class IdentityInfo(Part):
    """Who it is."""

    first_name: Annotated[str | None, Field(max_length=255), LASTS] = None
    last_name: Annotated[str | None, Field(max_length=300), LASTS] = None
    email: Email | None = None
    secondary_email: Email | None = None
    mobile: E164 | None = None


class PhoneConfig(Part):
    """How calls reach the agent, alike on all channels."""

    phone_type: PhoneType | None = None
    auto_accept: bool | None = None
    after_contact_work_time_limit: Seconds | None = None
    desk_phone_number: E164 | None = None
    persistent_connection: bool | None = None


class AutoAcceptConfig(Part):
    """Whether contacts of one channel connect by themselves."""

    channel: Channel
    auto_accept: bool
    agent_first_callback_auto_accept: bool | None = None


class AfterContactWork(Part):
    """How long the agent has after a contact."""

    after_contact_work_time_limit: Seconds | None = None


class AfterContactWorkConfig(Part):
    """How long the agent has after a contact of one channel."""

    channel: Channel
    after_contact_work_config: AfterContactWork
    agent_first_callback_after_contact_work_config: AfterContactWork | None = None


class PhoneNumberConfig(Part):
    """Which phone rings for one channel."""

    channel: Channel
    phone_type: PhoneType
    phone_number: E164 | None = None


class PersistentConnectionConfig(Part):
    """Whether the line of one channel stays open between contacts."""

    channel: Channel
    persistent_connection: bool


class VoiceEnhancementConfig(Part):
    """How the agent's voice is cleaned on one channel."""

    channel: Channel
    voice_enhancement_mode: Literal["VOICE_ISOLATION", "NOISE_SUPPRESSION", "NONE"]


class Proficiency(Part):
    """How well the agent does what a predefined attribute names; 1.0 to 5.0."""

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


FLATTENED = {
    "auto_accept_configs": ("phone_config.auto_accept",),
    "after_contact_work_configs": ("phone_config.after_contact_work_time_limit",),
    "phone_number_configs": ("phone_config.phone_type", "phone_config.desk_phone_number"),
    "persistent_connection_configs": ("phone_config.persistent_connection",),
}
"""What UpdateUserPhoneConfig takes away, and its own fields that say the same of all channels: it "will always set the
same ACW timeouts to all channels the user handles" (UpdateUserPhoneConfig, API reference)."""


class User(InInstance):
    """A user; its name is the user name, which cannot be changed."""

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
        Wire("SecurityProfileIds"),
        Field(min_length=1, max_length=10),
        LASTS,
    ] = None
    routing_profile: Annotated[
        str | None, Ref("connect.routing_profile"), Wire("RoutingProfileId"), LASTS
    ] = None
    hierarchy_group: Annotated[str | None, Ref("connect.user_hierarchy_group"), Wire("HierarchyGroupId")] = (
        None
    )
    proficiencies: Annotated[
        list[Proficiency] | None,
        Rows(("attribute_name", "attribute_value")),
        Wire("UserProficiencies"),
        Field(max_length=10),
    ] = None


def _spoken(phone: Wired) -> dict[str, Any]:
    """A phone configuration without the empty desk phone that a soft phone is shown with and that no write takes."""
    return {name: value for name, value in phone.items() if value != ""}


def set_proficiencies(change: Change) -> Iterable[Request]:
    """Add what is new, change levels, then take away what is gone."""
    wanted, found = (
        {(row["AttributeName"], row["AttributeValue"]): row for row in side.get("UserProficiencies") or []}
        for side in (change.desired, change.observed)
    )
    new = [row for key, row in wanted.items() if key not in found]
    changed = [row for key, row in wanted.items() if key in found and row["Level"] != found[key]["Level"]]
    gone = [
        {"AttributeName": name, "AttributeValue": value}
        for name, value in found
        if (name, value) not in wanted
    ]
    for operation, rows in zip(PROFICIENCIES, (new, changed, gone), strict=True):
        if rows:
            yield Request(operation, {**change.address, "UserProficiencies": rows})


PROFICIENCIES = (
    "associate_user_proficiencies",
    "update_user_proficiencies",
    "disassociate_user_proficiencies",
)


class UserAdapter(ConnectAdapter[User]):
    """CreateUser and one operation for each group of settings."""

    kind = "connect.user"
    cloudformation = CloudFormation(
        type="AWS::Connect::User",
        called={"UserProficiencies": "proficiencies"},
        fixed={
            "directory_user_id": "UpdateUser has no such member; CloudFormation says that it can be updated"
        },
    )
    appearance = Appearance(
        sort="people",
        column=4,
        leads_to=frozenset({"connect.routing_profile"}),
        led_to_by=frozenset({"routing_profile"}),
        not_drawn={
            "security_profiles": frozenset({"connect.security_profile"}),
            "hierarchy_group": frozenset({"connect.user_hierarchy_group"}),
        },
        team_by="routing_profile",
    )
    model = User
    summary = "an agent, a supervisor or an administrator"
    identity = Assigned(
        name="Username",
        address="UserId",
        arn_in="UserArn",
        arns=(IN_INSTANCE,),
        forms=(
            Form(r"[a-zA-Z0-9_.\\@-]{1,100}", "1 to 100 of a-z, A-Z, 0-9, _, ., -, \\ and @"),
            Form(f"[^@]*|{EMAIL.pattern}", "an @ only in an e-mail address, such as ada@example.com"),
        ),
    )
    create = Create(
        "create_user",
        (
            "password",
            "identity_info",
            "phone_config",
            "directory_user_id",
            "security_profiles",
            "routing_profile",
            "hierarchy_group",
            *PER_CHANNEL,
        ),
        needed=frozenset({"security_profiles", "routing_profile"}),
        fixed=frozenset({"directory_user_id"}),
        write_only=frozenset({"password"}),
    )
    updates = (
        Sends("update_user_identity_info", ("identity_info",)),
        Sends("update_user_phone_config", ("phone_config",), overwrites=FLATTENED),
        *(Sends("update_user_config", (name,)) for name in PER_CHANNEL),
        Sends("update_user_security_profiles", ("security_profiles",)),
        Sends("update_user_routing_profile", ("routing_profile",)),
        # Left out, the user is taken out of its group.
        Sends("update_user_hierarchy", ("hierarchy_group",)),
        Calls(set_proficiencies, ("proficiencies",), PROFICIENCIES),
    )
    delete = Delete("delete_user", keeps_defaults=KEPT)
    # A search row has first and last name only.
    reads = ConnectReads(
        search="search_users",
        list="list_users",
        describe="describe_user",
        shown_as="User",
        page=500,
        listed=frozenset(
            {"phone_config", "security_profiles", "routing_profile", "hierarchy_group", "directory_user_id"}
        ),
        partly_listed=frozenset({"identity_info"}),
        apart={"proficiencies": Apart(operation="list_user_proficiencies", member="UserProficiencies")},
    )

    def problems(self, files: InFiles) -> Iterable[Finding]:
        return user_problems.problems(files)

    def seen(self, row: Wired, scope: Address) -> Sighting:
        phone = _spoken(row.get("PhoneConfig") or {})
        if "AfterContactWorkTimeLimit" in phone:
            # Milliseconds in a search row, seconds everywhere else (UserSearchSummary, API reference).
            phone["AfterContactWorkTimeLimit"] //= 1000
        # In which unit a search row gives the limits of each channel is not said: leave them to DescribeUser.
        known = {name: value for name, value in row.items() if name != "AfterContactWorkConfigs"}
        return replace(super().seen(row, scope), settings={**known, "PhoneConfig": phone})

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        described = super().describe(api, sighting)
        return {**described, "PhoneConfig": _spoken(described.get("PhoneConfig") or {})}

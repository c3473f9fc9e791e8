"""connect.user: an agent, a supervisor or an administrator."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

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
from reconciler.forms import EMAIL, Form
from reconciler.model import Finding
from reconciler.resources.connect import user_problems
from reconciler.resources.connect.common import (
    IN_INSTANCE,
    KEPT,
    Apart,
    ConnectAdapter,
    ConnectReads,
)
from reconciler.resources.connect.user_model import (
    PER_CHANNEL,
    User,
)

FLATTENED = {
    "auto_accept_configs": ("phone_config.auto_accept",),
    "after_contact_work_configs": ("phone_config.after_contact_work_time_limit",),
    "phone_number_configs": ("phone_config.phone_type", "phone_config.desk_phone_number"),
    "persistent_connection_configs": ("phone_config.persistent_connection",),
}
"""What UpdateUserPhoneConfig takes away, and its own fields that say the same of all channels: it "will always set the
same ACW timeouts to all channels the user handles" (UpdateUserPhoneConfig, API reference)."""


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

"""connect.user: an agent, a supervisor or an administrator."""

from dataclasses import replace
from typing import Any

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Address,
    Api,
    Assigned,
    Create,
    Delete,
    Sends,
    Sighting,
    Wired,
    from_rows,
)
from reconciler.resources.connect import terraform, user_problems
from reconciler.resources.connect.common import IN_INSTANCE, KEPT, ConnectAdapter, ConnectReads
from reconciler.resources.connect.user_changes import FLATTENED, PROFICIENCIES
from reconciler.resources.connect.user_model import PER_CHANNEL, USER_NAMES, User


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
    terraform = terraform.USER
    model = User
    summary = "an agent, a supervisor or an administrator"
    rows_key = "users_from"
    identity = Assigned(
        name="Username", address="UserId", arn_in="UserArn", arns=(IN_INSTANCE,), forms=USER_NAMES
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
        # A request without the group removes the user from it.
        Sends("update_user_hierarchy", ("hierarchy_group",)),
        PROFICIENCIES,
    )
    delete = Delete("delete_user", keeps_defaults=KEPT)
    # A search row has first and last name only.
    reads = ConnectReads(
        list="search_users",
        list_versions="list_users",
        get="describe_user",
        shown_in="User",
        page=500,
        listed=frozenset(
            {"phone_config", "security_profiles", "routing_profile", "hierarchy_group", "directory_user_id"}
        ),
        partly_listed=frozenset({"identity_info"}),
        details=frozenset({"identity_info", *PER_CHANNEL, "proficiencies"}),
        alone={"proficiencies": from_rows("list_user_proficiencies", "UserProficiencies", MaxResults=100)},
    )
    problems = staticmethod(user_problems.problems)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        # The unit of the limits of each channel in a search row is not documented: DescribeUser reads them.
        known = {name: value for name, value in self.shown(row).items() if name != "AfterContactWorkConfigs"}
        phone, limit = known["PhoneConfig"], "AfterContactWorkTimeLimit"
        if limit in phone:
            # Milliseconds in a search row, seconds everywhere else (UserSearchSummary, API reference).
            known["PhoneConfig"] = {**phone, limit: phone[limit] // 1000}
        return replace(super().seen(api, scope, row), settings=known)

    def shown(self, row: Any) -> Wired:
        # AWS shows a soft phone with an empty desk phone number, which no request accepts.
        phone = {name: value for name, value in (row.get("PhoneConfig") or {}).items() if value != ""}
        return {**row, "PhoneConfig": phone}

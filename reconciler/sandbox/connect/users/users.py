"""Users."""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.sandbox.connect.core.criteria import compared
from reconciler.sandbox.connect.core.operations import Operations, Reply, created, described
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.resource_types import HIERARCHY_GROUP, USER
from reconciler.sandbox.connect.core.stored_records import Record
from reconciler.sandbox.connect.users.user_hierarchy import path_to
from reconciler.sandbox.connect.users.user_rules import (
    CHANNEL_LISTS,
    require_credentials,
    require_identity,
    require_phone,
    require_username,
)

PROFICIENCIES = "UserProficiencies"

operations = Operations()


def as_described(instance: Instance, record: Record) -> dict[str, Any]:
    """Describe a user; a soft phone has an empty desk phone number, as in the AWS CLI's example of describe-user."""
    view = described(instance, record)
    phone = view.get("PhoneConfig", {})
    if phone.get("PhoneType") == "SOFT_PHONE":
        view["PhoneConfig"] = {"DeskPhoneNumber": "", **phone}
    return view


def as_searched(instance: Instance, record: Record) -> dict[str, Any]:
    """Describe a user as Search does: without addresses, and with after-contact work in milliseconds instead of seconds."""
    view = as_described(instance, record)
    identity = view.get("IdentityInfo", {})
    view["IdentityInfo"] = {name: identity[name] for name in ("FirstName", "LastName") if name in identity}
    phone = view.get("PhoneConfig", {})
    if "AfterContactWorkTimeLimit" in phone:
        limit = phone["AfterContactWorkTimeLimit"] * 1000
        view["PhoneConfig"] = {**phone, "AfterContactWorkTimeLimit": limit}
    return view


def _in_group(instance: Instance, user: Record, condition: Mapping[str, str]) -> bool:
    wanted, held = condition.get("Value", ""), user.settings.get("HierarchyGroupId")
    group = instance.store(HIERARCHY_GROUP).get(held) if held else None
    if group is None or condition.get("HierarchyGroupMatchType") != "WITH_CHILD_GROUPS":
        return held == wanted
    return wanted in {ancestor.id for ancestor in path_to(instance, group)}


def _proficient(_instance: Instance, record: Record, condition: Mapping[str, Any]) -> bool:
    return any(
        all(_meets(each, wanted) for wanted in condition.get("Conditions", ()))
        for each in record.settings.get(PROFICIENCIES, ())
    )


def _meets(proficiency: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    by_field = {name.lower(): value for name, value in proficiency.items()}
    if "StringCondition" in wanted:
        text = str(by_field.get(wanted["StringCondition"].get("FieldName", "").lower(), ""))
        if not compared(wanted["StringCondition"], text):
            return False
    number = wanted.get("NumberCondition", {})
    level = by_field["level"]
    return bool(number.get("MinValue", level) <= level <= number.get("MaxValue", level))


operations.describe("DescribeUser", USER, "User", as_described)
operations.list_all("ListUsers", USER, "UserSummaryList")
operations.search(
    "SearchUsers",
    USER,
    "Users",
    view=as_searched,
    most=500,
    without=("LastModifiedTime", "LastModifiedRegion"),
    conditions={"HierarchyGroupCondition": _in_group, "ListCondition": _proficient},
)
operations.update("UpdateUserRoutingProfile", USER, "RoutingProfileId")
operations.update("UpdateUserSecurityProfiles", USER, "SecurityProfileIds")
# A request without the group removes it.
operations.update("UpdateUserHierarchy", USER, "HierarchyGroupId", clears=True)
operations.delete("DeleteUser", USER)


@operations.on_instance
def create_user(
    instance: Instance,
    Username: str,
    Password: str | None = None,
    Tags: Mapping[str, str] | None = None,
    **settings: Any,
) -> Reply:
    """Create a user; the password is checked, but not stored."""
    require_username(instance, Username)
    require_credentials(instance, Password, settings.get("DirectoryUserId"))
    require_identity(instance, settings.get("IdentityInfo", {}))
    require_phone(settings)
    return created(instance.add(USER, Username, settings, tags=Tags))


@operations.on_instance
def update_user_identity_info(instance: Instance, UserId: str, IdentityInfo: Mapping[str, str]) -> Reply:
    """Replace the identity: members that the request omits are removed."""
    user = instance.get(USER, UserId)
    require_identity(instance, IdentityInfo)
    instance.change(user, {"IdentityInfo": IdentityInfo})
    return None


@operations.on_instance
def update_user_phone_config(instance: Instance, UserId: str, PhoneConfig: Mapping[str, Any]) -> Reply:
    """Replace the phone configuration; it overrides the settings of single channels."""
    user = instance.get(USER, UserId)
    require_phone({"PhoneConfig": PhoneConfig})
    instance.change(user, {"PhoneConfig": PhoneConfig, **dict.fromkeys(CHANNEL_LISTS)})
    return None


@operations.on_instance
def update_user_config(instance: Instance, UserId: str, **lists: Sequence[Mapping[str, Any]]) -> Reply:
    """Replace the lists in the request with settings of single channels; each overrides its part of PhoneConfig."""
    user = instance.get(USER, UserId)
    require_phone(lists)
    overridden = {rival for member in lists for rival in CHANNEL_LISTS.get(member, ())}
    phone = user.settings.get("PhoneConfig", {})
    left = {member: value for member, value in phone.items() if member not in overridden}
    instance.change(user, {**lists, "PhoneConfig": left or None})
    return None

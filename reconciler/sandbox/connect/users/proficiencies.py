"""Proficiencies of users: predefined attributes with a value and a level."""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import absent, invalid, quota_reached
from reconciler.sandbox.connect.core.resource_types import PREDEFINED_ATTRIBUTE, USER
from reconciler.sandbox.connect.core.stored_records import Record

MOST_PROFICIENCIES = 10
MEMBER = "UserProficiencies"

operations = Operations()

operations.list_children("ListUserProficiencies", USER, "UserProficiencyList", MEMBER)


def _by_key(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(row["AttributeName"], row["AttributeValue"]): row for row in rows}


def _held(user: Record) -> dict[tuple[str, str], Mapping[str, Any]]:
    return _by_key(user.settings.get(MEMBER, ()))


@operations.on_instance
def associate_user_proficiencies(
    instance: Instance, UserId: str, UserProficiencies: Sequence[Mapping[str, Any]]
) -> Reply:
    """Add proficiencies, at most ten in all; one that exists already gets the new level."""
    user = instance.get(USER, UserId)
    for row in UserProficiencies:
        attribute = instance.get(PREDEFINED_ATTRIBUTE, row["AttributeName"])
        values = attribute.settings.get("Values", {}).get("StringList", ())
        if row["AttributeValue"] not in values:
            raise invalid(f"Attribute {attribute.name} has no value {row['AttributeValue']}.")
    together = {**_held(user), **_by_key(UserProficiencies)}
    if len(together) > MOST_PROFICIENCIES:
        raise quota_reached("proficiencies per user", MOST_PROFICIENCIES)
    instance.change_children(user, MEMBER, list(together.values()))
    return None


@operations.on_instance
def update_user_proficiencies(
    instance: Instance, UserId: str, UserProficiencies: Sequence[Mapping[str, Any]]
) -> Reply:
    """Change the level of proficiencies that the user has."""
    user = instance.get(USER, UserId)
    held, changed = _held(user), _by_key(UserProficiencies)
    for name, value in changed:
        if (name, value) not in held:
            raise absent("UserProficiency", f"{name}={value}")
    instance.change_children(user, MEMBER, list({**held, **changed}.values()))
    return None


@operations.on_instance
def disassociate_user_proficiencies(
    instance: Instance, UserId: str, UserProficiencies: Sequence[Mapping[str, str]]
) -> Reply:
    """Remove proficiencies; the user need not have them."""
    user = instance.get(USER, UserId)
    gone = _by_key(UserProficiencies)
    instance.change_children(user, MEMBER, [row for key, row in _held(user).items() if key not in gone])
    return None

"""Reads the aliases, the policy, the rotation and the waiting time of a key, with one call each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from reconciler.contract import (
    Api,
    Attribute,
    Check,
    FieldRead,
    Sighting,
    TagOperations,
    Wired,
    day,
    from_reply,
    state_check,
    tagging,
)
from reconciler.interpolation import has_reference
from reconciler.model import Settings
from reconciler.resources.kms.key_changes import window_in


def first_alias(api: Api, sighting: Sighting) -> str | None:
    """The first of its aliases in alphabetical order, with the prefix `alias/`."""
    names = aliases_of(api, sighting.id)
    return f"alias/{names[0]}" if names else None


def written_alias(settings: Settings) -> str | None:
    """The first of the aliases in the files."""
    names = sorted(settings.get("aliases") or ())
    return f"alias/{names[0]}" if names and not any(map(has_reference, names)) else None


def has_alias(api: Api, sighting: Sighting, alias: str) -> bool:
    """Whether an alias belongs to this key."""
    return alias.removeprefix("alias/") in aliases_of(api, sighting.id)


def without_aliases(settings: Settings) -> str:
    """Why a key has no alias."""
    return "it has no alias; write one in aliases" if settings.get("aliases", ...) in (None, []) else ""


def aliases_of(api: Api, id_: str) -> list[str]:
    """Its aliases in alphabetical order, without the prefix `alias/`."""
    rows = api.pages("list_aliases", KeyId=id_)
    return sorted(row["AliasName"].removeprefix("alias/") for row in rows)


def all_aliases(api: Api) -> Mapping[str, list[str]]:
    """The aliases of all keys of the account, by the id of the key."""
    names: dict[str, list[str]] = {}
    for row in api.pages("list_aliases"):
        name = row["AliasName"].removeprefix("alias/")
        # Aliases that AWS reserves for a service belong to no key until the service is used.
        names.setdefault(row.get("TargetKeyId", ""), []).append(name)
    return {id_: sorted(each) for id_, each in names.items()}


OF_AWS = "aws/"
"""The beginning of the aliases of keys that AWS manages."""


def with_aliases(api: Api, keys: Iterable[Sighting]) -> Iterator[Sighting]:
    """The keys with their aliases, without those that AWS manages."""
    names = all_aliases(api)
    for key in keys:
        aliases = names.get(key.id, [])
        if not any(each.startswith(OF_AWS) for each in aliases):
            yield replace(key, settings={"Aliases": aliases}, also=tuple(aliases))


def _window(api: Api, sighting: Sighting) -> Wired:
    return {"PendingWindowInDays": None, **window_in(TAGGING.read(api, sighting))}


TAGGING = tagging(
    TagOperations(read="list_resource_tags", at="KeyId", pair=("TagKey", "TagValue"), paged=True)
)
ALONE: Mapping[str, FieldRead] = {
    "aliases": FieldRead(lambda api, key: {"Aliases": aliases_of(api, key.id)}, ("list_aliases",)),
    "key_policy": from_reply("get_key_policy"),
    **dict.fromkeys(
        ("key_rotation_enabled", "rotation_period_in_days"), from_reply("get_key_rotation_status")
    ),
    "pending_window_in_days": FieldRead(_window, ("list_resource_tags",)),
}
"""By field."""
ATTRIBUTES: Mapping[str, Attribute] = {
    "alias": Attribute(
        "its first alias in alphabetical order, `alias/...`; among those in the files, if there are any",
        first_alias,
        ("aliases",),
        without_aliases,
        written=written_alias,
        has=has_alias,
    )
}


def _disabled(written: Settings) -> str:
    return "the files disable it" if written.get("enabled") is False else ""


CHECKS: Mapping[str, Check] = {
    "state": state_check("KeyState", ("Enabled",), "describe_key", unless=_disabled)
}


def deletion_in_words(key: Wired) -> str | None:
    """When AWS deletes a key; None if no deletion is scheduled."""
    words = {
        "PendingDeletion": f"AWS deletes it on {day(key.get('DeletionDate'))}",
        "PendingReplicaDeletion": "AWS deletes it once its replicas in other Regions are gone",
    }
    return words.get(key["KeyState"])

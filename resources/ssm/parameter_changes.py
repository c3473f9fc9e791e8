"""The request that changes a parameter, the comparison of its tier, and its tags."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.contract import (
    Api,
    Calls,
    Change,
    FieldRead,
    Request,
    Sighting,
    Tagging,
    Wired,
    tag_changes,
    tag_list,
    tags_in,
)
from reconciler.model import Settings
from reconciler.resources.ssm.parameter_model import FIELDS

SECURE = "SecureString"
CHOSEN = "Intelligent-Tiering"
LEVEL = {"Standard": 0, "Advanced": 1}


def put(change: Change) -> Iterator[Request]:
    """The whole parameter: AWS takes no change without the value. None if nobody knows the value."""
    members = {name: value for name, value in change.desired.items() if value is not None}
    if members.get("Type") != SECURE:
        members.pop("KeyId", None)
    if "Value" in members:
        yield Request("put_parameter", {**change.address, **members, "Overwrite": True})


def compared_tier(tier: str | None, written: Settings, reported: Wired) -> str | None:
    """The tier as it is compared: Intelligent-Tiering lets AWS choose, and AWS shows the tier that it has chosen."""
    del reported
    return CHOSEN if written.get("tier") == CHOSEN and tier in LEVEL else tier


def impossible(field: str, written: Settings, reported: Wired) -> str:
    """Why AWS cannot change a tier."""
    if field == "tier" and written.get("tier") == "Standard" and reported.get("Tier") == "Advanced":
        return "AWS cannot change an advanced parameter to a standard one; write tier: Advanced, or delete the parameter first"
    return ""


def _at(parameter: Sighting) -> dict[str, str]:
    return {"ResourceType": "Parameter", "ResourceId": parameter.address["Name"]}


def _tags(api: Api, parameter: Sighting) -> Mapping[str, str]:
    return tags_in(api.call("list_tags_for_resource", **_at(parameter)).get("TagList"))


def _change_tags(
    parameter: Sighting, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterable[Request]:
    new, gone = tag_changes(before, after)
    if new:
        yield Request("add_tags_to_resource", {**_at(parameter), "Tags": tag_list(new)})
    if gone:
        yield Request("remove_tags_from_resource", {**_at(parameter), "TagKeys": gone})


def _value(api: Api, parameter: Sighting) -> Wired:
    """The value, unless it is secret. Without WithDecryption, AWS does not decrypt it."""
    found: Mapping[str, Any] = api.call("get_parameter", **parameter.address)["Parameter"]
    return {"Value": None if found["Type"] == SECURE else found["Value"]}


TAGGING = Tagging(
    created_with=lambda tags: {"Tags": tag_list(tags)},
    read=_tags,
    change=_change_tags,
    operations=("list_tags_for_resource", "add_tags_to_resource", "remove_tags_from_resource"),
)
GROUP = Calls(put, FIELDS, ("put_parameter",))
VALUE = FieldRead(_value, ("get_parameter",))

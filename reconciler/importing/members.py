"""Turns the attributes of Terraform into the members that AWS shows, as far as a kind has fields for them."""

from collections.abc import Mapping
from typing import Any

from botocore import xform_name

from reconciler.field_schema import Shape
from reconciler.members import set_member
from reconciler.terraform import Attributes, only


def members_of(fields: Mapping[str, Shape], attributes: Attributes) -> dict[str, Any]:
    """The members of these fields that the attributes have. Terraform writes "" and [] where nothing is written."""
    members: dict[str, Any] = {}
    for shape in fields.values():
        if not shape.wire:
            continue
        value = _found(shape.wire, attributes)
        wired = _wired(shape, value) if not _nothing(value) else None
        if not _nothing(wired):
            set_member(members, shape.wire, wired)
    return members


def _nothing(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _found(wire: str, attributes: Attributes) -> Any:
    """The attribute of a member, within the structures that AWS has around it."""
    *outer, last = (xform_name(name).lower() for name in wire.split("."))
    for name in outer:
        attributes = only(attributes.get(name))
    return attributes.get(last)


def _wired(shape: Shape, value: Any) -> Any:
    if shape.items is not None and not shape.codec:
        inner = shape.items
        return [_wired(inner, each) for each in value] if isinstance(value, list) else None
    if shape.fields and not shape.codec:
        return members_of(shape.fields, only(value))
    return _as_aws_spells(value) if shape.codec else value


def _as_aws_spells(value: Any) -> Any:
    """A structure whose members have no fields of their own, such as a time of day."""
    if isinstance(value, Mapping):
        return {
            "".join(word.capitalize() for word in name.split("_")): _as_aws_spells(each)
            for name, each in value.items()
        }
    return [_as_aws_spells(each) for each in value] if isinstance(value, list) else value

"""Removes members that a request does not have, by botocore's model."""

from collections.abc import Mapping
from typing import Any


def cut(shape: Any, value: Any) -> Any:
    """The value without members, at any depth, that are null or that AWS's shape does not have."""
    if shape is None:
        return {}
    if shape.type_name == "structure" and isinstance(value, Mapping):
        return {
            name: cut(shape.members[name], inner)
            for name, inner in value.items()
            if name in shape.members and inner is not None
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [cut(shape.member, each) for each in value]
    if shape.type_name == "map" and isinstance(value, Mapping):
        return {key: cut(shape.value, each) for key, each in value.items()}
    return value

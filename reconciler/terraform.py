"""The resource types of Terraform's AWS provider that describe a kind, and the differences between their attributes and AWS's.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs (the attributes of each type).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Attributes: TypeAlias = Mapping[str, Any]
"""The attributes of one resource, in the spelling of Terraform: AWS's members in snake_case. A block is a list of objects."""


def as_they_are(attributes: Attributes) -> Attributes:
    """The attributes of a type that has AWS's members and no others."""
    return attributes


@dataclass(frozen=True, kw_only=True)
class TerraformPart:
    """A type whose resources are settings of another resource: the policy of a bucket, a function of an instance."""

    type: str
    owner_in: str
    """The attribute with the id of the resource that they belong to."""
    settings: Callable[[Sequence[Attributes]], Attributes]
    """The attributes of that resource which all these resources together mean."""


@dataclass(frozen=True, kw_only=True)
class TerraformType:
    """The type of a kind. An attribute means the member of AWS with the same name; `settings` changes those that do not."""

    type: str
    id_in: str = "id"
    """The attribute with the id in AWS."""
    name_in: str | None = "name"
    """The attribute with the name; None if AWS has no name: then the name of the resource in Terraform is used."""
    settings: Callable[[Attributes], Attributes] = as_they_are
    parts: tuple[TerraformPart, ...] = ()


def only(block: Any) -> Attributes:
    """The only object of a block; empty if there is none."""
    found = block[0] if isinstance(block, list) and block else block
    return found if isinstance(found, Mapping) else {}


def first_of(parts: Sequence[Attributes]) -> Attributes:
    """The first of some resources, of which there can be only one."""
    return parts[0] if parts else {}

"""The CloudFormation type of a kind, and the differences between its schema and our declaration, with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class CloudFormation:
    """The CloudFormation type of a kind. The contract suite compares both; a difference without a reason fails.

    Properties have CloudFormation's spelling. A property means the field of the same name, ignoring case and a final `Arn`
    or `Arns`.
    """

    type: str
    """The name of the type, such as `AWS::Connect::Queue`."""
    called: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict, hash=False)
    """By property: the field with another name that it means; several fields if it is a structure."""
    left_out: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By property: why it is not a field."""
    fixed: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By field: why only one side declares that it can be set only on create."""
    needed: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By field: why only one side declares that it is required on create."""
    write_only: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By field: why only one side declares that AWS does not show it."""
    not_granted: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By action (`*` for any part of it): why `iam-policy` does not allow it although CloudFormation's handlers need it."""

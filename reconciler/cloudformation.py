"""What CloudFormation calls a kind, and where its schema of that type and our declaration differ, each with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class CloudFormation:
    """The contract suite holds a kind against AWS's own schema of its type; a difference without a reason fails.

    Properties are spelled as CloudFormation spells them. One that is called like a field, but for its case and a last `Arn`
    or `Arns`, is that field.
    """

    type: str
    """`AWS::Connect::Queue`."""
    called: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict, hash=False)
    """By property: the field that it is here, where the names differ; several fields where it is a structure there."""
    left_out: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By property: why it is no field."""
    fixed: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By field: why it can be set only at create here and not there, or there and not here."""
    needed: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By field: why it is needed at create here and not there, or there and not here."""
    write_only: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By field: why AWS shows it here and not there, or there and not here."""
    not_granted: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By action, `*` for any part of it: why `iam-policy` does not allow what CloudFormation's handlers ask for."""

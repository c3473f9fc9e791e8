"""The settings of a selection: the resources that a backup plan backs up.

Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html
"""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.alias_generators import to_pascal

from reconciler.forms import Form
from reconciler.model import Means, Part, Ref, Resource, Rows, Unordered, Whole
from reconciler.resources.identifiers import RoleArn
from reconciler.resources.lasting import LASTS

Chosen = Annotated[
    str,
    Form(r"\*|arn:[^:\s]+:[^\s*]+\*?", "* for all resources, or an ARN, which may end with *"),
    Means(None),
]
Key = Annotated[str, Field(min_length=1, max_length=128)]
Value = Annotated[str, Field(max_length=256)]
TagKey = Annotated[str, Form(r"aws:ResourceTag/.+", "aws:ResourceTag/ and the key of a tag")]


class TagCondition(Part):
    """A tag that chooses each resource that has it."""

    condition_type: Literal["STRINGEQUALS"]
    condition_key: Key
    condition_value: Value


class Condition(Part):
    """A value of a tag, which may have asterisks for `string_like` and `string_not_like`."""

    condition_key: TagKey
    condition_value: Value


Conditioned = Annotated[list[Condition] | None, Rows(("condition_key", "condition_value"))]


class Conditions(Part):
    """Conditions that every chosen resource meets."""

    string_equals: Conditioned = None
    string_not_equals: Conditioned = None
    string_like: Conditioned = None
    string_not_like: Conditioned = None


class Selection(Resource):
    """A selection. AWS changes none of its settings, so a change means a new one."""

    @classmethod
    def wire_name(cls, field: str) -> str:
        """A field's name in the structure that holds all settings."""
        return f"BackupSelection.{to_pascal(field)}"

    plan: Annotated[str | None, Ref("backup.plan")] = None
    """Its plan; may be left out if the stack has exactly one."""
    iam_role_arn: Annotated[RoleArn | None, LASTS] = None
    """The role with which AWS Backup makes the backups."""
    resources: Annotated[list[Chosen] | None, Unordered(), Field(max_length=500)] = None
    not_resources: Annotated[list[Chosen] | None, Unordered(), Field(max_length=500)] = None
    list_of_tags: Annotated[
        list[TagCondition] | None, Rows(("condition_key", "condition_value")), Field(max_length=30)
    ] = None
    """Resources with any of these tags."""
    conditions: Annotated[Conditions | None, Whole()] = None

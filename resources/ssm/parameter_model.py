"""The settings of a parameter.

Source: PutParameter (AWS Systems Manager API Reference).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from reconciler.field_schema import own_fields
from reconciler.forms import Form
from reconciler.model import Cleared, Document, DocumentContext, Finding, Resource, Secret, Wire
from reconciler.resources.identifiers import AnyKey
from reconciler.resources.lasting import LASTS, lasts

NAMES = (
    Form(r"[a-zA-Z0-9_.\-/]{1,1011}", "1 to 1011 of a-z, A-Z, 0-9, _, ., - and /"),
    Form(r"[^/]*|/.*[^/]", "a path that begins with / and does not end with it, such as /shop/url"),
    Form(
        r"(?!/?([aA][wW][sS]|[sS][sS][mM])).*",
        "a name that does not begin with aws or ssm, which AWS reserves",
    ),
    Form(r"/?[^/]*(/[^/]+){0,14}", "at most 15 levels, none of them empty"),
)
POLICY_TYPES = ("Expiration", "ExpirationNotification", "NoChangeNotification")


def policy_problems(policies: Any, _context: DocumentContext) -> Iterator[Finding]:
    """The mistakes in a list of parameter policies.

    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html
    """
    if not isinstance(policies, list):
        yield Finding("expected a list of policies, each with Type, Version and Attributes")
        return
    for number, policy in enumerate(policies):
        if not isinstance(policy, Mapping) or not {"Type", "Version", "Attributes"} <= policy.keys():
            yield Finding("a policy has Type, Version and Attributes", (number,))
        elif policy["Type"] not in POLICY_TYPES:
            yield Finding(
                f"Type must be {', '.join(POLICY_TYPES[:-1])} or {POLICY_TYPES[-1]}", (number, "Type")
            )


def unordered(policies: Any) -> Any:
    """The policies without their order, which has no meaning."""
    return (
        sorted(policies, key=lambda each: json.dumps(each, sort_keys=True))
        if isinstance(policies, list)
        else policies
    )


class Parameter(Resource):
    """A parameter of Parameter Store. Only a SecureString has a `secure_value`, the others have a `value`."""

    type: Annotated[Literal["String", "StringList", "SecureString"] | None, LASTS] = None
    value: Annotated[Annotated[str, Field(min_length=1, max_length=8192)] | None, LASTS] = None
    """The items of a StringList are separated by commas."""
    secure_value: Annotated[Secret | None, LASTS, Wire("Value")] = None
    """The place of the value. It is sent on create and with every change of another field, and never read or compared."""
    description: Annotated[str | None, Field(max_length=1024), Cleared("")] = None
    key_id: Annotated[AnyKey | None, lasts("key_id: alias/aws/ssm")] = None
    allowed_pattern: Annotated[str | None, Field(max_length=1024), Cleared("")] = None
    """A regular expression for the value."""
    tier: Annotated[
        Literal["Standard", "Advanced", "Intelligent-Tiering"] | None, lasts("tier: Standard")
    ] = None
    policies: Annotated[
        list[dict[str, Any]] | None, Document(unordered, check=policy_problems), Cleared("[{}]")
    ] = None
    """When the parameter expires, and who is told."""
    data_type: Annotated[
        Literal["text", "aws:ec2:image", "aws:ssm:integration"] | None, lasts("data_type: text")
    ] = None


FIELDS = own_fields(Parameter)

"""The settings of iam.role."""

from typing import Annotated, Any

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Cleared, Resource, Unordered, Whole
from reconciler.resources.iam.common import NOT_OF_AWS, PolicyName
from reconciler.resources.identifiers import PolicyArn
from reconciler.resources.lasting import LASTS, lasts
from reconciler.resources.policy_document import INLINE_POLICY, TRUST_POLICY

Description = Annotated[
    str, Field(max_length=1000), Form(r"[\t\n\r -~\u00a1-\u00ff]*", "characters of Latin-1 alone")
]


Path = Annotated[
    str,
    Field(min_length=1, max_length=512),
    NOT_OF_AWS,
    Form(r"/|/[!-~]+/", "a path that begins and ends with /"),
]

Attached = Annotated[PolicyArn, Field(min_length=20, max_length=2048)]


class Role(Resource):
    """A role. Policies and attached policies are managed as a whole if they are written."""

    description: Annotated[Description | None, Cleared("")] = None
    path: Annotated[Path | None, lasts("/")] = None
    assume_role_policy_document: Annotated[dict[str, Any] | None, TRUST_POLICY, LASTS] = None
    """The trust policy: who may assume the role."""
    max_session_duration: Annotated[int | None, Cleared(3600), Field(ge=3600, le=43200)] = None
    """The longest duration of a session in seconds."""
    permissions_boundary: Attached | None = None
    """The ARN of a policy that limits its permissions."""
    policies: Annotated[
        dict[PolicyName, Annotated[dict[str, Any], INLINE_POLICY]] | None, Whole(), Field(max_length=100)
    ] = None
    """Inline policies by name; others are deleted."""
    managed_policy_arns: Annotated[list[Attached] | None, Unordered(), Field(max_length=20)] = None
    """Attached policies, `${iam.policy:NAME}` for one of the stack; others are detached."""

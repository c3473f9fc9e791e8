"""The settings of iam.policy."""

from typing import Annotated, Any

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Resource
from reconciler.resources.lasting import LASTS, lasts
from reconciler.resources.policy_document import MANAGED_POLICY

Path = Annotated[
    str,
    Field(min_length=1, max_length=512),
    Form(r"((/[A-Za-z0-9.,+@=_-]+)*)/", "a path that begins and ends with /"),
]


class Policy(Resource):
    """A customer managed policy."""

    description: Annotated[str | None, Field(max_length=1000), LASTS] = None
    path: Annotated[Path | None, lasts("/")] = None
    policy_document: Annotated[dict[str, Any] | None, MANAGED_POLICY, LASTS] = None
    """The permissions that roles, users and groups get from the policy."""

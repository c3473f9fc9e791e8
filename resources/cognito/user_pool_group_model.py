"""The settings of a group of users.

Source: CreateGroup, UpdateGroup (Amazon Cognito User Pools API Reference).
"""

from typing import Annotated

from pydantic import Field

from reconciler.model import Cleared
from reconciler.resources.cognito.in_pool import InPool
from reconciler.resources.identifiers import RoleArn
from reconciler.resources.lasting import LASTS


class UserPoolGroup(InPool):
    """A group. AWS can change its role and its precedence, but not clear them."""

    description: Annotated[str | None, Cleared(""), Field(max_length=2048)] = None
    """Our marks are at its end, because AWS cannot tag a group."""
    role_arn: Annotated[RoleArn | None, LASTS] = None
    """The role of its members in identity pools."""
    precedence: Annotated[Annotated[int, Field(ge=0)] | None, LASTS] = None
    """The group with the lowest number gives the preferred role."""

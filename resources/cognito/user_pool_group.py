"""cognito.user_pool_group: a group of users, whose name is in their tokens."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Calls,
    Change,
    Create,
    Delete,
    Named,
    Reads,
    Request,
    Sighting,
    TextTagging,
    Wired,
    text_and_tags,
    with_tags_in,
)
from reconciler.forms import Form
from reconciler.model import Cleared
from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.cognito.in_pool import POOLS, InPool, pool_arn
from reconciler.resources.cognito.service import USER_POOLS
from reconciler.resources.grants import to_pass
from reconciler.resources.identifiers import RoleArn
from reconciler.resources.lasting import LASTS

DESCRIPTION, GET, UPDATE = "Description", "get_group", "update_group"
FIELDS = ("description", "role_arn", "precedence")


class UserPoolGroup(InPool):
    """A group. AWS can change its role and its precedence, but not clear them.

    Source: CreateGroup, UpdateGroup (Amazon Cognito User Pools API Reference).
    """

    description: Annotated[str | None, Cleared(""), Field(max_length=2048)] = None
    """Our marks are at its end, because AWS cannot tag a group."""
    role_arn: Annotated[RoleArn | None, LASTS] = None
    """The role of its members in identity pools."""
    precedence: Annotated[Annotated[int, Field(ge=0)] | None, LASTS] = None
    """The group with the lowest number gives the preferred role."""


def shown(row: Any) -> Wired:
    """A group with its description alone, without the tags at its end."""
    found: Wired = row | {DESCRIPTION: text_and_tags(row.get(DESCRIPTION))[0]}
    return found


def tags_of(row: Wired) -> dict[str, str]:
    """The tags of a group."""
    return text_and_tags(row.get(DESCRIPTION))[1]


def _update(change: Change) -> Iterable[Request]:
    """Send what differs; UpdateGroup keeps the rest."""
    changed = {
        name: change.desired.get(name)
        for name in (DESCRIPTION, "RoleArn", "Precedence")
        if change.differs(name)
    }

    def send(now: Wired) -> Iterable[Request]:
        text = changed.get(DESCRIPTION, shown(now["Group"])[DESCRIPTION])
        marked = {DESCRIPTION: with_tags_in(text, tags_of(now["Group"]))}
        yield Request(UPDATE, {**change.address, **changed, **marked})

    yield Request(GET, dict(change.address), then=send)


def _tag(sighting: Sighting, _before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Request]:
    """Replace the tags in the description."""

    def send(now: Wired) -> Iterable[Request]:
        text = with_tags_in(shown(now["Group"])[DESCRIPTION], after)
        yield Request(UPDATE, {**sighting.address, DESCRIPTION: text})

    yield Request(GET, dict(sighting.address), then=send)


TAGGING = TextTagging(
    created_with=lambda tags: {DESCRIPTION: with_tags_in("", tags)},
    read=lambda api, group: tags_of(api.call(GET, **group.address)["Group"]),
    change=_tag,
    operations=(GET, UPDATE),
    whole=True,
)


def _role(role: str, location: Location) -> Iterator[Grant]:
    del location
    yield to_pass(role, "cognito-idp")


class UserPoolGroupAdapter(Adapter[UserPoolGroup]):
    """CreateGroup, UpdateGroup."""

    kind = "cognito.user_pool_group"
    cloudformation = CloudFormation(
        type="AWS::Cognito::UserPoolGroup",
        called={"GroupName": "name", "RoleArn": "role_arn", "UserPoolId": "user_pool"},
        not_granted={
            "iam:*": "iam:PassRole is granted for a written role; no pass changes policies of roles"
        },
    )
    appearance = Appearance(sort="access", column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"role_arn": _role}
    service = USER_POOLS
    parent = "cognito.user_pool"
    model = UserPoolGroup
    summary = "a group of users of a pool"
    identity = Named(
        name="GroupName",
        arns=(POOLS,),
        forms=(Form(r"\S{1,128}", "1 to 128 characters without spaces"),),
    )
    create = Create("create_group", FIELDS)
    updates = (Calls(_update, FIELDS, (UPDATE,)),)
    delete = Delete("delete_group", loses="which users are in it")
    reads = Reads(list="list_groups", get=GET, shown_in="Group", listed=frozenset(FIELDS), page=60)
    tagging = TAGGING
    shown = staticmethod(shown)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        name = str(row["GroupName"])
        arn = f"{pool_arn(api, scope)}/group/{name}"
        return Sighting(name, {**scope, "GroupName": name}, arn, settings=shown(row), tags=tags_of(row))

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        del reply
        name = parameters["GroupName"]
        return {**scope, "GroupName": name}, f"{pool_arn(api, scope)}/group/{name}"

"""cognito.user_pool_group: a group of users, whose name is in their tokens."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    Adapter,
    Address,
    Api,
    Create,
    Delete,
    Named,
    Reads,
    Sighting,
    Wired,
)
from reconciler.forms import Form
from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.cognito.in_pool import POOLS, pool_arn
from reconciler.resources.cognito.service import USER_POOLS
from reconciler.resources.cognito.user_pool_group_changes import FIELDS, GET, TAGGING, UPDATES, shown, tags_of
from reconciler.resources.cognito.user_pool_group_model import UserPoolGroup
from reconciler.resources.grants import to_pass


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
    costs = FREE
    summary = "a group of users of a pool"
    identity = Named(
        name="GroupName",
        arns=(POOLS,),
        forms=(Form(r"\S{1,128}", "1 to 128 characters without spaces"),),
    )
    create = Create("create_group", FIELDS)
    updates = UPDATES
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

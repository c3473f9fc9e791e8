"""connect.user_hierarchy_group: a team, department or site in the hierarchy of users, which reports use."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from reconciler.appearance import Appearance, line_of
from reconciler.cloudformation import CloudFormation
from reconciler.contract import Address, Api, Assigned, Create, Delete, Sends, Sighting, Wired
from reconciler.forms import Form
from reconciler.model import Ref
from reconciler.resources.connect import terraform
from reconciler.resources.connect.common import IN_INSTANCE, KEPT, ConnectAdapter, ConnectReads, InInstance

LEVELS = ("LevelOne", "LevelTwo", "LevelThree", "LevelFour", "LevelFive")


class UserHierarchyGroup(InInstance):
    """A group of agents. Its level follows from its parent; the instance defines the levels."""

    parent_group: Annotated[str | None, Ref("connect.user_hierarchy_group"), Field(min_length=1)] = None


class UserHierarchyGroupAdapter(ConnectAdapter[UserHierarchyGroup]):
    """CreateUserHierarchyGroup, UpdateUserHierarchyGroupName. A group cannot be moved."""

    kind = "connect.user_hierarchy_group"
    cloudformation = CloudFormation(type="AWS::Connect::UserHierarchyGroup")
    appearance = Appearance(
        details=line_of("parent_group", "in {}".format),
        not_drawn={"parent_group": frozenset({"connect.user_hierarchy_group"})},
    )
    terraform = terraform.USER_HIERARCHY_GROUP
    model = UserHierarchyGroup
    summary = "a team, department or site in the hierarchy of users"
    # The limit is documented, but missing in botocore's model (CreateUserHierarchyGroup, API reference).
    identity = Assigned(
        address="HierarchyGroupId",
        arn_in="HierarchyGroupArn",
        arns=(IN_INSTANCE,),
        forms=(Form(r".{1,100}", "1 to 100 characters"),),
    )
    create = Create("create_user_hierarchy_group", ("parent_group",), fixed=frozenset({"parent_group"}))
    updates = (Sends("update_user_hierarchy_group_name", ("name",)),)
    delete = Delete("delete_user_hierarchy_group", keeps_defaults=KEPT)
    reads = ConnectReads(
        list="search_user_hierarchy_groups",
        list_versions="list_user_hierarchy_groups",
        get="describe_user_hierarchy_group",
        shown_in="HierarchyGroup",
        listed=frozenset({"parent_group"}),
    )

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        # Every instance has a hidden root.
        return (seen for seen in super().list(api, scope) if seen.settings.get("LevelId") != "0")

    def shown(self, row: Any) -> Wired:
        """A group with its parent: the last group but one of the path that AWS reports."""
        path = row.get("HierarchyPath") or {}
        above = [path[level]["Id"] for level in LEVELS if level in path and path[level]["Id"] != row["Id"]]
        return {**row, **({"ParentGroupId": above[-1]} if above else {})}

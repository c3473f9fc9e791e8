"""The hierarchy of agents: up to five named levels, and their groups."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, Rows, created, described, summarised
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import in_use, invalid, not_allowed
from reconciler.sandbox.connect.core.resource_types import HIERARCHY_GROUP
from reconciler.sandbox.connect.core.stored_records import Record, moment

LEVELS = ("LevelOne", "LevelTwo", "LevelThree", "LevelFour", "LevelFive")
STRUCTURE = "hierarchy_structure"
ROOT_LEVEL = "0"

operations = Operations()


def add_root(instance: Instance) -> None:
    """Add the root group, which only Search shows; its name does not block other groups."""
    instance.add(HIERARCHY_GROUP, "root", {"LevelId": ROOT_LEVEL}, scope="hidden", aws_owned=True)


def path_to(instance: Instance, group: Record) -> list[Record]:
    """Return the path from the top group down to this group, without the root."""
    path = []
    at: Record | None = group
    while at is not None and at.settings["LevelId"] != ROOT_LEVEL:
        path.append(at)
        parent = at.settings.get("ParentGroupId")
        at = instance.store(HIERARCHY_GROUP).get(parent) if parent else None
    return path[::-1]


def with_path(instance: Instance, record: Record) -> dict[str, Any]:
    """Describe a group with its path."""
    path = zip(LEVELS, path_to(instance, record), strict=False)
    return {
        **described(instance, record),
        "HierarchyPath": {level: summarised(instance, group) for level, group in path},
    }


operations.describe("DescribeUserHierarchyGroup", HIERARCHY_GROUP, "HierarchyGroup", with_path)
operations.search("SearchUserHierarchyGroups", HIERARCHY_GROUP, "UserHierarchyGroups", view=with_path)
operations.update("UpdateUserHierarchyGroupName", HIERARCHY_GROUP, "Name")
operations.delete("DeleteUserHierarchyGroup", HIERARCHY_GROUP)


@operations.pages("UserHierarchyGroupSummaryList", most=1000, view=summarised)
def list_user_hierarchy_groups(instance: Instance) -> Rows:
    """List the groups, without the root."""
    return [group for group in instance.rows(HIERARCHY_GROUP) if not group.aws_owned]


@operations.on_instance
def create_user_hierarchy_group(
    instance: Instance, Name: str, ParentGroupId: str | None = None, Tags: Mapping[str, str] | None = None
) -> Reply:
    """Create a group one level below its parent; it cannot be moved."""
    settings = {}
    level = 1
    if ParentGroupId:
        parent = instance.get(HIERARCHY_GROUP, ParentGroupId)
        settings["ParentGroupId"] = parent.id
        level = int(parent.settings["LevelId"]) + 1
    if level > len(instance.lists.get(STRUCTURE, {})):
        raise not_allowed(f"The hierarchy structure has no level {level}.")
    settings["LevelId"] = str(level)
    return created(instance.add(HIERARCHY_GROUP, Name, settings, tags=Tags))


@operations.on_instance
def describe_user_hierarchy_structure(instance: Instance) -> Reply:
    """Describe the levels."""
    levels = instance.lists.get(STRUCTURE, {})
    return {"HierarchyStructure": {name: _level_view(level) for name, level in levels.items()}}


@operations.on_instance
def update_user_hierarchy_structure(instance: Instance, HierarchyStructure: Mapping[str, Any]) -> Reply:
    """Add, rename and remove levels; a level that is omitted is removed, unless it has groups."""
    wanted = [name for name in LEVELS if HierarchyStructure.get(name)]
    if wanted != list(LEVELS[: len(wanted)]):
        raise invalid("The levels of the hierarchy must follow each other.")
    levels = instance.lists.setdefault(STRUCTURE, {})
    lowest = max(int(group.settings["LevelId"]) for group in instance.store(HIERARCHY_GROUP))
    if lowest > len(wanted):
        name = LEVELS[len(wanted)]
        raise in_use(f"{name} has groups in it.", levels[name]["Id"], "HIERARCHY_LEVEL")
    for name in LEVELS[len(wanted) :]:
        levels.pop(name, None)
    for number, name in enumerate(wanted, start=1):
        title = HierarchyStructure[name]["Name"]
        if levels.get(name, {}).get("Name") != title:
            levels[name] = _level(instance, number, title)
    return None


def _level(instance: Instance, number: int, name: str) -> dict[str, Any]:
    return {
        "Id": str(number),
        "Arn": f"{instance.arn}/agent-group-level/{number}",
        "Name": name,
        "LastModifiedTime": instance.plane.tick(),
        "LastModifiedRegion": instance.plane.region_name,
    }


def _level_view(level: Mapping[str, Any]) -> dict[str, Any]:
    return {**level, "LastModifiedTime": moment(level["LastModifiedTime"])}

"""Hierarchy levels and groups."""

from typing import Any

import pytest

from tests.sandbox.connect.contact_centre import Centre, Refused


@pytest.fixture
def levels(centre: Centre) -> Any:
    structure = {"LevelOne": {"Name": "Site"}, "LevelTwo": {"Name": "Team"}}
    centre("UpdateUserHierarchyStructure", HierarchyStructure=structure)
    return structure


def make(centre: Centre, name: str, parent: str | None = None) -> str:
    more = {"ParentGroupId": parent} if parent else {}
    made: str = centre("CreateUserHierarchyGroup", Name=name, **more)["HierarchyGroupId"]
    return made


def described(centre: Centre, group: str) -> dict[str, Any]:
    found: dict[str, Any] = centre("DescribeUserHierarchyGroup", HierarchyGroupId=group)["HierarchyGroup"]
    return found


def structure(centre: Centre) -> Any:
    levels = centre("DescribeUserHierarchyStructure")["HierarchyStructure"]
    return {level: row["Name"] for level, row in levels.items()}


def test_levels_are_added_renamed_and_removed(centre: Centre, levels: Any) -> None:
    assert structure(centre) == {"LevelOne": "Site", "LevelTwo": "Team"}
    centre("UpdateUserHierarchyStructure", HierarchyStructure={"LevelOne": {"Name": "City"}})
    assert structure(centre) == {"LevelOne": "City"}


def test_levels_follow_each_other(centre: Centre, refused: Refused) -> None:
    with refused("InvalidParameterException"):
        centre("UpdateUserHierarchyStructure", HierarchyStructure={"LevelTwo": {"Name": "Team"}})


def test_a_level_with_groups_stays(centre: Centre, levels: Any, refused: Refused) -> None:
    make(centre, "Red", make(centre, "London"))
    with refused("ResourceInUseException") as error:
        centre("UpdateUserHierarchyStructure", HierarchyStructure={"LevelOne": {"Name": "Site"}})
    assert error.value.members["ResourceType"] == "HIERARCHY_LEVEL"


def test_groups_know_their_path(centre: Centre, levels: Any) -> None:
    london = make(centre, "London")
    red = make(centre, "Red", london)
    group = described(centre, red)
    assert group["LevelId"] == "2"
    assert {level: row["Name"] for level, row in group["HierarchyPath"].items()} == {
        "LevelOne": "London",
        "LevelTwo": "Red",
    }
    centre("UpdateUserHierarchyGroupName", HierarchyGroupId=london, Name="Leeds")
    assert described(centre, red)["HierarchyPath"]["LevelOne"]["Name"] == "Leeds"


def test_groups_need_their_level(centre: Centre, refused: Refused) -> None:
    with refused("InvalidRequestException"):
        make(centre, "London")


def test_leaves_go_first(centre: Centre, levels: Any, refused: Refused) -> None:
    london = make(centre, "London")
    red = make(centre, "Red", london)
    user = centre.make_user(HierarchyGroupId=red)
    for group in (london, red):
        with refused("ResourceInUseException") as error:
            centre("DeleteUserHierarchyGroup", HierarchyGroupId=group)
        assert error.value.members["ResourceType"] == "HIERARCHY_GROUP"
    centre("UpdateUserHierarchy", UserId=user)
    assert "HierarchyGroupId" not in centre("DescribeUser", UserId=user)["User"]
    for group in (red, london):
        centre("DeleteUserHierarchyGroup", HierarchyGroupId=group)


def test_search_shows_the_hidden_root(centre: Centre, levels: Any) -> None:
    london = make(centre, "London")
    found = centre.rows("SearchUserHierarchyGroups", "UserHierarchyGroups")
    assert [row["LevelId"] for row in found] == ["0", "1"]
    assert found[1]["Id"] == london
    assert [
        row["Name"] for row in centre.rows("ListUserHierarchyGroups", "UserHierarchyGroupSummaryList")
    ] == ["London"]


def test_users_are_found_by_group(centre: Centre, levels: Any) -> None:
    london = make(centre, "London")
    centre.make_user(HierarchyGroupId=make(centre, "Red", london))
    for match, expected in (("EXACT", 0), ("WITH_CHILD_GROUPS", 1)):
        condition = {"Value": london, "HierarchyGroupMatchType": match}
        criteria = {"HierarchyGroupCondition": condition}
        assert len(centre.rows("SearchUsers", "Users", SearchCriteria=criteria)) == expected


def test_names_are_unique(centre: Centre, levels: Any, refused: Refused) -> None:
    make(centre, "London")
    with refused("DuplicateResourceException"):
        make(centre, "London")

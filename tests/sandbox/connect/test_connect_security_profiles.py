"""Security profiles, and the profiles of users."""

from typing import Any

from tests.sandbox.connect.contact_centre import Centre, Refused


def described(centre: Centre, profile: str) -> dict[str, Any]:
    found: dict[str, Any] = centre("DescribeSecurityProfile", SecurityProfileId=profile)["SecurityProfile"]
    return found


def make(centre: Centre, name: str = "Clerk", **settings: Any) -> str:
    made: str = centre("CreateSecurityProfile", SecurityProfileName=name, **settings)["SecurityProfileId"]
    return made


def permissions(centre: Centre, profile: str) -> Any:
    return centre.rows("ListSecurityProfilePermissions", "Permissions", SecurityProfileId=profile)


def test_a_security_profile_lives(centre: Centre, refused: Refused) -> None:
    profile = make(centre, Permissions=["BasicAgentAccess"], AllowedAccessControlTags={"team": "a"})
    made = described(centre, profile)
    assert (made["SecurityProfileName"], made["Type"]) == ("Clerk", "CUSTOMER_MANAGED")
    assert made["OrganizationResourceId"] == centre.id
    assert "Permissions" not in made
    assert permissions(centre, profile) == ["BasicAgentAccess"]
    before = centre("ListSecurityProfilePermissions", SecurityProfileId=profile)["LastModifiedTime"]
    centre(
        "UpdateSecurityProfile", SecurityProfileId=profile, Permissions=["Users.View"], Description="Looks"
    )
    assert permissions(centre, profile) == ["Users.View"]
    after = centre("ListSecurityProfilePermissions", SecurityProfileId=profile)["LastModifiedTime"]
    assert after > before
    assert described(centre, profile)["AllowedAccessControlTags"] == {"team": "a"}
    centre("DeleteSecurityProfile", SecurityProfileId=profile)
    with refused("ResourceNotFoundException"):
        described(centre, profile)


def test_the_other_lists(centre: Centre) -> None:
    application = {
        "Namespace": "app",
        "ApplicationPermissions": ["ACCESS"],
        "Type": "THIRD_PARTY_APPLICATION",
    }
    agent = {"Arn": "arn:aws:bedrock:eu-west-2:111111111111:agent/A", "Type": "THIRD_PARTY"}
    profile = make(centre, Applications=[application], AllowedAIAgents=[agent])
    place = {"SecurityProfileId": profile}
    assert centre.rows("ListSecurityProfileApplications", "Applications", **place) == [application]
    assert centre.rows("ListSecurityProfileAIAgents", "AllowedAIAgents", **place) == [agent]
    assert centre.rows("ListSecurityProfileFlowModules", "AllowedFlowModules", **place) == []


def test_search_knows_nothing_of_access_control(centre: Centre) -> None:
    make(centre, AllowedAccessControlTags={"team": "a"}, TagRestrictedResources=["User"], Tags={"a": "b"})
    found = centre.rows("SearchSecurityProfiles", "SecurityProfiles")[-1]
    assert set(found) == {"Id", "OrganizationResourceId", "Arn", "SecurityProfileName", "Tags", "Type"}


def test_lists_tell_the_type(centre: Centre) -> None:
    make(centre)
    rows = centre.rows("ListSecurityProfiles", "SecurityProfileSummaryList")
    assert {row["Name"]: row["Type"] for row in rows}["Admin"] == "AWS_MANAGED"
    assert rows[-1]["Type"] == "CUSTOMER_MANAGED"


def test_a_profile_with_users_stays(centre: Centre, refused: Refused) -> None:
    profile = make(centre)
    centre.make_user(SecurityProfileIds=[profile])
    with refused("ResourceInUseException"):
        centre("DeleteSecurityProfile", SecurityProfileId=profile)


def test_names_are_unique(centre: Centre, refused: Refused) -> None:
    make(centre)
    with refused("DuplicateResourceException"):
        make(centre)
    with refused("DuplicateResourceException"):
        make(centre, "Admin")


def test_an_unknown_hierarchy_group_is_refused(centre: Centre, refused: Refused) -> None:
    with refused("ResourceNotFoundException"):
        make(centre, AllowedAccessControlHierarchyGroupId="00000000-0000-4000-8000-000000000000")


def test_profiles_of_a_user_one_by_one(centre: Centre, refused: Refused) -> None:
    user, profile = centre.make_user(), make(centre)
    entity = {"EntityType": "USER", "EntityArn": f"{centre.arn}/agent/{user}"}
    centre("AssociateSecurityProfiles", SecurityProfiles=[{"Id": profile}], **entity)
    rows = centre.rows("ListEntitySecurityProfiles", "SecurityProfiles", **entity)
    assert rows == [{"Id": centre.security_profile}, {"Id": profile}]
    centre("DisassociateSecurityProfiles", SecurityProfiles=[{"Id": centre.security_profile}], **entity)
    with refused("InvalidParameterException"):
        centre("DisassociateSecurityProfiles", SecurityProfiles=[{"Id": profile}], **entity)

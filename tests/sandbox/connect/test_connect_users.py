"""Users: identities by type, phone settings, proficiencies, search, scale."""

from typing import Any

import pytest

from reconciler.sandbox.connect import ConnectPlane
from tests.sandbox.connect.contact_centre import Centre, Refused

NAMES = {"FirstName": "Ada", "LastName": "Lovelace"}
SAML = {"IdentityManagementType": "SAML", "InstanceAlias": "saml"}


def described(centre: Centre, user: str) -> dict[str, Any]:
    found: dict[str, Any] = centre("DescribeUser", UserId=user)["User"]
    return found


def test_a_user_lives(centre: Centre, refused: Refused) -> None:
    identity = {**NAMES, "Email": "ada@example.com", "Mobile": "+442079460000"}
    user = centre.make_user(IdentityInfo=identity, Tags={"a": "b"})
    made = described(centre, user)
    assert (made["Username"], made["IdentityInfo"], made["Tags"]) == ("ada", identity, {"a": "b"})
    assert made["Arn"] == f"{centre.arn}/agent/{user}"
    assert made["PhoneConfig"]["AfterContactWorkTimeLimit"] == 30
    assert "Password" not in made
    centre("DeleteUser", UserId=user)
    with refused("ResourceNotFoundException"):
        described(centre, user)
    centre.make_user()


def test_structures_are_replaced_whole(centre: Centre) -> None:
    user = centre.make_user(IdentityInfo={**NAMES, "Email": "ada@example.com"})
    centre("UpdateUserIdentityInfo", UserId=user, IdentityInfo=NAMES)
    centre("UpdateUserPhoneConfig", UserId=user, PhoneConfig={"PhoneType": "SOFT_PHONE"})
    changed = described(centre, user)
    assert changed["IdentityInfo"] == NAMES
    assert changed["PhoneConfig"] == {"PhoneType": "SOFT_PHONE", "DeskPhoneNumber": ""}


def test_assignments_change_one_by_one(centre: Centre) -> None:
    profile = centre.make_routing_profile()
    admin = centre.named("ListSecurityProfiles", "SecurityProfileSummaryList", "Admin")
    user = centre.make_user()
    times = [described(centre, user)["LastModifiedTime"]]
    centre("UpdateUserRoutingProfile", UserId=user, RoutingProfileId=profile)
    times.append(described(centre, user)["LastModifiedTime"])
    centre("UpdateUserSecurityProfiles", UserId=user, SecurityProfileIds=[admin])
    changed = described(centre, user)
    assert (changed["RoutingProfileId"], changed["SecurityProfileIds"]) == (profile, [admin])
    times.append(changed["LastModifiedTime"])
    assert times == sorted(set(times))


def test_search_is_not_describe(centre: Centre) -> None:
    identity = {
        **NAMES,
        "Email": "ada@example.com",
        "SecondaryEmail": "a@example.com",
        "Mobile": "+442079460000",
    }
    user = centre.make_user(IdentityInfo=identity)
    [row] = centre.rows("SearchUsers", "Users")
    assert row["Id"] == user
    assert row["IdentityInfo"] == NAMES
    assert row["PhoneConfig"]["AfterContactWorkTimeLimit"] == 30_000
    assert not {"LastModifiedTime", "LastModifiedRegion"} & row.keys()
    assert described(centre, user)["PhoneConfig"]["AfterContactWorkTimeLimit"] == 30
    [listed] = centre.rows("ListUsers", "UserSummaryList")
    assert set(listed) == {"Id", "Arn", "Username", "LastModifiedTime", "LastModifiedRegion"}


@pytest.mark.parametrize("password", [None, "short1A", "nodigitsA", "NOLOWER11", "noupper11", "has blank 1A"])
def test_connect_wants_a_good_password(centre: Centre, refused: Refused, password: str) -> None:
    with refused("InvalidParameterException"):
        centre.make_user(Password=password)


def test_connect_wants_names(centre: Centre, refused: Refused) -> None:
    for missing in NAMES:
        with refused("InvalidParameterException"):
            centre.make_user(IdentityInfo={name: value for name, value in NAMES.items() if name != missing})
    with refused("InvalidParameterException"):
        centre.make_user(IdentityInfo={"FirstName": "Zoe\u0308", "LastName": "Decomposed"})
    with refused("InvalidParameterException"):
        centre.make_user(IdentityInfo={**NAMES, "Email": "no address"})


def test_saml_has_neither_password_nor_email(
    plane: ConnectPlane, make_centre: type[Centre], refused: Refused
) -> None:
    centre = make_centre(plane, **SAML)
    with refused("InvalidParameterException"):
        centre.make_user()
    with refused("InvalidParameterException"):
        centre.make_user(Password=None, IdentityInfo={**NAMES, "Email": "ada@example.com"})
    with refused("InvalidParameterException"):
        centre.make_user(Password=None, DirectoryUserId="d")
    with refused("InvalidParameterException"):
        centre.make_user(Password=None, IdentityInfo={})
    user = centre.make_user("ada.lovelace.of.somewhere@example.com", Password=None)
    with refused("InvalidParameterException"):
        identity = {**NAMES, "Email": "ada@example.com"}
        centre("UpdateUserIdentityInfo", UserId=user, IdentityInfo=identity)
    plane.saml_users_have_email = True
    centre("UpdateUserIdentityInfo", UserId=user, IdentityInfo=identity)


def test_a_directory_knows_the_names(
    plane: ConnectPlane, make_centre: type[Centre], refused: Refused
) -> None:
    directory = {"IdentityManagementType": "EXISTING_DIRECTORY", "InstanceAlias": None}
    centre = make_centre(plane, **directory, DirectoryId="d-0123456789")
    with refused("InvalidParameterException"):
        centre.make_user()
    centre.make_user(Password=None, IdentityInfo=None, DirectoryUserId="d")


@pytest.mark.parametrize("name", ["a" * 21, "ada@example", "ada lovelace"])
def test_usernames_have_rules(centre: Centre, refused: Refused, name: str) -> None:
    with refused("InvalidParameterException"):
        centre.make_user(name)


def test_usernames_are_unique_and_case_matters(centre: Centre, refused: Refused) -> None:
    centre.make_user("ada")
    with refused("DuplicateResourceException"):
        centre.make_user("ada")
    centre.make_user("Ada")


@pytest.mark.parametrize(
    "reference",
    [
        {"RoutingProfileId": "00000000-0000-4000-8000-000000000000"},
        {"SecurityProfileIds": ["00000000-0000-4000-8000-000000000000"]},
        {"HierarchyGroupId": "00000000-0000-4000-8000-000000000000"},
    ],
)
def test_what_a_user_refers_to_must_exist(
    centre: Centre, refused: Refused, reference: dict[str, Any]
) -> None:
    with refused("ResourceNotFoundException"):
        centre.make_user(**reference)


@pytest.mark.parametrize(
    "settings",
    [
        {"PhoneConfig": {"PhoneType": "DESK_PHONE"}},
        {"PhoneConfig": {"PhoneType": "SOFT_PHONE", "AfterContactWorkTimeLimit": 2_000_001}},
        {"AutoAcceptConfigs": [{"Channel": "VOICE", "AutoAccept": True}]},
    ],
)
def test_phone_settings_make_sense(centre: Centre, refused: Refused, settings: Any) -> None:
    with refused("InvalidParameterException"):
        centre.make_user(**settings)


def test_settings_by_channel_override_the_phone_config(centre: Centre, refused: Refused) -> None:
    accept = [{"Channel": "VOICE", "AutoAccept": False}, {"Channel": "CHAT", "AutoAccept": True}]
    user = centre.make_user()
    centre("UpdateUserConfig", UserId=user, AutoAcceptConfigs=accept)
    changed = described(centre, user)
    assert changed["AutoAcceptConfigs"] == accept
    assert changed["PhoneConfig"] == {
        "PhoneType": "SOFT_PHONE",
        "AfterContactWorkTimeLimit": 30,
        "DeskPhoneNumber": "",
    }
    centre("UpdateUserPhoneConfig", UserId=user, PhoneConfig={"PhoneType": "SOFT_PHONE", "AutoAccept": True})
    assert "AutoAcceptConfigs" not in described(centre, user)
    with refused("InvalidParameterException"):
        centre("UpdateUserConfig", UserId=user, AutoAcceptConfigs=[accept[0], accept[0]])


def test_proficiencies(centre: Centre, refused: Refused) -> None:
    centre("CreatePredefinedAttribute", Name="Language", Values={"StringList": ["English", "French"]})
    user = centre.make_user()
    english = {"AttributeName": "Language", "AttributeValue": "English"}
    french = {"AttributeName": "Language", "AttributeValue": "French", "Level": 2.0}
    both = [{**english, "Level": 5.0}, french]

    def proficiencies() -> Any:
        return centre.rows("ListUserProficiencies", "UserProficiencyList", UserId=user)

    centre("AssociateUserProficiencies", UserId=user, UserProficiencies=both)
    assert proficiencies() == both
    centre("UpdateUserProficiencies", UserId=user, UserProficiencies=[{**english, "Level": 3.0}])
    assert proficiencies()[0]["Level"] == 3.0
    condition = {
        "TargetListType": "PROFICIENCIES",
        "Conditions": [
            {
                "StringCondition": {
                    "FieldName": "AttributeValue",
                    "Value": "English",
                    "ComparisonType": "EXACT",
                },
                "NumberCondition": {
                    "FieldName": "Level",
                    "MinValue": 3,
                    "ComparisonType": "GREATER_OR_EQUAL",
                },
            }
        ],
    }
    assert len(centre.rows("SearchUsers", "Users", SearchCriteria={"ListCondition": condition})) == 1
    with refused("ResourceInUseException"):
        centre("DeletePredefinedAttribute", Name="Language")
    centre("DisassociateUserProficiencies", UserId=user, UserProficiencies=[english])
    assert proficiencies() == [french]
    with refused("ResourceNotFoundException"):
        centre("UpdateUserProficiencies", UserId=user, UserProficiencies=both)
    with refused("InvalidParameterException"):
        german = {"AttributeName": "Language", "AttributeValue": "German", "Level": 1.0}
        centre("AssociateUserProficiencies", UserId=user, UserProficiencies=[german])
    with refused("ResourceNotFoundException"):
        colour = {"AttributeName": "Colour", "AttributeValue": "Red", "Level": 1.0}
        centre("AssociateUserProficiencies", UserId=user, UserProficiencies=[colour])


def test_deleting_a_user_leaves_its_quick_connects_orphaned(centre: Centre) -> None:
    user = centre.make_user()
    config = {"UserId": user, "ContactFlowId": centre.flow("Default agent transfer")}
    quick_connect = centre.make_quick_connect(QuickConnectType="USER", UserConfig=config)
    centre("DeleteUser", UserId=user)
    left = centre("DescribeQuickConnect", QuickConnectId=quick_connect)["QuickConnect"]
    assert left["QuickConnectConfig"]["UserConfig"]["UserId"] == user


def test_ten_thousand_users_are_found_page_by_page(centre: Centre, plane: ConnectPlane) -> None:
    create, search = plane.operations["CreateUser"], plane.operations["SearchUsers"]
    request = {
        "InstanceId": centre.id,
        "Password": "Abcdefg1",
        "IdentityInfo": NAMES,
        "PhoneConfig": {"PhoneType": "SOFT_PHONE"},
        "SecurityProfileIds": [centre.security_profile],
        "RoutingProfileId": centre.routing_profile,
    }
    for number in range(10_000):
        create(**request, Username=f"agent{number}")
    reply = search(InstanceId=centre.id, MaxResults=500) or {}
    found = len(reply["Users"])
    while "NextToken" in reply:
        reply = search(InstanceId=centre.id, MaxResults=500, NextToken=reply["NextToken"]) or {}
        found += len(reply["Users"])
    assert found == 10_000

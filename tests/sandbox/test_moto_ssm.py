"""SSM keeps every setting of a parameter and refuses what AWS refuses, with a plain client."""

import json
from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import client_of, refused

NAME = "/shop/url"
INVALID = "ValidationException"
EXPIRES = json.dumps(
    [{"Type": "Expiration", "Version": "1.0", "Attributes": {"Timestamp": "2030-01-01T00:00:00Z"}}]
)


@pytest.fixture
def ssm(sandbox: Sandbox) -> Any:
    return client_of(sandbox, "ssm")


def put(ssm: Any, value: str = "x", **settings: Any) -> None:
    ssm.put_parameter(**{"Name": NAME, "Value": value, "Type": "String", **settings})


def shown(ssm: Any, name: str = NAME) -> dict[str, Any]:
    (row,) = ssm.describe_parameters(ParameterFilters=[{"Key": "Name", "Values": [name]}])["Parameters"]
    return dict(row)


def test_a_parameter_keeps_what_it_was_made_with(ssm: Any) -> None:
    put(ssm, "12", Description="d", AllowedPattern=r"^\d+$", Tier="Advanced", Policies=EXPIRES)
    found = shown(ssm)
    assert (found["Description"], found["AllowedPattern"], found["Tier"]) == ("d", r"^\d+$", "Advanced")
    (policy,) = found["Policies"]
    assert ([json.loads(policy["PolicyText"])], policy["PolicyType"]) == (json.loads(EXPIRES), "Expiration")
    assert "Value" not in found
    put(ssm, "13", Overwrite=True, Description="", AllowedPattern="", Policies="[{}]")
    found = shown(ssm)
    assert not {"Description", "AllowedPattern", "KeyId"} & found.keys()
    assert found["Policies"] == []
    assert (found["Version"], found["Tier"]) == (2, "Advanced")


def test_the_type_can_change_and_takes_the_key_along(ssm: Any) -> None:
    put(ssm, Type="SecureString", KeyId="alias/mine")
    assert shown(ssm)["KeyId"] == "alias/mine"
    assert ssm.get_parameter(Name=NAME)["Parameter"]["Value"] != "x"
    put(ssm, Overwrite=True)
    assert (shown(ssm)["Type"], "KeyId" in shown(ssm)) == ("String", False)


def test_aws_chooses_the_tier_if_asked(ssm: Any) -> None:
    put(ssm, Tier="Intelligent-Tiering")
    assert shown(ssm)["Tier"] == "Standard"
    put(ssm, "x" * 5000, Overwrite=True, Tier="Intelligent-Tiering")
    assert shown(ssm)["Tier"] == "Advanced"
    put(ssm, Overwrite=True, Tier="Intelligent-Tiering")
    assert shown(ssm)["Tier"] == "Advanced"


def test_an_integration_is_a_data_type(ssm: Any) -> None:
    put(ssm, DataType="aws:ssm:integration")
    assert shown(ssm)["DataType"] == "aws:ssm:integration"


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"Value": "x" * 4097}, INVALID),
        ({"Value": "x" * 8193, "Tier": "Advanced"}, INVALID),
        ({"Policies": EXPIRES}, INVALID),
        ({"Policies": "nothing", "Tier": "Advanced"}, INVALID),
        ({"Policies": '[{"Type": "Other"}]', "Tier": "Advanced"}, "InvalidPolicyTypeException"),
        ({"AllowedPattern": r"^\d+$"}, "ParameterPatternMismatchException"),
        ({"KeyId": "alias/mine"}, INVALID),
        ({"Name": "shop/url"}, INVALID),
        ({"Name": "/" + "/".join("abcdefghijklmnop")}, "HierarchyLevelLimitExceededException"),
        ({"DataType": "aws:other"}, INVALID),
    ],
)  # fmt: skip
def test_settings_that_aws_refuses(ssm: Any, settings: dict[str, Any], code: str) -> None:
    asked = {"Name": NAME, "Value": "x", "Type": "String", **settings}
    assert refused(ssm, "put_parameter", **asked) == code


def test_an_advanced_parameter_stays_one(ssm: Any) -> None:
    put(ssm, Tier="Advanced")
    assert refused(ssm, "put_parameter", Name=NAME, Value="x", Overwrite=True, Tier="Standard") == INVALID

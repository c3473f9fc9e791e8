"""Passes over parameters: secure values that nobody sees, tiers, and mistakes in the files."""

from typing import Any

import pytest

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, fields, messages

PASSWORD = {"secret": {"ssm": "/sandbox/password"}}
SECURE = {"type": "SecureString", "secure_value": PASSWORD}


def parameter(**settings: Any) -> dict[str, Any]:
    return {"ssm.parameter": {"/shop/password": settings}}


@pytest.fixture
def ssm(harness: LiveHarness) -> Any:
    return harness.client("ssm")


def value(ssm: Any, name: str = "/shop/password") -> str:
    return str(ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])


def test_a_secure_value_is_sent_and_neither_read_nor_compared_nor_shown(
    harness: LiveHarness, ssm: Any
) -> None:
    report = harness.settle(parameter(**SECURE))
    secret = value(ssm, "/sandbox/password")
    assert value(ssm) == secret
    assert secret not in repr(report)
    ssm.put_parameter(Name="/shop/password", Value="changed by hand", Overwrite=True)
    before = len(harness.box.journal)
    harness.require_quiet(parameter(**SECURE))
    asked = [each.params for each in harness.box.journal[before:] if each.operation == "GetParameter"]
    assert asked == []


def test_a_change_of_another_field_sends_the_value_along(harness: LiveHarness, ssm: Any) -> None:
    harness.settle(parameter(**SECURE))
    report = harness.settle(parameter(**SECURE, description="for the shop"))
    assert fields(report) == ["description"]
    assert value(ssm) == value(ssm, "/sandbox/password")
    assert [each for each, _ in harness.calls] == []


def test_a_text_becomes_secret_and_a_secret_a_text(harness: LiveHarness, ssm: Any) -> None:
    harness.settle(parameter(type="String", value="x"))
    harness.settle(parameter(**SECURE))
    assert value(ssm) == value(ssm, "/sandbox/password")
    harness.settle(parameter(type="String", value="y"))
    assert value(ssm) == "y"


def test_a_secret_without_its_place_in_the_files_is_not_changed(harness: LiveHarness, ssm: Any) -> None:
    harness.settle(parameter(**SECURE))
    adopted = {"type": "SecureString", "description": "d", "adopt": True}
    report = harness.run(parameter(**adopted))
    assert (report.outcome, harness.calls) == ("failed", [])
    assert "no request changes description" in messages(report)[0]


def test_aws_may_choose_the_tier_and_makes_no_standard_parameter_of_an_advanced_one(
    harness: LiveHarness, ssm: Any
) -> None:
    harness.settle(parameter(type="String", value="x" * 5000, tier="Intelligent-Tiering"))
    report = harness.run(parameter(type="String", value="x", tier="Standard"))
    assert report.outcome == "failed"
    assert "AWS cannot change an advanced parameter to a standard one" in messages(report)[0]
    assert len(value(ssm)) == 5000 or report.outcome == "failed"


def test_tags_are_those_of_the_files(harness: LiveHarness, ssm: Any) -> None:
    harness.settle(parameter(type="String", value="x", tags={"Team": "shop"}))
    harness.settle(parameter(type="String", value="x", tags={"Team": None, "Cost": "1"}))
    at = {"ResourceType": "Parameter", "ResourceId": "/shop/password"}
    found = {each["Key"]: each["Value"] for each in ssm.list_tags_for_resource(**at)["TagList"]}
    assert (found.get("Cost"), "Team" in found) == ("1", False)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"type": "SecureString", "value": "hunter2"}, "the value of a SecureString is not written in these files"),
        ({"type": "SecureString", "secure_value": "hunter2"}, "a secret is not written in these files"),
        ({"type": "SecureString"}, "a new SecureString needs secure_value"),
        ({"type": "SecureString", "secure_value": {"secret": {"ssm": "/shop/password"}}}, "cannot get its value from itself"),
        ({"type": "String"}, "needs value"),
        ({"type": "String", "secure_value": PASSWORD}, "only a SecureString has it"),
        ({"type": "String", "value": "x", "key_id": "alias/a"}, "only a SecureString has a key"),
        ({"type": "String", "value": "x" * 4097}, "write tier: Advanced"),
        ({"type": "String", "value": "x", "policies": [{"Type": "Expiration", "Version": "1.0", "Attributes": {}}]}, "a standard parameter has no policies"),
        ({"type": "String", "value": "x", "tier": "Advanced", "policies": [{"Type": "Other", "Version": "1.0", "Attributes": {}}]}, "Type must be Expiration"),
        ({"type": "StringList", "value": "x", "data_type": "aws:ec2:image"}, "only a parameter of type String"),
    ],
)  # fmt: skip
def test_mistakes_are_told_before_the_first_call(
    harness: LiveHarness, settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidStack) as error:
        harness.run(parameter(**settings))
    assert said in str(error.value)
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("name", ["shop/url", "/aws/x", "ssm-x", "/shop/", "/a//b", "a b"])
def test_names_that_aws_refuses(harness: LiveHarness, name: str) -> None:
    with pytest.raises(InvalidStack):
        harness.run({"ssm.parameter": {name: {"type": "String", "value": "x"}}})

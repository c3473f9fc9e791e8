"""Layers of functions, with a plain client: https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html."""

import json
from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import REGION, client_of, refused
from tests.sandbox.test_moto_lambda import INVALID, MISSING, PLAIN, with_role, zipped

LAYER = f"arn:aws:lambda:{REGION}:123456789012:layer:tools"
TOOLS = {"LayerName": "tools"}
ALL: dict[str, Any] = {
    "Description": "for functions",
    "CompatibleRuntimes": ["python3.13", "python3.12"],
    "CompatibleArchitectures": ["arm64"],
    "LicenseInfo": "MIT",
}
ANYBODY = {"Action": "lambda:GetLayerVersion", "Principal": "*"}


@pytest.fixture
def lambda_(sandbox: Sandbox) -> Any:
    return with_role(sandbox)


def publish(client: Any, text: str = "tool = 1", **params: Any) -> Any:
    return client.publish_layer_version(**TOOLS, Content={"ZipFile": zipped(text)}, **params)


def numbers(client: Any, size: int = 50, **asked: Any) -> list[int]:
    pages = client.get_paginator("list_layer_versions").paginate(
        **TOOLS, **asked, PaginationConfig={"PageSize": size}
    )
    return [each["Version"] for page in pages for each in page["LayerVersions"]]


def test_a_version_keeps_every_setting(lambda_: Any) -> None:
    made = publish(lambda_, **ALL)
    assert (made["Version"], made["LayerArn"], made["LayerVersionArn"]) == (1, LAYER, f"{LAYER}:1")
    for shown in (
        lambda_.get_layer_version(**TOOLS, VersionNumber=1),
        lambda_.get_layer_version(LayerName=LAYER, VersionNumber=1),
        lambda_.get_layer_version_by_arn(Arn=f"{LAYER}:1"),
    ):
        assert ALL.items() <= shown.items()
        assert shown["Content"] == made["Content"]
    (row,) = lambda_.list_layers()["Layers"]
    assert row["LatestMatchingVersion"].items() >= ALL.items()
    assert "Content" not in row["LatestMatchingVersion"]
    plain = publish(lambda_)
    assert not {"Description", "CompatibleRuntimes", "LicenseInfo"} & plain.keys()


def test_versions_are_listed_in_pages_with_the_newest_first(lambda_: Any) -> None:
    for number in range(12):
        publish(lambda_, CompatibleRuntimes=["python3.13"] if number == 4 else ["nodejs22.x"])
    assert numbers(lambda_) == numbers(lambda_, 5) == [*range(12, 0, -1)]
    assert numbers(lambda_, CompatibleRuntime="python3.13") == [5]
    (row,) = lambda_.list_layers(CompatibleRuntime="python3.13")["Layers"]
    assert row["LatestMatchingVersion"]["Version"] == 5
    assert lambda_.list_layers(CompatibleArchitecture="arm64")["Layers"] == []
    lambda_.publish_layer_version(LayerName="a", Content={"ZipFile": zipped()})
    pages = lambda_.get_paginator("list_layers").paginate(PaginationConfig={"PageSize": 1})
    assert [each["LayerName"] for page in pages for each in page["Layers"]] == ["a", "tools"]
    assert lambda_.list_layer_versions(LayerName="none")["LayerVersions"] == []


def test_a_number_of_a_version_is_never_used_again(lambda_: Any) -> None:
    for _ in range(2):
        publish(lambda_)
    for number in (2, 1):
        lambda_.delete_layer_version(**TOOLS, VersionNumber=number)
    assert lambda_.list_layers()["Layers"] == []
    assert publish(lambda_)["Version"] == 3
    lambda_.delete_layer_version(**TOOLS, VersionNumber=1)
    assert refused(lambda_, "get_layer_version", **TOOLS, VersionNumber=1) == MISSING
    assert refused(lambda_, "get_layer_version_by_arn", Arn=f"{LAYER}:1") == MISSING


def test_wrong_content_is_refused(lambda_: Any) -> None:
    for content in ({}, {"ZipFile": b"no archive"}, {"ZipFile": zipped(), "S3Bucket": "b-1", "S3Key": "k"}):
        assert refused(lambda_, "publish_layer_version", **TOOLS, Content=content) == INVALID
    assert lambda_.list_layers()["Layers"] == []


def test_a_function_keeps_a_deleted_layer(lambda_: Any) -> None:
    arn = publish(lambda_)["LayerVersionArn"]
    lambda_.create_function(**PLAIN, Layers=[arn])
    lambda_.delete_layer_version(**TOOLS, VersionNumber=1)
    name = {"FunctionName": "f"}
    lambda_.update_function_configuration(**name, Timeout=9)
    assert [each["Arn"] for each in lambda_.get_function_configuration(**name)["Layers"]] == [arn]
    assert refused(lambda_, "update_function_configuration", **name, Layers=[arn]) == INVALID


def test_the_permissions_of_a_version(sandbox: Sandbox) -> None:
    client = client_of(sandbox, "lambda")
    publish(client)
    at = {**TOOLS, "VersionNumber": 1}
    assert refused(client, "get_layer_version_policy", **at) == MISSING
    added = client.add_layer_version_permission(
        **at, StatementId="all", **ANYBODY, OrganizationId="o-1234567890"
    )
    client.add_layer_version_permission(**at, StatementId="one", **{**ANYBODY, "Principal": "210987654321"})
    shown = client.get_layer_version_policy(**at)
    first, second = json.loads(shown["Policy"])["Statement"]
    assert first == json.loads(added["Statement"])
    assert first["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}
    assert (first["Resource"], second["Principal"]) == (
        f"{LAYER}:1",
        {"AWS": "arn:aws:iam::210987654321:root"},
    )
    again = {"StatementId": "one", **ANYBODY}
    assert refused(client, "add_layer_version_permission", **at, **again) == "ResourceConflictException"
    stale = {"StatementId": "new", **ANYBODY, "RevisionId": "x"}
    assert refused(client, "add_layer_version_permission", **at, **stale) == "PreconditionFailedException"
    for gone in ("all", "one"):
        client.remove_layer_version_permission(**at, StatementId=gone)
    assert refused(client, "get_layer_version_policy", **at) == MISSING
    assert refused(client, "remove_layer_version_permission", **at, StatementId="all") == MISSING
    publish(client)
    assert refused(client, "get_layer_version_policy", **TOOLS, VersionNumber=2) == MISSING

"""Configurations for code signing, and the functions that have one, with a plain client."""

from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import REGION, refusal, refused
from tests.sandbox.test_moto_lambda import INVALID, MISSING, NAME, PLAIN, with_role

PUBLISHERS = {
    "SigningProfileVersionArns": [f"arn:aws:signer:{REGION}:123456789012:/signing-profiles/us/abcdefghij"]
}
UNKNOWN = f"arn:aws:lambda:{REGION}:123456789012:code-signing-config:csc-00000000000000000"
NOT_FOUND = "CodeSigningConfigNotFoundException"
IMAGE = {**NAME, "Role": PLAIN["Role"], "PackageType": "Image", "Code": {"ImageUri": "builds:1"}}


@pytest.fixture
def lambda_(sandbox: Sandbox) -> Any:
    return with_role(sandbox)


def config_of(lambda_: Any, **more: Any) -> str:
    made = lambda_.create_code_signing_config(AllowedPublishers=PUBLISHERS, **more)
    return str(made["CodeSigningConfig"]["CodeSigningConfigArn"])


def signing(lambda_: Any) -> str | None:
    shown: dict[str, Any] = lambda_.get_function_code_signing_config(**NAME)
    return shown.get("CodeSigningConfigArn")


def test_a_configuration_is_kept_changed_and_listed(lambda_: Any) -> None:
    first, second = config_of(lambda_, Description="ours"), config_of(lambda_)
    policies = {"UntrustedArtifactOnDeployment": "Enforce"}
    lambda_.update_code_signing_config(CodeSigningConfigArn=first, CodeSigningPolicies=policies)
    kept = lambda_.get_code_signing_config(CodeSigningConfigArn=first)["CodeSigningConfig"]
    assert (kept["Description"], kept["AllowedPublishers"], kept["CodeSigningPolicies"]) == (
        "ours",
        PUBLISHERS,
        policies,
    )
    pages = lambda_.get_paginator("list_code_signing_configs").paginate(PaginationConfig={"PageSize": 1})
    listed = [each["CodeSigningConfigArn"] for page in pages for each in page["CodeSigningConfigs"]]
    assert listed == sorted([first, second])
    lambda_.delete_code_signing_config(CodeSigningConfigArn=second)
    assert refused(lambda_, "get_code_signing_config", CodeSigningConfigArn=second) == MISSING


def test_a_function_has_one_configuration_from_its_creation_to_its_end(lambda_: Any) -> None:
    first, second = config_of(lambda_), config_of(lambda_)
    arn = lambda_.create_function(**PLAIN, CodeSigningConfigArn=first)["FunctionArn"]
    assert signing(lambda_) == first
    lambda_.put_function_code_signing_config(**NAME, CodeSigningConfigArn=second)
    assert signing(lambda_) == second
    assert lambda_.list_functions_by_code_signing_config(CodeSigningConfigArn=second)["FunctionArns"] == [arn]
    assert refused(lambda_, "delete_code_signing_config", CodeSigningConfigArn=second) == (
        "ResourceConflictException"
    )
    lambda_.delete_function_code_signing_config(**NAME)
    assert signing(lambda_) is None
    lambda_.put_function_code_signing_config(**NAME, CodeSigningConfigArn=first)
    lambda_.delete_function(**NAME)
    lambda_.create_function(**PLAIN)
    assert signing(lambda_) is None


def test_neither_an_image_nor_an_unknown_configuration_is_taken(lambda_: Any) -> None:
    config = config_of(lambda_)
    assert refused(lambda_, "create_function", **PLAIN, CodeSigningConfigArn=UNKNOWN) == NOT_FOUND
    code, text = refusal(lambda_, "create_function", **IMAGE, CodeSigningConfigArn=config)
    assert (code, text) == (
        INVALID,
        "Code signing is not supported for functions created with container images.",
    )
    lambda_.create_function(**PLAIN)
    assert refused(lambda_, "put_function_code_signing_config", **NAME, CodeSigningConfigArn=UNKNOWN) == (
        NOT_FOUND
    )
    assert signing(lambda_) is None

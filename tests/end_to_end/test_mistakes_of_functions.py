"""Mistakes in functions that AWS Lambda would refuse are found before the first call; so are values that must be unique."""

from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.stacks_in_files import loaded
from tests.end_to_end.test_meanings import AROUND, told

ZIP: dict[str, Any] = {
    "code": {"s3_bucket": "builds", "s3_key": "f.zip", "sha256": f"{'A' * 43}="},
    "role": "${iam.role:run}",
    "runtime": "python3.13",
    "handler": "app.handler",
}
SIGNING = "arn:aws:lambda:eu-west-2:123456789012:code-signing-config:csc-0123456789abcdefg"
IMAGE: dict[str, Any] = {"package_type": "Image", "code": {"image_uri": "x"}, "role": "${iam.role:run}"}
RUNTIME = "expected a runtime of Lambda, such as python3.13, nodejs22.x, java21 or provided.al2023"


def function(written: dict[str, Any]) -> dict[str, Any]:
    return {**AROUND, "lambda.function": {"f": written}}


def variables(**named: str) -> dict[str, Any]:
    return {"environment": {"variables": named}}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({**ZIP, "runtime": "pyhton3.13"}, [RUNTIME]),
        ({**ZIP, "runtime": "python3"}, [RUNTIME]),
        ({**ZIP, "handler": "app handler"}, ["expected a handler without spaces, such as app.handler"]),
        ({**ZIP, "memory_size": 64, "timeout": 901}, ["expected 128 or more", "expected 900 or less"]),
        ({**ZIP, "runtime": None}, ["AWS cannot clear this; write another value, or leave it out"]),
        ({name: ZIP[name] for name in ("code", "role")}, ["a new function from an archive needs runtime and handler"]),
        ({**ZIP, "code": {"s3_bucket": "builds", "sha256": ZIP["code"]["sha256"]}}, ["an object in S3 needs a key; write s3_key"]),
        ({**IMAGE, "handler": "app.handler"}, ["an image contains its own; leave it out"]),
        ({**IMAGE, "package_type": None}, ["AWS cannot clear this; write another value, or leave it out"]),
        (
            {**IMAGE, "code_signing_config_arn": SIGNING},
            ["an image cannot have code signing; leave it out"],
        ),
        ({**ZIP, "image_config": {"command": ["x"]}}, ["it is only for a function from an image; leave it out"]),
        ({**ZIP, **variables(AWS_REGION="x")}, ["this key: Lambda sets AWS_REGION itself; choose another name"]),
        ({**ZIP, **variables(_A="x")}, ["this key: expected a name of two or more of a-z, A-Z, 0-9 and _, a letter first"]),
        ({**ZIP, **variables(TEXT="x" * 4096)}, ["the variables have 4107 bytes; AWS accepts 4096"]),
        ({**ZIP, "vpc_config": {"subnet_ids": ["${ec2.subnet:a#id}"], "security_group_ids": []}},
         ["a function in a VPC needs subnets and security groups; write security_group_ids"]),
        ({**ZIP, "logging_config": {"log_format": "Text", "system_log_level": "INFO"}},
         ["it needs log_format: JSON; write that, or leave it out"]),
        ({**ZIP, "permissions": [{"statement_id": "s", "action": "s3:GetObject", "principal": "s3.amazonaws.com"}]},
         ["expected an action of Lambda, such as lambda:InvokeFunction"]),
        ({**ZIP, "layers": ["arn:aws:lambda:eu-west-2:123456789012:layer:words"]},
         ["expected the ARN of a version of a layer, as arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_function_is_said(
    tmp_path: Path, written: dict[str, Any], expected: list[str]
) -> None:
    assert sorted(told(tmp_path, function(written))) == sorted(expected)


@pytest.mark.parametrize(
    "written",
    [
        ZIP,
        IMAGE,
        {**ZIP, "runtime": "python3.99", **variables(TEXT="${s3.bucket:the-photos}" * 200)},
        {**ZIP, "vpc_config": {"subnet_ids": [], "security_group_ids": []}},
        {"adopt": True, "timeout": 5},
    ],
)
def test_what_aws_takes_loads(tmp_path: Path, written: dict[str, Any]) -> None:
    assert told(tmp_path, function(written)) == []


def test_what_may_be_meant_is_a_warning(tmp_path: Path) -> None:
    stack = loaded(tmp_path, function({**ZIP, "package_type": "Image"}))
    assert [each.rpartition(": ")[2] for each in stack.warnings] == ["it does not match s3_bucket; write Zip"]


def test_an_alias_belongs_to_one_key(tmp_path: Path) -> None:
    keys = {"data": {"aliases": ["data", "photos"]}, "photos": {"aliases": ["photos"]}}
    assert told(tmp_path, {"kms.key": keys}) == [
        "kms.key/data has it as well, and AWS allows it only once; remove it from one of the two"
    ]


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        (
            "lambda.function",
            {**ZIP, "memory_size": "large", "logging_config": {"log_format": "Text", "system_log_level": "INFO"},
             "layers": [f"arn:aws:lambda:eu-west-2:123456789012:layer:words:{number}" for number in (1, 1)]},
            ["expected a whole number, got text", "it needs log_format: JSON; write that, or leave it out"],
        ),
        (
            "lambda.function",
            {**ZIP, "runtime": 3, "code": {"s3_bucket": "builds", "sha256": 5}, "image_config": {}},
            ["expected text, got a whole number; put it in quotes", "expected text, got a whole number; put it in quotes"],
        ),
        (
            "lambda.function",
            {"handler": "a b", "role": 5, "vpc_config": {"subnet_ids": ["${ec2.subnet:a#id}"], "security_group_ids": []}},
            [
                "a new lambda.function needs code; write it, or `adopt: true` if it exists already",
                "a function in a VPC needs subnets and security groups; write security_group_ids",
                "expected a handler without spaces, such as app.handler",
                "expected text, got a whole number; put it in quotes",
            ],
        ),
        (
            "kms.key",
            {"key_spec": "ECC_NIST_P25", "key_usage": "SIGN_VERIFY", "aliases": ["one", "one"], "enabled": 1,
             "rotation_period_in_days": 100, "key_rotation_enabled": False},
            [
                "an earlier one is the same; keep one",
                ('expected one of SYMMETRIC_DEFAULT, RSA_2048, RSA_3072, RSA_4096, ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521, '
                'ECC_SECG_P256K1 and 12 more; did you mean "ECC_NIST_P256"?'),
                "expected true or false, got a whole number",
                "write key_rotation_enabled: true as well, or leave it out",
            ],
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_one_field_hides_none_in_another(
    tmp_path: Path, kind: str, written: dict[str, Any], expected: list[str]
) -> None:
    resources = {**AROUND, kind: {**AROUND.get(kind, {}), "it": written}}
    assert sorted(told(tmp_path, resources)) == sorted(expected)

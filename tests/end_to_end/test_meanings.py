"""A reference with another meaning than its field is a mistake, and the message says what to write instead."""

from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.stacks_in_files import mistakes

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
ALLOW = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}],
}
NET: dict[str, Any] = {
    "subnet_ids": ["${ec2.subnet:a#id}"],
    "security_group_ids": ["${ec2.security_group:web#id}"],
}
AROUND: dict[str, Any] = {
    "ec2.security_group": {"web": {"existing": True}},
    "ec2.subnet": {"a": {"existing": {"id": "subnet-0123456789abcdef0"}}},
    "iam.role": {"run": {"assume_role_policy_document": TRUST}},
    "iam.policy": {"read": {"policy_document": ALLOW}},
    "kms.key": {"data": {"aliases": ["data"]}},
    "s3.bucket": {"the-photos": {}},
}


def function(**settings: Any) -> dict[str, Any]:
    written = {"package_type": "Image", "code": {"image_uri": "x"}, "role": "${iam.role:run}", **settings}
    return {**AROUND, "lambda.function": {"f": written}}


def told(tmp_path: Path, resources: dict[str, Any]) -> list[str]:
    """Every mistake, without the resource and the field."""
    return [each.partition(": ")[2] for each in mistakes(tmp_path, resources)]


GROUP = "expected the id of a security group"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"vpc_config": {**NET, "security_group_ids": ["${ec2.security_group:web}"]}},
            f"{GROUP}, and ${{ec2.security_group:web}} is the ARN of a security group; write ${{ec2.security_group:web#id}}",
        ),
        (
            {"vpc_config": {**NET, "security_group_ids": ["${ec2.security_group:web#vpc_id}"]}},
            f"{GROUP}, and ${{ec2.security_group:web#vpc_id}} is the vpc_id of a security group; write ${{ec2.security_group:web#id}}",
        ),
        (
            {"vpc_config": {**NET, "security_group_ids": ["${ec2.subnet:a#id}"]}},
            f"{GROUP}, as in ${{ec2.security_group:NAME#id}}, and ${{ec2.subnet:a#id}} is the id of a subnet",
        ),
        (
            {"role": "${iam.policy:read}"},
            (
                "expected the ARN of a role or of a service-linked role, as in ${iam.role:NAME} or "
                "${iam.service_linked_role:NAME}, and ${iam.policy:read} is the ARN of a policy"
            ),
        ),
        (
            {"role": "${iam.role:run#name}"},
            "expected the ARN of a role, and ${iam.role:run#name} is the name of a role; write ${iam.role:run}",
        ),
        (
            {"kms_key_arn": "${kms.key:data#alias}"},
            "expected the ARN of a key, and ${kms.key:data#alias} is the alias of a key; write ${kms.key:data}",
        ),
    ],
)
def test_what_a_reference_stands_for_is_compared_with_what_the_field_takes(
    tmp_path: Path, settings: dict[str, Any], expected: str
) -> None:
    assert told(tmp_path, function(**settings)) == [expected]


def test_every_way_is_told_where_there_are_several(tmp_path: Path) -> None:
    (said,) = told(tmp_path, function(dead_letter_config={"target_arn": "${iam.role:run}"}))
    assert said.startswith("expected the ARN of a queue or of a topic")
    assert said.endswith("and ${iam.role:run} is the ARN of a role")


@pytest.mark.parametrize(
    "settings",
    [
        {"vpc_config": {**NET, "security_group_ids": ["${ec2.security_group:web#id}"]}},
        {"permissions": [{"statement_id": "s", "action": "lambda:InvokeFunction", "principal": "s3.amazonaws.com",
                          "source_arn": "${s3.bucket:the-photos}"}]},
        {"environment": {"variables": {"GROUP": "${ec2.security_group:web}", "ZONE": "${ec2.subnet:a#availability_zone}"}}},
        {"package_type": "Zip", "runtime": "python3.13", "handler": "app.handler",
         "code": {"s3_bucket": "${s3.bucket:the-photos#id}", "s3_key": "k", "sha256": f"{'A' * 43}="}},
    ],
)  # fmt: skip
def test_what_means_the_same_and_what_may_be_anything_passes(
    tmp_path: Path, settings: dict[str, Any]
) -> None:
    assert told(tmp_path, function(**settings)) == []


def test_the_id_of_a_policy_is_its_arn(tmp_path: Path) -> None:
    role = {"assume_role_policy_document": TRUST, "managed_policy_arns": ["${iam.policy:read#id}"]}
    assert told(tmp_path, {**AROUND, "iam.role": {"run": role}}) == []


def test_an_attribute_may_be_the_id_of_something_else(tmp_path: Path) -> None:
    beside = {"description": "beside", "vpc_id": "${ec2.subnet:a#vpc_id}"}
    groups = {**AROUND["ec2.security_group"], "beside": beside}
    assert told(tmp_path, {**AROUND, "ec2.security_group": groups}) == []
    wrong = {"description": "beside", "vpc_id": "${ec2.subnet:a}"}
    (said,) = told(tmp_path, {**AROUND, "ec2.security_group": {**groups, "beside": wrong}})
    assert said == (
        "expected the id of a VPC, and ${ec2.subnet:a} is the ARN of a subnet; write ${ec2.subnet:a#vpc_id}"
    )

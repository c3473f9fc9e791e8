"""Duplicates in a list without order: a mistake if the files show them, otherwise no difference."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.test_meanings import ALLOW, AROUND, NET, TRUST, function, told
from tests.end_to_end.test_references_of_kinds import ACCOUNT, Harness, harness

READ = f"arn:aws:iam::{ACCOUNT}:policy/read"
assert harness


def role(*arns: str, **policy: Any) -> dict[str, Any]:
    written = {"assume_role_policy_document": TRUST, "managed_policy_arns": [*arns]}
    return {
        "iam.policy": {"read": {"policy_document": ALLOW, **policy}},
        "iam.role": {"run": written},
    }


@pytest.mark.parametrize(
    ("first", "second", "policy"),
    [
        ("${iam.policy:read}", READ, {}),
        (READ, "${iam.policy:read#id}", {}),
        ("${iam.policy:read}", "${iam.policy:read#arn}", {}),
        ("${iam.policy:read}", f"arn:aws:iam::{ACCOUNT}:policy/shop/read", {"path": "/shop/"}),
    ],
)
def test_a_reference_and_what_it_stands_for(
    tmp_path: Path, first: str, second: str, policy: dict[str, Any]
) -> None:
    (said,) = told(tmp_path, role(first, second, **policy))
    assert said == f'an earlier one is the same, written as "{first}"; keep one'


def test_others_of_the_same_name_are_others(tmp_path: Path) -> None:
    elsewhere = f"arn:aws:iam::{ACCOUNT}:policy/shop/read"
    assert told(tmp_path, role("${iam.policy:read}", elsewhere, "arn:aws:iam::aws:policy/ReadOnly")) == []


def test_plain_values(tmp_path: Path) -> None:
    twice = {**NET, "security_group_ids": ["${ec2.security_group:web#id}"] * 2}
    assert told(tmp_path, function(vpc_config=twice)) == ["an earlier one is the same; keep one"]


def test_rows(tmp_path: Path) -> None:
    rule = {"ip_protocol": "-1", "referenced_group_id": "${ec2.security_group:web#id}"}
    group = {"description": "in", "ingress": [{**rule, "description": "one"}, rule]}
    groups = {**AROUND["ec2.security_group"], "in": group}
    (said,) = told(tmp_path, {**AROUND, "ec2.security_group": groups})
    assert said.startswith("an earlier one has the same ip_protocol and from_port")


def test_what_only_aws_can_tell_settles(harness: Harness) -> None:
    iam, ec2 = harness.client("iam"), harness.client("ec2")
    iam.create_policy(PolicyName="read", PolicyDocument=json.dumps(ALLOW))
    (group,) = ec2.describe_security_groups()["SecurityGroups"]
    (subnet, *_) = ec2.describe_subnets()["Subnets"]
    code = harness.folder / "code"
    code.mkdir()
    (code / "app.py").write_text("def handler(event, context): return event\n")
    stack = role("${iam.policy:read}", READ)
    stack["iam.policy"] = {"read": {"existing": True}}
    stack["ec2.security_group"] = {"all": {"existing": {"id": group["GroupId"]}}}
    stack["lambda.function"] = {
        "f": {
            "code": {"folder": "code"},
            "runtime": "python3.12",
            "handler": "app.handler",
            "role": "${iam.role:run}",
            "vpc_config": {
                "subnet_ids": [subnet["SubnetId"]],
                "security_group_ids": ["${ec2.security_group:all#id}", group["GroupId"]],
            },
        }
    }
    harness.settle(**{kind.replace(".", "__"): named for kind, named in stack.items()})
    attached = iam.list_attached_role_policies(RoleName="run")["AttachedPolicies"]
    assert [each["PolicyArn"] for each in attached] == [READ]
    config = harness.client("lambda").get_function(FunctionName="f")["Configuration"]["VpcConfig"]
    assert config["SecurityGroupIds"] == [group["GroupId"]]

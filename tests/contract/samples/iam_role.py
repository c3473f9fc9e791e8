"""iam.role."""

import json

from reconciler.testing import Change, Drift, Sample, Settings
from tests.contract.samples.iam_policy import allowing

LOGS = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
READING = {
    "read-orders": allowing("s3:GetObject"),
    "list-orders": allowing("s3:ListBucket", of="arn:aws:s3:::orders"),
}
WRITING = {**READING, "read-orders": allowing("s3:GetObject", "s3:PutObject")}


def trusting(service: str) -> Settings:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": f"{service}.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }


ANYBODY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}],
}

SAMPLE = Sample(
    name="orders",
    around={
        "iam.policy": {
            "at-most": {"policy_document": allowing("s3:*")},
            "at-least": {"policy_document": allowing("s3:Get*")},
        }
    },
    base={
        "description": "does the work of the shop",
        "path": "/shop/",
        "assume_role_policy_document": trusting("lambda"),
        "max_session_duration": 7200,
        "permissions_boundary": "${iam.policy:at-most}",
        "policies": READING,
        "managed_policy_arns": [LOGS, "${iam.policy:at-least}"],
        "tags": {"Team": "shop"},
    },
    changes=(
        Change("description", "does other work", ("UpdateRole",)),
        Change("description", None, ("UpdateRole",), "taken away"),
        Change("path", "/till/", refused="AWS cannot change path"),
        Change("assume_role_policy_document", trusting("ec2"), ("UpdateAssumeRolePolicy",)),
        Change("max_session_duration", 10_800, ("UpdateRole",)),
        Change("max_session_duration", None, ("UpdateRole",), "taken away"),
        Change("permissions_boundary", "${iam.policy:at-least}", ("PutRolePermissionsBoundary",)),
        Change("permissions_boundary", None, ("DeleteRolePermissionsBoundary",), "taken away"),
        Change("policies", WRITING, ("PutRolePolicy",)),
        Change(
            "policies",
            {"write-orders": allowing("s3:PutObject")},
            ("PutRolePolicy", *["DeleteRolePolicy"] * 2),
            "others",
        ),
        Change("policies", None, ("DeleteRolePolicy",) * 2, "taken away"),
        Change("managed_policy_arns", [LOGS], ("DetachRolePolicy",)),
        Change(
            "managed_policy_arns",
            ["${iam.policy:at-most}", LOGS],
            ("AttachRolePolicy", "DetachRolePolicy"),
            "another",
        ),
        Change("managed_policy_arns", None, ("DetachRolePolicy",) * 2, "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagRole", "UntagRole")),
    ),
    drifts=(
        Drift("description", "update_role", {"Description": "by hand", "MaxSessionDuration": 7200}),
        Drift(
            "assume_role_policy_document",
            "update_assume_role_policy",
            {"PolicyDocument": json.dumps(ANYBODY)},
        ),
        Drift("permissions_boundary", "delete_role_permissions_boundary", {}),
        Drift("policies", "delete_role_policy", {"PolicyName": "read-orders"}),
        Drift(
            "policies",
            "put_role_policy",
            {"PolicyName": "backdoor", "PolicyDocument": json.dumps(allowing("*", of="*"))},
        ),
        Drift("managed_policy_arns", "detach_role_policy", {"PolicyArn": LOGS}),
    ),
)

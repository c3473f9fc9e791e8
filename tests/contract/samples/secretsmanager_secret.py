"""secretsmanager.secret."""

from reconciler.testing import Change, Drift, Given, Sample, Settings

ROTATE = "arn:aws:lambda:eu-west-2:123456789012:function:rotate"
PASSWORD = {"secret": {"ssm": "/sandbox/password"}}
UPDATE = "UpdateSecret"
TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}'


def letting(action: str) -> Settings:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "app",
                "Effect": "Allow",
                "Principal": {"Service": "ecs.amazonaws.com"},
                "Action": action,
                "Resource": "*",
            }
        ],
    }


def rotated(**schedule: str | int) -> Settings:
    return {"rotation_lambda_arn": ROTATE, **schedule}


SAMPLE = Sample(
    name="shop/database",
    given=(
        Given("kms", "create_key", {}, "one_key", "KeyMetadata.KeyId"),
        Given("kms", "create_key", {}, "another_key", "KeyMetadata.KeyId"),
        Given(
            "iam",
            "create_role",
            {"RoleName": "rotate", "AssumeRolePolicyDocument": TRUST},
            "role",
            "Role.Arn",
        ),
        Given(
            "lambda",
            "create_function",
            {
                "FunctionName": "rotate",
                "Role": "arn:aws:iam::123456789012:role/rotate",
                "PackageType": "Image",
                "Code": {"ImageUri": "x:y"},
            },
            "function",
            "FunctionArn",
        ),
        Given(
            "lambda",
            "add_permission",
            {
                "FunctionName": "rotate",
                "StatementId": "s",
                "Action": "lambda:InvokeFunction",
                "Principal": "secretsmanager.amazonaws.com",
            },
            "permission",
            "Statement",
        ),
    ),
    base={
        "description": "The database of the shop",
        "kms_key_id": "${one_key}",
        "secret_value": PASSWORD,
        "resource_policy": letting("secretsmanager:GetSecretValue"),
        "replicas": [{"region": "eu-west-1", "kms_key_id": "alias/aws/secretsmanager"}],
        "rotation": rotated(automatically_after_days=30, duration="3h", rotate_immediately=False),
        "recovery_window_in_days": 14,
        "tags": {"Team": "shop"},
    },
    misfits={
        "generated: Wanted here, string there": "a text that stands for the value until the request is made"
    },
    forms={
        "generated": {
            "generated": {
                "password_length": 24,
                "exclude_characters": "'\"",
                "exclude_numbers": False,
                "exclude_punctuation": True,
                "exclude_uppercase": False,
                "exclude_lowercase": False,
                "include_space": False,
                "require_each_included_type": True,
                "secret_string_template": '{"username": "admin"}',
                "generate_string_key": "password",
            }
        },
    },
    changes=(
        Change("description", "Of the tills", (UPDATE,)),
        Change("description", None, (UPDATE,), "taken away"),
        Change("kms_key_id", "${another_key}", (UPDATE,)),
        Change("resource_policy", letting("secretsmanager:*"), ("PutResourcePolicy",)),
        Change("resource_policy", None, ("DeleteResourcePolicy",), "taken away"),
        Change(
            "replicas",
            [{"region": "us-east-1"}],
            ("ReplicateSecretToRegions", "RemoveRegionsFromReplication"),
        ),
        Change(
            "replicas",
            [{"region": "eu-west-1", "kms_key_id": "alias/other"}],
            ("RemoveRegionsFromReplication", "ReplicateSecretToRegions"),
            "with another key",
        ),
        Change("rotation", rotated(schedule_expression="rate(10 days)"), ("RotateSecret",)),
        Change("rotation", None, ("CancelRotateSecret",), "taken away"),
        Change("recovery_window_in_days", 7, ("TagResource",)),
        Change("recovery_window_in_days", None, ("UntagResource",), "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift("description", "update_secret", {"Description": "x"}),
        Drift("rotation", "cancel_rotate_secret", {}),
    ),
)

"""Secrets Manager keeps every setting of a secret and refuses what AWS refuses, with a plain client."""

import json
from typing import Any

import pytest
from moto.iam.models import iam_backends

from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import sandboxed
from tests.sandbox.refusals import ANYBODY, REGION, client_of, refused

DAY = 86_400
NOT_NOW, WRONG = "InvalidRequestException", "InvalidParameterException"
FUNCTION = f"arn:aws:lambda:{REGION}:123456789012:function:rotate"
AT = {"SecretId": "shop"}


@pytest.fixture
def secrets(sandbox: Sandbox) -> Any:
    return client_of(sandbox, "secretsmanager")


def rotating(box: Sandbox, *, allowed: bool = True) -> None:
    """Create a function that Secrets Manager may invoke."""
    trust = json.dumps({"Version": "2012-10-17", "Statement": [ANYBODY]})
    role = iam_backends[box.account]["aws"].create_role("r", trust, "/", None, "", [], "3600").arn
    lambda_ = client_of(box, "lambda")
    image = {"PackageType": "Image", "Code": {"ImageUri": "x:y"}}
    lambda_.create_function(FunctionName="rotate", **image, Role=role)
    if allowed:
        who = {"Action": "lambda:InvokeFunction", "Principal": "secretsmanager.amazonaws.com"}
        lambda_.add_permission(FunctionName="rotate", StatementId="s", **who)


def shown(secrets: Any) -> dict[str, Any]:
    return dict(secrets.describe_secret(**AT))


def test_a_secret_keeps_what_it_was_made_with(secrets: Any) -> None:
    tags = [{"Key": "Team", "Value": "shop"}]
    secrets.create_secret(Name="shop", Description="d", KmsKeyId="alias/a", SecretString="x", Tags=tags)
    found = shown(secrets)
    assert (found["Description"], found["KmsKeyId"], found["Tags"]) == ("d", "alias/a", tags)
    assert not {"RotationEnabled", "DeletedDate", "ReplicationStatus"} & found.keys()
    secrets.update_secret(**AT, Description="", KmsKeyId="alias/b")
    assert (shown(secrets).get("Description", ""), shown(secrets)["KmsKeyId"]) == ("", "alias/b")
    assert secrets.get_secret_value(**AT)["SecretString"] == "x"
    secrets.update_secret(**AT, SecretString="y")
    assert secrets.get_secret_value(**AT)["SecretString"] == "y"
    assert refused(secrets, "create_secret", Name="shop", SecretString="z") == "ResourceExistsException"


def test_a_rotation_keeps_its_schedule(secrets: Any, sandbox: Sandbox) -> None:
    rotating(sandbox)
    secrets.create_secret(Name="shop", SecretString="x")
    rules = {"ScheduleExpression": "rate(10 days)", "Duration": "2h"}
    secrets.rotate_secret(**AT, RotationLambdaARN=FUNCTION, RotationRules=rules, RotateImmediately=False)
    found = shown(secrets)
    assert (found["RotationEnabled"], found["RotationRules"]) == (True, rules)
    assert found["RotationLambdaARN"] == FUNCTION
    (row,) = [each for each in secrets.list_secrets()["SecretList"] if each["Name"] == "shop"]
    assert row["RotationRules"] == rules
    secrets.cancel_rotate_secret(**AT)
    assert (shown(secrets)["RotationEnabled"], shown(secrets)["RotationRules"]) == (False, rules)
    for wrong in (
        {},
        {"AutomaticallyAfterDays": 1, **rules},
        {"ScheduleExpression": "daily"},
        {"AutomaticallyAfterDays": 1001},
    ):
        asked = {**AT, "RotationLambdaARN": FUNCTION, "RotationRules": {**wrong, "Duration": "3h"}}
        assert refused(secrets, "rotate_secret", **asked) == WRONG


def test_a_function_must_exist_and_let_secrets_manager_in(secrets: Any, sandbox: Sandbox) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot_rotation.html."""
    secrets.create_secret(Name="shop", SecretString="x")
    asked = {**AT, "RotationLambdaARN": FUNCTION, "RotationRules": {"AutomaticallyAfterDays": 1}}
    assert refused(secrets, "rotate_secret", **AT) == NOT_NOW
    assert refused(secrets, "rotate_secret", **asked) == "ResourceNotFoundException"
    rotating(sandbox, allowed=False)
    assert refused(secrets, "rotate_secret", **asked) == "AccessDeniedException"


def test_replicas_have_keys_and_go_before_the_secret(secrets: Any) -> None:
    regions = [{"Region": "eu-west-1", "KmsKeyId": "alias/a"}, {"Region": "us-east-1"}]
    secrets.create_secret(Name="shop", SecretString="x", AddReplicaRegions=regions[:1])
    secrets.replicate_secret_to_regions(**AT, AddReplicaRegions=regions[1:])
    found = {each["Region"]: each["KmsKeyId"] for each in shown(secrets)["ReplicationStatus"]}
    assert found == {"eu-west-1": "alias/a", "us-east-1": "alias/aws/secretsmanager"}
    assert refused(secrets, "replicate_secret_to_regions", **AT, AddReplicaRegions=regions[1:]) == WRONG
    assert refused(secrets, "delete_secret", **AT) == WRONG
    secrets.remove_regions_from_replication(**AT, RemoveReplicaRegions=["eu-west-1", "us-east-1"])
    secrets.delete_secret(**AT)


def test_a_policy_is_checked(secrets: Any) -> None:
    secrets.create_secret(Name="shop", SecretString="x")
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    secrets.put_resource_policy(**AT, ResourcePolicy=policy)
    assert secrets.get_resource_policy(**AT)["ResourcePolicy"] == policy
    malformed = "MalformedPolicyDocumentException"
    assert refused(secrets, "put_resource_policy", **AT, ResourcePolicy="{}") == malformed
    public = {**AT, "ResourcePolicy": policy, "BlockPublicPolicy": True}
    assert refused(secrets, "put_resource_policy", **public) == "PublicPolicyException"
    secrets.delete_resource_policy(**AT)
    assert "ResourcePolicy" not in secrets.get_resource_policy(**AT)


def test_a_deleted_secret_waits_and_can_come_back() -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html."""
    with sandboxed() as (box, clock):
        secrets = client_of(box, "secretsmanager")
        secrets.create_secret(Name="shop", SecretString="x")
        until = secrets.delete_secret(**AT, RecoveryWindowInDays=7)["DeletionDate"].timestamp()
        assert until == pytest.approx(clock.now() + 7 * DAY, abs=1)
        assert shown(secrets)["DeletedDate"].timestamp() == pytest.approx(until, abs=1)
        assert refused(secrets, "create_secret", Name="shop", SecretString="y") == NOT_NOW
        tags = [{"Key": "a", "Value": "b"}]
        for call, more in (
            ("update_secret", {"Description": "d"}),
            ("get_resource_policy", {}),
            ("tag_resource", {"Tags": tags}),
            ("delete_secret", {}),
            ("get_secret_value", {}),
        ):
            assert refused(secrets, call, **AT, **more) == NOT_NOW, call
        secrets.restore_secret(**AT)
        assert secrets.get_secret_value(**AT)["SecretString"] == "x"
        for change in ("delete_resource_policy", "update_secret"):
            clock.sleep(DAY)
            getattr(secrets, change)(**AT)
            assert shown(secrets)["LastChangedDate"].timestamp() == pytest.approx(clock.now(), abs=1)
        secrets.delete_secret(**AT, RecoveryWindowInDays=7)
        clock.sleep(8 * DAY)
        assert refused(secrets, "describe_secret", **AT) == "ResourceNotFoundException"
        secrets.create_secret(Name="shop", SecretString="z")
        assert refused(secrets, "delete_secret", **AT, RecoveryWindowInDays=6) == WRONG
        secrets.delete_secret(**AT, ForceDeleteWithoutRecovery=True)
        assert refused(secrets, "describe_secret", **AT) == "ResourceNotFoundException"

"""AWS KMS keeps every setting of a key and refuses what AWS refuses, with a plain client."""

import json
from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import sandboxed
from tests.sandbox.refusals import REGION, UNCHECKED, client_of, refusal, refused

DAY = 86_400
ROOT = "arn:aws:iam::123456789012:root"
INVALID = "ValidationException"


@pytest.fixture
def kms(sandbox: Sandbox) -> Any:
    return client_of(sandbox, "kms")


def new_key(kms: Any, **settings: Any) -> str:
    return str(kms.create_key(**settings)["KeyMetadata"]["Arn"])


def shown(kms: Any, key: str) -> dict[str, Any]:
    return dict(kms.describe_key(KeyId=key)["KeyMetadata"])


def policy(principal: Any = ROOT, action: str = "kms:*") -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_key_keeps_what_it_was_made_with(kms: Any) -> None:
    plain = shown(kms, new_key(kms))
    assert (plain["KeyUsage"], plain["KeySpec"]) == ("ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT")
    assert (plain["KeyState"], plain["Enabled"], plain["Origin"]) == ("Enabled", True, "AWS_KMS")
    assert plain["EncryptionAlgorithms"] == ["SYMMETRIC_DEFAULT"]
    tags = [{"TagKey": "team", "TagValue": "a"}]
    key = new_key(kms, Description="for logs", Policy=policy(), Tags=tags, Origin="EXTERNAL")
    assert shown(kms, key)["Description"] == "for logs"
    assert (shown(kms, key)["KeyState"], shown(kms, key)["Enabled"]) == ("PendingImport", False)
    assert kms.list_resource_tags(KeyId=key)["Tags"] == tags
    assert kms.get_key_policy(KeyId=key) | {"ResponseMetadata": 0} == {
        "Policy": policy(),
        "PolicyName": "default",
        "ResponseMetadata": 0,
    }


def test_the_usage_of_a_key_fits_its_spec(kms: Any) -> None:
    mac = shown(kms, new_key(kms, KeySpec="HMAC_384", KeyUsage="GENERATE_VERIFY_MAC"))
    assert (mac["MacAlgorithms"], "EncryptionAlgorithms" in mac) == (["HMAC_SHA_384"], False)
    agreed = shown(kms, new_key(kms, KeySpec="ECC_NIST_P384", KeyUsage="KEY_AGREEMENT"))
    assert (agreed["KeyAgreementAlgorithms"], "SigningAlgorithms" in agreed) == (["ECDH"], False)
    signing = shown(kms, new_key(kms, KeySpec="ML_DSA_65", KeyUsage="SIGN_VERIFY"))
    assert (signing["KeySpec"], signing["SigningAlgorithms"]) == ("ML_DSA_65", ["ML_DSA_SHAKE_256"])
    for wrong in (
        {"KeySpec": "RSA_2048"},
        {"KeySpec": "HMAC_256", "KeyUsage": "ENCRYPT_DECRYPT"},
        {"KeyUsage": "SIGN_VERIFY"},
        {"KeySpec": "AES"},
        {"KeySpec": "SYMMETRIC_DEFAULT", "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT"},
    ):
        assert refused(kms, "create_key", **wrong) == INVALID, wrong
    assert refused(kms, "create_key", Origin="AWS_CLOUDHSM") == "CustomKeyStoreNotFoundException"


def test_a_wrong_policy_is_refused(sandbox: Sandbox, kms: Any) -> None:
    key = new_key(kms)
    role = "arn:aws:iam::123456789012:role/admin"
    before = kms.get_key_policy(KeyId=key)["Policy"]
    for wrong in ("{}", "{", '{"Statement": []}', policy(role), policy(action="kms:Encrypt")):
        code = "MalformedPolicyDocumentException"
        assert refused(kms, "put_key_policy", KeyId=key, Policy=wrong) == code, wrong
        assert refused(kms, "create_key", Policy=wrong) == code, wrong
    assert kms.get_key_policy(KeyId=key)["Policy"] == before
    kms.put_key_policy(KeyId=key, Policy=policy(action="kms:Encrypt"), BypassPolicyLockoutSafetyCheck=True)
    client_of(sandbox, "iam").create_role(RoleName="admin", AssumeRolePolicyDocument=TRUST)
    kms.put_key_policy(KeyId=key, Policy=policy([role, ROOT], "kms:Put*"))
    assert refused(kms, "get_key_policy", KeyId=key, PolicyName="other") == "NotFoundException"


TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"}],
    }
)


def test_rotation_keeps_its_period() -> None:
    with sandboxed() as (box, clock):
        kms = client_of(box, "kms")
        key = new_key(kms)
        assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False
        kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
        clock.sleep(100 * DAY)
        status = kms.get_key_rotation_status(KeyId=key)
        assert (status["KeyRotationEnabled"], status["RotationPeriodInDays"]) == (True, 90)
        assert status["NextRotationDate"].timestamp() - clock.now() == pytest.approx(80 * DAY, abs=1)
        kms.enable_key_rotation(KeyId=key)
        assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 365
        assert refused(kms, "enable_key_rotation", KeyId=key, RotationPeriodInDays=89) == INVALID
        kms.schedule_key_deletion(KeyId=key)
        assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False
        kms.cancel_key_deletion(KeyId=key)
        assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 365
        assert refused(kms, "disable_key_rotation", KeyId=key) == "DisabledException"
        kms.enable_key(KeyId=key)
        kms.disable_key_rotation(KeyId=key)
        assert "RotationPeriodInDays" not in kms.get_key_rotation_status(KeyId=key)


def test_only_symmetric_keys_of_kms_are_rotated(kms: Any) -> None:
    for settings in ({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}, {"Origin": "EXTERNAL"}):
        key = new_key(kms, **settings)
        assert refused(kms, "enable_key_rotation", KeyId=key) == "UnsupportedOperationException", settings


def test_a_key_waits_for_its_deletion_and_then_is_gone() -> None:
    with sandboxed() as (box, clock):
        kms = client_of(box, "kms")
        key = new_key(kms)
        kms.create_alias(AliasName="alias/mine", TargetKeyId=key)
        assert refused(kms, "schedule_key_deletion", KeyId=key, PendingWindowInDays=6) == INVALID
        answer = kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
        assert (answer["KeyId"], answer["KeyState"], answer["PendingWindowInDays"]) == (
            key,
            "PendingDeletion",
            7,
        )
        assert answer["DeletionDate"].timestamp() == clock.now() + 7 * DAY
        assert shown(kms, key)["DeletionDate"] == answer["DeletionDate"]
        pending = ("KMSInvalidStateException", f"{key} is pending deletion.")
        for call, params in (
            ("schedule_key_deletion", {}),
            ("enable_key", {}),
            ("disable_key", {}),
            ("enable_key_rotation", {}),
            ("update_key_description", {"Description": "x"}),
            ("tag_resource", {"Tags": [{"TagKey": "a", "TagValue": "b"}]}),
            ("untag_resource", {"TagKeys": ["a"]}),
        ):
            assert refusal(kms, call, KeyId=key, **params) == pending, call
        assert refused(kms, "create_alias", AliasName="alias/new", TargetKeyId=key) == pending[0]
        kms.put_key_policy(KeyId=key, Policy=policy())
        clock.sleep(7 * DAY)
        assert refused(kms, "describe_key", KeyId=key) == "NotFoundException"
        assert refused(kms, "describe_key", KeyId="alias/mine") == "NotFoundException"
        assert kms.list_keys()["Keys"] == []


def test_a_cancelled_deletion_leaves_a_disabled_key(kms: Any) -> None:
    key = new_key(kms)
    assert refused(kms, "cancel_key_deletion", KeyId=key) == "KMSInvalidStateException"
    kms.schedule_key_deletion(KeyId=key)
    assert kms.cancel_key_deletion(KeyId=key.rpartition("/")[2])["KeyId"] == key
    assert (shown(kms, key)["KeyState"], "DeletionDate" in shown(kms, key)) == ("Disabled", False)
    kms.enable_key(KeyId=key)
    assert shown(kms, key)["Enabled"] is True


def test_a_key_that_is_off_or_leaving_is_not_used(kms: Any) -> None:
    key = new_key(kms)
    sealed = {"CiphertextBlob": kms.encrypt(KeyId=key, Plaintext=b"text")["CiphertextBlob"]}
    assert kms.decrypt(**sealed)["Plaintext"] == b"text"
    for call, code in (
        ("disable_key", "DisabledException"),
        ("schedule_key_deletion", "KMSInvalidStateException"),
    ):
        getattr(kms, call)(KeyId=key)
        assert refused(kms, "encrypt", KeyId=key, Plaintext=b"text") == code, call
        assert refused(kms, "generate_data_key", KeyId=key, KeySpec="AES_256") == code, call
        assert refused(kms, "decrypt", **sealed) == code, call
    assert refused(kms, "get_public_key", KeyId=key) == "UnsupportedOperationException"


def test_an_alias_moves_between_keys_of_one_sort(kms: Any) -> None:
    first, second = new_key(kms), new_key(kms)
    name = {"AliasName": "alias/app/mine"}
    kms.create_alias(**name, TargetKeyId=first)
    assert refused(kms, "create_alias", **name, TargetKeyId=second) == "AlreadyExistsException"
    kms.update_alias(**name, TargetKeyId=second)
    (alias,) = kms.list_aliases(KeyId=second)["Aliases"]
    assert (alias["AliasName"], alias["TargetKeyId"]) == (name["AliasName"], second.rpartition("/")[2])
    assert alias["LastUpdatedDate"] >= alias["CreationDate"]
    assert shown(kms, "alias/app/mine")["Arn"] == shown(kms, alias["AliasArn"])["Arn"] == second
    mac = new_key(kms, KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    assert refused(kms, "update_alias", **name, TargetKeyId=mac) == INVALID
    kms.delete_alias(**name)
    for call, params in (("delete_alias", {}), ("update_alias", {"TargetKeyId": first})):
        code, text = refusal(kms, call, **name, **params)
        assert (code, text) == (
            "NotFoundException",
            f"Alias arn:aws:kms:{REGION}:123456789012:alias/app/mine is not found.",
        )


def test_a_wrong_alias_is_refused(kms: Any) -> None:
    key = new_key(kms)
    for name, code in (
        ("mine", INVALID),
        ("alias/a:b", INVALID),
        ("alias/a b", INVALID),
        ("alias/aws/mine", "NotAuthorizedException"),
    ):
        assert refused(kms, "create_alias", AliasName=name, TargetKeyId=key) == code, name
    kms.create_alias(AliasName="alias/one", TargetKeyId=key)
    assert refused(kms, "create_alias", AliasName="alias/two", TargetKeyId="alias/one") == INVALID
    assert refused(kms, "create_alias", AliasName="alias/two", TargetKeyId=f"{key}x") == "NotFoundException"


def test_keys_aliases_and_tags_come_in_pages(kms: Any) -> None:
    keys = [new_key(kms) for _ in range(3)]
    for number, key in enumerate(keys):
        kms.create_alias(AliasName=f"alias/{number}", TargetKeyId=key)
    tags = [{"TagKey": f"k{number}", "TagValue": ""} for number in range(3)]
    kms.tag_resource(KeyId=keys[0], Tags=tags)
    for operation, name, params in (
        ("list_keys", "Keys", {}),
        ("list_resource_tags", "Tags", {"KeyId": keys[0]}),
    ):
        pages = list(kms.get_paginator(operation).paginate(**params, PaginationConfig={"PageSize": 2}))
        assert [len(page[name]) for page in pages] == [2, 1], operation
        assert [page["Truncated"] for page in pages] == [True, False], operation
        assert refused(kms, operation, **params, Marker="x") == "InvalidMarkerException", operation
    (*whole, _) = kms.get_paginator("list_aliases").paginate(PaginationConfig={"PageSize": 2})
    assert {len(page["Aliases"]) for page in whole} == {2}
    assert [alias["AliasName"] for alias in whole[0]["Aliases"]] == ["alias/0", "alias/1"]
    assert "TargetKeyId" not in whole[-1]["Aliases"][0]  # an AWS managed key that is not used yet


def test_wrong_tags_are_refused(kms: Any) -> None:
    key = new_key(kms)
    twice = [{"TagKey": "a", "TagValue": ""}] * 2
    many = [{"TagKey": f"k{number}", "TagValue": ""} for number in range(51)]
    assert refused(kms, "tag_resource", KeyId=key, Tags=twice) == "TagException"
    assert (
        refused(kms, "tag_resource", KeyId=key, Tags=[{"TagKey": "aws:a", "TagValue": ""}]) == "TagException"
    )
    assert refused(kms, "tag_resource", KeyId=key, Tags=many) == "LimitExceededException"
    assert refused(kms, "create_key", Tags=twice) == "TagException"


def test_a_replica_has_settings_of_its_own_and_goes_first() -> None:
    with sandboxed() as (box, clock):
        kms = client_of(box, "kms")
        there = box.session("eu-west-1").client("kms", config=UNCHECKED)
        primary = new_key(kms, MultiRegion=True, Description="here")
        made = kms.replicate_key(KeyId=primary, ReplicaRegion="eu-west-1", Description="there")
        replica = made["ReplicaKeyMetadata"]["Arn"]
        kinds = [shown(kms, primary), shown(there, replica), shown(kms, primary)]
        assert [key["Description"] for key in kinds] == ["here", "there", "here"]
        assert [key["MultiRegionConfiguration"]["MultiRegionKeyType"] for key in kinds] == [
            "PRIMARY",
            "REPLICA",
            "PRIMARY",
        ]
        again = {"KeyId": primary, "ReplicaRegion": "eu-west-1"}
        assert refused(kms, "replicate_key", **again) == "AlreadyExistsException"
        single = {"KeyId": new_key(kms), "ReplicaRegion": "eu-west-1"}
        assert refused(kms, "replicate_key", **single) == "UnsupportedOperationException"
        answer = kms.schedule_key_deletion(KeyId=primary, PendingWindowInDays=10)
        assert (answer["KeyState"], "DeletionDate" in answer) == ("PendingReplicaDeletion", False)
        assert shown(kms, primary)["PendingDeletionWindowInDays"] == 10
        there.schedule_key_deletion(KeyId=replica, PendingWindowInDays=7)
        clock.sleep(7 * DAY)
        assert shown(kms, primary)["KeyState"] == "PendingDeletion"
        assert shown(kms, primary)["DeletionDate"].timestamp() == pytest.approx(clock.now() + 10 * DAY)
        clock.sleep(10 * DAY)
        assert refused(kms, "describe_key", KeyId=primary) == "NotFoundException"

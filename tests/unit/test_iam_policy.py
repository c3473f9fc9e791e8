"""The IAM policy of a stack: it allows only what its passes need, and no writes for dry runs."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from reconciler.aws.botocore_names import partition_of, service_and_operation, spellings
from reconciler.cli import app
from reconciler.desired import load
from reconciler.iam import grants, policy_of, size_advice, size_of, split, too_many
from reconciler.kinds import known_kinds
from reconciler.permissions import Grant, Location
from reconciler.stack import Key, Stack

ROOT = Path(__file__).parents[2]
EXAMPLES = ("contact_center", "stamp_rally")
READS = ("GET", "Describe", "Get", "Head", "List", "Search", "ViewBudget")
HEADER = """\
stack: small
environments:
  dev: {account: "123456789012", region: REGION}
"""
TABLE = """\
dynamodb.table:
  Things:
    attribute_definitions: [{attribute_name: id, attribute_type: S}]
    key_schema: [{attribute_name: id, key_type: HASH}]
    billing_mode: PAY_PER_REQUEST
"""
USERS = """\
connect.instance:
  acme: {existing: true}
connect.security_profile:
  Agent: {existing: true}
connect.routing_profile:
  Basic Routing Profile: {existing: true}
connect.user:
  ada:
    password: {secret: SECRET}
    security_profiles: [Agent]
    routing_profile: Basic Routing Profile
"""


def stack_of(directory: Path, text: str, region: str = "eu-west-2") -> Stack:
    (directory / "stack.yaml").write_text(HEADER.replace("REGION", region) + text)
    return load(directory, None, known_kinds())


def policy_for(stack: Stack, *, read_only: bool = False, extra: bool = False) -> dict[str, Any]:
    account = Location(partition_of(stack.region), stack.region, stack.account)
    return policy_of(grants(stack, known_kinds(), account, read_only=read_only, extra=extra))


def actions(policy: dict[str, Any]) -> set[str]:
    return {action for statement in policy["Statement"] for action in statement["Action"]}


def statement(policy: dict[str, Any], action: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [each for each in policy["Statement"] if action in each["Action"]]
    (only,) = found
    return only


def examples(*, prune: bool) -> list[Stack]:
    stacks = [load(ROOT / "desired_state" / name, "dev", known_kinds()) for name in EXAMPLES]
    return [replace(stack, prune=prune) for stack in stacks]


SERVER = """\
lightsail.instance:
  web: {availability_zone: eu-west-2a, blueprint_id: ubuntu_22_04, bundle_id: small_3_0POLICY}
"""


# -- a small stack -------------------------------------------------------------------------------------------------


def test_the_policy_of_a_table(tmp_path: Path) -> None:
    assert policy_for(stack_of(tmp_path, TABLE)) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ListsAllTablesAndTags",
                "Effect": "Allow",
                "Action": ["dynamodb:ListTables", "tag:GetResources"],
                "Resource": ["*"],
            },
            {
                "Sid": "NamesTheAccountOfTheCredentials",
                "Effect": "Allow",
                "Action": ["sts:GetCallerIdentity"],
                "Resource": ["*"],
            },
            {
                "Sid": "Dynamodb",
                "Effect": "Allow",
                "Action": [
                    "dynamodb:CreateTable",
                    "dynamodb:DeleteResourcePolicy",
                    "dynamodb:DescribeContinuousBackups",
                    "dynamodb:DescribeTable",
                    "dynamodb:DescribeTimeToLive",
                    "dynamodb:GetResourcePolicy",
                    "dynamodb:ListTagsOfResource",
                    "dynamodb:PutResourcePolicy",
                    "dynamodb:TagResource",
                    "dynamodb:UntagResource",
                    "dynamodb:UpdateContinuousBackups",
                    "dynamodb:UpdateTable",
                    "dynamodb:UpdateTimeToLive",
                ],
                "Resource": ["arn:aws:dynamodb:eu-west-2:123456789012:table/Things"],
            },
            {
                "Sid": "Kms",
                "Effect": "Allow",
                "Action": ["kms:DescribeKey"],
                "Resource": ["arn:aws:kms:eu-west-2:123456789012:key/*"],
            },
        ],
    }


def test_dry_runs_of_a_table(tmp_path: Path) -> None:
    found = policy_for(stack_of(tmp_path, TABLE), read_only=True)
    assert statement(found, "dynamodb:DescribeTable")["Action"] == [
        "dynamodb:DescribeContinuousBackups",
        "dynamodb:DescribeTable",
        "dynamodb:DescribeTimeToLive",
        "dynamodb:GetResourcePolicy",
        "dynamodb:ListTagsOfResource",
    ]


ROLES = """\
iam.role:
  plain: {assume_role_policy_document: TRUST}
  placed: {path: /shop/, assume_role_policy_document: TRUST}
  taken: {adopt: true, assume_role_policy_document: TRUST}
iam.policy:
  orders: {path: /shop/, policy_document: ALLOW}
logs.log_group:
  orders:
    subscription_filters:
      - {filter_name: all, filter_pattern: "", destination_arn: "arn:aws:lambda:eu-west-2:123456789012:function:fn", role_arn: "${iam.role:placed}"}
"""
TRUST = "{Statement: {Effect: Allow, Principal: {Service: logs.amazonaws.com}, Action: sts:AssumeRole}}"
ALLOW = "{Statement: {Effect: Allow, Action: s3:GetObject, Resource: '*'}}"
IAM = "arn:aws:iam::123456789012"


def roles(directory: Path, header: str = "") -> Stack:
    return stack_of(directory, header + ROLES.replace("TRUST", TRUST).replace("ALLOW", ALLOW))


def test_the_path_of_a_role_is_part_of_its_arn(tmp_path: Path) -> None:
    policy = policy_for(roles(tmp_path))
    placed = [f"{IAM}:role*/taken", f"{IAM}:role/plain", f"{IAM}:role/shop/placed"]
    assert statement(policy, "iam:CreateRole")["Resource"] == placed
    assert statement(policy, "iam:TagRole")["Resource"] == placed
    assert statement(policy, "iam:CreatePolicyVersion")["Resource"] == [f"{IAM}:policy/shop/orders"]
    assert statement(policy, "iam:PassRole")["Resource"] == [f"{IAM}:role/shop/placed"]
    assert statement(policy, "iam:GetAccountAuthorizationDetails")["Resource"] == ["*"]
    assert not {"iam:DeleteRole", "iam:DeletePolicy", "iam:ListInstanceProfilesForRole"} & actions(policy)


def test_what_goes_ahead_of_a_delete_is_allowed_where_something_may_be_deleted(tmp_path: Path) -> None:
    policy = policy_for(roles(tmp_path, "prune: true\n"))
    assert statement(policy, "iam:DeleteRole") == statement(policy, "iam:ListInstanceProfilesForRole")
    assert f"{IAM}:role/*" in statement(policy, "iam:DetachRolePolicy")["Resource"]


def test_what_is_released_may_be_at_any_path(tmp_path: Path) -> None:
    stack = roles(tmp_path, "release: [iam.role/gone]\n")
    assert f"{IAM}:role*/gone" in statement(policy_for(stack), "iam:UntagRole")["Resource"]


def test_another_partition(tmp_path: Path) -> None:
    found = policy_for(stack_of(tmp_path, TABLE, "cn-north-1"))
    place = "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/Things"
    assert statement(found, "dynamodb:CreateTable")["Resource"] == [place]


def test_only_what_prunes_or_replaces_may_delete(tmp_path: Path) -> None:
    assert "dynamodb:DeleteTable" not in actions(policy_for(stack_of(tmp_path, TABLE)))
    replaced = policy_for(stack_of(tmp_path, TABLE + "    policy: {replace: true}\n"))
    assert statement(replaced, "dynamodb:DeleteTable")["Resource"] == [
        "arn:aws:dynamodb:eu-west-2:123456789012:table/Things"
    ]
    pruned = policy_for(stack_of(tmp_path, f"prune: true\n{TABLE}"))
    everything = ["arn:aws:dynamodb:eu-west-2:123456789012:table/*"]
    assert statement(pruned, "dynamodb:DeleteTable")["Resource"] == everything
    assert statement(pruned, "dynamodb:CreateTable")["Resource"] != everything
    assert {"s3:DeleteBucket", "connect:DeleteInstance"} <= actions(pruned)
    assert {"s3:CreateBucket", "connect:CreateInstance", "s3:PutBucketPolicy"}.isdisjoint(actions(pruned))


def test_what_lives_beside_a_stack_may_be_listed_and_not_changed(tmp_path: Path) -> None:
    stack = stack_of(tmp_path, USERS.replace("SECRET", "{ssm: /acme/ada}"))
    plain, extra = (actions(policy_for(stack, extra=each)) for each in (False, True))
    assert {"connect:SearchQueues", "connect:ListQueues", "connect:SearchContactFlows"} <= extra - plain
    assert all(each.partition(":")[2].startswith(READS) for each in extra - plain)
    assert not any(each.startswith(("s3:", "dynamodb:")) for each in extra)


@pytest.mark.parametrize("read_only", [False, True])
def test_what_is_not_managed_by_us_may_be_listed_where_an_instance_may_go(
    tmp_path: Path, *, read_only: bool
) -> None:
    lists = {"connect:ListPrompts", "connect:ListViews", "connect:SearchVocabularies"}
    kept = replace(stack_of(tmp_path, ""), prune=False)
    assert lists.isdisjoint(actions(policy_for(kept, read_only=read_only)))
    assert lists <= actions(policy_for(replace(kept, prune=True), read_only=read_only))


def test_what_is_released_is_only_unmarked(tmp_path: Path) -> None:
    stack = replace(stack_of(tmp_path, ""), release=(Key("s3.bucket", "old"),))
    found = policy_for(stack)
    assert statement(found, "s3:PutBucketTagging")["Resource"] == ["arn:aws:s3:::old"]
    assert {"s3:CreateBucket", "s3:DeleteBucket"}.isdisjoint(actions(found))


def test_what_is_only_referred_to_is_only_read(tmp_path: Path) -> None:
    found = actions(policy_for(stack_of(tmp_path, USERS.replace("SECRET", "{ssm: /p}"))))
    assert {"connect:CreateUser", "connect:SearchSecurityProfiles", "connect:ListInstances"} <= found
    assert {"connect:CreateInstance", "connect:UpdateSecurityProfile", "iam:PutRolePolicy"}.isdisjoint(found)


@pytest.mark.parametrize(
    ("secret", "action", "arn", "context"),
    [
        (
            "{ssm: /team/password}",
            "ssm:GetParameter",
            "arn:aws:ssm:eu-west-2:123456789012:parameter/team/password",
            "kms:EncryptionContext:PARAMETER_ARN",
        ),
        (
            '{ssm: "password:3"}',
            "ssm:GetParameter",
            "arn:aws:ssm:eu-west-2:123456789012:parameter/password",
            "kms:EncryptionContext:PARAMETER_ARN",
        ),
        (
            "{secretsmanager: team/password}",
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:eu-west-2:123456789012:secret:team/password-??????",
            "kms:EncryptionContext:SecretARN",
        ),
        (
            '{secretsmanager: "arn:aws:secretsmanager:eu-west-2:210987654321:secret:theirs-a1B2c3"}',
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:eu-west-2:210987654321:secret:theirs-a1B2c3",
            "kms:EncryptionContext:SecretARN",
        ),
    ],
)
def test_exactly_the_secrets_that_are_named(
    secret: str, action: str, arn: str, context: str, tmp_path: Path
) -> None:
    stack = stack_of(tmp_path, USERS.replace("SECRET", secret))
    found = policy_for(stack)
    assert statement(found, action)["Resource"] == [arn]
    conditions = statement(found, "kms:Decrypt")["Condition"]
    assert conditions["StringLike"] == {context: [arn]}
    assert conditions["StringEquals"] == {
        "kms:ViaService": [f"{action.partition(':')[0]}.eu-west-2.amazonaws.com"]
    }
    assert {action, "kms:Decrypt"}.isdisjoint(actions(policy_for(stack, read_only=True)))


def test_what_aws_does_in_our_name_is_allowed_for_what_is_named(tmp_path: Path) -> None:
    role, key = "arn:aws:iam::123456789012:role/copier", "arn:aws:kms:eu-west-2:123456789012:key/1"
    rule = "{id: r, status: Enabled, priority: 1, destination: {bucket: 'arn:aws:s3:::copies'}}"
    bucket = f"s3.bucket:\n  photos: {{adopt: true, replication: {{role: '{role}', rules: [{rule}]}}}}\n"
    table = f"{TABLE}    sse: {{enabled: true, kms_master_key_id: '{key}'}}\n"
    found = policy_for(stack_of(tmp_path, bucket + table))
    passed = statement(found, "iam:PassRole")
    assert passed["Resource"] == [role]
    assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": ["s3.amazonaws.com"]}}
    granted = statement(found, "kms:CreateGrant")
    assert granted["Resource"] == [key]
    assert granted["Condition"] == {"StringEquals": {"kms:ViaService": ["dynamodb.eu-west-2.amazonaws.com"]}}
    assert statement(found, "s3:TagResource")["Resource"] == ["arn:aws:s3:::photos"]


# -- every policy --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prune", [False, True])
@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=EXAMPLES)
def test_dry_runs_may_write_nothing(number: int, prune: bool) -> None:
    found = actions(policy_for(examples(prune=prune)[number], read_only=True))
    assert {action for action in found if not action.partition(":")[2].startswith(READS)} == set()


def test_it_fits_into_a_managed_policy() -> None:
    centre, _ = examples(prune=False)
    assert size_advice(policy_for(centre)) == ""


def test_one_that_does_not_fit_is_told_so() -> None:
    centre, _ = examples(prune=True)
    whole = policy_for(centre)
    count = len(split(whole))
    assert size_advice(whole).endswith(f"holds 6144: --out DIR writes it as {count} policies")


# -- on all resources, and too long ----------------------------------------------------------------------------------


def allowed(policy: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """Each action with one of its resources and its condition."""
    return {
        (action, arn, json.dumps(each.get("Condition")))
        for each in policy["Statement"]
        for action in each["Action"]
        for arn in each["Resource"]
    }


def test_what_is_allowed_on_all_resources_needs_a_reason() -> None:
    with pytest.raises(ValueError, match=r"ec2:DescribeVpcs on \*: only \* has a reason"):
        policy_of([Grant("ec2:DescribeVpcs", "*")])


@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=EXAMPLES)
def test_each_statement_on_all_resources_says_why(number: int) -> None:
    for each in policy_for(examples(prune=True)[number])["Statement"]:
        services = "".join(sorted({action.partition(":")[0].replace("-", "") for action in each["Action"]}))
        assert each["Sid"].lower().startswith(services) != (each["Resource"] == ["*"])


def test_a_resource_that_another_one_covers_is_left_out() -> None:
    arns = ("arn:aws:s3:::shop-a", "arn:aws:s3:::shop-*", "arn:aws:s3:::shop-b/*", "arn:aws:s3:::other")
    (statement,) = policy_of(Grant("s3:GetObject", each) for each in arns)["Statement"]
    assert statement["Resource"] == ["arn:aws:s3:::other", "arn:aws:s3:::shop-*"]


def test_a_long_policy_is_split_into_what_iam_takes() -> None:
    centre, _ = examples(prune=True)
    whole = policy_for(centre)
    parts = split(whole)
    assert len(parts) > 1
    assert max(map(size_of, parts)) <= 6144
    assert {each["Version"] for each in parts} == {whole["Version"]}
    assert allowed(whole) == set().union(*map(allowed, parts))


@pytest.mark.parametrize("side", [(1, 400), (900, 1)])
def test_a_long_statement_is_cut(side: tuple[int, int]) -> None:
    actions, arns = side
    whole = policy_of(
        Grant(f"s3:Action{action}", f"arn:aws:s3:::a-bucket-with-a-long-name-{arn}")
        for action in range(actions)
        for arn in range(arns)
    )
    parts = split(whole)
    assert len(parts) > 1
    assert all(size_of(each) <= 6144 for each in parts)
    assert allowed(whole) == set().union(*map(allowed, parts))
    sids = [each["Sid"] for part in parts for each in part["Statement"]]
    assert all(each.isalnum() for each in sids)


def test_more_policies_than_a_role_takes_are_told() -> None:
    one = policy_of([Grant("s3:ListBucket", "arn:aws:s3:::a")])
    assert too_many([one] * 10) == ""
    assert too_many([one] * 11).startswith("11 policies, and a role takes 10")


@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=EXAMPLES)
def test_statements_are_sorted_and_have_names_of_their_own(number: int) -> None:
    statements = policy_for(examples(prune=True)[number])["Statement"]
    names = [each["Sid"] for each in statements]
    assert len(set(names)) == len(names)
    assert all(name.isalnum() for name in names)
    assert all(each["Action"] == sorted(set(each["Action"])) for each in statements)


@pytest.mark.parametrize("kind", known_kinds())
def test_every_operation_of_every_kind_has_an_action(kind: str) -> None:
    adapter = known_kinds()[kind]
    named = {*adapter.reads.operations, adapter.create.operation, *adapter.delete.operations}
    named |= {each for group in adapter.updates for each in group.operations}
    named |= set(adapter.tagging.operations) if adapter.tagging else set()
    for service, operation in (service_and_operation(adapter.service.name, each) for each in named):
        assert operation in spellings(service)


# -- the command ---------------------------------------------------------------------------------------------------


def test_the_command_prints_it(tmp_path: Path) -> None:
    stack = stack_of(tmp_path, TABLE)
    whole = CliRunner().invoke(app, ["iam-policy", str(tmp_path)])
    assert (whole.exit_code, json.loads(whole.stdout)) == (0, policy_for(stack))
    dry = CliRunner().invoke(app, ["iam-policy", str(tmp_path), "--read-only"])
    assert json.loads(dry.stdout) == policy_for(stack, read_only=True)


def test_it_explains_what_is_allowed_on_all_resources(tmp_path: Path) -> None:
    stack = stack_of(tmp_path, TABLE)
    result = CliRunner().invoke(app, ["iam-policy", str(tmp_path), "--explain"])
    assert json.loads(result.stdout) == policy_for(stack)
    assert result.stderr.splitlines() == [
        "dynamodb:ListTables on *: lists all tables",
        "sts:GetCallerIdentity on *: names the account of the credentials",
        "tag:GetResources on *: lists all tags",
    ]


def test_it_writes_files_that_iam_takes(tmp_path: Path) -> None:
    centre, out = str(ROOT / "desired_state" / "contact_center"), tmp_path / "new" / "out"
    pruned = tmp_path / "centre"
    shutil.copytree(centre, pruned)
    text = (pruned / "stack.yaml").read_text()
    (pruned / "stack.yaml").write_text(f"{text}\nprune: true\n")
    result = CliRunner().invoke(app, ["iam-policy", str(pruned), "--env", "dev", "--out", str(out)])
    assert (result.exit_code, result.stderr) == (0, "")
    files = sorted(out.iterdir())
    names = [each.name for each in files]
    assert names == [f"policy-{number}.json" for number in range(1, len(files) + 1)]
    parts = [json.loads(each.read_text()) for each in files]
    told = [f"{file}: {size_of(part)} characters" for file, part in zip(files, parts, strict=True)]
    assert result.stdout.splitlines() == told
    whole = policy_for(load(pruned, "dev", known_kinds()))
    assert allowed(whole) == set().union(*map(allowed, parts))
    again = CliRunner().invoke(app, ["iam-policy", centre, "--env", "dev", "--out", str(out)])
    assert [each.name for each in sorted(out.iterdir())] == names
    assert "policy-2.json was written by an earlier run: delete it" in again.stderr.replace("\n", " ")


def test_a_directory_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    stack_of(tmp_path, TABLE)
    (tmp_path / "file").touch()
    result = CliRunner().invoke(app, ["iam-policy", str(tmp_path), "--out", str(tmp_path / "file")])
    assert (result.exit_code, result.stdout) == (3, "")
    assert "--out" in result.stderr


def test_a_region_that_is_none_is_refused(tmp_path: Path) -> None:
    stack_of(tmp_path, TABLE, "eu-west-99")
    assert CliRunner().invoke(app, ["iam-policy", str(tmp_path)]).exit_code == 3


# -- on the sandbox ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case",
    [
        "stamp_rally without s3:CreateBucket",
        "whole policy of connect_platform",
        "read-only of dynamodb.table",
    ],
)
def test_a_case_of_the_fault_matrix(case: str) -> None:
    from tests.faults.iam_policy import ROW

    assert case in ROW.cases()
    assert ROW.check(case) == []


def test_a_copy_is_allowed_where_a_replace_is(tmp_path: Path) -> None:
    """What makes a larger instance, moves its disks and stops the old one."""
    without, with_it = (
        policy_for(stack_of(tmp_path, SERVER.replace("POLICY", policy)))
        for policy in ("", ", policy: {replace: true}")
    )
    copies = known_kinds()["lightsail.instance"].create.copies
    assert copies is not None
    needed = {f"lightsail:{spellings('lightsail')[each]}" for each in (copies.operation, *copies.calls)}
    assert needed - actions(without) >= {"lightsail:CreateInstanceSnapshot", "lightsail:DetachDisk"}
    assert needed <= actions(with_it)
    assert any(each.endswith(":Disk/*") for each in statement(with_it, "lightsail:DetachDisk")["Resource"])

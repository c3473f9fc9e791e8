"""Passes over the functions of an instance: their associations, and the permission of each for Amazon Connect."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, fields, messages

ARN = "arn:aws:lambda:eu-west-2:123456789012:function:"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
ASSOCIATE, DISASSOCIATE = "AssociateLambdaFunction", "DisassociateLambdaFunction"
ADD, REMOVE = "AddPermission", "RemovePermission"
BY_FUNCTION = {
    "statement_id": "centres",
    "action": "lambda:InvokeFunction",
    "principal": "connect.amazonaws.com",
    "source_account": "123456789012",
}


def centre(*functions: str, protect: bool = True, **of_lookup: Any) -> dict[str, Any]:
    """An instance with these functions, and the functions `lookup` and `greet`."""
    made = {
        "code": {"folder": "code"},
        "role": "${iam.role:worker}",
        "runtime": "python3.13",
        "handler": "app.handler",
    }
    instance = {
        "identity_management_type": "CONNECT_MANAGED",
        "inbound_calls_enabled": True,
        "outbound_calls_enabled": True,
        "lambda_functions": [*functions],
        "policy": {"protect": protect},
    }
    return {
        "connect.instance": {"acme": instance},
        "lambda.function": {"lookup": {**made, **of_lookup}, "greet": made},
        "iam.role": {"worker": {"assume_role_policy_document": TRUST}},
    }


@pytest.fixture(autouse=True)
def _code(harness: LiveHarness) -> None:
    (harness.directory / "code").mkdir()
    (harness.directory / "code" / "app.py").write_text("def handler(event, context): return event\n")


def statements(harness: LiveHarness, function: str = "lookup") -> list[dict[str, Any]]:
    try:
        policy = harness.client("lambda").get_policy(FunctionName=function)["Policy"]
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ResourceNotFoundException"  # noqa: PT017
        return []
    return list(json.loads(policy)["Statement"])


def instance_of(harness: LiveHarness) -> Mapping[str, str]:
    (row,) = harness.client("connect").list_instances()["InstanceSummaryList"]
    return dict(row)


def made(harness: LiveHarness) -> list[str]:
    """The operations on associations and permissions of the last pass."""
    return [name for name, _ in harness.calls if name in (ASSOCIATE, DISASSOCIATE, ADD, REMOVE)]


def associated(harness: LiveHarness) -> list[str]:
    found = harness.client("connect").list_lambda_functions(InstanceId=instance_of(harness)["Id"])
    return list(found["LambdaFunctions"])


def test_a_function_is_associated_by_name_and_permitted(harness: LiveHarness) -> None:
    harness.settle(centre("lookup"))
    assert associated(harness) == [f"{ARN}lookup"]
    instance = instance_of(harness)
    (statement,) = statements(harness)
    assert statement == {
        "Sid": f"reconciler-connect-{instance['Id']}",
        "Effect": "Allow",
        "Principal": {"Service": "connect.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": f"{ARN}lookup",
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": "123456789012"},
            "ArnLike": {"AWS:SourceArn": instance["Arn"]},
        },
    }


@pytest.mark.parametrize(
    "written", ["${lambda.function:lookup}", "${lambda.function:lookup#arn}", f"{ARN}lookup"]
)
def test_other_ways_to_write_a_function_mean_the_same(harness: LiveHarness, written: str) -> None:
    harness.settle(centre("lookup"))
    harness.require_quiet(centre(written))


def test_another_function_takes_the_permission_of_the_first_along(harness: LiveHarness) -> None:
    harness.settle(centre("lookup"))
    harness.settle(centre("greet"))
    assert associated(harness) == [f"{ARN}greet"]
    assert not statements(harness)
    assert len(statements(harness, "greet")) == 1
    harness.settle(centre())
    assert not associated(harness)
    assert not statements(harness, "greet")


def test_a_permission_that_was_removed_by_hand_is_added_again(harness: LiveHarness) -> None:
    wanted = centre("lookup", "greet")
    harness.settle(wanted)
    before = statements(harness)
    harness.client("lambda").remove_permission(FunctionName="lookup", StatementId=before[0]["Sid"])
    planned = harness.run(wanted, dry_run=True)
    (difference,) = next(iter(planned.plan.actions.values())).differences
    assert "${lambda.function:greet}" in difference.observed
    assert f"{ARN}lookup (Amazon Connect may not invoke it)" in difference.observed
    harness.settle(wanted)
    assert statements(harness) == before


def test_a_permission_that_was_edited_by_hand_is_made_again(harness: LiveHarness) -> None:
    wanted = centre("lookup")
    harness.settle(wanted)
    before, client = statements(harness), harness.client("lambda")
    client.remove_permission(FunctionName="lookup", StatementId=before[0]["Sid"])
    client.add_permission(
        FunctionName="lookup",
        StatementId=before[0]["Sid"],
        Action="lambda:*",
        Principal="connect.amazonaws.com",
    )
    assert harness.run(wanted).outcome == "settled"
    assert made(harness) == [REMOVE, ADD]
    assert statements(harness) == before


def test_an_association_that_was_removed_by_hand_gets_no_second_permission(harness: LiveHarness) -> None:
    wanted = centre("lookup")
    harness.settle(wanted)
    harness.client("connect").disassociate_lambda_function(
        InstanceId=instance_of(harness)["Id"], FunctionArn=f"{ARN}lookup"
    )
    assert harness.run(wanted).outcome == "settled"
    assert made(harness) == [ASSOCIATE]


def test_the_permissions_of_a_function_leave_those_of_instances_alone(harness: LiveHarness) -> None:
    harness.settle(centre("lookup", permissions=[]))
    assert len(statements(harness)) == 1
    events = {**BY_FUNCTION, "statement_id": "events", "principal": "events.amazonaws.com"}
    harness.settle(centre("lookup", permissions=[events]))
    harness.settle(centre("lookup", permissions=[]))
    assert len(statements(harness)) == 1


def test_a_permission_of_the_function_itself_is_enough(harness: LiveHarness) -> None:
    harness.settle(centre("lookup", permissions=[BY_FUNCTION]))
    assert [each["Sid"] for each in statements(harness)] == ["centres"]
    harness.settle(centre(permissions=[BY_FUNCTION]))
    assert [each["Sid"] for each in statements(harness)] == ["centres"]


def test_if_the_function_gives_its_own_permission_up_the_instance_makes_one(harness: LiveHarness) -> None:
    harness.settle(centre("lookup", permissions=[BY_FUNCTION]))
    wanted = centre("lookup", permissions=[])
    harness.run(wanted)
    harness.settle(wanted)
    assert [each["Sid"][:19] for each in statements(harness)] == ["reconciler-connect-"]


def test_deleting_the_instance_removes_its_permissions(harness: LiveHarness) -> None:
    wanted = centre("lookup", protect=False)
    harness.settle(wanted)
    rest = {kind: named for kind, named in wanted.items() if kind != "connect.instance"}
    report = harness.run(rest, prune=True)
    assert report.outcome == "settled", messages(report)
    assert not statements(harness)


def test_a_function_that_does_not_exist_is_a_remark(harness: LiveHarness) -> None:
    wanted = centre(f"{ARN}missing")
    harness.settle(wanted)
    report = harness.run(wanted)
    assert any("missing does not exist" in each for each in report.notes), report.notes


def test_a_function_of_another_account_is_only_associated(harness: LiveHarness) -> None:
    harness.settle(centre("arn:aws:lambda:eu-west-2:999999999999:function:theirs"))
    assert ADD not in made(harness)


def test_the_permission_is_for_an_alias_if_that_is_associated(harness: LiveHarness) -> None:
    harness.settle(centre())
    client = harness.client("lambda")
    version = client.publish_version(FunctionName="lookup")["Version"]
    client.create_alias(FunctionName="lookup", Name="live", FunctionVersion=version)
    harness.settle(centre(f"{ARN}lookup:live"))
    policy = json.loads(client.get_policy(FunctionName="lookup", Qualifier="live")["Policy"])
    assert policy["Statement"][0]["Resource"] == f"{ARN}lookup:live"
    assert not statements(harness)


MISTAKES = {
    "a misspelled name": ("lookupp", 'no function of the stack is named "lookupp"; did you mean "lookup"?'),
    "an unknown name": ("orders", 'no function of the stack is named "orders"; of one outside write the ARN'),
    "an incomplete ARN": (
        "arn:aws:lambda:lookup",
        "expected the name of a function of the stack, or the ARN",
    ),
    "another kind": ("${iam.role:worker}", "expected the ARN of a function"),
}


@pytest.mark.parametrize(("written", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_line(harness: LiveHarness, written: str, said: str) -> None:
    with pytest.raises(InvalidStack) as raised:
        harness.run(centre(written))
    (line,) = str(raised.value).splitlines()
    assert said in line
    assert "resources.json" in line or "resources.yaml:1:" in line


def test_the_id_of_such_a_permission_is_not_free(harness: LiveHarness) -> None:
    with pytest.raises(InvalidStack, match="belong to the permissions that `lambda_functions`"):
        harness.run(centre(permissions=[{**BY_FUNCTION, "statement_id": "reconciler-connect-1"}]))


def test_fields_of_the_instance_show_only_the_functions(harness: LiveHarness) -> None:
    harness.settle(centre("lookup"))
    assert fields(harness.run(centre("greet"), dry_run=True)) == ["lambda_functions"]

"""Passes over function URLs: who may call them, our marks in the policy of a function, and URLs of others."""

import json
from typing import Any

import pytest

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, fields, messages

pytestmark = [pytest.mark.whole, pytest.mark.usefixtures("code")]

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
PUBLIC = ["reconciler-url-public", "reconciler-url-public-invoke"]
FREE = {"policy": {"protect": False}}


def url(**settings: Any) -> dict[str, Any]:
    return {"function": "lookup", "auth_type": "NONE", **settings}


@pytest.fixture
def code(harness: LiveHarness) -> None:
    folder = harness.directory / "code"
    folder.mkdir()
    (folder / "app.py").write_text("def handler(event, context):\n    return {}\n", encoding="utf-8")


def stack(functions: tuple[str, ...] = ("lookup",), **urls: Any) -> dict[str, Any]:
    made = {
        "role": "${iam.role:worker}",
        "runtime": "python3.13",
        "handler": "app.handler",
        "code": {"folder": "code"},
        "publish": True,
        "permissions": [],
    }
    aliases = {
        f"{name}:live": {"function": name, "function_version": f"${{lambda.function:{name}#version}}"}
        for name in functions
    }
    return {
        "iam.role": {"worker": {"assume_role_policy_document": TRUST, **FREE}},
        "lambda.function": dict.fromkeys(functions, made),
        "lambda.alias": aliases,
        "lambda.function_url": urls,
    }


def sids(harness: LiveHarness, name: str = "lookup") -> list[str]:
    """The ids of the statements of a function or an alias; one `tags` for all of our marks."""
    client = harness.client("lambda")
    try:
        policy = json.loads(client.get_policy(FunctionName=name)["Policy"])
    except client.exceptions.ResourceNotFoundException:
        return []
    found = [each["Sid"] for each in policy["Statement"]]
    return list(dict.fromkeys("tags" if each.startswith("reconciler-url-tags-") else each for each in found))


def live(harness: LiveHarness, name: str = "lookup") -> list[Any]:
    return list(harness.client("lambda").list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"])


def names(harness: LiveHarness) -> list[str]:
    return list(dict.fromkeys(name for name, _ in harness.calls))


def test_a_url_is_opened_once_it_is_marked_and_closed_before_it_is_deleted(harness: LiveHarness) -> None:
    wanted = stack(page=url(), partner=url(auth_type="AWS_IAM", qualifier="lookup:live"))
    report = harness.run(wanted)
    assert report.outcome == "settled", messages(report)
    made = [(name, params.get("AuthType") or params.get("StatementId", "")[:20]) for name, params in harness.calls
            if name.endswith(("FunctionUrlConfig", "Permission")) and params["FunctionName"] == "lookup"]  # fmt: skip
    assert list(dict.fromkeys(made)) == [
        ("CreateFunctionUrlConfig", "AWS_IAM"),
        ("AddPermission", "reconciler-url-tags-"),
        ("AddPermission", "reconciler-url-publi"),
        ("UpdateFunctionUrlConfig", "NONE"),
    ]
    assert (sids(harness), sids(harness, "lookup:live")) == (["tags", *PUBLIC], ["tags"])
    harness.require_quiet(wanted)
    harness.client("lambda").add_permission(
        FunctionName="lookup", StatementId="own", Action="lambda:InvokeFunction", Principal="111122223333"
    )
    kept = stack(partner=url(auth_type="AWS_IAM", qualifier="lookup:live"))
    del kept["lambda.function"]["lookup"]["permissions"]
    harness.run(kept, prune=True, guard={"max_percent": 100})
    assert names(harness) == ["RemovePermission", "DeleteFunctionUrlConfig"]
    removed = [params.get("StatementId", "")[:20] for _, params in harness.calls]
    assert removed.index("") == len(PUBLIC)  # the marks are removed after the URL
    assert (sids(harness), len(live(harness))) == (["own"], 1)


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("remove_permission", {"StatementId": PUBLIC[0]}),
        ("update_function_url_config", {"AuthType": "AWS_IAM"}),
    ],
)
def test_what_closes_a_url_by_hand_is_repaired(
    harness: LiveHarness, operation: str, params: dict[str, str]
) -> None:
    harness.settle(stack(page=url()))
    getattr(harness.client("lambda"), operation)(FunctionName="lookup", **params)
    report = harness.run(stack(page=url()))
    assert (report.outcome, fields(report)) == ("settled", ["auth_type"])
    assert {*sids(harness)} == {"tags", *PUBLIC}
    harness.require_quiet(stack(page=url()))


def test_a_permission_that_was_edited_is_made_again_and_one_that_is_left_is_removed(
    harness: LiveHarness,
) -> None:
    harness.settle(stack(page=url()))
    client, at = harness.client("lambda"), {"FunctionName": "lookup", "StatementId": PUBLIC[1]}
    client.remove_permission(**at)
    client.add_permission(**at, Action="lambda:*", Principal="*")
    report = harness.run(stack(page=url()))
    assert (report.outcome, names(harness)) == ("settled", ["RemovePermission", "AddPermission"])
    harness.settle(stack(page=url(auth_type="AWS_IAM")))
    assert sids(harness) == ["tags"]
    client.add_permission(**at, Action="lambda:InvokeFunction", Principal="*")
    assert fields(harness.run(stack(page=url(auth_type="AWS_IAM")))) == ["auth_type"]
    assert sids(harness) == ["tags"]


def test_a_permission_of_others_is_enough_and_stays(harness: LiveHarness) -> None:
    wanted = stack(page=url())
    everybody = {"principal": "*"}
    wanted["lambda.function"]["lookup"]["permissions"] = [
        {"statement_id": "a", "action": "lambda:InvokeFunctionUrl", "function_url_auth_type": "NONE", **everybody},
        {"statement_id": "b", "action": "lambda:InvokeFunction", "invoked_via_function_url": True, **everybody},
    ]  # fmt: skip
    harness.settle(wanted)
    harness.settle(wanted)
    assert {*sids(harness)} - {*PUBLIC} == {"tags", "a", "b"}


def test_one_that_was_made_by_hand_is_adopted_if_it_is_the_same(harness: LiveHarness) -> None:
    harness.settle(stack())
    client = harness.client("lambda")
    made = client.create_function_url_config(FunctionName="lookup", AuthType="NONE", InvokeMode="BUFFERED")
    report = harness.run(stack(page=url(invoke_mode="RESPONSE_STREAM")))
    assert "it already exists, without our mark" in str(report.plan.actions)
    assert harness.calls == []
    harness.settle(stack(page=url(adopt=True)))
    assert live(harness)[0]["FunctionUrl"] == made["FunctionUrl"]
    foreign = harness.run(stack(page=url()), stack="other")
    assert 'the mark of stack "desk/test"' in str(foreign.plan.actions) + str(messages(foreign))


def test_urls_of_aliases_of_one_name_and_a_reference_to_one(harness: LiveHarness) -> None:
    wanted = stack(
        ("lookup", "other"),
        one=url(qualifier="lookup:live", auth_type="AWS_IAM"),
        two={"function": "other", "qualifier": "other:live", "auth_type": "AWS_IAM"},
    )
    wanted["ssm.parameter"] = {
        "/url": {"type": "String", "value": "${lambda.function_url:two#url}"},
        "/arn": {"type": "String", "value": "${lambda.function_url:two}"},
    }
    harness.settle(wanted)
    (made,) = live(harness, "other")
    read = harness.client("ssm").get_parameter
    found = [read(Name=name)["Parameter"]["Value"] for name in ("/url", "/arn")]
    assert found == [made["FunctionUrl"], made["FunctionArn"]]
    assert made["FunctionArn"].endswith(":function:other:live")
    report = harness.run({**stack(("lookup", "other"))}, prune=True, guard={"max_percent": 100})
    assert (report.outcome, live(harness), live(harness, "other")) == ("settled", [], []), messages(report)


def test_a_url_dies_with_its_function_and_is_made_again_with_it(harness: LiveHarness) -> None:
    harness.settle(stack(page=url()))
    gone = {"iam.role": stack()["iam.role"]}
    report = harness.run(gone, prune=True, guard={"max_percent": 100})
    (action,) = [each for key, each in report.plan.actions.items() if key.kind == "lambda.function"]
    assert [str(each.key) for each in action.contents][-1] == "lambda.function_url/page"
    harness.settle(stack(page=url()))


@pytest.mark.parametrize(
    ("urls", "told"),
    [
        (
            {"page": {"function": "lookup", "invoke_mode": "BUFFERED"}},
            "a new lambda.function_url needs auth_type",
        ),
        ({"page": url(auth_type="ALL")}, "expected one of NONE, AWS_IAM"),
        ({"page": url(qualifier="1")}, "expected the name of an alias"),
        ({"lookup:live": url()}, "its name ends with an alias; write qualifier: live"),
        ({"a": url(), "b": url()}, "lambda.function_url/a is the same resource in AWS, lookup"),
        ({"page": url(cors={"allow_credentials": True, "allow_origins": ["*"]})}, "name the origins"),
        ({"page": url(cors={"allow_origins": ["example.com"]})}, "expected an origin without a path"),
        ({"page": url(cors={"allow_methods": ["OPTIONS"]})}, "allow_methods[0]: expected one of"),
        ({"page": url(function="lokup")}, "lokup"),
    ],
)
def test_a_mistake_is_found_before_any_call(harness: LiveHarness, urls: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidStack) as wrong:
        harness.run(stack(**urls))
    lines = [line for line in str(wrong.value).splitlines() if told in line]
    assert len(lines) == 1, str(wrong.value)


def test_an_alias_of_the_files_by_its_name_in_aws_is_a_warning(harness: LiveHarness) -> None:
    report = harness.run(stack(page=url(qualifier="live")), dry_run=True)
    assert "if you mean the alias lookup:live of the files, write that name" in str(report.stack.warnings)


def test_statements_of_urls_are_not_for_permissions_of_a_function(harness: LiveHarness) -> None:
    wanted = stack()
    row = {"statement_id": "reconciler-url-x", "action": "lambda:InvokeFunction", "principal": "*"}
    wanted["lambda.function"]["lookup"]["permissions"] = [row]
    with pytest.raises(InvalidStack, match="makes; choose another"):
        harness.run(wanted)

"""Checks of requests that moto lacks, and of replies."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from reconciler.sandbox import Sandbox
from reconciler.sandbox.connect.core.operations import MODEL
from tests.sandbox.connect.replies import misfits

UNCHECKED = Config(parameter_validation=False, retries={"total_max_attempts": 1})


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Any]:
    made: Iterator[Any] = sandbox.session("eu-west-2").client("connect", config=UNCHECKED)
    return made


def test_a_missing_argument_of_the_query_is_named(client: Any) -> None:
    with pytest.raises(ClientError, match="LexVersion") as error:
        client.list_bots(InstanceId="x")
    assert error.value.response["Error"]["Code"] == "InvalidRequestException"


@pytest.mark.parametrize(
    "wrong",
    [{"InboundCallsEnabled": "perhaps"}, {"Tags": "several"}, {"IdentityManagementType": None, "Tags": [1]}],
)
def test_the_wrong_kind_of_json_cannot_be_read(client: Any, wrong: dict[str, Any]) -> None:
    def spoil(params: dict[str, Any], **_: Any) -> None:
        params["body"] = json.dumps({**json.loads(params["body"]), **wrong}).encode()

    client.meta.events.register("before-call.connect", spoil)
    with pytest.raises(ClientError) as error:
        client.create_instance(
            IdentityManagementType="SAML",
            InstanceAlias="acme",
            InboundCallsEnabled=True,
            OutboundCallsEnabled=True,
        )
    assert error.value.response["Error"]["Code"] == "SerializationException"


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [
        ({"UserSummaryList": [{"Id": 7}]}, ".UserSummaryList[0].Id is 7, not a string"),
        ({"UserSummaryList": {}}, ".UserSummaryList is {}, not a list"),
        ({"Users": []}, ".Users is unknown"),
        (
            {"UserSummaryList": [{"LastModifiedTime": True}]},
            ".UserSummaryList[0].LastModifiedTime is True, not a timestamp",
        ),
    ],
)
def test_a_wrong_reply_is_found(reply: dict[str, Any], wrong: str) -> None:
    assert list(misfits(MODEL.operation_model("ListUsers").output_shape, reply, "")) == [wrong]


def test_a_missing_member_and_a_strange_word_are_found() -> None:
    attribute = MODEL.operation_model("DescribeInstanceAttribute").output_shape
    assert "not one of" in next(misfits(attribute, {"Attribute": {"AttributeType": "NONE"}}, ""))
    form = MODEL.operation_model("CreateEvaluationForm").output_shape
    assert list(misfits(form, {"EvaluationFormId": "x"}, "")) == [".EvaluationFormArn is missing"]

"""References of a flow: ARNs, ids, names and tokens, and hints what to write instead."""

from typing import Any

import pytest

from reconciler.model import DocumentContext
from reconciler.resources.connect.flow_lint import check
from tests.unit.flow_documents import FIRST, action, error, flow
from tests.unit.flow_lint_toys import HERE, mistakes, queued, warnings

HERE_ARN = "arn:aws:connect:eu-west-2:111111111111:instance/i"
UPDATE = 'action "a" (UpdateContactTargetQueue): '


@pytest.mark.parametrize(
    ("arn", "where"),
    [
        (HERE_ARN.replace("111111111111", "222222222222"), "account 222222222222"),
        (HERE_ARN.replace("eu-west-2", "us-east-1"), "Region us-east-1"),
        (
            HERE_ARN.replace("eu-west-2", "us-gov-west-1")
            .replace("aws", "aws-us-gov")
            .replace("1" * 12, "2" * 12),
            "account 222222222222 and Region us-gov-west-1",
        ),
    ],
)
def test_an_arn_of_another_account_or_region_is_a_mistake(arn: str, where: str) -> None:
    assert mistakes(queued(Parameters={"QueueId": f"{arn}/queue/q"})) == [
        (
            f'{UPDATE}QueueId is "{arn}/queue/q", of {where}; the stack is in account 111111111111, Region eu-west-2; '
            "write ${queue:Name}"
        )
    ]


def test_an_arn_that_may_be_of_this_instance_is_a_warning() -> None:
    document = queued(Parameters={"QueueId": f"{HERE_ARN}/queue/q"})
    assert mistakes(document) == []
    assert warnings(document) == [
        (
            f'{UPDATE}QueueId is "{HERE_ARN}/queue/q"; the files do not show whether it exists in this instance; '
            "write ${queue:Name}"
        )
    ]


@pytest.mark.parametrize(
    ("parameters", "place", "advice"),
    [
        ({"ContactFlowId": f"{HERE_ARN}/contact-flow/f"}, "ContactFlowId", "; write ${flow:Name}"),
        ({"Attributes": {"who": f"{HERE_ARN}/agent/u"}}, "Attributes.who", "; write ${user:Name}"),
        ({"Attributes": {"where": HERE_ARN}}, "Attributes.where", "; write ${instance}"),
        ({"Attributes": {"what": f"{HERE_ARN}/prompt/p"}}, "Attributes.what", ""),
        (
            {"EventHooks": {"CustomerQueue": f"{HERE_ARN}/contact-flow/f"}},
            "EventHooks.CustomerQueue",
            "; write ${flow:Name}",
        ),
        (
            {"HoursOfOperationId": f"{HERE_ARN}/operating-hours/h"},
            "HoursOfOperationId",
            "; write ${hours:Name}",
        ),
        ({"Messages": [{"PromptId": f"{HERE_ARN}/prompt/p"}]}, "Messages.0.PromptId", ""),
        (
            {"SourceEndpoint": {"Address": "arn:aws:connect:eu-west-2:111111111111:phone-number/n"}},
            "SourceEndpoint.Address",
            "; write ${phone_number:Name}",
        ),
    ],
)
def test_each_reference_is_named_with_what_to_write_instead(parameters: Any, place: str, advice: str) -> None:
    found = [
        each
        for each in check(flow(action("CreateTask", Parameters=parameters)), HERE)
        if "arn:" in each.message
    ]
    assert len(found) == 1
    assert found[0].warning
    assert f"{place} is " in found[0].message
    assert found[0].message.endswith(f"exists in this instance{advice}")
    path = tuple(int(step) if step.isdecimal() else step for step in place.split("."))
    assert found[0].path == ("Actions", 0, "Parameters", *path)


def test_a_foreign_arn_among_attributes_is_a_warning_since_aws_does_not_look_at_it() -> None:
    foreign = "arn:aws:connect:us-east-1:222222222222:instance/i/queue/q"
    document = flow(
        action(
            "UpdateContactAttributes",
            Parameters={"Attributes": {"queue": foreign}},
            Transitions={"Errors": [error("NoMatchingError")]},
        )
    )
    assert mistakes(document) == []
    assert len(warnings(document)) == 1


def test_a_name_without_a_token_is_a_mistake() -> None:
    assert mistakes(queued(Parameters={"QueueId": "Sales"})) == [
        f'{UPDATE}QueueId is "Sales", which is neither an id nor an ARN; write ${{queue:Name}}'
    ]


def test_a_token_of_another_kind_is_a_mistake() -> None:
    assert mistakes(queued(Parameters={"QueueId": "${flow:Sales}"})) == [
        f"{UPDATE}QueueId must refer to a queue, and ${{flow:Sales}} does not"
    ]


OF_A_QUEUE = ("${queue:Sales}", "${connect.queue:Sales}", "${queue:Sales#id}", "${connect.queue:Sales#arn}")


@pytest.mark.parametrize("text", OF_A_QUEUE)
def test_a_queue_is_named_by_any_reference_to_its_id_or_its_arn(text: str) -> None:
    assert mistakes(queued(Parameters={"QueueId": text})) == []


@pytest.mark.parametrize("text", ["${connect.user:ada}", "${connect.queue:Sales#name}", "${hours:Always#id}"])
def test_a_reference_to_anything_else_is_a_mistake(text: str) -> None:
    assert mistakes(queued(Parameters={"QueueId": text})) == [
        f"{UPDATE}QueueId must refer to a queue, and {text} does not"
    ]


def test_a_text_with_a_reference_in_it_is_left_to_aws() -> None:
    document = flow(
        action(
            "InvokeLambdaFunction",
            Parameters={
                "LambdaFunctionARN": "${toy.function:look-up}:live",
                "InvocationTimeLimitSeconds": "3",
            },
            Transitions={"Errors": [error("NoMatchingError")]},
        )
    )
    assert mistakes(document) == []


def test_the_arn_of_a_function_is_an_arn_of_lambda() -> None:
    document = flow(
        action(
            "InvokeLambdaFunction",
            Parameters={"LambdaFunctionARN": "look-up", "InvocationTimeLimitSeconds": "3"},
            Transitions={"Errors": [error("NoMatchingError")]},
        )
    )
    assert mistakes(document) == [
        'action "a" (InvokeLambdaFunction): LambdaFunctionARN is "look-up"; expected the ARN of a Lambda function'
    ]


def test_layout_is_not_looked_at() -> None:
    foreign = "arn:aws:connect:us-east-1:222222222222:instance/i/queue/q"
    metadata = {"ActionMetadata": {"a": {"parameters": {"QueueId": {"displayName": foreign}}}}}
    assert check(flow(FIRST, Metadata=metadata), HERE) == []


def test_without_an_environment_nothing_is_said_of_accounts() -> None:
    document = queued(Parameters={"QueueId": f"{HERE_ARN}/queue/q"})
    assert mistakes(document, DocumentContext({})) == []

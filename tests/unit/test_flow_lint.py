"""Mistakes in flows are reported with the action, the value and the place."""

import json
from typing import Any, get_args

import pytest

from reconciler.model import DocumentContext
from reconciler.resources.connect.contact_flow_model import FlowType
from reconciler.resources.connect.flow_language import shell
from reconciler.resources.connect.flow_lint import check
from tests.unit.flow_documents import END, FIRST, ONE, SECOND, TWO, action, error, flow, leads, says, when
from tests.unit.flow_lint_toys import HERE, MESSAGE, mistakes, queued, warnings

# -- what is no flow -----------------------------------------------------------------------------------------------------

OLD_EXPORT = (
    "this is the old console export (top-level `modules`), not Flow language 2019-10-30; import it once in the "
    "flow designer, save, and fetch it with DescribeContactFlow"
)
LEGACY = {"modules": [], "version": "1", "type": "contactFlow", "start": "a"}
WAITS = {
    **action("MessageParticipantIteratively"),
    "Parameters": {"Messages": [{"Text": "Hold"}]},
    "Transitions": {},
}
CHECKS = action(
    "Compare",
    Parameters={"ComparisonValue": "$.Channel"},
    Transitions={"Errors": [error("NoMatchingCondition")]},
)


def checks(*conditions: dict[str, Any], to: str = "end") -> dict[str, Any]:
    """A flow that checks the channel."""
    errors = [{"ErrorType": "NoMatchingCondition", "NextAction": to}]
    return flow(
        {**CHECKS, "Transitions": {"NextAction": "end", "Conditions": [*conditions], "Errors": errors}}
    )


FAULTS = {
    "no object": ([], ["a flow must be a JSON object"]),
    "the old console export": (LEGACY, [OLD_EXPORT]),
    "nothing": ({}, ['Version must be "2019-10-30"', "Actions must be a list with at least one action"]),
    "another version": (flow(FIRST, Version="2"), ['Version must be "2019-10-30"']),
    "no actions": (flow(FIRST, Actions=[]), ["Actions must be a list with at least one action"]),
    "actions by name": (
        flow(FIRST, Actions={"a": FIRST}),
        ["Actions must be a list with at least one action"],
    ),
    "an action that is none": (flow(FIRST, Actions=["a"]), ["every action must be a JSON object"]),
    "too many actions": (
        flow(*(action(name=f"a{index}") for index in range(250))),
        ["251 actions; AWS accepts 250"],
    ),
    "too long": (says(Text="x" * 256_000), ["longer than 256000 characters"]),
    "another start": (
        flow(action(name="welcome"), StartAction="Welcom"),
        ['StartAction "Welcom" is not the Identifier of any action; did you mean "welcome"?'],
    ),
    "no start": (
        {key: value for key, value in flow(FIRST).items() if key != "StartAction"},
        ["StartAction is missing: write the Identifier of the first action"],
    ),
    "no identifier": (
        flow(FIRST, {**SECOND, "Identifier": "", "Type": "TransferContactToAgent", "Transitions": {}}),
        ["every action needs an Identifier"],
    ),
    "the same identifier twice": (flow(FIRST, FIRST), ['two actions have the Identifier "a"']),
    "an identifier that is too long": (
        flow(action(name="x" * 51)),
        [f'Identifier "{"x" * 51}": 1 to 50 characters, none of $%(),/:;=[\\]{{}}'],
    ),
    "a character that no identifier may have": (
        flow(action(name="a/b")),
        ['Identifier "a/b": 1 to 50 characters, none of $%(),/:;=[\\]{}'],
    ),
    "a word that AWS keeps for itself": (
        flow(action(name="toString")),
        ['Identifier "toString": AWS reserves this word; choose another'],
    ),
    "no type": (flow({**FIRST, "Type": None}), ['action "a": needs a Type']),
    "a type in a list": (flow({**FIRST, "Type": ["Wait"]}), ['action "a": needs a Type']),
    "parameters that are none": (
        flow({**WAITS, "Parameters": ["x"]}),
        [
            'action "a" (MessageParticipantIteratively): Parameters must be a JSON object',
            'action "a" (MessageParticipantIteratively): parameter Messages is missing',
        ],
    ),
    "an end that goes on": (
        flow(FIRST, {**END, "Identifier": "b", "Transitions": {"NextAction": "a"}}),
        ['action "b" (DisconnectParticipant): it ends the flow and takes no Transitions'],
    ),
    "no next action": (
        flow({**FIRST, "Transitions": {}}),
        [MESSAGE + "NextAction is missing: write the Identifier of the next action"],
    ),
    "no next action where no contact takes it": (
        flow({**CHECKS, "Transitions": {"Errors": [error("NoMatchingCondition")]}}),
        [
            (
                'action "a" (Compare): NextAction is missing: no contact takes it, but AWS requires it; '
                "repeat the target of a condition or an error, as the flow designer does"
            )
        ],
    ),
    "a way to nowhere": (
        leads(NextAction="x"),
        [MESSAGE + 'NextAction leads to "x", which is not the Identifier of any action'],
    ),
    "a way that is misspelled": (
        leads(NextAction="ende"),
        [
            MESSAGE
            + 'NextAction leads to "ende", which is not the Identifier of any action; did you mean "end"?'
        ],
    ),
    "an error that leads nowhere": (
        leads(Errors=[{"ErrorType": "NoMatchingError", "NextAction": "x"}]),
        [MESSAGE + 'NoMatchingError leads to "x", which is not the Identifier of any action'],
    ),
    "an error without a way": (
        leads(Errors=[{"ErrorType": "NoMatchingError"}]),
        [MESSAGE + "NoMatchingError needs a NextAction, the action that it leads to"],
    ),
    "a condition that leads nowhere": (
        checks(when("Equals", "VOICE", to="x")),
        ['action "a" (Compare): Equals VOICE leads to "x", which is not the Identifier of any action'],
    ),
    "a condition without a way": (
        checks({"Condition": {"Operator": "Equals", "Operands": ["VOICE"]}}),
        ['action "a" (Compare): Equals VOICE needs a NextAction, the action that it leads to'],
    ),
    "a condition that is none": (
        checks({"NextAction": "end", "Condition": {"Operator": "IsLike", "Operands": ["V"]}}),
        [
            (
                'action "a" (Compare): a condition needs one of AWS\'s operators, such as Equals, and one operand in '
                "Operands"
            )
        ],
    ),
    "transitions that are none": (
        flow({**FIRST, "Transitions": "end"}),
        [MESSAGE + "Transitions must be a JSON object, and its Errors and Conditions lists of JSON objects"],
    ),
    "errors that are none": (
        leads(Errors=["NoMatchingError"]),
        [MESSAGE + "Transitions must be a JSON object, and its Errors and Conditions lists of JSON objects"],
    ),
    "conditions where the type has none": (
        leads(Conditions=[ONE, TWO]),
        [MESSAGE + "it cannot have Conditions"],
    ),
    "several at once": (
        flow(FIRST, leads(NextAction="x")["Actions"][0], StartAction="z"),
        [
            'two actions have the Identifier "a"',
            'StartAction "z" is not the Identifier of any action',
            MESSAGE + 'NextAction leads to "x", which is not the Identifier of any action',
        ],
    ),
    "a misspelled type": (
        flow({**FIRST, "Type": "TransferContctToQueue"}),
        [
            'action "a": there is no action type "TransferContctToQueue"; did you mean "TransferContactToQueue"?'
        ],
    ),
    "a type in another case": (
        flow({**FIRST, "Type": "UnTagContact"}),
        ['action "a": there is no action type "UnTagContact"; did you mean "UntagContact"?'],
    ),
    "the name of a block for a type": (
        flow({**FIRST, "Type": "PlayPrompt"}),
        ['action "a": there is no action type "PlayPrompt"; did you mean "MessageParticipant"?'],
    ),
    "an invented type": (
        flow({**FIRST, "Type": "Xyz"}),
        ['action "a": there is no action type "Xyz"'],
    ),
    "our word for a type with two forms": (
        flow({**FIRST, "Type": "GetParticipantInput(store)"}),
        [
            'action "a": there is no action type "GetParticipantInput(store)"; did you mean "GetParticipantInput"?'
        ],
    ),
    "an error branch too few": (
        flow(action("TransferContactToQueue", Transitions={"Errors": [error("NoMatchingError")]})),
        ['action "a" (TransferContactToQueue): the error branch QueueAtCapacity is missing; AWS requires it'],
    ),
    "an error that the type does not have": (
        queued(Transitions={"Errors": [error("NoMatchingError"), error("QueueAtCapacity")]}),
        ['action "a" (UpdateContactTargetQueue): UpdateContactTargetQueue has no error QueueAtCapacity'],
    ),
    "a parameter too few": (
        flow(
            action(
                "InvokeLambdaFunction",
                Parameters={"LambdaFunctionARN": "arn:aws:lambda:eu-west-2:1:function:f"},
                Transitions={"Errors": [error("NoMatchingError")]},
            )
        ),
        ['action "a" (InvokeLambdaFunction): parameter InvocationTimeLimitSeconds is missing'],
    ),
    "no prompt": (says(), [MESSAGE + "one of Text, SSML, PromptId, Media is missing"]),
    "two prompts": (says(Text="x", SSML="y"), [MESSAGE + "only one of Text and SSML is allowed"]),
    "a value that AWS does not know": (
        flow(action("UpdateFlowLoggingBehavior", Parameters={"FlowLoggingBehavior": "On"})),
        [
            'action "a" (UpdateFlowLoggingBehavior): FlowLoggingBehavior is "On"; AWS accepts Enabled, Disabled'
        ],
    ),
    "a number out of range": (
        flow(
            action(
                "Loop",
                Parameters={"LoopCount": "101"},
                Transitions={
                    "Conditions": [when("Equals", "ContinueLooping"), when("Equals", "DoneLooping")]
                },
            )
        ),
        ['action "a" (Loop): LoopCount is "101"; AWS documents 0 to 100'],
    ),
}


@pytest.mark.parametrize(("document", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_what_is_wrong_with_a_flow(document: Any, expected: Any) -> None:
    assert mistakes(document) == expected


GOOD = {
    "a message": flow(FIRST),
    "an action that waits for ever": flow(WAITS),
    "identifiers as the console lets people write them": flow(
        action(name="***End Call*** Was it set? FLOW#1 é")
    ),
    "a loop": checks(when("Equals", "VOICE", to="a"), to="a"),
    "touchtones that skip a prompt": says(Text="x", SkipWhenDTMFBufferEnabled="true"),
    "a queue that is known at run time": queued(Parameters={"QueueId": "$.Attributes.queue"}),
    "a queue by its name": queued(Parameters={"QueueId": "${queue:Sales}"}),
    "an agent's queue": queued(Parameters={"AgentId": "${user:ada}"}),
    "a draft's text": says(Text="arn: and queue"),
    "a view of AWS": flow(
        action(
            "ShowView",
            Parameters={
                "ViewResource": {"Id": "arn:aws:connect:eu-west-2:aws:view/form:1"},
                "InvocationTimeLimitSeconds": "9",
            },
            Transitions={
                "Errors": [
                    error(name) for name in ("NoMatchingCondition", "NoMatchingError", "TimeLimitExceeded")
                ]
            },
        )
    ),
}


@pytest.mark.parametrize("document", GOOD.values(), ids=GOOD.keys())
def test_a_flow_with_which_nothing_is_wrong(document: Any) -> None:
    assert mistakes(document) == []
    assert [
        each
        for each in warnings(document)
        if "other flow types" not in each and "cannot be reached" not in each
    ] == []


@pytest.mark.parametrize("flow_type", get_args(FlowType))
def test_a_shell_is_a_flow(flow_type: Any) -> None:
    found = check(json.loads(shell(flow_type)), DocumentContext({"type": flow_type}))
    assert found == []


def test_a_shell_of_an_unknown_type_is_a_flow() -> None:
    assert mistakes(json.loads(shell("BRAND_NEW"))) == []


# -- odd flows -----------------------------------------------------------------------------------------------------------


def test_a_flow_that_only_leads_to_itself_is_a_flow() -> None:
    cycle = flow(
        action(name="a", Transitions={"NextAction": "b"}), action(name="b", Transitions={"NextAction": "a"})
    )
    assert mistakes(cycle) == []
    assert warnings(cycle) == ['action "end" cannot be reached from StartAction']


def test_a_hostile_flow_is_judged_in_no_time() -> None:
    rows = [{"ErrorType": f"E{number}", "NextAction": f"x{number}"} for number in range(3_000)]
    actions = [action(name=f"a{number}", Transitions={"Errors": []}) for number in range(200)]
    actions[0]["Transitions"]["Errors"] = rows
    assert len(check(flow(*actions), HERE)) > 6_000

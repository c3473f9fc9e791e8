"""What is wrong with a flow, said with the action, the value and the place."""

import json
from typing import Any

import pytest
from flow_documents import END, FIRST, ONE, SECOND, TWO, action, error, flow, leads, says, when

from reconciler.model import DocumentContext
from reconciler.resources.connect.contact_flow_model import FlowType
from reconciler.resources.connect.flow_language import shell
from reconciler.resources.connect.flow_lint import check

HERE = DocumentContext({"type": "CONTACT_FLOW"}, "111111111111", "eu-west-2")


def mistakes(document: Any, context: DocumentContext = HERE) -> list[str]:
    return [found.message for found in check(document, context) if not found.warning]


def warnings(document: Any, context: DocumentContext = HERE) -> list[str]:
    return [found.message for found in check(document, context) if found.warning]


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


def queued(**parts: Any) -> dict[str, Any]:
    """A flow that sets a queue."""
    errors = {"Errors": [error("NoMatchingError")], **parts.pop("Transitions", {})}
    return flow(action("UpdateContactTargetQueue", Transitions=errors, **parts))


MESSAGE = 'action "a" (MessageParticipant): '
FAULTS = {
    "no object": ([], ["a flow is a JSON object"]),
    "the old console export": (LEGACY, [OLD_EXPORT]),
    "nothing": ({}, ['Version has to be "2019-10-30"', "Actions has to be a list with at least one action"]),
    "another version": (flow(FIRST, Version="2"), ['Version has to be "2019-10-30"']),
    "no actions": (flow(FIRST, Actions=[]), ["Actions has to be a list with at least one action"]),
    "actions by name": (
        flow(FIRST, Actions={"a": FIRST}),
        ["Actions has to be a list with at least one action"],
    ),
    "an action that is none": (flow(FIRST, Actions=["a"]), ["every action has to be a JSON object"]),
    "too many actions": (
        flow(*(action(name=f"a{index}") for index in range(250))),
        ["251 actions; AWS takes 250"],
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
        ['Identifier "toString": AWS keeps this word for itself; take another'],
    ),
    "no type": (flow({**FIRST, "Type": None}), ['action "a": needs a Type']),
    "a type in a list": (flow({**FIRST, "Type": ["Wait"]}), ['action "a": needs a Type']),
    "parameters that are none": (
        flow({**WAITS, "Parameters": ["x"]}),
        [
            'action "a" (MessageParticipantIteratively): Parameters has to be a JSON object',
            'action "a" (MessageParticipantIteratively): parameter Messages is missing',
        ],
    ),
    "an end that goes on": (
        flow(FIRST, {**END, "Identifier": "b", "Transitions": {"NextAction": "a"}}),
        ['action "b" (DisconnectParticipant): it ends the flow and takes no Transitions'],
    ),
    "no next action": (
        flow({**FIRST, "Transitions": {}}),
        [MESSAGE + "NextAction is missing: write the Identifier of the action that comes next"],
    ),
    "no next action where no contact takes it": (
        flow({**CHECKS, "Transitions": {"Errors": [error("NoMatchingCondition")]}}),
        [
            (
                'action "a" (Compare): NextAction is missing: no contact takes it, but AWS wants one; '
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
                'action "a" (Compare): a condition has one of AWS\'s operators, such as Equals, and one operand in '
                "Operands"
            )
        ],
    ),
    "transitions that are none": (
        flow({**FIRST, "Transitions": "end"}),
        [MESSAGE + "Transitions has to be a JSON object, its Errors and Conditions lists of JSON objects"],
    ),
    "errors that are none": (
        leads(Errors=["NoMatchingError"]),
        [MESSAGE + "Transitions has to be a JSON object, its Errors and Conditions lists of JSON objects"],
    ),
    "conditions where the type has none": (
        leads(Conditions=[ONE, TWO]),
        [MESSAGE + "it takes no Conditions"],
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
        ['action "a" (TransferContactToQueue): the error branch QueueAtCapacity is missing; AWS wants it'],
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
    "two prompts": (says(Text="x", SSML="y"), [MESSAGE + "only one of Text and SSML can stand here"]),
    "a value that AWS does not know": (
        flow(action("UpdateFlowLoggingBehavior", Parameters={"FlowLoggingBehavior": "On"})),
        [
            'action "a" (UpdateFlowLoggingBehavior): FlowLoggingBehavior is "On"; AWS takes one of Enabled, Disabled'
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
        each for each in warnings(document) if "other flow types" not in each and "no way leads" not in each
    ] == []


@pytest.mark.parametrize("flow_type", FlowType.__args__)
def test_a_shell_is_a_flow(flow_type: Any) -> None:
    found = check(json.loads(shell(flow_type)), DocumentContext({"type": flow_type}))
    assert found == []


def test_a_shell_of_an_unknown_type_is_a_flow() -> None:
    assert mistakes(json.loads(shell("BRAND_NEW"))) == []


# -- warnings ------------------------------------------------------------------------------------------------------------


def menu(seconds: Any) -> dict[str, Any]:
    """A flow that waits so long for a key."""
    names = ("InputTimeLimitExceeded", "NoMatchingCondition", "NoMatchingError")
    return flow(
        action(
            "GetParticipantInput",
            Parameters={"StoreInput": "False", "Text": "Press 1", "InputTimeLimitSeconds": seconds},
            Transitions={"Errors": [error(name) for name in names], "Conditions": [when("Equals", "1")]},
        )
    )


LIMIT = 'action "a" (GetParticipantInput): InputTimeLimitSeconds is {}; AWS documents 1 to 180'


def test_an_input_time_limit_above_the_documented_one_is_a_warning_and_no_time_at_all_is_a_mistake() -> None:
    assert (mistakes(menu("300")), warnings(menu("300"))) == ([], [LIMIT.format('"300"')])
    assert (mistakes(menu("180")), warnings(menu("180"))) == ([], [])
    assert mistakes(menu("0")) == [LIMIT.format('"0"')]
    assert mistakes(menu("soon")) == [LIMIT.format('"soon"')]
    assert mistakes(menu(True)) == [LIMIT.format("true")]


WARNED = {
    "an unknown parameter": (
        says(Text="x", Texxt="y"),
        [MESSAGE + 'parameter "Texxt" is not known for this type; did you mean "Text"?'],
    ),
    "a parameter where the type has none": (
        flow({**END, "Identifier": "a", "Parameters": {"Why": "x"}}),
        [
            'action "a" (DisconnectParticipant): parameter "Why": this type is known without any',
            'action "end": no way leads to it from StartAction',
        ],
    ),
    "a new error": (
        leads(Errors=[error("BrandNew")]),
        [MESSAGE + "MessageParticipant has no error BrandNew"],
    ),
    "an error twice": (
        leads(Errors=[error("NoMatchingError"), error("NoMatchingError")]),
        [MESSAGE + "the error NoMatchingError stands twice"],
    ),
    "an action that nothing leads to": (
        {**flow(FIRST), "Actions": [*flow(FIRST)["Actions"], {**END, "Identifier": "z"}]},
        ['action "z": no way leads to it from StartAction'],
    ),
    "a type by the name of its page": (
        flow({**FIRST, "Type": "UpdateRoutingCriteria"}),
        [
            (
                'action "a": deployed flows write the type "UpdateContactRoutingCriteria" instead of '
                '"UpdateRoutingCriteria"'
            )
        ],
    ),
    "a type that needs a feature": (
        flow(action("RouteContactToAgent", Transitions={"Errors": [error("NoMatchingError")]})),
        ['action "a" (RouteContactToAgent): AWS takes this type only where its feature is enabled'],
    ),
    "conditions that do not fit": (
        flow(
            action(
                "CheckHoursOfOperation",
                Transitions={"Conditions": [when("Equals", "True")], "Errors": [error("NoMatchingError")]},
            )
        ),
        [
            'action "a" (CheckHoursOfOperation): AWS wants other conditions: one Equals for each of True and False'
        ],
    ),
    "an id that the files cannot know": (
        queued(Parameters={"QueueId": "0" * 8 + "-0000-0000-0000-" + "0" * 12}),
        [
            (
                'action "a" (UpdateContactTargetQueue): QueueId is "00000000-0000-0000-0000-000000000000", an id that the '
                "files cannot know; write ${queue:Name}"
            )
        ],
    ),
}


@pytest.mark.parametrize(("document", "expected"), WARNED.values(), ids=WARNED.keys())
def test_what_may_be_wrong_with_a_flow(document: Any, expected: Any) -> None:
    assert mistakes(document) == []
    assert warnings(document) == expected


def test_a_type_in_another_flow_type_is_a_warning() -> None:
    found = warnings(flow(FIRST), DocumentContext({"type": "CUSTOMER_HOLD"}))
    assert MESSAGE + "AWS documents it for other flow types than CUSTOMER_HOLD" in found
    assert warnings(flow(FIRST), DocumentContext({"type": "CAMPAIGN"})) == []


def test_what_aws_checks_when_it_publishes_is_a_warning_in_a_draft() -> None:
    draft = DocumentContext({"type": "CONTACT_FLOW", "status": "SAVED"}, "111111111111", "eu-west-2")
    unfinished = flow(action("TransferContactToQueue"))
    assert len(mistakes(unfinished)) == 2
    assert (mistakes(unfinished, draft), len(warnings(unfinished, draft))) == ([], 2)


# -- references ----------------------------------------------------------------------------------------------------------

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
            f'{UPDATE}QueueId is "{HERE_ARN}/queue/q"; the files cannot know whether it exists in this instance; '
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
        f'{UPDATE}QueueId is "Sales", which is no id and no ARN; write ${{queue:Name}}'
    ]


def test_a_token_of_another_kind_is_a_mistake() -> None:
    assert mistakes(queued(Parameters={"QueueId": "${flow:Sales}"})) == [
        f"{UPDATE}QueueId names a queue, and ${{flow:Sales}} does not"
    ]


OF_A_QUEUE = ("${queue:Sales}", "${connect.queue:Sales}", "${queue:Sales#id}", "${connect.queue:Sales#arn}")


@pytest.mark.parametrize("text", OF_A_QUEUE)
def test_a_queue_is_named_by_any_reference_to_its_id_or_its_arn(text: str) -> None:
    assert mistakes(queued(Parameters={"QueueId": text})) == []


@pytest.mark.parametrize("text", ["${connect.user:ada}", "${connect.queue:Sales#name}", "${hours:Always#id}"])
def test_a_reference_to_anything_else_is_a_mistake(text: str) -> None:
    assert mistakes(queued(Parameters={"QueueId": text})) == [
        f"{UPDATE}QueueId names a queue, and {text} does not"
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


# -- odd flows -----------------------------------------------------------------------------------------------------------


def test_a_flow_that_only_leads_to_itself_is_a_flow() -> None:
    ring = flow(
        action(name="a", Transitions={"NextAction": "b"}), action(name="b", Transitions={"NextAction": "a"})
    )
    assert mistakes(ring) == []
    assert warnings(ring) == ['action "end": no way leads to it from StartAction']


def test_a_hostile_flow_is_judged_in_no_time() -> None:
    rows = [{"ErrorType": f"E{number}", "NextAction": f"x{number}"} for number in range(3_000)]
    actions = [action(name=f"a{number}", Transitions={"Errors": []}) for number in range(200)]
    actions[0]["Transitions"]["Errors"] = rows
    assert len(check(flow(*actions), HERE)) > 6_000

"""Errors when a flow is published, with AWS's observed messages."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.sandbox.connect import ConnectPlane
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.flows.default_flows import DEFAULT_FLOWS
from reconciler.sandbox.connect.flows.flow_check import problems_of
from tests.sandbox.connect.contact_centre import call

NME, NMC = "NoMatchingError", "NoMatchingCondition"
END = {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}


@pytest.fixture(scope="module")
def plane() -> ConnectPlane:
    return ConnectPlane("eu-west-2", "111111111111")


@pytest.fixture(scope="module")
def instance(plane: ConnectPlane) -> Instance:
    made = call(
        plane,
        "CreateInstance",
        IdentityManagementType="SAML",
        InstanceAlias="flows",
        InboundCallsEnabled=True,
        OutboundCallsEnabled=True,
    )
    return plane.instance(made["Id"])


def branch(*errors: str, conditions: Any = (), next_action: Any = "end") -> Any:
    made = {
        "NextAction": next_action,
        "Errors": [{"ErrorType": error, "NextAction": "end"} for error in errors],
        "Conditions": [
            {"NextAction": "end", "Condition": {"Operator": operator, "Operands": [operand]}}
            for operator, operand in conditions
        ],
    }
    return {name: value for name, value in made.items() if value}


def equals(*operands: str) -> Any:
    return [("Equals", operand) for operand in operands]


def check(
    instance: Instance, action_type: str, parameters: Any, transitions: Any, flow_type: str = "CONTACT_FLOW"
) -> Any:
    action = {"Identifier": "a", "Type": action_type, "Parameters": parameters, "Transitions": transitions}
    flow = {"Version": "2019-10-30", "StartAction": "a", "Actions": [action, END]}
    return problems_of(json.dumps(flow), flow_type, instance)


MENU = {"StoreInput": "False", "InputTimeLimitSeconds": "5", "Text": "Press 1"}
STORE = {
    "StoreInput": "True",
    "InputTimeLimitSeconds": "5",
    "Text": "Your number",
    "InputValidation": {"CustomValidation": {"MaximumLength": "4"}},
}
LEX = {"LexV2Bot": {"AliasArn": "arn:aws:lex:eu-west-2:111111111111:bot-alias/B/A"}, "Text": "Hi"}
LAMBDA = {
    "LambdaFunctionARN": "arn:aws:lambda:eu-west-2:111111111111:function:f",
    "InvocationTimeLimitSeconds": "3",
}

ACCEPTED = [
    ("MessageParticipant", {"Text": "Hi"}, branch()),
    ("GetParticipantInput", MENU, branch("InputTimeLimitExceeded", NMC, NME, conditions=equals("1", "#"))),
    ("GetParticipantInput", MENU, branch("InputTimeLimitExceeded", NMC, NME)),
    (
        "GetParticipantInput",
        {**MENU, "InputTimeLimitSeconds": "300"},
        branch("InputTimeLimitExceeded", NMC, NME),
    ),
    ("MessageParticipant", {"Text": "Hello", "SkipWhenDTMFBufferEnabled": "true"}, branch(NME)),
    ("InvokeLambdaFunction", {**LAMBDA, "BrandNew": {}}, branch(NME)),
    ("GetParticipantInput", STORE, branch(NME)),
    ("ConnectParticipantWithLexBot", LEX, branch(NME, NMC, conditions=equals("Intent"))),
    ("TransferContactToQueue", {}, branch("QueueAtCapacity", NME)),
    ("InvokeLambdaFunction", LAMBDA, branch(NME)),
    ("CheckHoursOfOperation", {}, branch(NME, conditions=equals("True", "False"))),
    (
        "CheckMetricData",
        {"MetricType": "NumberOfAgentsAvailable"},
        branch(NME, NMC, conditions=[("NumberGreaterThan", "0")]),
    ),
    ("Compare", {"ComparisonValue": "$.Attributes.x"}, branch(NMC, conditions=[("TextContains", "a")])),
    ("DistributeByPercentage", {}, branch(NMC, conditions=[("NumberLessThan", 4), ("NumberLessThan", "10")])),
    ("Loop", {"LoopCount": 2}, branch(conditions=equals("ContinueLooping", "DoneLooping"))),
    ("Wait", {"TimeLimitSeconds": "60"}, branch(NME, conditions=equals("WaitCompleted"))),
    ("UpdateFlowAttributes", {"FlowAttributes": {"a": {"Value": "b"}}}, branch(NME)),
    ("UpdateContactTextToSpeechVoice", {"TextToSpeechVoice": "Amy", "TextToSpeechEngine": "Turbo"}, branch()),
    ("UpdateContactData", {"Name": "x"}, branch(NME)),
    ("TagContact", {"Tags": {"aws:x": "y"}}, branch(NME)),
    ("UpdateContactTargetQueue", {"QueueId": "$.Attributes.queue"}, branch(NME)),
    ("UpdateContactEventHooks", {"EventHooks": {}}, branch(NME)),
    ("ResumeContact", {}, branch(NME)),
]


@pytest.mark.parametrize(("action_type", "parameters", "transitions"), ACCEPTED)
def test_good_actions_pass(instance: Instance, action_type: str, parameters: Any, transitions: Any) -> None:
    assert check(instance, action_type, parameters, transitions) == []


REFUSED = [
    (
        "TransferContactToQueue",
        {},
        branch(NME),
        "Action is missing required error. Error: QueueAtCapacity, Path: Actions[0]",
    ),
    (
        "UpdateFlowLoggingBehavior",
        {"FlowLoggingBehavior": "Enabled"},
        branch(NME),
        "Invalid Action error. Error: NoMatchingError, Path: Actions[0]",
    ),
    ("UnTagContact", {"TagKeys": ["a"]}, branch(NME), "Invalid Action type. Type: UnTagContact"),
    ("TransferContctToQueue", {}, branch(NME), "Invalid Action type. Type: TransferContctToQueue"),
    (
        "UntagContact",
        {"TagKeys": []},
        branch(NME),
        "Invalid Action property value. Path: Actions[0].Parameters.TagKeys",
    ),
    (
        "TagContact",
        {"Tags": {str(number): "x" for number in range(7)}},
        branch(NME),
        "More than 6 tags in Parameters.Tags",
    ),
    (
        "Wait",
        {"TimeoutSeconds": "60"},
        branch(NME, conditions=equals("WaitCompleted")),
        "Action is missing required property. Path: Actions[0].Parameters.TimeLimitSeconds",
    ),
    (
        "GetParticipantInput",
        {**MENU, "InputTimeLimitSeconds": "0"},
        branch("InputTimeLimitExceeded", NMC, NME),
        "Invalid Action property value. Path: Actions[0].Parameters.InputTimeLimitSeconds",
    ),
    (
        "InvokeLambdaFunction",
        {**LAMBDA, "InvocationTimeLimitSeconds": "9"},
        branch(NME),
        "Invalid Action property value. Path: Actions[0].Parameters.InvocationTimeLimitSeconds",
    ),
    (
        "InvokeLambdaFunction",
        {**LAMBDA, "ResponseValidation": {"ResponseType": "JSON_OBJECT"}},
        branch(NME),
        "Invalid Action property value. Path: Actions[0].Parameters.ResponseValidation.ResponseType",
    ),
    (
        "MessageParticipant",
        {"Text": "a", "SSML": "b"},
        branch(),
        "Only one of these properties may be defined. Properties: [Text, SSML]",
    ),
    (
        "ConnectParticipantWithLexBot",
        {"LexV2Bot": LEX["LexV2Bot"]},
        branch(NME, NMC),
        "At least one of [Text, SSML, PromptId, Media, LexInitializationData] must be set",
    ),
    (
        "ConnectParticipantWithLexBot",
        {"Text": "Hi"},
        branch(NME, NMC),
        "Action is missing required property. Path: Actions[0].Parameters.LexBot",
    ),
    (
        "Compare",
        {"ComparisonValue": "$.Attributes.x"},
        branch(NMC, next_action=None),
        "Action is missing required property. Path: Actions[0].Transitions.NextAction",
    ),
    (
        "DisconnectParticipant",
        {},
        branch(),
        "Action does not support transitions. Path: Actions[0].Transitions",
    ),
    (
        "GetParticipantInput",
        {"InputTimeLimitSeconds": "5"},
        branch("InputTimeLimitExceeded", NMC, NME),
        "Action is missing required property. Path: Actions[0].Parameters.StoreInput",
    ),
    (
        "GetParticipantInput",
        STORE,
        branch(NME, NMC),
        "Invalid Action error. Error: NoMatchingCondition, Path: Actions[0]",
    ),
    (
        "GetParticipantInput",
        {**STORE, "InputValidation": {"PhoneNumberValidation": {"NumberFormat": "E164"}}},
        branch(NME),
        "Action is missing required error. Error: InvalidPhoneNumber, Path: Actions[0]",
    ),
    (
        "CheckHoursOfOperation",
        {"HoursOfOperationId": None},
        branch(NME, conditions=equals("True", "False")),
        "Invalid Action property value. Path: Actions[0].Parameters.HoursOfOperationId",
    ),
    (
        "CheckHoursOfOperation",
        {},
        branch(NME, conditions=equals("True")),
        "Invalid Action property value. Path: Actions[0].Transitions.Conditions",
    ),
    (
        "DistributeByPercentage",
        {},
        branch(NMC, conditions=[("NumberLessThan", "10"), ("NumberLessThan", "4")]),
        "Invalid Action property value. Path: Actions[0].Transitions.Conditions",
    ),
    (
        "UpdateContactRecordingAndAnalyticsBehavior",
        {},
        branch(NME, "ChannelMismatch"),
        "Invalid Action property value. Path: Actions[0].Parameters",
    ),
    (
        "UpdateFlowAttributes",
        {"FlowAttributes": {"a": "b"}},
        branch(NME),
        "Invalid Action property value. Path: Actions[0].Parameters.FlowAttributes.a",
    ),
    (
        "UpdateContactAttributes",
        {"Attributes": {"a": "b"}},
        branch(NME, conditions=equals("x")),
        "Action does not support conditions. Path: Actions[0]",
    ),
    (
        "MessageParticipant",
        {"Text": "Hi"},
        branch(next_action="nowhere"),
        "Invalid Action property value. Path: Actions[0].Transitions.NextAction",
    ),
]


@pytest.mark.parametrize(("action_type", "parameters", "transitions", "problem"), REFUSED)
def test_bad_actions_are_refused(
    instance: Instance, action_type: str, parameters: Any, transitions: Any, problem: str
) -> None:
    assert problem in check(instance, action_type, parameters, transitions)


def test_all_default_flows_may_be_published(instance: Instance) -> None:
    for flow_type, content in DEFAULT_FLOWS.values():
        assert problems_of(content, flow_type, instance) == []


@pytest.mark.parametrize(
    ("action_type", "flow_type"),
    [("EndFlowModuleExecution", "CONTACT_FLOW"), ("EndFlowExecution", "CONTACT_FLOW")],
)
def test_some_actions_belong_elsewhere(instance: Instance, action_type: str, flow_type: str) -> None:
    assert check(instance, action_type, {}, {}, flow_type) == [
        f"Action is not supported in flow type. Type: {flow_type}, Path: Actions[0]"
    ]


REFERENCES = [
    ("UpdateContactTargetQueue", "QueueId", "queue", branch(NME)),
    ("TransferToFlow", "ContactFlowId", "contact-flow", branch(NME)),
    ("InvokeFlowModule", "FlowModuleId", "flow-module", branch(NME)),
    ("MessageParticipant", "PromptId", "prompt", branch()),
    (
        "CheckHoursOfOperation",
        "HoursOfOperationId",
        "operating-hours",
        branch(NME, conditions=equals("True", "False")),
    ),
]
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(("action_type", "member", "word", "transitions"), REFERENCES)
def test_references_to_nothing_are_refused(
    instance: Instance, action_type: str, member: str, word: str, transitions: Any
) -> None:
    problem = f"Invalid Action property value. Path: Actions[0].Parameters.{member}"
    for reference in (NOBODY, f"{instance.arn}/{word}/{NOBODY}"):
        assert check(instance, action_type, {member: reference}, transitions) == [problem]


def test_references_of_this_instance_pass_as_id_and_as_arn(plane: ConnectPlane, instance: Instance) -> None:
    queue = call(plane, "SearchQueues", InstanceId=instance.id)["Queues"][0]
    for reference in (queue["QueueId"], queue["QueueArn"]):
        assert check(instance, "UpdateContactTargetQueue", {"QueueId": reference}, branch(NME)) == []
    foreign = queue["QueueArn"].replace(instance.id, NOBODY)
    assert check(instance, "UpdateContactTargetQueue", {"QueueId": foreign}, branch(NME)) != []
    assert check(instance, "UpdateContactTargetQueue", {"QueueId": {}}, branch(NME)) != []


def test_every_event_hook_is_looked_up(instance: Instance) -> None:
    hooks = {"EventHooks": {"CustomerQueue": f"{instance.arn}/contact-flow/{NOBODY}"}}
    [problem] = check(instance, "UpdateContactEventHooks", hooks, branch(NME))
    assert problem == "Invalid Action property value. Path: Actions[0].Parameters.EventHooks.CustomerQueue"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"Version": "2020-01-01"}, "Version"),
        ({"StartAction": "nowhere"}, "StartAction"),
        ({"Actions": []}, "Actions"),
        ({"Actions": [END] * 251}, "Actions"),
        ({"Actions": [END, END]}, "Actions[1].Identifier"),
        ({"Actions": [END, {**END, "Identifier": "a:b"}]}, "Actions[1].Identifier"),
        ({"Actions": [END, {**END, "Identifier": "toString"}]}, "Actions[1].Identifier"),
    ],
)
def test_the_envelope_is_checked(instance: Instance, change: Any, path: str) -> None:
    flow = {"Version": "2019-10-30", "StartAction": "end", "Actions": [END], **change}
    assert problems_of(json.dumps(flow), "CONTACT_FLOW", instance) == [
        f"Invalid Action property value. Path: {path}"
    ]


def test_what_is_no_flow_is_refused(instance: Instance) -> None:
    assert problems_of("{", "CONTACT_FLOW", instance) == ["Invalid JSON"]
    assert problems_of("[]", "CONTACT_FLOW", instance) == ["Invalid JSON"]
    assert len(problems_of("{}", "CONTACT_FLOW", instance)) == 4
    assert problems_of(" " * 256_001, "CONTACT_FLOW", instance) == [
        "Content is longer than 256000 characters"
    ]


def test_at_most_fifty_problems_are_told(instance: Instance) -> None:
    bad = [{**END, "Identifier": str(number), "Type": "Nonsense"} for number in range(60)]
    flow = {"Version": "2019-10-30", "StartAction": "0", "Actions": bad}
    assert len(problems_of(json.dumps(flow), "CONTACT_FLOW", instance)) == 50


TYPES = sorted(
    {
        *(each[0] for each in ACCEPTED),
        *(each[0] for each in REFUSED),
        "MessageParticipantIteratively",
        "ShowView",
    }
)
NAMES = [
    "Text", "Messages", "QueueId", "EventHooks", "LexV2Bot", "ViewResource", "Tags", "TagKeys", "FlowAttributes",
    "StoreInput", "InputValidation", "Events", "LoopCount", "ResponseValidation", "InvocationTimeLimitSeconds",
]  # fmt: skip
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(0, 300)
    | st.sampled_from(["", "a", "True", "$.x", "arn:aws:lex:x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=5,
)
ACTION = st.fixed_dictionaries(
    {"Identifier": st.sampled_from(["a", "b"]), "Type": st.sampled_from(TYPES)},
    optional={
        "Parameters": st.dictionaries(st.sampled_from(NAMES), JSON, max_size=4) | JSON,
        "Transitions": st.dictionaries(st.sampled_from(["NextAction", "Errors", "Conditions"]), JSON) | JSON,
    },
)


@settings(max_examples=300, deadline=None)
@given(st.lists(ACTION | JSON, max_size=3))
def test_whatever_the_content_the_answer_is_a_list_of_problems(instance: Instance, actions: Any) -> None:
    flow = {"Version": "2019-10-30", "StartAction": "a", "Actions": actions}
    assert all(len(problem) <= 256 for problem in problems_of(json.dumps(flow), "CONTACT_FLOW", instance))

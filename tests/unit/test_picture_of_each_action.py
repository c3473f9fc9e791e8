"""One flow for each action type: the branches and values in its picture, as SVG and as Mermaid."""

import re
from typing import Any

import pytest

from reconciler.flow_language.actions import ACTIONS, STORED
from reconciler.pictures.model import Picture
from reconciler.pictures.render import mermaid, svg
from reconciler.pictures.sources.flow import draw
from reconciler.pictures.sources.flow_parser import read
from reconciler.pictures.sources.flow_vocabulary import ERRORS
from tests.unit.flow_facts import FACTS, STORE, Fact
from tests.unit.flow_toys import Content, action, flow

ARN = "arn:aws:connect:eu-west-2:111111111111:instance/i"
RECORDED = {"RecordedParticipants": ["Agent", "Customer"]}
STEPS = [
    {
        "Expression": {
            "AttributeCondition": {
                "Name": "Language",
                "Value": "French",
                "ProficiencyLevel": 3,
                "ComparisonOperator": "NumberGreaterOrEqualTo",
            }
        },
        "Expiry": {"DurationInSeconds": "30"},
    },
    {
        "Expression": {
            "AttributeCondition": {
                "ComparisonOperator": "Match",
                "MatchCriteria": {"AgentsCriteria": {"AgentIds": ["${user:ada}"]}},
            }
        }
    },
]
VALUES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "MessageParticipant": ({"Text": "Good day"}, ("“Good day”",)),
    "MessageParticipantIteratively": (
        {
            "Messages": [{"Text": "Please hold"}, {"PromptId": f"{ARN}/prompt/Music"}],
            "InterruptFrequencySeconds": "20",
        },
        ("Please hold, then Music", "Interrupted after 20 s"),
    ),
    "GetParticipantInput": (
        {"StoreInput": "False", "Text": "Press 1", "InputTimeLimitSeconds": "5"},
        ("“Press 1”", "Timeout after 5 s"),
    ),
    STORED: (
        {
            "StoreInput": "True",
            "SSML": "<speak>Your <break time='1s'/>number</speak>",
            "InputTimeLimitSeconds": "9",
            "InputValidation": {"CustomValidation": {"MaximumLength": "8"}},
        },
        ("“Your number”", "Up to 8 digits", "Waits 9 s"),
    ),
    "ConnectParticipantWithLexBot": (
        {"LexV2Bot": {"AliasArn": "arn:aws:lex:eu-west-2:1:bot-alias/BOT/LIVE"}, "Text": "What is it?"},
        ("“What is it?”", "Bot: BOT/LIVE"),
    ),
    "ShowView": (
        {
            "ViewResource": {"Id": "arn:aws:connect:eu-west-2:aws:view/form:1", "Version": "1"},
            "InvocationTimeLimitSeconds": "400",
        },
        ("form:1", "Version 1", "Timeout after 400 s"),
    ),
    "UpdateContactTargetQueue": ({"QueueId": "${queue:Sales}"}, ("Sales",)),
    "DequeueContactAndTransferToQueue": ({"AgentId": "${user:ada}"}, ("Agent: ada",)),
    "TransferToFlow": ({"ContactFlowId": "${flow:Evening}"}, ("Evening",)),
    "InvokeFlowModule": ({"FlowModuleId": f"{ARN}/flow-module/Checks"}, ("Checks",)),
    "EndFlowModuleExecution": ({"Result": "Paid"}, ("Paid",)),
    "InvokeLambdaFunction": (
        {
            "LambdaFunctionARN": "arn:aws:lambda:eu-west-2:1:function:look-up",
            "InvocationTimeLimitSeconds": "8",
            "LambdaInvocationAttributes": {"table": "customers"},
        },
        ("look-up", "Timeout after 8 s", "Sends: table = customers"),
    ),
    "CheckHoursOfOperation": ({"HoursOfOperationId": "${hours:Office}"}, ("Office",)),
    "CheckMetricData": (
        {"MetricType": "NumberOfAgentsStaffed", "QueueId": "${queue:Sales}"},
        ("Agents staffed", "Queue: Sales"),
    ),
    "GetMetricData": ({"QueueId": "${queue:Sales}", "QueueChannel": "Chat"}, ("Sales", "Channel: Chat")),
    "Compare": ({"ComparisonValue": "$.Attributes.language"}, ("$.Attributes.language",)),
    "Loop": ({"LoopCount": "3"}, ("Rounds: 3",)),
    "Wait": (
        {"TimeLimitSeconds": "60", "Events": ["CustomerReturned"]},
        ("At most 60 s", "Or until: the customer is back"),
    ),
    "UpdateContactAttributes": (
        {"Attributes": {"language": "en", "vip": "$.External.vip"}},
        ("language = en, vip = $.External.vip",),
    ),
    "UpdateFlowAttributes": ({"FlowAttributes": {"tries": {"Value": "2"}}}, ("tries = 2",)),
    "UpdateContactData": ({"LanguageCode": "ja-JP", "Name": "Order"}, ("Name: Order", "Language: ja-JP")),
    "UpdateContactEventHooks": (
        {"EventHooks": {"CustomerQueue": "${flow:Music}"}},
        ("Customer queue: Music",),
    ),
    "UpdateContactRoutingBehavior": ({"QueuePriority": "1"}, ("Priority 1",)),
    "UpdateContactRoutingCriteria": (
        {"RoutingCriteria": {"Steps": STEPS}},
        ("Language French ≥ 3 for 30 s, then agent ada",),
    ),
    "UpdateContactCallbackNumber": (
        {"CallbackNumber": "$.CustomerEndpoint.Address"},
        ("$.CustomerEndpoint.Address",),
    ),
    "CreateCallbackContact": (
        {
            "QueueId": "${queue:Sales}",
            "InitialCallDelaySeconds": "5",
            "MaximumConnectionAttempts": "2",
            "RetryDelaySeconds": "600",
        },
        ("Sales", "First call after 5 s", "Attempts: 2", "600 s between attempts"),
    ),
    "UpdateContactRecordingBehavior": (
        {"RecordingBehavior": {"RecordedParticipants": []}},
        ("Records nobody",),
    ),
    "UpdateContactRecordingAndAnalyticsBehavior": (
        {"VoiceBehavior": {"VoiceRecordingBehavior": RECORDED}},
        ("Records Agent and Customer",),
    ),
    "UpdateContactTextToSpeechVoice": (
        {"TextToSpeechVoice": "Amy", "TextToSpeechEngine": "Neural"},
        ("Amy", "Engine: Neural"),
    ),
    "UpdateFlowLoggingBehavior": ({"FlowLoggingBehavior": "Disabled"}, ("Disabled",)),
    "TagContact": ({"Tags": {"team": "red"}}, ("team = red",)),
    "UntagContact": ({"TagKeys": ["team", "shift"]}, ("team and shift",)),
    "TransferParticipantToThirdParty": (
        {"ThirdPartyPhoneNumber": "+442079460000", "ThirdPartyConnectionTimeLimitSeconds": "30"},
        ("+442079460000", "Rings 30 s"),
    ),
    "UpdateContactMediaStreamingBehavior": (
        {"MediaStreamingState": "Enabled", "Participants": [{"ParticipantType": "Customer"}]},
        ("Enabled", "ParticipantType = Customer"),
    ),
    "UpdatePreviousContactParticipantState": (
        {"PreviousContactParticipantState": "OffHold"},
        ("Nobody on hold",),
    ),
    "CreateTask": (
        {"Name": "Call back", "ContactFlowId": "${flow:Tasks}", "DelaySeconds": "60"},
        ("Call back", "Flow: Tasks", "After 60 s"),
    ),
    "CreateCase": (
        {"CaseTemplateId": "t1", "CaseRequestFields": {"f1": "late"}},
        ("Template: t1", "Fields: f1 = late"),
    ),
    "UpdateCase": ({"CaseId": "$.Case.case_id"}, ("Case: $.Case.case_id",)),
    "GetCase": ({"CustomerId": "$.Customer.ProfileId"}, ("Customer: $.Customer.ProfileId",)),
    "CheckVoiceId": ({"CheckVoiceIdOption": "enrollmentStatus"}, ("enrollmentStatus",)),
    "CompleteOutboundCall": ({"CallerId": {"Number": "+442079460001"}}, ("Caller id: +442079460001",)),
    "CreateContact": ({"ContactFlowId": "${flow:Tasks}"}, ("Flow: Tasks",)),
    "CreateWisdomSession": (
        {"WisdomAssistantArn": "arn:aws:wisdom:eu-west-2:1:assistant/helper"},
        ("Assistant: helper",),
    ),
    "StartOutboundChatContact": (
        {"DestinationEndpoint": {"Address": "$.CustomerEndpoint.Address"}, "InitialSystemMessage": "Hi"},
        ("To $.CustomerEndpoint.Address", "“Hi”"),
    ),
    "StartOutboundEmailContact": (
        {"DestinationEndpoint": {"Address": "ada@example.com"}},
        ("To ada@example.com",),
    ),
    "UpdateContactMediaProcessing": (
        {"ChatProcessor": {"LambdaProcessorARN": "arn:aws:lambda:eu-west-2:1:function:mask"}},
        ("Function: mask",),
    ),
    **{
        name: ({"ProfileRequestData": {"phone": "+1"}}, ("phone = +1",))
        for name, rules in ACTIONS.items()
        if "ProfileRequestData" in rules.tells
    },
}
CONDITIONS = {
    "True": "Open",
    "False": "Closed",
    "ContinueLooping": "Again",
    "DoneLooping": "Done",
    "WaitCompleted": "Waited",
    "CustomerReturned": "Customer is back",
    "MessagesInterrupted": "Interrupted",
    "CallAnswered": "Answered",
    "VoicemailBeep": "Voicemail, beep",
    "VoicemailNoBeep": "Voicemail, no beep",
    "NotDetected": "Not detected",
    "7": "Press 7",
}
EVERY = {**FACTS, STORED: STORE}


def operands(fact: Fact) -> list[str]:
    """An operand for each condition of the type."""
    known = {"none": [], "keys": ["7"], "any": ["yes"], "some": ["0"], "waiting": ["WaitCompleted"]}
    return known.get(fact.conditions, fact.conditions.split())


def whole(name: str) -> Content:
    """A flow with one action: each of its branches leads to its own action, NextAction to "on"."""
    fact = EVERY[name]
    parameters = VALUES.get(name, ({}, ()))[0]
    one = action("a", name.partition("(")[0], None if fact.way_on == "ends" else "on", **parameters)
    targets = ["on"]
    if fact.way_on != "ends":
        errors = [*fact.errors.split(), *fact.may.split()]
        one["Transitions"]["Errors"] = [{"ErrorType": each, "NextAction": each} for each in errors]
        answers = ["50"] if name == "DistributeByPercentage" else operands(fact)
        operator = {"DistributeByPercentage": "NumberLessThan", "CheckMetricData": "NumberGreaterThan"}
        one["Transitions"]["Conditions"] = [
            {
                "NextAction": f"if {each}",
                "Condition": {"Operator": operator.get(name, "Equals"), "Operands": [each]},
            }
            for each in answers
        ]
        targets += [*errors, *(f"if {each}" for each in answers)]
    return flow(one, *(action(each, "DisconnectParticipant") for each in targets))


def ways(picture: Picture, source: str = "a") -> dict[str, tuple[str, bool]]:
    return {edge.target: (edge.label, edge.quiet) for edge in picture.edges if edge.source == source}


def expected(name: str) -> dict[str, tuple[str, bool]]:
    """The branches that a contact can take, as texts."""
    fact = EVERY[name]
    if fact.way_on == "ends":
        return {}
    if name == "DistributeByPercentage":
        return {"if 50": ("49%", False), "NoMatchingCondition": ("51%", False)}
    found = {each: (ERRORS[each], True) for each in (*fact.errors.split(), *fact.may.split())}
    said = "> {}" if name == "CheckMetricData" else "{}"
    found |= {f"if {each}": (said.format(CONDITIONS.get(each, each)), False) for each in operands(fact)}
    return found


@pytest.mark.parametrize("name", EVERY)
def test_a_picture_shows_the_ways_that_a_contact_can_take_and_no_other(name: str) -> None:
    shown = ways(draw("Main", read(whole(name))))
    onward = shown.pop("on", None)
    assert (onward is not None) == (EVERY[name].way_on == "next")
    assert onward is None or not onward[1]
    assert shown == expected(name)


@pytest.mark.parametrize("name", EVERY)
def test_both_forms_show_the_same_ways(name: str) -> None:
    picture = draw("Main", read(whole(name)))
    chart, drawing = mermaid.draw(picture), svg.draw(picture)
    number = {node.id: f"n{index}" for index, node in enumerate(picture.nodes)}
    arrows = re.findall(r"^\s*n1 (-->|-\.->)(?:\|\"(.*?)\"\|)? (n\d+)$", chart, re.MULTILINE)
    assert {(target, arrow == "-.->") for arrow, _, target in arrows} == {
        (number[target], quiet) for target, (_, quiet) in ways(picture).items()
    }
    labels = [label for label, _ in ways(picture).values() if label]
    assert all(mermaid._label(label) in chart for label in labels)
    assert sum(len(label.split("\n")) for label in labels) == drawing.count('<text class="l"')


@pytest.mark.parametrize("name", [name for name in EVERY if VALUES.get(name) or ACTIONS[name].tells])
def test_the_values_that_decide_are_visible(name: str) -> None:
    picture = draw("Main", read(whole(name)))
    node = next(each for each in picture.nodes if each.id == "a")
    assert node.details == VALUES[name][1]
    assert node.kicker == ACTIONS[name].title
    chart, drawing = mermaid.draw(picture), svg.draw(picture)
    assert all(mermaid._label(each) in chart for each in node.details)
    written = "".join(re.findall(r'<text class="d"[^>]*>([^<]*)<', drawing)).replace(" ", "")
    assert all(each.replace(" ", "")[:20] in written for each in node.details)


# -- branches that depend on more than the type ------------------------------------------------------------------------


def split(*bounds: str, left: str | None = "rest") -> dict[str, tuple[str, bool]]:
    """The picture of a split by percentage with these bounds."""
    one = action("a", "DistributeByPercentage", "rest", errors={"NoMatchingCondition": left} if left else {})
    one["Transitions"]["Conditions"] = [
        {"NextAction": f"to {each}", "Condition": {"Operator": "NumberLessThan", "Operands": [each]}}
        for each in bounds
    ]
    ends = (action(each, "DisconnectParticipant") for each in ("rest", *(f"to {each}" for each in bounds)))
    return ways(draw("Main", read(flow(one, *ends))))


def test_a_split_shows_the_share_of_each_way() -> None:
    assert split("4", "10", "18") == {
        "to 4": ("3%", False),
        "to 10": ("6%", False),
        "to 18": ("8%", False),
        "rest": ("83%", False),
    }


def test_a_share_of_nothing_is_no_way() -> None:
    assert split("10", "4", "101") == {"to 10": ("9%", False), "to 101": ("91%", False)}


def test_a_split_that_is_none_shows_its_conditions_as_they_are() -> None:
    assert split("$.Attributes.x") == {
        "to $.Attributes.x": ("< $.Attributes.x", False),
        "rest": ("No match", True),
    }


def test_a_transfer_that_ends_the_flow_leads_nowhere_but_to_its_errors() -> None:
    errors = {"NoMatchingError": "wrong"}
    ends = (action("on", "DisconnectParticipant"), action("wrong", "DisconnectParticipant"))
    for stays, wanted in (("False", {"wrong"}), ("True", {"wrong", "on"})):
        one = action("a", "TransferParticipantToThirdParty", "on", errors=errors, ContinueFlowExecution=stays)
        assert set(ways(draw("Main", read(flow(one, *ends))))) == wanted


def test_of_two_conditions_that_are_the_same_only_the_first_is_a_way() -> None:
    one = action("a", "Compare", "x", errors={"NoMatchingCondition": "z"}, ComparisonValue="$.Channel")
    one["Transitions"]["Conditions"] = [
        {"NextAction": to, "Condition": {"Operator": "Equals", "Operands": ["VOICE"]}} for to in ("x", "y")
    ]
    ends = (action(each, "DisconnectParticipant") for each in "xyz")
    assert set(ways(draw("Main", read(flow(one, *ends))))) == {"x", "z"}


def test_an_error_that_the_type_does_not_have_is_no_way_and_a_new_one_is() -> None:
    one = action("a", "Compare", "x", errors={"NoMatchingError": "x", "BrandNew": "y"})
    ends = (action(each, "DisconnectParticipant") for each in "xy")
    assert ways(draw("Main", read(flow(one, *ends)))) == {"y": ("Brand new", True)}


def test_the_age_of_contacts_is_in_seconds() -> None:
    one = action("a", "CheckMetricData", "x", MetricType="OldestContactInQueueAgeSeconds")
    one["Transitions"]["Conditions"] = [
        {"NextAction": "x", "Condition": {"Operator": "NumberGreaterThan", "Operands": ["300000"]}}
    ]
    assert ways(draw("Main", read(flow(one, action("x", "DisconnectParticipant"))))) == {
        "x": ("> 300 s", False)
    }


def test_an_unknown_type_is_drawn_as_it_stands() -> None:
    one = action("a", "BrandNew", "x", errors={"NoMatchingError": "y"}, press={"1": "z"}, QueueId="Sales")
    ends = (action(each, "DisconnectParticipant") for each in "xyz")
    picture = draw("Main", read(flow(one, *ends)))
    assert ways(picture) == {"z": ("1", False), "x": ("Otherwise", False), "y": ("Error", True)}
    assert picture.nodes[1].details == ("Sales",)


SSML = "<speak><amazon:domain name='conversational'><prosody rate='slow'>Good &amp; <break time='1s'/> bye</prosody></amazon:domain></speak>"


def test_tags_of_ssml_take_no_room_of_the_prompt() -> None:
    prompt = flow(
        action("a", "MessageParticipant", "b", SSML=SSML),
        action(
            "b",
            "MessageParticipantIteratively",
            Messages=[{"SSML": SSML}, {"SSML": "<speak><audio src='s3://x'/></speak>"}],
        ),
    )
    nodes = draw("Main", read(prompt)).nodes
    assert nodes[1].details == ("“Good & bye”",)
    assert nodes[2].details == ("Good & bye, then <speak><audio src='s3://x'/></speak>",)

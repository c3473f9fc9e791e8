"""Comparison of flows by meaning, and mistakes in flows."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.decoder import Decoder
from reconciler.field_schema import fields_of
from reconciler.model import DocumentContext, Finding
from reconciler.planning.diff import differences
from reconciler.resources.connect.contact_flow_model import ContactFlow
from reconciler.resources.connect.flow_language import VERSION, canonical
from reconciler.resources.connect.flow_lint import check
from tests.unit.flow_documents import (
    END,
    FIRST,
    ONE,
    SECOND,
    TWO,
    action,
    error,
    flow,
    leads,
    of,
    says,
    when,
    without,
)

NOWHERE = DocumentContext({})
CONTENT = fields_of(ContactFlow)["content"]
ARN = "arn:aws:connect:eu-west-2:111111111111:instance/i1"
EQUAL = {
    "actions in another order": (
        flow(FIRST, SECOND, StartAction="a"),
        {**flow(FIRST, SECOND, StartAction="a"), "Actions": [END, SECOND, FIRST]},
    ),
    "keys in another order": (
        says(Text="x", SSML="y"),
        json.loads(json.dumps(says(SSML="y", Text="x"), sort_keys=True)),
    ),
    "escapes and white space": (
        says(Text="<a>"),
        json.loads(json.dumps(says(Text="<a>"), indent=3).replace("<", "\\u003c")),
    ),
    "positions on the canvas": (
        flow(FIRST, Metadata={"ActionMetadata": {"a": {"position": {"x": 1.5, "y": 2}}}}),
        flow(
            FIRST, Metadata={"ActionMetadata": {"a": {"Position": {"x": 9, "y": 9}, "isFriendlyName": True}}}
        ),
    ),
    "no metadata at all": (
        flow(FIRST),
        {key: value for key, value in flow(FIRST).items() if key != "Metadata"},
    ),
    "notes on the canvas": (flow(FIRST, Metadata={"Annotations": [{"content": "hm"}]}), flow(FIRST)),
    "no errors": (leads(Errors=[]), flow(action(Transitions={"Errors": None}))),
    "no conditions": (leads(Conditions=[]), flow({**FIRST, "Transitions": {"NextAction": "end"}})),
    "an empty next action": (leads(NextAction=""), flow({**FIRST, "Transitions": {}})),
    "no parameters": (says(), without(says(), "Parameters")),
    "no transitions of an end": (
        flow(FIRST),
        {**flow(FIRST), "Actions": [FIRST, {"Identifier": "end", "Type": END["Type"]}]},
    ),
    "a number as text": (of("Loop", LoopCount="5"), of("Loop", LoopCount=5)),
    "a time limit as text": (of("Wait", TimeLimitSeconds="300"), of("Wait", TimeLimitSeconds=300)),
    "a percentage as text": (
        leads(Conditions=[when("NumberLessThan", "50")]),
        leads(Conditions=[when("NumberLessThan", 50)]),
    ),
    "whole numbers and fractions": (of("X", ProficiencyLevel=3), of("X", ProficiencyLevel=3.0)),
    "errors in another order": (
        leads(Errors=[error("NoMatchingError"), error("InputTimeLimitExceeded")]),
        leads(Errors=[error("InputTimeLimitExceeded"), error("NoMatchingError")]),
    ),
    "different keys that a caller may press, in another order": (
        leads(Conditions=[ONE, TWO]),
        leads(Conditions=[TWO, ONE]),
    ),
    **{
        f"{name}, a set, in another order": (says(**{name: ["A", "B"]}), says(**{name: ["B", "A"]}))
        for name in (
            "RecordedParticipants",
            "ScreenRecordedParticipants",
            "Events",
            "MediaDirections",
            "TagKeys",
            "CaseResponseFields",
            "HideResponseOn",
        )
    },
    "a set within a structure, in another order": (
        says(RecordingBehavior={"RecordedParticipants": ["Agent", "Customer"]}),
        says(RecordingBehavior={"RecordedParticipants": ["Customer", "Agent"]}),
    ),
    "the contact at hand": (says(Text="x"), says(Text="x", TargetContact="Current")),
    "input that is not stored": (says(Text="x"), says(Text="x", StoreInput="False")),
    "a function that is waited for": (
        of("InvokeLambdaFunction", LambdaFunctionARN="f"),
        of("InvokeLambdaFunction", LambdaFunctionARN="f", InvocationType="SYNCHRONOUS"),
    ),
}


@pytest.mark.parametrize(("one", "other"), EQUAL.values(), ids=EQUAL.keys())
def test_flows_that_mean_the_same(one: Any, other: Any) -> None:
    assert canonical(one) == canonical(other)


DIFFERENT = {
    "attributes are text": (says(Attributes={"pin": "007"}), says(Attributes={"pin": "7"})),
    "numbers among attributes": (says(Attributes={"LoopCount": "5"}), says(Attributes={"LoopCount": 5})),
    "defaults among attributes": (says(Attributes={"TargetContact": "Current"}), says(Attributes={})),
    "text that looks like a number": (says(Text="1.0"), says(Text="1")),
    "keys to press are text": (
        leads(Conditions=[when("Equals", "007")]),
        leads(Conditions=[when("Equals", "7")]),
    ),
    "tags are text": (says(Tags={"Events": ["b", "a"]}), says(Tags={"Events": ["a", "b"]})),
    "true and its word": (says(DisableCancelKey=True), says(DisableCancelKey="True")),
    "words in another case": (says(StoreInput="True"), says(StoreInput="true")),
    "versions of a view": (
        of("ShowView", ViewResource={"Id": "view/v:1"}),
        of("ShowView", ViewResource={"Id": "view/v:2"}),
    ),
    "a reference at run time": (
        of("TransferToFlow", ContactFlowId=f"{ARN}/contact-flow/f"),
        of("TransferToFlow", ContactFlowId="$.Attributes.f"),
    ),
    "conditions of which the first true one wins": (
        leads(Conditions=[when("NumberLessThan", "5"), when("NumberLessThan", "9", to="a")]),
        leads(Conditions=[when("NumberLessThan", "9", to="a"), when("NumberLessThan", "5")]),
    ),
    "keys to press around a comparison": (
        leads(Conditions=[ONE, when("TextContains", "1", to="a")]),
        leads(Conditions=[when("TextContains", "1", to="a"), ONE]),
    ),
    "one key to press that leads to two places": (
        leads(Conditions=[ONE, when("Equals", "1", to="a")]),
        leads(Conditions=[when("Equals", "1", to="a"), ONE]),
    ),
    "messages in another order": (
        says(Messages=[{"Text": "a"}, {"Text": "b"}]),
        says(Messages=[{"Text": "b"}, {"Text": "a"}]),
    ),
    "steps of routing criteria in another order": (
        says(Steps=[{"a": 1}, {"b": 2}]),
        says(Steps=[{"b": 2}, {"a": 1}]),
    ),
    "lists for a view in another order": (
        of("ShowView", ViewData={"Items": [1, 2]}),
        of("ShowView", ViewData={"Items": [2, 1]}),
    ),
    "where it goes on": (leads(NextAction="end"), leads(NextAction="a")),
    "whether it goes on": (
        flow(action("MessageParticipantIteratively")),
        flow({**action("MessageParticipantIteratively"), "Transitions": {}}),
    ),
    "an action that nothing leads to": (
        flow(FIRST),
        {**flow(FIRST), "Actions": [*flow(FIRST)["Actions"], SECOND]},
    ),
    "one blank more": (says(Text="Hello."), says(Text="Hello. ")),
    "another form of the same letters": (says(Text="\u00e9"), says(Text="e\u0301")),
    "attributes of SSML in another order": (says(SSML='<a b="1" c="2"/>'), says(SSML='<a c="2" b="1"/>')),
    "an unknown type": (of("BrandNew", Count="5"), of("BrandNew", Count=5)),
    "a parameter by another name": (of("Wait", TimeLimitSeconds="5"), of("Wait", TimeoutSeconds="5")),
    "a type by another name": (
        of("UpdateContactRecordingBehavior", RecordedParticipants=["Agent"]),
        of("UpdateContactRecordingAndAnalyticsBehavior", RecordedParticipants=["Agent"]),
    ),
    "where it starts": (flow(FIRST, SECOND), flow(FIRST, SECOND, StartAction="b")),
    "its version": (flow(FIRST), flow(FIRST, Version="2020-01-01")),
    "which errors it catches": (leads(Errors=[error("NoMatchingError")]), leads(Errors=[])),
    "null and nothing": (says(Text=None), says()),
}


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_flows_that_do_not_mean_the_same(one: Any, other: Any) -> None:
    assert canonical(one) != canonical(other)


# -- references, with different ids on each side -------------------------------------------------------------------------


def inventory(arn: str) -> Decoder:
    """The decoder of one environment: it knows the id and the ARN of the queue Sales."""
    known = {("connect.queue", "q1"): "Sales", ("connect.queue", f"{arn}/queue/q1"): "Sales"}
    return Decoder(lambda kind, identity: known.get((kind, identity)))


def to_queue(identity: str) -> dict[str, Any]:
    return of("UpdateContactTargetQueue", QueueId=identity)


PROD = ARN.replace("111111111111", "222222222222")
REFERENCES = {
    "the ARN of a queue": (ARN, f"{ARN}/queue/q1", []),
    "the bare id of the same queue": (ARN, "q1", []),
    "the same queue of another environment": (PROD, f"{PROD}/queue/q1", []),
    "a queue of an account that nobody knows": (ARN, f"{PROD}/queue/q1", [f"{PROD}/queue/q1"]),
    "another queue": (ARN, f"{ARN}/queue/q2", [f"{ARN}/queue/q2"]),
    "a reference at run time": (ARN, "$.Attributes.queue", ["$.Attributes.queue"]),
}


@pytest.mark.parametrize(("arn", "identity", "expected"), REFERENCES.values(), ids=REFERENCES.keys())
def test_references_are_compared_by_name(arn: str, identity: str, expected: Any) -> None:
    observed = inventory(arn).decode(CONTENT, json.dumps(to_queue(identity)))
    found = list(differences("content", CONTENT, to_queue("${queue:Sales}"), observed))
    assert [each.observed for each in found] == expected
    assert all(each.field == "content.Actions.a.Parameters.QueueId" for each in found)


def test_an_arn_that_its_author_wrote_out_is_the_queue_that_it_names() -> None:
    written = to_queue(f"{ARN}/queue/q1")
    names = inventory(ARN)
    observed = names.decode(CONTENT, json.dumps(written))
    assert not list(differences("content", CONTENT, names.decode(CONTENT, written), observed))


# -- properties ------------------------------------------------------------------------------------------------------

words = st.sampled_from(
    ["Actions", "Identifier", "Type", "Transitions", "Errors", "Conditions", "a", "NextAction", "Operands"]
)
scraps = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
near_flows = st.builds(
    lambda actions, more: {"Version": VERSION, "StartAction": "a", "Actions": actions, **more},
    st.lists(
        st.fixed_dictionaries(
            {"Identifier": st.just("a") | scraps, "Type": st.just("Wait") | scraps},
            optional={
                "Parameters": scraps,
                "Transitions": scraps
                | st.fixed_dictionaries(
                    {}, optional=dict.fromkeys(("NextAction", "Errors", "Conditions"), scraps)
                ),
            },
        )
        | scraps,
        max_size=3,
    ),
    st.dictionaries(words, scraps, max_size=2),
)


@settings(deadline=None, max_examples=300)
@given(scraps | near_flows)
def test_whatever_the_document_it_is_judged_and_never_trips_us(document: Any) -> None:
    """Files may contain anything, and AWS stores drafts unchecked."""
    assert all(isinstance(each, Finding) and each.message for each in check(document, NOWHERE))
    assert canonical(document) == canonical(deepcopy(document))


@settings(deadline=None, max_examples=100)
@given(
    st.permutations(range(4)),
    st.dictionaries(st.sampled_from(["Text", "SSML", "Events", "LoopCount"]), scraps, max_size=3),
)
def test_the_order_of_actions_never_matters(places: Any, parameters: dict[str, Any]) -> None:
    actions = [action(name=f"a{index}", Parameters=parameters) for index in range(4)]
    assert canonical(flow(*actions, StartAction="a0")) == canonical(
        flow(*(actions[at] for at in places), StartAction="a0")
    )

"""A flow as a graph: actions and branches in plain words."""

from typing import Any

import pytest

from reconciler.pictures.model import Edge, Node, Picture
from reconciler.pictures.sources.flow import START, draw
from reconciler.pictures.sources.flow_parser import read
from reconciler.pictures.sources.flow_vocabulary import named, spaced
from tests.unit.flow_toys import action, flow, made_up, menu, renamed


def drawn(content: Any) -> Picture:
    return draw("Main", read(content))


def node(picture: Picture, name: str) -> Node:
    return next(each for each in picture.nodes if each.id == name)


def labels(picture: Picture, source: str) -> dict[str, tuple[str, bool]]:
    return {edge.target: (edge.label, edge.quiet) for edge in picture.edges if edge.source == source}


def test_each_action_says_what_it_does_and_its_most_telling_parameter() -> None:
    picture = drawn(menu())
    assert [(each.kicker, each.label, each.details) for each in picture.nodes] == [
        ("", "Start", ()),
        ("Play prompt", "Hello", ("“Hi”",)),
        ("Get customer input", "Menu", ("“Press 1 or 2”", "Timeout after 5 s")),
        ("Set working queue", "Sales", ("Sales",)),
        ("Set working queue", "Billing", ("Billing",)),
        ("Transfer to queue", "Go", ()),
        ("Disconnect", "Bye", ()),
    ]
    assert Edge(START, "Hello") in picture.edges


def test_branches_are_in_plain_words_and_errors_are_quiet() -> None:
    picture = drawn(menu())
    assert labels(picture, "Menu") == {
        "Sales": ("Press 1", False),
        "Billing": ("Press 2", False),
        "Bye": ("Timeout, No match, Error", True),
    }
    assert labels(picture, "Sales") == {"Go": ("", False), "Bye": ("Error", True)}
    assert labels(picture, "Go") == {"Bye": ("Queue full, Error", True)}


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        (
            action("a", "CheckHoursOfOperation", "shut", press={"True": "open", "False": "shut"}),
            {"open": ("Open", False), "shut": ("Closed", False)},
        ),
        (
            action("a", "InvokeLambdaFunction", "open", errors={"NoMatchingError": "shut"}),
            {"open": ("Success", False), "shut": ("Error", True)},
        ),
        (
            action(
                "a",
                "ConnectParticipantWithLexBot",
                "shut",
                press={"Buy": "open"},
                errors={"NoMatchingCondition": "shut"},
            ),
            {"open": ("Buy", False), "shut": ("No match", True)},
        ),
        (
            action("a", "TransferContactToQueue", "shut", errors={"SomethingNew": "open"}),
            {"open": ("Something new", True)},
        ),
    ],
)
def test_what_a_branch_is_called_depends_on_the_action(step: dict[str, Any], wanted: dict[str, Any]) -> None:
    ends = (action("open", "DisconnectParticipant"), action("shut", "DisconnectParticipant"))
    assert labels(drawn(flow(step, *ends)), "a") == wanted


def test_an_action_that_nobody_named_goes_by_what_it_does() -> None:
    names = made_up(menu())
    picture = drawn(renamed(menu(), names))
    sales, hello = node(picture, names["Sales"]), node(picture, names["Hello"])
    assert (sales.kicker, sales.label, sales.details) == ("Set working queue", "Sales", ())
    assert (hello.kicker, hello.label, hello.details) == ("", "Play prompt", ("“Hi”",))


def test_an_action_that_leads_to_itself_says_by_which_key() -> None:
    again = action("Menu", "GetParticipantInput", "Menu", Text="?", press={"*": "Menu"})
    assert node(drawn(flow(again)), "Menu").details == ("“?”", "↻ Press *")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("${queue:Sales}", "Sales"),
        ("arn:aws:connect:eu-west-2:1:instance/i/queue/q1", "q1"),
        ("arn:aws:lambda:eu-west-2:111111111111:function:look-up", "look-up"),
        ("$.Attributes.queue", "$.Attributes.queue"),
        (5, "5"),
    ],
)
def test_a_value_goes_by_the_name_in_it(value: Any, wanted: str) -> None:
    assert named(value) == wanted


@pytest.mark.parametrize(
    "content",
    [
        None,
        "a text",
        {},
        {"StartAction": "a", "Actions": "none"},
        {
            "StartAction": "a",
            "Actions": [None, 5, {}, {"Identifier": "a", "Type": "Wait", "Transitions": []}],
        },
        {
            "StartAction": 1,
            "Actions": [{"Parameters": [], "Transitions": {"Errors": [5], "Conditions": [{}]}}],
        },
        flow(action("a", "Wait", "nowhere", errors={"NoMatchingError": "nowhere"})),
    ],
)
def test_a_draft_that_is_no_proper_flow_is_drawn_as_far_as_it_goes(content: Any) -> None:
    picture = drawn(content)
    known = {each.id for each in picture.nodes}
    assert START in known
    assert all(edge.source in known and edge.target in known for edge in picture.edges)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("InputTimeLimitSeconds", "Input time limit seconds"),
        ("LambdaFunctionARN", "Lambda function ARN"),
        ("SSML", "SSML"),
        ("", ""),
        ("lower", "Lower"),
    ],
)
def test_a_name_of_aws_is_put_in_words(name: str, wanted: str) -> None:
    assert spaced(name) == wanted

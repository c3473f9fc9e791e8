"""AWS's errors about a flow are reported with the name of the action."""

import json

import pytest

from reconciler.resources.connect.flow_problems import explain

ACTIONS = [
    {"Identifier": "Hello", "Type": "MessageParticipant", "Parameters": {"Text": "Hi"}},
    {
        "Identifier": "Sales",
        "Type": "UpdateContactTargetQueue",
        "Parameters": {"QueueId": "arn:queue", "Messages": [{"PromptId": "p1"}]},
        "Transitions": {"NextAction": "x" * 500},
    },
]
CONTENT = json.dumps({"Actions": ACTIONS})
VALUE = "Invalid Action property value. Path: "


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            "Actions[1].Parameters.QueueId",
            ', action "Sales" (UpdateContactTargetQueue), QueueId is "arn:queue"',
        ),
        (
            "Actions[1].Parameters.Messages[0].PromptId",
            ', action "Sales" (UpdateContactTargetQueue), PromptId is "p1"',
        ),
        ("Actions[1].Parameters", ', action "Sales" (UpdateContactTargetQueue)'),
        ("Actions[0].Parameters.Missing", ', action "Hello" (MessageParticipant)'),
        ("Actions[0]", ', action "Hello" (MessageParticipant)'),
        ("Actions[2].Parameters", ""),
        ("Settings", ""),
    ],
)
def test_a_path_is_told_with_action_and_value(path: str, said: str) -> None:
    assert explain(VALUE + path, CONTENT) == f"{VALUE}{path}{said}"


def test_a_long_value_is_cut() -> None:
    told = explain(f"{VALUE}Actions[1].Transitions.NextAction", CONTENT)
    assert told.endswith("x…")
    assert len(told) < 400


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"Actions": 5}', '{"Actions": [5]}', b"x", 7])
def test_a_content_that_is_no_flow_changes_nothing(content: object) -> None:
    problem = f"{VALUE}Actions[0].Parameters.QueueId"
    assert explain(problem, content) == problem

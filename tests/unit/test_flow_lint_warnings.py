"""Possible mistakes in flows are warnings: AWS accepts them, or may accept them."""

from typing import Any

import pytest

from reconciler.model import DocumentContext
from tests.unit.flow_documents import END, FIRST, action, error, flow, leads, says, when
from tests.unit.flow_lint_toys import MESSAGE, mistakes, queued, warnings


def menu(seconds: Any) -> dict[str, Any]:
    """A flow that waits this many seconds for a key."""
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
            'action "a" (DisconnectParticipant): parameter "Why": this type has no parameters',
            'action "end" cannot be reached from StartAction',
        ],
    ),
    "a new error": (
        leads(Errors=[error("BrandNew")]),
        [MESSAGE + "MessageParticipant has no error BrandNew"],
    ),
    "an error twice": (
        leads(Errors=[error("NoMatchingError"), error("NoMatchingError")]),
        [MESSAGE + "the error NoMatchingError occurs twice"],
    ),
    "an action that nothing leads to": (
        {**flow(FIRST), "Actions": [*flow(FIRST)["Actions"], {**END, "Identifier": "z"}]},
        ['action "z" cannot be reached from StartAction'],
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
        ['action "a" (RouteContactToAgent): AWS accepts this type only if its feature is enabled'],
    ),
    "conditions that do not fit": (
        flow(
            action(
                "CheckHoursOfOperation",
                Transitions={"Conditions": [when("Equals", "True")], "Errors": [error("NoMatchingError")]},
            )
        ),
        [
            'action "a" (CheckHoursOfOperation): AWS requires other conditions: one Equals for each of True and False'
        ],
    ),
    "an id that the files cannot know": (
        queued(Parameters={"QueueId": "0" * 8 + "-0000-0000-0000-" + "0" * 12}),
        [
            (
                'action "a" (UpdateContactTargetQueue): QueueId is "00000000-0000-0000-0000-000000000000", an id that cannot '
                "be checked with the files; write ${queue:Name}"
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

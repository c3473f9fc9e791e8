"""Encoding of desired values for requests, and decoding of replies."""

import json
from dataclasses import replace
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.encoder import modelled
from reconciler.field_schema import fields_of
from reconciler.members import get_member, set_member
from reconciler.model import Cleared, Codec, Part, Ref, Rows, Secret, Unordered, Whole, Wire
from tests.unit.generated import DECODER, ENCODER, MINUTES, TREE, Model, models


class Place(Part):
    """A part whose two members are within one structure of AWS."""

    queue: Annotated[str | None, Ref("toy.queue"), Wire("Reference.QueueId")] = None
    channel: Annotated[str | None, Wire("Reference.Channel")] = None
    priority: int | None = None


class Timer(Part):
    at: Annotated[str | None, MINUTES] = None
    note: Annotated[str | None, Cleared("")] = None
    limit: int | None = None


class Thing(Part):
    text: str | None = None
    clearable: Annotated[str | None, Cleared("")] = None
    emptied: Annotated[list[str] | None, Unordered(), Cleared([])] = None
    at: Annotated[str | None, MINUTES] = None
    queue: Annotated[str | None, Ref("toy.queue"), Wire("QueueId")] = None
    queues: Annotated[list[Annotated[str, Ref("toy.queue")]] | None, Unordered(), Wire("QueueIds")] = None
    password: Secret | None = None
    timer: Timer | None = None
    whole: Annotated[Timer | None, Whole()] = None
    places: Annotated[list[Place] | None, Rows(("queue", "channel"))] = None
    ordered: list[Timer] | None = None
    labels: dict[str, Annotated[str, Ref("toy.queue")] | None] | None = None
    every: Annotated[dict[str, str] | None, Whole()] = None
    content: Annotated[dict[str, Any] | None, TREE] = None


FIELDS = fields_of(Thing)
SALES = "id!toy.queue!Sales"

# Written, observed and sent values.
SENT = {
    "nothing written, nothing observed": ({}, {}, {}),
    "written": ({"text": "a"}, {"Text": "b"}, {"Text": "a"}),
    "an unwritten field is sent as observed": (
        {"text": "a"},
        {"QueueId": "q1"},
        {"Text": "a", "QueueId": "q1"},
    ),
    "what the model does not know is not sent": ({}, {"Text": "a", "LastModified": 1}, {"Text": "a"}),
    "null leaves the field out": ({"text": None}, {"Text": "b"}, {}),
    "null where AWS has a word for it": ({"clearable": None}, {"Clearable": "b"}, {"Clearable": ""}),
    "null of a list that an empty one clears": ({"emptied": None}, {"Emptied": ["a"]}, {"Emptied": []}),
    "an empty list is sent": ({"emptied": []}, {"Emptied": ["a"]}, {"Emptied": []}),
    "a reference": ({"queue": "Sales"}, {}, {"QueueId": SALES}),
    "references": ({"queues": ["Sales"]}, {}, {"QueueIds": [SALES]}),
    "a map": ({"labels": {"x": "Sales"}}, {}, {"Labels": {"x": SALES}}),
    "unwritten entries of a map are sent as observed": (
        {"labels": {"x": "Sales", "y": None}},
        {"Labels": {"x": "a", "y": "b", "z": "c"}},
        {"Labels": {"x": SALES, "z": "c"}},
    ),
    "a map that is sent whole": (
        {"every": {"x": "1"}},
        {"Every": {"x": "2", "z": "3"}},
        {"Every": {"x": "1"}},
    ),
    "a coded value": ({"at": "90"}, {}, {"At": {"Minutes": 90}}),
    "a part is filled from what was observed": (
        {"timer": {"limit": 2}},
        {"Timer": {"At": {"Minutes": 5}, "Limit": 1, "Unknown": True}},
        {"Timer": {"At": {"Minutes": 5}, "Limit": 2}},
    ),
    "null within a part": (
        {"timer": {"limit": None, "note": None}},
        {"Timer": {"Limit": 1, "Note": "n", "At": {"Minutes": 5}}},
        {"Timer": {"Note": "", "At": {"Minutes": 5}}},
    ),
    "a part that is whole is sent as written": (
        {"whole": {"limit": 2}},
        {"Whole": {"At": {"Minutes": 5}, "Limit": 1}},
        {"Whole": {"Limit": 2}},
    ),
    "a whole part that nobody wrote is sent as observed": (
        {},
        {"Whole": {"Limit": 1}},
        {"Whole": {"Limit": 1}},
    ),
    "dotted names share a structure": (
        {"places": [{"queue": "Sales", "channel": "VOICE", "priority": 1}]},
        {},
        {"Places": [{"Reference": {"QueueId": SALES, "Channel": "VOICE"}, "Priority": 1}]},
    ),
    "a row is filled from the row that it is": (
        {"places": [{"queue": "Sales", "channel": "CHAT"}, {"queue": "Sales", "channel": "VOICE"}]},
        {
            "Places": [
                {"Reference": {"QueueId": SALES, "Channel": "VOICE"}, "Priority": 7, "Name": "Sales"},
                {"Reference": {"QueueId": "gone", "Channel": "VOICE"}, "Priority": 8},
            ]
        },
        {
            "Places": [
                {"Reference": {"QueueId": SALES, "Channel": "CHAT"}},
                {"Reference": {"QueueId": SALES, "Channel": "VOICE"}, "Priority": 7},
            ]
        },
    ),
    "rows that nobody wrote are sent as observed": (
        {"text": "a"},
        {"Places": [{"Reference": {"QueueId": "q", "Channel": "VOICE"}, "Extra": 1}]},
        {"Text": "a", "Places": [{"Reference": {"QueueId": "q", "Channel": "VOICE"}}]},
    ),
    "the only item of a list is filled from the only one that was observed": (
        {"ordered": [{"limit": 1}]},
        {"Ordered": [{"Limit": 2, "Note": "n"}]},
        {"Ordered": [{"Limit": 1, "Note": "n"}]},
    ),
    "items of a list are filled from those that agree with them": (
        {"ordered": [{"limit": 3}, {"limit": 1}, {"limit": 2, "at": "90"}]},
        {"Ordered": [{"Limit": 1, "Note": "n"}, {"Limit": 2, "At": {"Minutes": 5}, "Note": "m"}]},
        {
            "Ordered": [
                {"Limit": 3},
                {"Limit": 1, "Note": "n"},
                {"Limit": 2, "At": {"Minutes": 90}, "Note": "m"},
            ]
        },
    ),
    # The items cannot be matched with earlier ones.
    "items of a list that agree in nothing are sent as written": (
        {"ordered": [{"limit": 3}, {"limit": 4}]},
        {"Ordered": [{"Limit": 1, "Note": "n"}, {"Limit": 2, "Note": "m"}]},
        {"Ordered": [{"Limit": 3}, {"Limit": 4}]},
    ),
    "a secret is revealed": ({"password": Secret("ssm", "/pw")}, {}, {"Password": "revealed /pw"}),
}


@pytest.mark.parametrize(("written", "observed", "expected"), SENT.values(), ids=SENT.keys())
def test_what_is_sent(written: Any, observed: Any, expected: Any) -> None:
    assert ENCODER.members(FIELDS, written, observed) == expected


def test_a_document_is_sent_as_text_with_its_tokens_resolved() -> None:
    content = {"a": "${queue:Sales}", "b": ["${flow:Main}", "${lambda:x}", "é ${queue:Sales}"], "c": None}
    sent = ENCODER.members(FIELDS, {"content": content}, {})["Content"]
    assert sent == f'{{"a":"{SALES}","b":["id!toy.flow!Main","${{lambda:x}}","é {SALES}"],"c":null}}'


# The value in the reply, and its meaning.
READ = {
    "nothing": ({}, {}),
    "null is nothing": ({"Text": None}, {}),
    "members that the model does not know": ({"Text": "a", "Arn": "x"}, {"text": "a"}),
    "an id goes by its name": ({"QueueId": SALES}, {"queue": "Sales"}),
    "an id that nobody knows stays an id": ({"QueueId": "q9"}, {"queue": "q9"}),
    "a coded value": ({"At": {"Minutes": 90}}, {"at": "90"}),
    "a part": ({"Timer": {"Limit": 1, "Other": 2}}, {"timer": {"limit": 1}}),
    "rows": (
        {"Places": [{"Reference": {"QueueId": SALES, "Channel": "VOICE"}}]},
        {"places": [{"queue": "Sales", "channel": "VOICE"}]},
    ),
    "a dotted name whose structure is missing": (
        {"Places": [{"Priority": 1}]},
        {"places": [{"priority": 1}]},
    ),
    "a dotted name within what is no structure": ({"Places": [{"Reference": "x"}]}, {"places": [{}]}),
    "a map": ({"Labels": {"x": SALES}}, {"labels": {"x": "Sales"}}),
    "a document": (
        {"Content": json.dumps({"a": [SALES, "id!toy.flow!Main", "id!toy.user!Ada"]})},
        {"content": {"a": ["${queue:Sales}", "${flow:Main}", "id!toy.user!Ada"]}},
    ),
    "a document that is no JSON": ({"Content": "{oops"}, {"content": "{oops"}),
    "falsy values are values": ({"Timer": {"Limit": 0, "Note": ""}}, {"timer": {"limit": 0, "note": ""}}),
}


@pytest.mark.parametrize(("reply", "expected"), READ.values(), ids=READ.keys())
def test_what_a_reply_says(reply: Any, expected: Any) -> None:
    assert DECODER.fields(FIELDS, reply) == expected


MEMBERS = {
    "plain": ("A", {"A": 1}),
    "dotted": ("A.B", {"A": {"B": 1}}),
    "twice dotted": ("A.B.C", {"A": {"B": {"C": 1}}}),
}


@pytest.mark.parametrize(("wire", "members"), MEMBERS.values(), ids=MEMBERS.keys())
def test_a_member_by_its_name(wire: str, members: Any) -> None:
    made: dict[str, Any] = {}
    set_member(made, wire, 1)
    assert made == members
    assert get_member(members, wire) == 1
    assert get_member({}, wire) is None


def test_a_dotted_member_is_set_beside_the_others() -> None:
    members: dict[str, Any] = {"A": {"B": 1}}
    set_member(members, "A.C", 2)
    assert members == {"A": {"B": 1, "C": 2}}


def test_a_row_is_found_by_a_structure_whatever_the_order_of_its_members() -> None:
    clock = Codec(lambda text: dict(zip(("Hours", "Minutes"), text.split(":"), strict=True)), str)

    class Slot(Part):
        start: Annotated[str, clock]
        size: int | None = None

    class Day(Part):
        slots: Annotated[list[Slot], Rows(("start",))]

    observed = {"Slots": [{"Start": {"Minutes": "30", "Hours": "09"}, "Size": 3}]}
    assert ENCODER.members(fields_of(Day), {"slots": [{"start": "09:30"}]}, observed) == observed


# -- properties ------------------------------------------------------------------------------------------------------

unhurried = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])


@unhurried
@given(st.data(), models())
def test_what_was_sent_reads_back_as_written(data: st.DataObject, model: Model) -> None:
    value = data.draw(model.full)
    assert DECODER.decode(model.shape, ENCODER.encode(model.shape, value)) == value


@unhurried
@given(st.data(), models())
def test_sending_back_what_was_read_changes_nothing(data: st.DataObject, model: Model) -> None:
    observed = ENCODER.encode(model.shape, data.draw(model.full))
    assert modelled(model.shape, observed) == observed
    assert ENCODER.members(model.shape.fields, {}, observed) == observed
    assert ENCODER.encode(model.shape, DECODER.decode(model.shape, observed), observed) == observed


@unhurried
@given(st.data(), models())
def test_what_nobody_wrote_is_sent_as_observed(data: st.DataObject, model: Model) -> None:
    written, observed = data.draw(model.written), ENCODER.encode(model.shape, data.draw(model.full))
    sent = ENCODER.members(model.shape.fields, written, observed)
    for name, shape in model.shape.fields.items():
        if name not in written:
            assert get_member(sent, shape.wire or name) == get_member(observed, shape.wire or name)


KEPT = {
    "beside the fields": (
        {"text": "a"},
        {"Text": "b", "New": {"Of": [1]}},
        {"Text": "a", "New": {"Of": [1]}},
    ),
    "within a part": ({"timer": {"limit": 2}}, {"Timer": {"New": 1}}, {"Timer": {"Limit": 2, "New": 1}}),
    "not what is cleared": ({"text": None}, {"Text": "b", "New": 1}, {"New": 1}),
    "not within what is sent as written": (
        {"whole": {"limit": 2}},
        {"Whole": {"New": 1}},
        {"Whole": {"Limit": 2}},
    ),
    "within the row that it is": (
        {"places": [{"queue": "Sales", "channel": "VOICE"}]},
        {"Places": [{"Reference": {"QueueId": SALES, "Channel": "VOICE", "New": 1}, "Other": 2}]},
        {"Places": [{"Reference": {"QueueId": SALES, "Channel": "VOICE", "New": 1}, "Other": 2}]},
    ),
    "within what nobody wrote": (
        {"text": "a"},
        {"Places": [{"Reference": {"QueueId": "q"}, "Extra": 1}]},
        {"Text": "a", "Places": [{"Reference": {"QueueId": "q"}, "Extra": 1}]},
    ),
}


@pytest.mark.parametrize(("written", "observed", "expected"), KEPT.values(), ids=KEPT.keys())
def test_members_that_no_field_is_named_for_can_be_kept(written: Any, observed: Any, expected: Any) -> None:
    before = json.dumps(observed)
    assert replace(ENCODER, keeps_unknown=True).members(FIELDS, written, observed) == expected
    assert json.dumps(observed) == before


class Either(Part):
    """A part of which two fields are one member in AWS."""

    plain: Annotated[str | None, Wire("Value")] = None
    hidden: Annotated[Secret | None, Wire("Value")] = None


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ({"plain": "new"}, "new"),
        ({"hidden": Secret("ssm", "/a")}, "secret of /a"),
        ({}, "old"),
    ],
)
def test_of_two_fields_of_one_member_the_written_one_is_sent(written: dict[str, Any], sent: str) -> None:
    encoder = replace(ENCODER, reveal=lambda secret: f"secret of {secret.name}")
    assert encoder.members(fields_of(Either), written, {"Value": "old"}) == {"Value": sent}


class Route(Part):
    """A part with a list whose order has a meaning, and one whose order has none."""

    steps: list[str] | None = None
    tags: Annotated[list[str] | None, Unordered()] = None


class Routes(Part):
    routes: list[Route] | None = None


@pytest.mark.parametrize(
    ("written", "found"),
    [({"steps": ["b", "a"]}, 2), ({"steps": ["a", "b"]}, 1), ({"tags": ["y", "x"]}, 2)],
)
def test_an_unknown_member_stays_with_the_row_that_is_the_same(written: Any, found: int) -> None:
    live = [{"Steps": ["a", "b"], "Id": 1}, {"Steps": ["b", "a"], "Tags": ["x", "y"], "Id": 2}]
    encoder = replace(ENCODER, keeps_unknown=True)
    (sent,) = encoder.members(fields_of(Routes), {"routes": [written]}, {"Routes": live})["Routes"]
    assert sent["Id"] == found

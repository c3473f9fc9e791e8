"""Kinds whose create request has no tags: the next pass identifies resources that a pass has created but not tagged."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest

from reconciler.contract import Calls, Change, Create, Delete, Marked, Request, Sends
from reconciler.errors import Refused
from reconciler.model import Resource
from reconciler.stack import Desired, Stack
from tests.engine.small_faults import SORTS, Fault, Sort
from tests.engine.small_harness import Harness, kinds_with, marks, messages, outcomes, stack, want
from tests.engine.small_service import (
    ARNS,
    TAGGING,
    Service,
    Toy,
    Updates,
)


class Board(Resource):
    """A resource whose create sends the size, and whose note is sent in a second step."""

    size: int | None = None
    note: str | None = None


def set_note(change: Change) -> list[Request]:
    return [Request("update_board", {**change.address, "Note": change.desired.get("Note")})]


AFTER = replace(TAGGING, created_with=None)


class BoardAdapter(Toy):
    """A kind with unique names."""

    kind, model, tagging = "toy.board", Board, AFTER
    create = Create("create_board", ("size",))
    updates: ClassVar[Updates] = (
        Calls(set_note, ("note",), ("update_board",)),
        Sends("resize_board", ("size",)),
    )
    delete = Delete("delete_board")


class SlotAdapter(BoardAdapter):
    """A kind without names and create tokens."""

    kind = "toy.slot"
    identity: ClassVar[Marked] = Marked(address="Id", arn_in="Arn", arns=ARNS)
    create = Create("create_slot", ("size",))
    updates = (Sends("update_slot", ("note",)), Sends("resize_slot", ("size",)))
    delete = Delete("delete_slot")


class TicketAdapter(SlotAdapter):
    """A kind without names, but with create tokens."""

    kind = "toy.ticket"
    create = Create("create_ticket", ("size",), token="Token")
    updates = (Sends("update_ticket", ("note",)), Sends("resize_ticket", ("size",)))
    delete = Delete("delete_ticket")


@dataclass
class Untagged(Service):
    """The small service with families whose create requests have no tags."""

    def _create(self, family: str, scope: str | None, members: dict[str, Any]) -> dict[str, Any]:
        if family in ("board", "slot", "ticket") and "Tags" in members:
            raise Refused(f"create_{family}", "ValidationException", "Tags: there is no such parameter")
        token = members.get("Token")
        same = [each for each in self.live_resources if token and each.members.get("Token") == token]
        if same:
            return {"Id": same[0].id, "Arn": same[0].arn}
        return super()._create(family, scope, {"Name": f"{family} {len(self.live_resources)}", **members})

    def _update(self, operation: str, resource: Any, members: dict[str, Any]) -> dict[str, Any]:
        if "note" not in operation and operation.partition("_")[2] not in ("board", "slot", "ticket"):
            return super()._update(operation, resource, members)
        resource.members["Note"] = members.get("Note")
        self._note(f"note {resource.name}")
        return {}

    def _resize(self, _operation: str, resource: Any, members: dict[str, Any]) -> dict[str, Any]:
        resource.members["Size"] = members.get("Size")
        self._note(f"resize {resource.name}")
        return {}


ALL = kinds_with(BoardAdapter, SlotAdapter, TicketAdapter)
WRITTEN = {"size": 3, "note": "mine"}


def wanted(kind: str, settings: Mapping[str, Any] = WRITTEN, name: str = "One", **said: Any) -> Desired:
    return want(f"toy.{kind}/{name}", settings, kinds=ALL, **said)


def harness_with(*before: Desired) -> Harness:
    return Harness.settled(Untagged, stack(*before), ALL)


def there(harness: Harness, kind: str) -> list[tuple[Any, Any, Mapping[str, str]]]:
    return [
        (each.members.get("Size"), each.members.get("Note"), each.tags)
        for each in harness.service.live_resources
        if each.family == kind and each.died is None
    ]


ONE = [(3, "mine", marks("One"))]
KNOWN = ("board", "ticket")
"""The families whose untagged resources the next pass can identify."""


@pytest.mark.parametrize("kind", [*KNOWN, "slot"])
def test_the_tags_follow_right_after_the_create_and_before_all_else(kind: str) -> None:
    harness = harness_with()
    assert harness.run(stack(wanted(kind)), ALL).outcome == "settled"
    assert harness.service.mutating == [f"create_{kind}", "tag", f"update_{kind}"]
    assert there(harness, kind) == ONE
    harness.settle(stack(wanted(kind)), kinds=ALL)


@pytest.mark.parametrize("kind", KNOWN)
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("call", [0, 1, 2])
def test_whatever_fails_it_is_made_once_and_tagged_in_the_end(kind: str, sort: Sort, call: int) -> None:
    """At every call: a crash after create and before the tag, a refused tag call, or a lost reply."""
    harness, one = harness_with(), stack(wanted(kind))
    harness.run_with(Fault(["create_*", "tag", "update_*"][call], sort), one, ALL)
    harness.settle(one, passes=2, kinds=ALL)
    assert there(harness, kind) == ONE
    assert len([each for each in harness.service.journal if each.startswith("create")]) == 1


def test_a_tag_call_that_aws_refuses_says_what_is_there_already() -> None:
    harness = harness_with()
    harness.service.faults = [Fault("tag", "denied")]
    report = harness.run(stack(wanted("board")), ALL)
    (board,) = (each for each in harness.service.live_resources if each.family == "board")
    said = f"tag: AccessDeniedException: not authorized; {board.arn} exists, but has no mark yet"
    assert messages(report)["One"] == f"{said}; part of it is done"
    assert (outcomes(report)["One"], board.members.get("Note")) == ("refused", None)


def test_what_aws_is_still_at_work_on_is_tagged_once_it_lets_us() -> None:
    harness = harness_with()
    harness.clock.sleep(60)
    harness.service.describe_lag = 5
    assert harness.run(stack(wanted("board")), ALL).outcome == "settled"
    assert there(harness, "board") == ONE


# -- resources that cannot be told from those of others ------------------------------------------------------------------------


def crashed(kind: str = "slot") -> Harness:
    """A harness after a pass that crashed after the create and before the tag."""
    harness = harness_with()
    harness.run_with(Fault("create_*", "crash after"), stack(wanted(kind)), ALL)
    return harness


def refusal(harness: Harness, one: Stack) -> str:
    before = harness.service.state()
    report = harness.run(one, ALL)
    assert (outcomes(report)["One"], harness.service.state()) == ("refused", before)
    return messages(report)["One"]


def test_one_without_name_and_token_is_not_made_again_and_the_message_says_what_to_do() -> None:
    harness = crashed()
    (slot,) = (each for each in harness.service.live_resources if each.family == "slot")
    said = refusal(harness, stack(wanted("slot")))
    assert f"{slot.arn} has no mark and has the same settings" in said
    assert "set its tags reconciler:stack=shop/dev, reconciler:key=One; otherwise delete it" in said
    slot.tags |= marks("One")
    harness.settle(stack(wanted("slot")), kinds=ALL)
    assert there(harness, "slot") == ONE


@pytest.mark.parametrize("sort", ["lost with effect", "late"])
def test_after_a_lost_reply_nothing_is_made_a_second_time(sort: Sort) -> None:
    harness = harness_with()
    harness.run_with(Fault("create_slot", sort), stack(wanted("slot")), ALL)
    assert "has no mark and has the same settings" in refusal(harness, stack(wanted("slot")))
    assert len(there(harness, "slot")) == 1


def test_a_create_without_effect_is_made_by_the_next_pass() -> None:
    harness = harness_with()
    harness.service.faults = [Fault("create_slot", "lost")]
    assert outcomes(harness.run(stack(wanted("slot")), ALL))["One"] == "unsure"
    harness.settle(stack(wanted("slot")), passes=2, kinds=ALL)
    assert there(harness, "slot") == ONE


def test_several_alike_are_all_made() -> None:
    harness, names = harness_with(), ("One", "Two", "Three")
    harness.settle(stack(*(wanted("slot", name=each) for each in names)), kinds=ALL)
    assert sorted(each["reconciler:key"] for _, _, each in there(harness, "slot")) == sorted(names)


def test_what_has_other_settings_is_in_nobodys_way() -> None:
    harness = harness_with()
    harness.service.add("slot", "theirs", Size=4)
    harness.settle(stack(wanted("slot")), kinds=ALL)
    assert there(harness, "slot") == [(4, None, {}), *ONE]


# -- kinds with names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theirs", [{"Size": 4}, {"Size": 3, "Note": "theirs"}, {}])
def test_a_strangers_of_the_same_name_is_left_alone(theirs: Mapping[str, Any]) -> None:
    """With another size it is not what we would create, and its note would be overwritten."""
    harness = harness_with()
    harness.service.add("board", "One", **theirs)
    assert "`adopt: true` takes it" in refusal(harness, stack(wanted("board")))


def test_another_stacks_is_left_alone() -> None:
    harness = harness_with()
    harness.service.add("board", "One", {"reconciler:stack": "other/dev"}, Size=3)
    assert 'the mark of stack "other/dev"' in refusal(harness, stack(wanted("board")))


# -- a field that begins with another value ------------------------------------------------------------------------------------


class OpenBoardAdapter(BoardAdapter):
    """A board of size 0 until it has its marks."""

    create = Create("create_board", ("size",), begins={"size": 0})


BEGINS = {**ALL, "toy.board": OpenBoardAdapter()}


def test_a_field_gets_its_value_once_the_resource_has_its_marks() -> None:
    harness = harness_with()
    assert harness.run(stack(wanted("board")), BEGINS).outcome == "settled"
    assert harness.service.mutating == ["create_board", "tag", "update_board", "resize_board"]
    assert there(harness, "board") == ONE


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("operation", ["create_board", "tag", "update_board", "resize_board"])
def test_whatever_fails_a_begun_one_is_made_once(operation: str, sort: Sort) -> None:
    harness, one = harness_with(), stack(wanted("board"))
    harness.run_with(Fault(operation, sort), one, BEGINS)
    assert all(size == 0 or tags for size, _, tags in there(harness, "board"))
    harness.settle(one, passes=2, kinds=BEGINS)
    assert there(harness, "board") == ONE


@pytest.mark.parametrize("theirs", [{"Size": 3}, {"Size": 4}, {"Size": 0, "Note": "theirs"}])
def test_one_without_mark_that_has_begun_otherwise_is_a_strangers(theirs: Mapping[str, Any]) -> None:
    harness = harness_with()
    harness.service.add("board", "One", **theirs)
    report = harness.run(stack(wanted("board")), BEGINS)
    assert (outcomes(report)["One"], report.mutating_calls) == ("refused", 0)

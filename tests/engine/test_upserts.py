"""Kinds whose create overwrites an existing resource: resources of others are never overwritten, and a change loses nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from reconciler.contract import Create, Delete, Reads, Sends
from reconciler.model import Resource
from reconciler.planning.ownership import STACK_MARK
from reconciler.stack import Desired
from tests.engine.small_desk import Desk, kinds_with, marks, messages, outcomes, stack, want
from tests.engine.small_faults import Fault
from tests.engine.small_service import Service, Thing, Toy


class Board(Resource):
    """A resource that is always sent as a whole."""

    limit: int | None = None
    note: str | None = None
    text: str | None = None
    picture: str | None = None


class BoardAdapter(Toy):
    kind, model = "toy.board", Board
    create = Create("put_board", ("limit", "note", "text", "picture"), upsert=True)
    updates = (
        Sends(
            "put_board",
            ("limit", "note", "text", "picture"),
            whole=True,
            alternatives=((("text",), ("picture",)),),
        ),
    )
    delete = Delete("delete_board")
    reads = Reads(listed=frozenset({"limit"}))


@dataclass
class Boards(Service):
    """The small service with an operation that creates a board, or replaces all its settings except tags."""

    before: list[Callable[["Boards"], object]] = field(default_factory=list)
    """Functions that are called right before the next searches for a name."""

    def _do(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if operation == "search_board" and self.before:
            self.before.pop(0)(self)
        if operation != "put_board":
            return super()._do(operation, parameters)
        scope, tags = parameters.pop("CentreId"), parameters.pop("Tags", {})
        parameters.pop("Id", None)
        there = [each for each in self.things if each.died is None and each.name == parameters["Name"]]
        if there:
            there[0].members = parameters
        else:
            there = [Thing("board", f"board-{len(self.things)}", scope, parameters, tags, self.clock.now())]
            self.things += there
        self._note(f"put board {parameters['Name']}")
        return {"Id": there[0].id, "Arn": there[0].arn}


ALL = kinds_with(BoardAdapter)
LIMIT = {"limit": 5}


def board(settings: Mapping[str, Any], **said: Any) -> Desired:
    return want("toy.board/News", settings, kinds=ALL, **said)


@pytest.fixture
def desk() -> Desk:
    return Desk.settled(Boards, stack(), ALL)


def boards(desk: Desk) -> Boards:
    assert isinstance(desk.service, Boards)
    return desk.service


def run(desk: Desk, settings: Mapping[str, Any] = LIMIT, **said: Any) -> Any:
    return desk.run(stack(board(settings, **said)), ALL)


def strangers(**members: Any) -> Callable[[Boards], object]:
    """A function that creates a board with this name as another client."""
    return lambda service: service.add("board", "News", {"Owner": "ada"}, **members)


def test_it_is_created_once(desk: Desk) -> None:
    assert run(desk).outcome == "settled"
    news = desk.service.live("News")
    assert (news.members, news.tags) == ({"Name": "News", "Limit": 5}, marks("News"))
    desk.settle(stack(board(LIMIT)), kinds=ALL)


def test_what_a_stranger_made_since_the_plan_is_not_overwritten(desk: Desk) -> None:
    boards(desk).before = [strangers(Limit=9, Note="mine")]
    report = run(desk)
    assert outcomes(report)["News"] == "refused"
    assert "`adopt: true` takes it" in messages(report)["News"]
    news = desk.service.live("News")
    assert (news.members, news.tags) == ({"Name": "News", "Limit": 9, "Note": "mine"}, {"Owner": "ada"})


def test_what_a_stranger_made_since_with_our_settings_is_adopted(desk: Desk) -> None:
    boards(desk).before = [strangers(Limit=5, Note="mine")]
    report = run(desk)
    assert (outcomes(report)["News"], messages(report)["News"]) == (
        "done",
        "it already existed and is adopted",
    )
    news = desk.service.live("News")
    assert news.members == {"Name": "News", "Limit": 5, "Note": "mine"}
    assert news.tags == {"Owner": "ada", **marks("News")}


def test_another_stacks_is_not_touched_even_where_it_is_to_be_adopted(desk: Desk) -> None:
    theirs = {STACK_MARK: "other/dev"}
    boards(desk).before = [lambda service: service.add("board", "News", theirs, Limit=9)]
    assert outcomes(run(desk, adopt=True))["News"] == "refused"
    assert desk.service.live("News").members["Limit"] == 9


def test_what_another_pass_of_ours_made_since_is_changed_and_not_doubled(desk: Desk) -> None:
    boards(desk).before = [lambda service: service.add("board", "News", marks("News"), Limit=9, Note="kept")]
    assert run(desk).outcome == "settled"
    assert desk.service.names("board") == ["News"]
    assert desk.service.live("News").members == {"Name": "News", "Limit": 5, "Note": "kept"}


def test_a_lost_reply_leaves_one(desk: Desk) -> None:
    desk.service.faults = [Fault("put_board", "lost with effect")]
    assert run(desk).outcome == "settled"
    assert desk.service.journal == ["put board News"]


def test_a_lost_request_is_sent_again_after_a_look(desk: Desk) -> None:
    desk.service.faults = [Fault("put_board", "lost")]
    assert run(desk).outcome == "settled"
    assert desk.service.journal == ["put board News"]


def test_after_a_lost_request_a_stranger_is_not_overwritten(desk: Desk) -> None:
    desk.service.faults = [Fault("put_board", "lost")]
    boards(desk).before = [lambda _service: None, strangers(Limit=9)]
    assert outcomes(run(desk))["News"] == "refused"
    assert desk.service.live("News").members["Limit"] == 9


def test_where_aws_does_not_answer_the_look_nothing_is_sent(desk: Desk) -> None:
    desk.service.faults = [Fault("search_board", "lost", times=99)]
    assert outcomes(run(desk))["News"] == "waiting"
    assert desk.service.journal == []
    desk.service.faults.clear()
    assert run(desk).outcome == "settled"


# -- changes ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def settled(desk: Desk) -> Desk:
    run(desk)
    desk.service.live("News").members |= {"Note": "by hand", "NextYear": {"Deep": [1]}}
    desk.service.journal.clear()
    return desk


def meanwhile(desk: Desk, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Call a function right before the resource is read for its change."""
    whole = desk.service.call

    def call(operation: str, **parameters: Any) -> dict[str, Any]:
        if operation == "describe_board":
            act()
        return whole(operation, **parameters)

    monkeypatch.setattr(desk.service, "call", call)


def test_a_change_keeps_what_nobody_wrote_and_what_the_kind_does_not_know(settled: Desk) -> None:
    assert run(settled, {"limit": 6}).outcome == "settled"
    members = settled.service.live("News").members
    assert members == {"Name": "News", "Limit": 6, "Note": "by hand", "NextYear": {"Deep": [1]}}


def test_a_change_keeps_what_somebody_changed_since_the_plan(
    settled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(settled, monkeypatch, lambda: settled.service.live("News").members.update(Note="changed since"))
    assert run(settled, {"limit": 6}).outcome == "settled"
    assert settled.service.live("News").members["Note"] == "changed since"


def test_what_is_gone_by_the_time_of_the_change_is_not_made_unmarked(
    settled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def go() -> None:
        for each in settled.service.things:
            each.died = 0.0 if each.name == "News" else each.died

    meanwhile(settled, monkeypatch, go)
    assert outcomes(run(settled, {"limit": 6}))["News"] == "waiting"
    assert settled.service.names("board") == []


def test_what_is_a_strangers_by_the_time_of_the_change_is_not_touched(
    settled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(settled, monkeypatch, settled.service.live("News").tags.clear)
    report = run(settled, {"limit": 6})
    assert "no longer has the mark of this stack" in messages(report)["News"]
    assert settled.service.live("News").members["Limit"] == 5


def test_a_field_that_excludes_another_takes_its_place(desk: Desk) -> None:
    run(desk, {"text": "Hello"})
    assert run(desk, {"picture": "sun.png"}).outcome == "settled"
    assert desk.service.live("News").members == {"Name": "News", "Picture": "sun.png"}


def test_what_excludes_nothing_that_is_written_stays(desk: Desk) -> None:
    run(desk, {"text": "Hello"})
    assert run(desk, {"limit": 1}).outcome == "settled"
    assert desk.service.live("News").members == {"Name": "News", "Text": "Hello", "Limit": 1}

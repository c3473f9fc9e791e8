"""Kinds whose create overwrites an existing resource: resources of others are never overwritten, and a change loses nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from reconciler.contract import Create, Delete, Reads, Sends
from reconciler.model import Resource
from reconciler.planning.ownership import STACK_MARK
from reconciler.stack import Desired
from tests.engine.small_faults import Fault
from tests.engine.small_harness import Harness, kinds_with, marks, messages, outcomes, stack, want
from tests.engine.small_service import Service, Toy, ToyResource


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
        there = [
            each for each in self.live_resources if each.died is None and each.name == parameters["Name"]
        ]
        if there:
            there[0].members = parameters
        else:
            there = [
                ToyResource(
                    "board", f"board-{len(self.live_resources)}", scope, parameters, tags, self.clock.now()
                )
            ]
            self.live_resources += there
        self._note(f"put board {parameters['Name']}")
        return {"Id": there[0].id, "Arn": there[0].arn}


ALL = kinds_with(BoardAdapter)
LIMIT = {"limit": 5}


def board(settings: Mapping[str, Any], **said: Any) -> Desired:
    return want("toy.board/News", settings, kinds=ALL, **said)


@pytest.fixture
def harness() -> Harness:
    return Harness.settled(Boards, stack(), ALL)


def boards(harness: Harness) -> Boards:
    assert isinstance(harness.service, Boards)
    return harness.service


def run(harness: Harness, settings: Mapping[str, Any] = LIMIT, **said: Any) -> Any:
    return harness.run(stack(board(settings, **said)), ALL)


def strangers(**members: Any) -> Callable[[Boards], object]:
    """A function that creates a board with this name as another client."""
    return lambda service: service.add("board", "News", {"Owner": "ada"}, **members)


def test_it_is_created_once(harness: Harness) -> None:
    assert run(harness).outcome == "settled"
    news = harness.service.live("News")
    assert (news.members, news.tags) == ({"Name": "News", "Limit": 5}, marks("News"))
    harness.settle(stack(board(LIMIT)), kinds=ALL)


def test_what_a_stranger_made_since_the_plan_is_not_overwritten(harness: Harness) -> None:
    boards(harness).before = [strangers(Limit=9, Note="mine")]
    report = run(harness)
    assert outcomes(report)["News"] == "refused"
    assert "`adopt: true` takes it" in messages(report)["News"]
    news = harness.service.live("News")
    assert (news.members, news.tags) == ({"Name": "News", "Limit": 9, "Note": "mine"}, {"Owner": "ada"})


def test_what_a_stranger_made_since_with_our_settings_is_adopted(harness: Harness) -> None:
    boards(harness).before = [strangers(Limit=5, Note="mine")]
    report = run(harness)
    assert (outcomes(report)["News"], messages(report)["News"]) == (
        "done",
        "it already existed and is adopted",
    )
    news = harness.service.live("News")
    assert news.members == {"Name": "News", "Limit": 5, "Note": "mine"}
    assert news.tags == {"Owner": "ada", **marks("News")}


def test_another_stacks_is_not_touched_even_where_it_is_to_be_adopted(harness: Harness) -> None:
    theirs = {STACK_MARK: "other/dev"}
    boards(harness).before = [lambda service: service.add("board", "News", theirs, Limit=9)]
    assert outcomes(run(harness, adopt=True))["News"] == "refused"
    assert harness.service.live("News").members["Limit"] == 9


def test_what_another_pass_of_ours_made_since_is_changed_and_not_doubled(harness: Harness) -> None:
    boards(harness).before = [
        lambda service: service.add("board", "News", marks("News"), Limit=9, Note="kept")
    ]
    assert run(harness).outcome == "settled"
    assert harness.service.names("board") == ["News"]
    assert harness.service.live("News").members == {"Name": "News", "Limit": 5, "Note": "kept"}


def test_a_lost_reply_leaves_one(harness: Harness) -> None:
    harness.service.faults = [Fault("put_board", "lost with effect")]
    assert run(harness).outcome == "settled"
    assert harness.service.journal == ["put board News"]


def test_a_lost_request_is_sent_again_after_a_look(harness: Harness) -> None:
    harness.service.faults = [Fault("put_board", "lost")]
    assert run(harness).outcome == "settled"
    assert harness.service.journal == ["put board News"]


def test_after_a_lost_request_a_stranger_is_not_overwritten(harness: Harness) -> None:
    harness.service.faults = [Fault("put_board", "lost")]
    boards(harness).before = [lambda _service: None, strangers(Limit=9)]
    assert outcomes(run(harness))["News"] == "refused"
    assert harness.service.live("News").members["Limit"] == 9


def test_where_aws_does_not_answer_the_look_nothing_is_sent(harness: Harness) -> None:
    harness.service.faults = [Fault("search_board", "lost", times=99)]
    assert outcomes(run(harness))["News"] == "waiting"
    assert harness.service.journal == []
    harness.service.faults.clear()
    assert run(harness).outcome == "settled"


# -- changes ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def settled(harness: Harness) -> Harness:
    run(harness)
    harness.service.live("News").members |= {"Note": "by hand", "NextYear": {"Deep": [1]}}
    harness.service.journal.clear()
    return harness


def meanwhile(harness: Harness, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Call a function right before the resource is read for its change."""
    whole = harness.service.call

    def call(operation: str, **parameters: Any) -> dict[str, Any]:
        if operation == "describe_board":
            act()
        return whole(operation, **parameters)

    monkeypatch.setattr(harness.service, "call", call)


def test_a_change_keeps_what_nobody_wrote_and_what_the_kind_does_not_know(settled: Harness) -> None:
    assert run(settled, {"limit": 6}).outcome == "settled"
    members = settled.service.live("News").members
    assert members == {"Name": "News", "Limit": 6, "Note": "by hand", "NextYear": {"Deep": [1]}}


def test_a_change_keeps_what_somebody_changed_since_the_plan(
    settled: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(settled, monkeypatch, lambda: settled.service.live("News").members.update(Note="changed since"))
    assert run(settled, {"limit": 6}).outcome == "settled"
    assert settled.service.live("News").members["Note"] == "changed since"


def test_what_is_gone_by_the_time_of_the_change_is_not_made_unmarked(
    settled: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def go() -> None:
        for each in settled.service.live_resources:
            each.died = 0.0 if each.name == "News" else each.died

    meanwhile(settled, monkeypatch, go)
    assert outcomes(run(settled, {"limit": 6}))["News"] == "waiting"
    assert settled.service.names("board") == []


def test_what_is_a_strangers_by_the_time_of_the_change_is_not_touched(
    settled: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(settled, monkeypatch, settled.service.live("News").tags.clear)
    report = run(settled, {"limit": 6})
    assert "no longer has the mark of this stack" in messages(report)["News"]
    assert settled.service.live("News").members["Limit"] == 5


def test_a_field_that_excludes_another_takes_its_place(harness: Harness) -> None:
    run(harness, {"text": "Hello"})
    assert run(harness, {"picture": "sun.png"}).outcome == "settled"
    assert harness.service.live("News").members == {"Name": "News", "Picture": "sun.png"}


def test_what_excludes_nothing_that_is_written_stays(harness: Harness) -> None:
    run(harness, {"text": "Hello"})
    assert run(harness, {"limit": 1}).outcome == "settled"
    assert harness.service.live("News").members == {"Name": "News", "Text": "Hello", "Limit": 1}

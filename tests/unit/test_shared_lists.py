"""A list that several kinds of a look need is made once."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from reconciler.contract import Adapter, Api, Create, Delete, Named, Reads, RowsIn, Sighting
from reconciler.errors import BadRow, Refused, Unreadable
from reconciler.model import Resource
from reconciler.observing.shared_lists import SharedLists
from reconciler.runtime.clock import VirtualClock
from reconciler.service import Service
from tests.stub_api import StubApi

NAMES = {"Pens": ["blue", "red"], "Inks": ["black"]}


class Paper(Resource):
    size: str | None = None


def kind(
    name: str, member: str, types: tuple[str, ...] = (), *, beside: tuple[str, ...] = ()
) -> Adapter[Any]:
    """A kind whose rows are in a member of ListAll; with `types`, only of these types."""
    reads = Reads(
        list="list_all",
        list_with={"Types": [*types], "Max": 10} if types else {"Max": 10},
        types_in="Types" if types else "",
        rows_in=member,
        called=beside,
        listed=frozenset({"size"}),
    )
    declared = {
        "__module__": __name__,
        "kind": f"toy.{name}",
        "service": Service(name="toy"),
        "model": Paper,
        "identity": Named(name="Name", arns=("arn:{partition}:toy:{region}:{account}:{name}",)),
        "create": Create(f"create_{name}", ("size",), fixed=frozenset({"size"})),
        "delete": Delete(f"delete_{name}"),
        "reads": reads,
    }
    made: Adapter[Any] = type("ToyAdapter", (Adapter,), declared)()
    return made


class Desk(StubApi):
    """An API with pens and inks, which takes two seconds for a list; it records every list."""

    def __init__(self, clock: VirtualClock, bad: tuple[BadRow, ...] = ()) -> None:
        self.clock, self.bad = clock, bad
        self.lists: list[Any] = []
        self.failures: list[Exception] = []

    def pages(self, operation: str, *, rows_in: RowsIn = None, **parameters: Any) -> Iterator[Any]:
        self.lists.append((operation, rows_in, parameters))
        self.clock.sleep(2)
        if self.failures:
            raise self.failures.pop()
        members = rows_in if isinstance(rows_in, tuple) else (rows_in or "Pens",)
        rows = [(member, {"Name": name}) for member in members for name in NAMES[member]]
        yield from rows if isinstance(rows_in, tuple) else (row for _, row in rows)
        if self.bad:
            raise Unreadable(operation, "UnreadableRows", "some", rows=self.bad)


class Look:
    """The lists of these kinds in one look."""

    def __init__(self, *kinds: Adapter[Any], bad: tuple[BadRow, ...] = ()) -> None:
        self.clock = VirtualClock()
        self.desk = Desk(self.clock, bad)
        self.api: Api = SharedLists(kinds, self.clock).of("toy", self.desk)

    def names(self, adapter: Adapter[Any]) -> list[str]:
        return _names(adapter.list(self.api, {}))


def _names(seen: Iterable[Sighting]) -> list[str]:
    return [each.name for each in seen]


PENS, INKS = kind("pen", "Pens", ("PEN",)), kind("ink", "Inks", ("INK",))


def test_the_types_of_several_kinds_are_one_list() -> None:
    look = Look(PENS, INKS)
    assert (look.names(PENS), look.names(INKS)) == (["blue", "red"], ["black"])
    assert look.desk.lists == [("list_all", ("Pens", "Inks"), {"Types": ["INK", "PEN"], "Max": 10})]


def test_a_kind_alone_lists_its_own_type() -> None:
    look = Look(PENS)
    assert look.names(PENS) == ["blue", "red"]
    assert look.desk.lists == [("list_all", "Pens", {"Types": ["PEN"], "Max": 10})]


def test_kinds_at_the_same_time_wait_for_one_list() -> None:
    boxes, pens = kind("box", "Pens", beside=("list_all",)), kind("pen", "Pens")
    look = Look(boxes, pens)
    found: list[list[str]] = []
    look.clock.side_by_side([lambda each=each: found.append(look.names(each)) for each in (boxes, pens)])  # type: ignore[misc]
    assert found == [["blue", "red"]] * 2
    assert (len(look.desk.lists), look.clock.now()) == (1, 2)


def test_other_parameters_are_another_list() -> None:
    look = Look(PENS, INKS)
    assert len([*look.api.pages("list_all", rows_in="Pens", Max=10)]) == 2
    assert len([*look.api.pages("list_all", rows_in="Pens", Max=10)]) == 2
    assert look.names(PENS) == ["blue", "red"]
    assert len(look.desk.lists) == 2


def test_a_list_that_only_one_kind_needs_is_not_kept() -> None:
    look = Look(PENS, INKS)
    for _ in range(2):
        assert len([*look.api.pages("list_caps", rows_in="Inks")]) == 1
    assert len(look.desk.lists) == 2


def test_a_list_that_failed_is_tried_again() -> None:
    look = Look(PENS, INKS)
    look.desk.failures.append(Refused("list_all", "AccessDenied", "no"))
    with pytest.raises(Refused):
        look.names(PENS)
    assert (look.names(INKS), look.names(PENS)) == (["black"], ["blue", "red"])
    assert len(look.desk.lists) == 2


def test_an_unreadable_row_belongs_to_its_own_kind() -> None:
    bad = BadRow("list_all", "page 2, Inks[3]", "has no name")
    look = Look(PENS, INKS, bad=(bad,))
    assert look.names(PENS) == ["blue", "red"]
    rows = look.api.pages("list_all", rows_in="Inks", Types=["INK"], Max=10)
    assert next(rows) == {"Name": "black"}
    with pytest.raises(Unreadable) as raised:
        next(rows)
    assert (raised.value.rows, str(bad)) == ((bad,), raised.value.message)

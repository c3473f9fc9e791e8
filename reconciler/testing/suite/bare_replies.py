"""Tests replies that lack the members that a kind needs: the result is one of the six errors, never another exception."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pytest

from reconciler.aws.reply_values import reply_values
from reconciler.contract import Adapter, Api, Sighting, Wired
from reconciler.desired.resource_builder import scope_field
from reconciler.errors import CallError, Unreadable
from reconciler.field_schema import Shape, fields_of
from reconciler.members import set_member
from reconciler.observing.row_isolation import RowIsolation
from reconciler.testing.addresses import address, scope
from reconciler.testing.shapes import operations_of
from reconciler.testing.tested import every_kind, played

NAME = "Sales"


def rows(kind: Adapter[Any]) -> Mapping[str, Mapping[str, Any]]:
    """Rows that lack members."""
    ids = dict.fromkeys(address(kind) - scope(kind), "1")
    return {
        "nothing": {},
        "a name": {str(kind.identity.name).rpartition(".")[2]: NAME, "Name": NAME},
        "an id": {"Id": "1", "Arn": "arn:aws:x", **ids},
    }


class Bare:
    """An API whose replies and rows have only the given members (`reconciler.contract.Api`).

    If `lists_of` names a service, replies have the lists of botocore's model, without rows.
    """

    account, region, partition = "111111111111", "eu-west-2", "aws"

    def __init__(self, row: Mapping[str, Any], lists_of: str | None = None) -> None:
        self._row, self._lists_of = row, lists_of
        self.paged = False
        """Whether rows were asked for."""

    def wall(self) -> float:
        """A time of day."""
        return 1_800_000_000.0

    def call(self, operation: str, **_: Any) -> dict[str, Any]:
        """A reply without members, or with empty lists."""
        output = operations_of(self._lists_of)[operation].output_shape if self._lists_of else None
        lists = [name for name, each in output.members.items() if each.type_name == "list"] if output else ()
        return reply_values(operation, {name: [] for name in lists})

    def pages(self, operation: str, **_: Any) -> Iterator[Any]:
        """Two rows."""
        self.paged = True
        yield from reply_values(operation, {"Rows": [dict(self._row), dict(self._row)]})["Rows"]

    def beside(self, service: str) -> Api:
        """The same API for every service."""
        return Bare(self._row, self._lists_of and service)

    def once(self) -> Api:
        """The same API: it never retries."""
        return self

    def hide(self, *values: str) -> None:
        """Nothing here is secret."""
        del values

    def taken(self, operation: str, members: Wired) -> dict[str, Any]:
        """All given members."""
        del operation
        return dict(members)


def reads(kind: Adapter[Any]) -> Mapping[str, Callable[[Api], object]]:
    """Every read of a kind that the engine uses."""
    shapes = fields_of(kind.model)
    within = dict.fromkeys(scope(kind), "i")
    seen = Sighting(NAME, dict.fromkeys(address(kind), "1") | within, "arn:aws:x", "now")
    named: dict[str, Any] = {}
    set_member(named, str(kind.identity.name), NAME)
    written = {shape.wire or field: _written(shape) for field, shape in shapes.items()}
    return {
        "list": lambda api: _all(kind.list(api, within)),
        "list_versions": lambda api: _all(kind.list_versions(api, within)),
        "list_tagged": lambda api: _all(kind.list_tagged(api, within, "tag", "value")),
        "find_by_name": lambda api: kind.find_by_name(api, within, NAME),
        "get": lambda api: kind.get(api, seen) if kind.reads.gets_one else None,
        "waiting_for": lambda api: kind.waiting_for(api, seen),
        "created": lambda api: kind.created(api, within, reply_values("create", {}), named),
        "prepare": lambda api: kind.prepare(api, {**written, **named, **within}),
        "tags": lambda api: kind.tagging and kind.tagging.read(api, seen),
        **{
            f"read {field}": _reading(kind, seen, field)
            for field in shapes.keys() - {"tags", scope_field(kind)}
        },
    }


def _written(shape: Shape) -> Any:
    """An example of a written value, in the form of requests."""
    if shape.part or shape.values or shape.archive:
        return {}
    return [] if shape.items else "1"


def _reading(kind: Adapter[Any], seen: Sighting, field: str) -> Callable[[Api], object]:
    return lambda api: kind.get_fields(api, seen, frozenset({field}))


def _all(found: Iterable[Sighting] | None) -> list[Sighting]:
    return list(found or ())


@played("kind", every_kind)
def test_a_reply_without_members_is_one_of_the_errors(adapter: Adapter[Any]) -> None:
    wrong = {}
    for title, row in rows(adapter).items():
        for name, read in reads(adapter).items():
            try:
                read(Bare(row))
            except CallError:
                continue
            except Exception as error:  # noqa: BLE001 -- it is what is looked for
                wrong[f"{name} of {title}"] = repr(error)
    assert wrong == {}


@played("kind", every_kind)
def test_a_reply_with_empty_lists_is_one_of_the_errors(adapter: Adapter[Any]) -> None:
    """While AWS is eventually consistent, a reply for an id may have no row, although a kind needs the first row."""
    wrong = {}
    for name, read in reads(adapter).items():
        try:
            read(Bare({"Id": "1"}, adapter.service.name))
        except CallError:
            continue
        except Exception as error:  # noqa: BLE001 -- it is what is looked for
            wrong[name] = repr(error)
    assert wrong == {}


@played("kind", every_kind)
def test_a_row_without_members_is_left_out(adapter: Adapter[Any]) -> None:
    """A row that lacks a member that the kind needs is left out, and the read continues."""
    within = dict.fromkeys(scope(adapter), "i")
    bare = Bare({})
    isolation = RowIsolation(bare, adapter.reads.joined)
    if adapter.reads.joined:
        with pytest.raises(Unreadable):
            isolation.sightings(lambda api: adapter.list(api, within))
        return
    found = isolation.sightings(lambda api: adapter.list(api, within))
    if not bare.paged:
        return  # one reply shows all there is
    assert len(isolation.bad) == 2 - len(found or ())

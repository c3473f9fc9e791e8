"""Replies that lack what a kind asks for: the error is one of the six reasons, and never another Python exception."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pytest

from reconciler.aws.told import told
from reconciler.contract import Adapter, Api, Sighting
from reconciler.errors import CallError, Unreadable
from reconciler.kinds import known_kinds
from reconciler.sieve import Sieve

KINDS = known_kinds()
ROWS: Mapping[str, Mapping[str, Any]] = {
    "nothing": {},
    "a name": {"Name": "Sales", "Username": "Sales", "InstanceAlias": "Sales", "PhoneNumber": "+441"},
    "an id": {"Id": "1", "Arn": "arn:aws:x", "QueueId": "1", "QueueArn": "arn:aws:x"},
}
SCOPE = {"InstanceId": "i"}
SEEN = Sighting("Sales", {**SCOPE, "Id": "1"}, "arn:aws:connect:eu-west-2:1:instance/i/queue/1", "now")


class Bare:
    """An API whose replies and rows hold no more than this (`reconciler.contract.Api`)."""

    account, region, partition = "111111111111", "eu-west-2", "aws"

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._row = row

    def call(self, operation: str, **_: Any) -> dict[str, Any]:
        """A reply without a member."""
        return told(operation, {})

    def pages(self, operation: str, **_: Any) -> Iterator[Any]:
        """Two rows."""
        yield from told(operation, {"Rows": [dict(self._row), dict(self._row)]})["Rows"]

    def beside(self, service: str) -> Api:
        """The same of every service."""
        del service
        return self


def reads(kind: Adapter[Any]) -> Mapping[str, Callable[[Api], object]]:
    """All that the engine asks of a kind."""
    fields = frozenset(kind.model.model_fields) - {"tags", "instance"}
    return {
        "list": lambda api: _all(kind.list(api, SCOPE)),
        "list_versions": lambda api: _all(kind.list_versions(api, SCOPE)),
        "list_tagged": lambda api: _all(kind.list_tagged(api, SCOPE, "tag", "value")),
        "find_by_name": lambda api: kind.find_by_name(api, SCOPE, "Sales"),
        "get": lambda api: kind.get(api, SEEN) if kind.reads.gets_one else None,
        "waiting_for": lambda api: kind.waiting_for(api, SEEN),
        "created": lambda api: kind.created(api, SCOPE, told("create", {}), {str(kind.identity.name): "b"}),
        "prepare": lambda api: kind.prepare(
            api, {"PhoneNumberCountryCode": "GB", "PhoneNumberType": "DID", **SCOPE}
        ),
        "tags": lambda api: kind.tagging and kind.tagging.read(api, SEEN),
        **{
            f"read {field}": lambda api, it=field: kind.get_fields(api, SEEN, frozenset({it}))
            for field in sorted(fields)
        },  # type: ignore[misc] # the field of now
    }


def _all(found: Iterable[Sighting] | None) -> list[Sighting]:
    return list(found or ())


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
@pytest.mark.parametrize("kind", KINDS)
def test_a_reply_without_its_members_is_one_of_the_reasons(kind: str, row: Mapping[str, Any]) -> None:
    wrong = {}
    for name, read in reads(KINDS[kind]).items():
        try:
            read(Bare(row))
        except CallError:
            continue
        except Exception as error:  # noqa: BLE001 -- it is what is looked for
            wrong[name] = repr(error)
    assert wrong == {}


@pytest.mark.parametrize("kind", KINDS)
def test_rows_that_say_nothing_cost_no_other_row(kind: str) -> None:
    """Whatever a kind asks of its rows: one that lacks it is set aside, and the look goes on."""
    adapter = KINDS[kind]
    sieve = Sieve(Bare({}), adapter.reads.joined)
    if adapter.reads.joined:
        with pytest.raises(Unreadable):
            sieve.sightings(lambda api: adapter.list(api, SCOPE))
        return
    found = sieve.sightings(lambda api: adapter.list(api, SCOPE))
    assert len(sieve.bad) == 2 - len(found or ())


def test_what_lacks_outside_a_row_fails_the_look() -> None:
    with pytest.raises(Unreadable):
        Sieve(Bare({})).sightings(lambda api: [Sighting(api.call("list")["Name"], {}, "")])

"""The requests that change and remove the targets of a rule."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from reconciler.contract import Address, Api, Calls, Change, Request, Sighting, Wired, chunks
from reconciler.field_schema import fields_of
from reconciler.resources.events.rule_model import MOST_TARGETS
from reconciler.resources.events.target_model import Target

INPUTS = ("Input", "InputPath", "InputTransformer")
"""Members that exclude each other."""
KNOWN = frozenset(shape.wire or name for name, shape in fields_of(Target).items())
AT_ONCE = 100
PUT, REMOVE = "put_targets", "remove_targets"


def place_of(address: Address) -> dict[str, str]:
    """The address of a rule in the operations on targets."""
    return {"EventBusName": address["EventBusName"], "Rule": address["Name"]}


def put(change: Change) -> Iterator[Request]:
    """One request with new and changed targets, and one for those that are gone; the second goes first where AWS has no room."""
    found = {row["Id"]: row for row in change.reported.get("Targets") or ()}
    wanted = {row["Id"]: row for row in change.desired.get("Targets") or ()}
    whole = {name: _whole(row, found.get(name, {})) for name, row in wanted.items()}
    changed = [row for name, row in whole.items() if _meant(row) != _meant(found.get(name))]
    gone = [name for name in found if name not in wanted]
    at = place_of(change.address)
    requests = [
        *(Request(PUT, {**at, "Targets": some}) for some in chunks(changed, AT_ONCE)),
        *(Request(REMOVE, {**at, "Ids": some}) for some in chunks(gone, AT_ONCE)),
    ]
    full = len(found.keys() | wanted.keys()) > MOST_TARGETS
    yield from reversed(requests) if full else requests


def _whole(row: Wired, found: Wired) -> Wired:
    """A target with the live members that the model does not know, and with one form of input: a written one goes first."""
    whole = {**{name: value for name, value in found.items() if name not in KNOWN}, **row}
    new = [name for name in INPUTS if name in row and name not in found]
    return {name: value for name, value in whole.items() if not new or name not in INPUTS or name in new}


def _meant(row: Wired | None) -> Any:
    """A target with its input parsed."""
    if row is None or "Input" not in row:
        return row
    with suppress(ValueError):
        return {**row, "Input": json.loads(row["Input"])}
    return row


TARGETS = Calls(put, ("targets",), (PUT, REMOVE))


def without_targets(api: Api, sighting: Sighting) -> Iterable[Request]:
    """The requests that remove all targets, before the rule is deleted."""
    at = place_of(sighting.address)
    names = [row["Id"] for row in api.pages("list_targets_by_rule", **at)]
    return [Request(REMOVE, {**at, "Ids": some}) for some in chunks(names, AT_ONCE)]


def targets_of(api: Api, sighting: Sighting) -> Mapping[str, Any]:
    """The targets of a rule."""
    return {"Targets": [*api.pages("list_targets_by_rule", **place_of(sighting.address))]}

"""How the schedules of a group are read, and the requests that change them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from reconciler.contract import Api, Calls, Change, Request, Sighting, row_changes

CREATE, UPDATE, DELETE = "create_schedule", "update_schedule", "delete_schedule"
TIMES = ("StartDate", "EndDate")
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def schedules_of(api: Api, sighting: Sighting) -> Mapping[str, Any]:
    """The schedules of a group, each with the members of an update request."""
    group = {"GroupName": sighting.name}
    names = [row["Name"] for row in api.pages("list_schedules", **group)]
    shown = (api.call("get_schedule", **group, Name=name) for name in names)
    return {"Schedules": [_as_sent(api, each) for each in shown]}


def _as_sent(api: Api, schedule: Mapping[str, Any]) -> dict[str, Any]:
    """A schedule as UpdateSchedule takes it, with its times as texts."""
    sent = {"Name": schedule["Name"], **api.taken(UPDATE, schedule)}
    sent.pop("GroupName", None)
    return sent | {name: _text(sent[name]) for name in TIMES if name in sent}


def _text(moment: Any) -> str:
    return moment.astimezone(UTC).strftime(MOMENT) if isinstance(moment, datetime) else str(moment)


def put(change: Change) -> Iterator[Request]:
    """One request for each schedule: new ones, then changed ones, then those that are gone.

    UpdateSchedule resets what a request leaves out, so each is sent whole.
    """
    rows = row_changes(change, "Schedules", lambda row: row["Name"])
    group = {"GroupName": change.address["Name"]}
    for operation, some in ((CREATE, rows.new), (UPDATE, rows.changed)):
        yield from (Request(operation, {**group, **row}) for row in some.values())
    yield from (Request(DELETE, {**group, "Name": name}) for name in rows.gone)


SCHEDULES = Calls(put, ("schedules",), (CREATE, UPDATE, DELETE))

"""How a larger instance is made: of a snapshot, under another name; the old instance is stopped and stays.

Sources: CreateInstanceSnapshot, CreateInstancesFromSnapshot (Amazon Lightsail API Reference);
https://docs.aws.amazon.com/lightsail/latest/userguide/how-to-create-larger-instance-from-snapshot-using-console.html
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from reconciler.contract import Api, Copying, Request, Sighting
from reconciler.errors import Absent, Refused, Waiting

TAKE, SNAPSHOTS, REMOVE = "create_instance_snapshot", "get_instance_snapshots", "delete_instance_snapshot"
MAKE, NAMES, STOP, GET = "create_instances_from_snapshot", "get_active_names", "stop_instance", "get_instance"
FRESH = 3600.0
"""The seconds for which a snapshot of an earlier try is used: what was written to the instance since is not in it."""
ENDING = "-to-replace-"
MOST_NAMES = 1000


def snapshots_of(api: Api, name: str) -> list[dict[str, Any]]:
    """The snapshots that we took of an instance to replace it, the newest last."""
    found = (row for row in api.pages(SNAPSHOTS) if row.get("fromInstanceName") == name)
    ours = [row for row in found if str(row["name"]).startswith(f"{name}{ENDING}")]
    return sorted(ours, key=lambda row: _seconds(row["createdAt"]))


def take_snapshot(api: Api, old: Sighting) -> Iterator[Request]:
    """Take a snapshot, unless there is a fresh one.

    Raises:
        Refused: the instance has disks, which a snapshot copies as well.
    """
    disks = api.call(GET, **old.address)["instance"].get("hardware", {}).get("disks") or ()
    more = [disk["name"] for disk in disks if not disk.get("isSystemDisk")]
    if more:
        why = f"a snapshot copies its disks too: stop {old.id} and detach {' and '.join(more)} first"
        raise Refused(TAKE, "HasDisks", why)
    if not _fresh(api, old.id):
        name = f"{old.id}{ENDING}{int(api.wall())}"
        yield Request(TAKE, {**old.address, "instanceSnapshotName": name})


def copied(api: Api, old: Sighting, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of an instance of the snapshot, under a free name; a script for the first start has run already.

    Raises:
        Waiting: AWS is still taking the snapshot.
    """
    found = _fresh(api, old.id)
    if not found or found[-1].get("state") != "available":
        state = found[-1].get("state") if found else "not shown yet"
        raise Waiting(MAKE, "NotYet", f"the snapshot of {old.id} is {state}")
    wanted = str(parameters["instanceNames"])
    used = set(api.pages(NAMES))
    names = (wanted, *(f"{wanted}-{number}" for number in range(2, MOST_NAMES)))
    name = next(each for each in names if each not in used)
    kept = {key: value for key, value in parameters.items() if key not in ("blueprintId", "userData")}
    return {**kept, "instanceNames": [name], "instanceSnapshotName": found[-1]["name"]}


def stop(api: Api, old: Sighting) -> Iterator[Request]:
    """Remove the snapshots, and stop the old instance."""
    yield from without_snapshots(api, old)
    try:
        state = api.call(GET, **old.address)["instance"]["state"]["name"]
    except Absent:
        return
    if state == "running":
        yield Request(STOP, old.address)


def without_snapshots(api: Api, old: Sighting) -> Iterator[Request]:
    """Remove the snapshots that we took of an instance."""
    for row in snapshots_of(api, old.id):
        yield Request(REMOVE, {"instanceSnapshotName": row["name"]})


def _fresh(api: Api, name: str) -> list[dict[str, Any]]:
    return [row for row in snapshots_of(api, name) if _seconds(row["createdAt"]) > api.wall() - FRESH]


def _seconds(moment: datetime | float) -> float:
    return moment.timestamp() if isinstance(moment, datetime) else float(moment)


COPIES = Copying(
    operation=MAKE,
    first=take_snapshot,
    parameters=copied,
    retires=stop,
    calls=(GET, NAMES, REMOVE, SNAPSHOTS, STOP, TAKE),
    says="makes another instance of a snapshot, moves what refers to it, and stops the old one, which stays until `destroy`",
)

"""How a larger instance is made: of a snapshot, under another name; the old instance is stopped and stays.

A snapshot of an instance holds its disks too, and what is made of it gets copies of them. So disks are moved: the old instance is
stopped first, and a tag of each disk says where it belongs until the new instance has it.

Sources: CreateInstanceSnapshot, CreateInstancesFromSnapshot, DetachDisk (Amazon Lightsail API Reference);
https://docs.aws.amazon.com/lightsail/latest/userguide/how-to-create-larger-instance-from-snapshot-using-console.html
"""

from collections.abc import Iterator
from typing import Any

from reconciler.contract import Api, Copying, Request, Sighting, Wired, tag_list, tags_in
from reconciler.errors import Absent
from reconciler.resources.lightsail.common import LOWER, TAG, UNTAG
from reconciler.resources.lightsail.copies import Snapshots, free_name
from reconciler.resources.lightsail.disk_model import ATTACH, DETACH

MAKE, STOP, GET, DISKS = "create_instances_from_snapshot", "stop_instance", "get_instance", "get_disks"
PLACE_TAG = "reconciler:attached_to"
"""The tag of a disk that is being moved: the instance that had it, and the path there."""
SNAPSHOTS = Snapshots(
    take="create_instance_snapshot",
    show="get_instance_snapshots",
    remove="delete_instance_snapshot",
    named="instanceSnapshotName",
    source="fromInstanceName",
)


def disks_of(row: Wired) -> dict[str, str]:
    """The further disks of an instance: by name, the path."""
    rows = (row.get("hardware") or {}).get("disks") or ()
    return {each["name"]: each["path"] for each in rows if not each.get("isSystemDisk")}


def take_snapshot(api: Api, old: Sighting) -> Iterator[Request]:
    """Stop an instance with further disks and detach these; take a snapshot, unless there is a fresh one."""
    disks = disks_of(api.call(GET, **old.address)["instance"])
    for name, path in disks.items():
        place = tag_list({PLACE_TAG: f"{old.id} {path}"}, LOWER)
        yield Request(TAG, {"resourceName": name, "tags": place})
    if disks:
        yield from _stop(api, old)
    for name in disks:
        yield Request(DETACH, {"diskName": name})
    yield from SNAPSHOTS.taking(api, old)


def copied(api: Api, old: Sighting, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of an instance of the snapshot, under a free name; a script for the first start has run already."""
    snapshot = SNAPSHOTS.ready(api, old, MAKE)
    name = free_name(api, str(parameters["instanceNames"]))
    kept = {key: value for key, value in parameters.items() if key not in ("blueprintId", "userData")}
    return {**kept, "instanceNames": [name], SNAPSHOTS.named: snapshot}


def retire(api: Api, old: Sighting, new: Sighting) -> Iterator[Request]:
    """Give the new instance the disks of the old one, remove the snapshots, and stop the old one."""
    for row in api.pages(DISKS):
        instance, _, path = tags_in(row.get("tags"), LOWER).get(PLACE_TAG, "").partition(" ")
        if instance == old.id:
            if not row.get("attachedTo"):
                yield Request(ATTACH, {"diskName": row["name"], **new.address, "diskPath": path})
            yield Request(UNTAG, {"resourceName": row["name"], "tagKeys": [PLACE_TAG]})
    yield from SNAPSHOTS.removing(api, old)
    yield from _stop(api, old)


def _stop(api: Api, old: Sighting) -> Iterator[Request]:
    try:
        state = api.call(GET, **old.address)["instance"]["state"]["name"]
    except Absent:
        return
    if state == "running":
        yield Request(STOP, old.address)


COPIES = Copying(
    operation=MAKE,
    first=take_snapshot,
    parameters=copied,
    retires=retire,
    calls=(GET, STOP, DISKS, TAG, UNTAG, DETACH, ATTACH, *SNAPSHOTS.calls),
    says="makes another instance of a snapshot, moves its disks and what refers to it, and stops the old one (at first, if it has "
    "disks), which stays until `destroy`",
)

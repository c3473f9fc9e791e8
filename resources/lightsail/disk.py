"""lightsail.disk: a block storage disk of an instance."""

from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Api,
    Create,
    Delete,
    Reads,
    Sighting,
    Wired,
    own_fields,
    state_check,
)
from reconciler.model import Settings
from reconciler.resources.lightsail import costs, unused
from reconciler.resources.lightsail.add_ons import ADD_ONS, shown_add_ons
from reconciler.resources.lightsail.common import LightsailAdapter, identity, tagging
from reconciler.resources.lightsail.disk_model import DETACH, GET, MOVES, Disk, detached, problems
from reconciler.resources.lightsail.instance_reading import STATE

FIXED = ("availability_zone", "size_in_gb")


class DiskAdapter(LightsailAdapter[Disk]):
    """CreateDisk; AttachDisk and DetachDisk for its instance; EnableAddOn for automatic snapshots."""

    kind = "lightsail.disk"
    cloudformation = CloudFormation(
        type="AWS::Lightsail::Disk",
        called={"DiskName": "name"},
        needed={"availability_zone": "CloudFormation chooses a zone; CreateDisk needs one"},
        not_granted={"lightsail:GetRegions": "the files name the zone"},
        left_out={"Location": "the Availability Zone is a field of its own"},
    )
    appearance = Appearance(sort="storage", column=2)
    model = Disk
    costs = costs.DISK
    unused = unused.DISK
    summary = "a block storage disk of Lightsail, its instance and its automatic snapshots"
    identity = identity("Disk", "diskName")
    create = Create(
        "create_disk",
        (*FIXED, "add_ons"),
        needed=frozenset(FIXED),
        fixed=frozenset(FIXED),
    )
    updates = (MOVES, ADD_ONS)
    delete = Delete(
        "delete_disk",
        protected=True,
        loses="all data on it, and its automatic snapshots",
        parameters=lambda sighting: {**sighting.address, "forceDeleteAddOns": True},
        before=detached,
        calls=(GET, STATE, DETACH),
    )
    reads = Reads(
        list="get_disks",
        get=GET,
        shown_in="disk",
        listed=frozenset(own_fields(Disk)),
        page=50,
        gets_one=True,
    )
    tagging = tagging(GET, "disk")
    checks: ClassVar = {"state": state_check("state", ("available", "in-use"), GET)}
    problems = staticmethod(problems)

    def shown(self, row: Any) -> Wired:
        """A disk with the members that requests have."""
        shown: Wired = row | {
            "availabilityZone": row["location"]["availabilityZone"],
            "attachedTo": row.get("attachedTo"),
            "path": row.get("path") if row.get("attachedTo") else None,
            "addOns": shown_add_ons(row),
        }
        return shown

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        state = self._got(api, sighting.address)["state"]
        return None if state in ("available", "in-use") else f"disk is {state}"

    def impossible(self, field: str, written: Settings, reported: Wired) -> str:
        del written, reported
        if field == "size_in_gb":
            return "AWS never changes size_in_gb: make a larger one of a snapshot, and declare it under another name"
        return ""

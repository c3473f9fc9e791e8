"""The settings of a disk of Lightsail, the requests that move it, and its mistakes."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from reconciler.contract import Api, Calls, Change, InFiles, Request, Sighting, Wired
from reconciler.forms import Form
from reconciler.model import CamelResource, Finding, Ref, Wire
from reconciler.resources.lasting import LASTS
from reconciler.resources.lightsail.add_ons import AddOns
from reconciler.resources.lightsail.common import Zone
from reconciler.resources.lightsail.instance_reading import STATE
from reconciler.resources.lightsail.zones import zone_problems

GET, ATTACH, DETACH = "get_disk", "attach_disk", "detach_disk"
PLACE = ("attached_to", "path")


class Disk(CamelResource):
    """A disk, besides the system disk that an instance has.

    Source: CreateDisk, AttachDisk, DetachDisk (Amazon Lightsail API Reference).
    """

    availability_zone: Zone = None
    """The zone of the instance that it is for."""
    size_in_gb: Annotated[int | None, Field(ge=8, le=16_384), LASTS] = None
    attached_to: Annotated[str | None, Ref("lightsail.instance"), Wire("attachedTo")] = None
    """The instance that has it; null for none. AWS detaches it only while the instance is stopped."""
    path: Annotated[str, Form(r"/dev/\S+", "a path such as /dev/xvdf")] | None = None
    """The path on the instance; null together with `attached_to`."""
    add_ons: AddOns = None


def holder(api: Api, change: Change) -> Wired:
    """The instance that has the disk now: a replace of the instance may have detached it."""
    return {"attachedTo": api.call(GET, **change.address)["disk"].get("attachedTo")}


def detached(api: Api, disk: Sighting) -> Iterator[Request]:
    """Take a disk from a stopped instance, before it is deleted; AWS takes none from one that runs."""
    instance = api.call(GET, **disk.address)["disk"].get("attachedTo")
    if instance and api.call(STATE, instanceName=instance)["state"]["name"] == "stopped":
        yield Request(DETACH, disk.address)


def move(change: Change) -> Iterator[Request]:
    """Take the disk from an instance and give it to another one, or to another path."""
    if change.reported.get("attachedTo"):
        yield Request(DETACH, change.address)
    if change.desired.get("attachedTo"):
        place = {"instanceName": change.desired["attachedTo"], "diskPath": change.desired.get("path")}
        yield Request(ATTACH, {**change.address, **place})


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one disk."""
    yield from zone_problems(files)
    own = {name: files.values.get(name) for name in PLACE}
    if bool(own["attached_to"]) != bool(own["path"]) and not {*PLACE} & files.wrong:
        missing = next(name for name in PLACE if not own[name])
        yield Finding(f"a disk is attached at a path: write {missing} as well, or neither")
    instance = files.others("lightsail.instance", str(own["attached_to"])) or {}
    zones = [str(each.get("availability_zone") or "") for each in (instance, files.settings)]
    if all(zones) and zones[0] != zones[1]:
        yield Finding(
            f"the instance is in {zones[0]}; a disk is in the zone of its instance", ("availability_zone",)
        )
    for name, other in files.every("lightsail.disk").items():
        if name == files.name or not all(own.values()):
            return
        if all(other.get(each) == own[each] for each in PLACE):
            yield Finding(f"lightsail.disk/{name} has the same path on the same instance", ("path",))


MOVES = Calls(move, PLACE, (DETACH, ATTACH), whole=True, looks=holder)

"""lightsail.disk."""

from reconciler.testing import Change, Given, Sample

ATTACH, DETACH = "AttachDisk", "DetachDisk"
ONE, OTHER = "one-web", "other-web"
NEW = {"availability_zone": "eu-west-2a", "blueprint_id": "ubuntu_22_04", "bundle_id": "nano_3_0"}
DAILY = {"add_on_type": "AutoSnapshot", "auto_snapshot_add_on_request": {"snapshot_time_of_day": "02:00"}}
LATER = {"add_on_type": "AutoSnapshot", "auto_snapshot_add_on_request": {"snapshot_time_of_day": "03:00"}}

SAMPLE = Sample(
    name="staff-data",
    around={"lightsail.instance": {ONE: NEW, OTHER: NEW}},
    # AWS takes a disk from a stopped instance alone.
    given=tuple(Given("lightsail", "stop_instance", {"instanceName": name}) for name in (ONE, OTHER)),
    base={
        "availability_zone": "eu-west-2a",
        "size_in_gb": 32,
        "add_ons": [DAILY],
        "tags": {"Team": "staff"},
    },
    forms={
        "of an instance": {
            "availability_zone": "eu-west-2a",
            "size_in_gb": 8,
            "attached_to": ONE,
            "path": "/dev/xvdf",
        }
    },
    changes=(
        Change("availability_zone", "eu-west-2b", refused="AWS cannot change availability_zone"),
        Change("size_in_gb", 64, refused="AWS never changes size_in_gb"),
        Change("attached_to", OTHER, (DETACH, ATTACH), form="of an instance"),
        Change("attached_to", None, (DETACH,), "none", form="of an instance", drops=("path",)),
        Change("path", "/dev/xvdg", (DETACH, ATTACH), form="of an instance"),
        Change("add_ons", [LATER], ("EnableAddOn",), "another hour"),
        Change("add_ons", [], ("DisableAddOn",), "none"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    misfits={
        "add_ons[].add_on_type: AWS has StopInstanceOnIdle as well": "it is for Lightsail for Research",
        "add_ons[]: AWS has stopInstanceOnIdleRequest as well": "it is for Lightsail for Research",
    },
    drifts=(),
)

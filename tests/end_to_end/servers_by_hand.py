"""Requests that create servers of Lightsail, as somebody did by hand."""

from tests.end_to_end.request_steps import REGION, Step

ZONE = f"{REGION}a"
TAGS = [{"key": "team", "value": "blue"}]
DAILY = {"addOnType": "AutoSnapshot", "autoSnapshotAddOnRequest": {"snapshotTimeOfDay": "03:00"}}
SERVERS = (
    Step(
        "lightsail",
        "create_instances",
        {
            "instanceNames": ["intranet"],
            "availabilityZone": ZONE,
            "blueprintId": "ubuntu_22_04",
            "bundleId": "small_3_0",
            "tags": TAGS,
            "addOns": [DAILY],
        },
    ),
    Step("lightsail", "allocate_static_ip", {"staticIpName": "intranet-address"}),
    Step(
        "lightsail",
        "attach_static_ip",
        {"staticIpName": "intranet-address", "instanceName": "intranet"},
    ),
    Step("lightsail", "create_disk", {"diskName": "intranet-data", "availabilityZone": ZONE, "sizeInGb": 64}),
    Step(
        "lightsail",
        "attach_disk",
        {"diskName": "intranet-data", "instanceName": "intranet", "diskPath": "/dev/xvdf"},
    ),
)

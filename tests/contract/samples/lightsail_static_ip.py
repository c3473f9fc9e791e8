"""lightsail.static_ip."""

from reconciler.testing import Change, Sample

ATTACH, DETACH = "AttachStaticIp", "DetachStaticIp"
NEW = {"availability_zone": "eu-west-2a", "blueprint_id": "ubuntu_22_04", "bundle_id": "nano_3_0"}
ONE, OTHER = "one-web", "other-web"

SAMPLE = Sample(
    name="front",
    around={"lightsail.instance": {ONE: NEW, OTHER: NEW}},
    base={"tags": {"Team": "staff"}},
    forms={"of an instance": {"attached_to": ONE}},
    changes=(
        Change("attached_to", OTHER, (DETACH, ATTACH), form="of an instance"),
        Change("attached_to", None, (DETACH,), "none", form="of an instance"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(),
)

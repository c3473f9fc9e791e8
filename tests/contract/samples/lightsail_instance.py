"""lightsail.instance."""

from reconciler.testing import Change, Drift, Given, Sample

CANNOT = "AWS cannot change"
PORTS, OPTIONS, ADDRESSES = "PutInstancePublicPorts", "UpdateInstanceMetadataOptions", "SetIpAddressType"
SSH = {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidrs": ["192.0.2.0/24"], "ipv6_cidrs": []}
HTTPS = {
    "from_port": 443,
    "to_port": 443,
    "protocol": "tcp",
    "cidrs": ["0.0.0.0/0"],
    "ipv6_cidrs": ["::/0"],
    "cidr_list_aliases": [],
}
BROWSER = {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_list_aliases": ["lightsail-connect"]}
DAILY = {"add_on_type": "AutoSnapshot", "auto_snapshot_add_on_request": {"snapshot_time_of_day": "02:00"}}
LATER = {"add_on_type": "AutoSnapshot", "auto_snapshot_add_on_request": {"snapshot_time_of_day": "03:00"}}
OPEN = {"http_tokens": "optional", "http_endpoint": "enabled", "http_put_response_hop_limit": 1}
KEYS = ("staff", "others")

SAMPLE = Sample(
    name="staff-web",
    given=tuple(Given("lightsail", "create_key_pair", {"keyPairName": name}) for name in KEYS),
    base={
        "availability_zone": "eu-west-2a",
        "blueprint_id": "ubuntu_22_04",
        "bundle_id": "medium_3_0",
        "user_data": "apt-get -y update",
        "key_pair_name": "staff",
        "ip_address_type": "dualstack",
        "public_ports": [SSH, HTTPS],
        "metadata_options": OPEN | {"http_tokens": "required"},
        "add_ons": [DAILY],
        "tags": {"Team": "staff"},
    },
    changes=(
        Change("availability_zone", "eu-west-2b", refused=f"{CANNOT} availability_zone"),
        Change("blueprint_id", "ubuntu_24_04", refused="AWS never changes blueprint_id"),
        Change("bundle_id", "large_3_0", refused=f"{CANNOT} bundle_id"),
        Change("bundle_id", "small_3_0", refused="is smaller than that of medium_3_0"),
        Change("key_pair_name", "others", refused=f"{CANNOT} key_pair_name"),
        Change("ip_address_type", "ipv4", (ADDRESSES,)),
        Change("public_ports", [HTTPS], (PORTS,), "fewer"),
        Change("public_ports", [{**SSH, "cidrs": ["198.51.100.0/24"]}, HTTPS], (PORTS,), "others may"),
        Change("public_ports", [HTTPS, BROWSER], (PORTS,), "an alias"),
        Change("public_ports", [], (PORTS,), "none"),
        Change("metadata_options", OPEN, (OPTIONS,)),
        Change("add_ons", [LATER], ("EnableAddOn",), "another hour"),
        Change("add_ons", [], ("DisableAddOn",), "none"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    misfits={
        "add_ons[].add_on_type: AWS has StopInstanceOnIdle as well": "it is for Lightsail for Research",
        "add_ons[]: AWS has stopInstanceOnIdleRequest as well": "it is for Lightsail for Research",
    },
    exempt={"metadata_options.http_protocol_ipv6": "AWS has it in eu-north-1 only"},
    no_meaning={
        "blueprint_id": "AWS's own; no resource of an account",
        "bundle_id": "AWS's own; no resource of an account",
    },
    drifts=(
        Drift("public_ports", "open_instance_public_ports", {"portInfo": {"fromPort": 0, "toPort": 65535, "protocol": "udp"}}),
        Drift("metadata_options", "update_instance_metadata_options", {"httpTokens": "optional"}),
    ),
)  # fmt: skip

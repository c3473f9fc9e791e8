"""Instances with their states, ports, options and add-ons; static IP addresses; key pairs.

Sources: the API Reference and the User Guide of Amazon Lightsail.
"""

import pytest

from tests.sandbox.lightsail.servers import UBUNTU, Servers


def test_an_instance_is_pending_running_stopping_stopped_and_gone(servers: Servers) -> None:
    client = servers.client
    servers.create("app", tags=[{"key": "team", "value": "a"}])
    assert servers.state("app") == "pending"
    assert "is in the state pending" in servers.refused("stop_instance", instanceName="app")
    servers.settle()
    assert servers.shown("app")["tags"] == [{"key": "team", "value": "a"}]
    first = servers.shown("app")["publicIpAddress"]
    client.stop_instance(instanceName="app")
    assert servers.state("app") == "stopping"
    servers.settle()
    assert servers.state("app") == "stopped"
    assert "publicIpAddress" not in servers.shown("app")
    client.start_instance(instanceName="app")
    servers.settle()
    assert servers.shown("app")["publicIpAddress"] != first
    client.delete_instance(instanceName="app")
    assert servers.state("app") == "shutting-down"
    assert "already in use" in servers.refused("create_instances", instanceNames=["app"], **UBUNTU)
    servers.settle()
    assert servers.refused("get_instance", instanceName="app").startswith("NotFoundException")


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"bundleId": "huge_3_0"}, "The bundle ID is not valid"),
        ({"blueprintId": "ubuntu_13_10"}, "The blueprint ID is not valid"),
        ({"bundleId": "small_2_0"}, "not active any more"),
        ({"bundleId": "small_win_3_0"}, "does not support the blueprint"),
        ({"blueprintId": "gitlab"}, "needs a bundle with more power"),
        ({"availabilityZone": "us-east-1a"}, "The Availability Zone is not valid"),
        ({"keyPairName": "none"}, "The KeyPair does not exist"),
        ({"ipAddressType": "ipv6"}, "does not support the IP address type"),
        ({"addOns": [{"addOnType": "StopInstanceOnIdle"}]}, "for Research only"),
    ],
)
def test_an_instance_that_cannot_be_is_refused(
    servers: Servers, members: dict[str, object], text: str
) -> None:
    assert text in servers.refused("create_instances", instanceNames=["app"], **{**UBUNTU, **members})
    assert [each["name"] for each in servers.client.get_instances()["instances"]] == ["web"]


def test_a_static_ip_moves_between_instances(servers: Servers) -> None:
    client = servers.client
    servers.create("app")
    client.allocate_static_ip(staticIpName="front")
    address = client.get_static_ip(staticIpName="front")["staticIp"]["ipAddress"]
    attach = {"staticIpName": "front", "instanceName": "app"}
    assert "is in the state pending" in servers.refused("attach_static_ip", **attach)
    client.attach_static_ip(staticIpName="front", instanceName="web")
    assert servers.shown() | {"publicIpAddress": address, "isStaticIp": True} == servers.shown()
    servers.settle()
    assert "detach it first" in servers.refused("attach_static_ip", **attach)
    client.detach_static_ip(staticIpName="front")
    client.attach_static_ip(**attach)
    assert client.get_static_ip(staticIpName="front")["staticIp"]["attachedTo"] == "app"
    assert servers.shown()["isStaticIp"] is False
    client.allocate_static_ip(staticIpName="back")
    more = {"staticIpName": "back", "instanceName": "app"}
    assert "already has the static IP front" in servers.refused("attach_static_ip", **more)
    assert "detach it first" in servers.refused("release_static_ip", staticIpName="front")
    assert "not attached" in servers.refused("detach_static_ip", staticIpName="back")
    client.detach_static_ip(staticIpName="front")
    client.release_static_ip(staticIpName="front")
    for number in range(4):
        client.allocate_static_ip(staticIpName=f"ip-{number}")
    assert "maximum number of static IPs" in servers.refused("allocate_static_ip", staticIpName="sixth")


def test_deleting_an_instance_frees_its_address(servers: Servers) -> None:
    client = servers.client
    client.allocate_static_ip(staticIpName="front")
    client.attach_static_ip(staticIpName="front", instanceName="web")
    client.delete_instance(instanceName="web")
    shown = client.get_static_ip(staticIpName="front")["staticIp"]
    assert shown["isAttached"] is False
    assert "attachedTo" not in shown


def test_ports_are_put_opened_and_closed(servers: Servers) -> None:
    client = servers.client

    def ports() -> list[tuple[object, ...]]:
        rows = client.get_instance_port_states(instanceName="web")["portStates"]
        return [
            (row["protocol"], row["fromPort"], row["toPort"], row["cidrs"], row["ipv6Cidrs"]) for row in rows
        ]

    everywhere = (["0.0.0.0/0"], ["::/0"])
    assert ports() == [("tcp", 22, 22, *everywhere), ("tcp", 80, 80, *everywhere)]
    https = {"fromPort": 443, "toPort": 443, "protocol": "tcp"}
    office = {"fromPort": 22, "toPort": 22, "protocol": "tcp", "cidrs": ["192.0.2.44"]}
    client.put_instance_public_ports(instanceName="web", portInfos=[https, office])
    assert ports() == [("tcp", 443, 443, *everywhere), ("tcp", 22, 22, ["192.0.2.44/32"], [])]
    client.open_instance_public_ports(instanceName="web", portInfo={**office, "cidrs": ["192.0.2.0/24"]})
    client.close_instance_public_ports(instanceName="web", portInfo=https)
    assert ports() == [("tcp", 22, 22, ["192.0.2.0/24"], [])]
    wrong = (
        {"fromPort": 90, "toPort": 80, "protocol": "tcp"},
        {"fromPort": 80, "toPort": 80},
        {**https, "cidrs": ["300.0.0.0/8"]},
        {**https, "ipv6Cidrs": ["192.0.2.0/24"]},
        {**https, "cidrListAliases": ["office"]},
    )
    for port in wrong:
        assert servers.refused("open_instance_public_ports", instanceName="web", portInfo=port).startswith(
            "InvalidInputException"
        )
    assert "not open" in servers.refused("close_instance_public_ports", instanceName="web", portInfo=https)
    twice = [https, https]
    assert "twice" in servers.refused("put_instance_public_ports", instanceName="web", portInfos=twice)


def test_options_of_the_metadata_service_are_pending_and_then_applied(servers: Servers) -> None:
    servers.client.update_instance_metadata_options(
        instanceName="web", httpTokens="required", httpPutResponseHopLimit=2
    )
    shown = servers.shown()["metadataOptions"]
    assert shown["state"] == "pending"
    servers.settle()
    applied = {"state": "applied", "httpTokens": "required", "httpPutResponseHopLimit": 2}
    assert servers.shown()["metadataOptions"] == {**shown, **applied}
    for wrong in ({"httpProtocolIpv6": "enabled"}, {"httpPutResponseHopLimit": 65}):
        said = servers.refused("update_instance_metadata_options", instanceName="web", **wrong)
        assert said.startswith("InvalidInputException")


def test_an_add_on_is_enabled_changed_and_disabled(servers: Servers) -> None:
    client = servers.client
    request = {"addOnType": "AutoSnapshot", "autoSnapshotAddOnRequest": {"snapshotTimeOfDay": "02:00"}}
    client.enable_add_on(resourceName="web", addOnRequest=request)
    shown = servers.shown()["addOns"][0]
    assert (shown["name"], shown["status"], shown["snapshotTimeOfDay"]) == (
        "AutoSnapshot",
        "Enabling",
        "02:00",
    )
    servers.settle()
    assert servers.shown()["addOns"][0]["status"] == "Enabled"
    half_past = {**request, "autoSnapshotAddOnRequest": {"snapshotTimeOfDay": "02:30"}}
    assert "HH:00" in servers.refused("enable_add_on", resourceName="web", addOnRequest=half_past)
    assert "forceDeleteAddOns" in servers.refused("delete_instance", instanceName="web")
    client.disable_add_on(resourceName="web", addOnType="AutoSnapshot")
    assert servers.shown()["addOns"] == []
    again = {"resourceName": "web", "addOnType": "AutoSnapshot"}
    assert "not enabled" in servers.refused("disable_add_on", **again)
    client.allocate_static_ip(staticIpName="front")
    assert "Only instances and disks" in servers.refused(
        "enable_add_on", resourceName="front", addOnRequest=request
    )


def test_the_address_type_of_an_instance_changes_with_its_bundle(servers: Servers) -> None:
    client = servers.client
    place = {"resourceType": "Instance", "resourceName": "web"}
    client.set_ip_address_type(**place, ipAddressType="ipv4")
    assert servers.shown()["ipv6Addresses"] == []
    assert "acceptBundleUpdate" in servers.refused("set_ip_address_type", **place, ipAddressType="ipv6")
    client.allocate_static_ip(staticIpName="front")
    client.attach_static_ip(staticIpName="front", instanceName="web")
    accepted = {**place, "ipAddressType": "ipv6", "acceptBundleUpdate": True}
    assert "Detach the static IP" in servers.refused("set_ip_address_type", **accepted)
    client.detach_static_ip(staticIpName="front")
    client.set_ip_address_type(**accepted)
    assert servers.shown()["bundleId"] == "small_ipv6_3_0"
    assert "publicIpAddress" not in servers.shown()
    client.set_ip_address_type(**place, ipAddressType="dualstack", acceptBundleUpdate=True)
    assert servers.shown()["bundleId"] == "small_3_0"


def test_a_bundle_changes_to_its_other_generation_only(servers: Servers) -> None:
    client = servers.client
    client.stop_instance(instanceName="web")
    servers.settle()
    larger = {"instanceName": "web", "attributeUpdates": {"bundleId": "large_3_0"}}
    assert "use a snapshot" in servers.refused("start_instance", **larger)
    client.start_instance(instanceName="web", attributeUpdates={"bundleId": "small_2_0"})
    servers.settle()
    client.reboot_instance(instanceName="web")
    assert "operation needs running" in servers.refused("reboot_instance", instanceName="web")
    servers.settle()
    client.stop_instance(instanceName="web")
    servers.settle()
    client.start_instance(instanceName="web", attributeUpdates={"bundleId": "auto"})
    assert servers.shown()["bundleId"] == "small_3_0"


def test_key_pairs_show_their_private_key_once(servers: Servers) -> None:
    client = servers.client
    made = client.create_key_pair(keyPairName="mine", tags=[{"key": "team", "value": "a"}])
    assert made["privateKeyBase64"].startswith("-----BEGIN RSA PRIVATE KEY-----")
    assert client.get_key_pair(keyPairName="mine")["keyPair"] == made["keyPair"]
    client.import_key_pair(keyPairName="theirs", publicKeyBase64="ssh-ed25519 AAAA")
    assert "not valid" in servers.refused("import_key_pair", keyPairName="other", publicKeyBase64="?")
    servers.create("app", keyPairName="mine")
    assert servers.shown("app")["sshKeyName"] == "mine"
    assert [each["name"] for each in client.get_key_pairs()["keyPairs"]] == ["mine", "theirs"]
    client.delete_key_pair(keyPairName="mine")
    default = client.get_key_pairs(includeDefaultKeyPair=True)["keyPairs"][0]
    assert default["name"] == servers.shown()["sshKeyName"] == "LightsailDefaultKeyPair"
    assert "fingerprint" in servers.refused("delete_key_pair", keyPairName=default["name"])
    assert client.download_default_key_pair()["publicKeyBase64"].startswith("ssh-rsa ")
    client.delete_key_pair(keyPairName=default["name"], expectedFingerprint=default["fingerprint"])

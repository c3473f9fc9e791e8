"""Passes over instances, static IP addresses and disks of Lightsail, whose states last: moves, restarts, marks, and mistakes."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from reconciler.desired.mistakes import InvalidStack
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in
from reconciler.sandbox.lightsail.backend import plane_of
from tests.resources.live_harness import REGION, LiveHarness, messages

ZONE = f"{REGION}a"
WEB: Mapping[str, Any] = {
    "availability_zone": ZONE,
    "blueprint_id": "ubuntu_22_04",
    "bundle_id": "medium_3_0",
}
HTTPS = {"from_port": 443, "to_port": 443, "protocol": "tcp"}
ALL: Mapping[str, Any] = {"prune": True, "guard": {"max_percent": 100}}
"""What a stack says that may lose everything."""
FREE = {"policy": {"protect": False}}


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[LiveHarness]:
    clock = VirtualClock(1_800_000_000.0)
    with Sandbox(clock=clock.now, sleep=clock.sleep, settling_seconds=20.0) as box:
        yield LiveHarness(box, clock, account_in(box, REGION, clock), tmp_path)


@pytest.fixture
def lightsail(harness: LiveHarness) -> Any:
    return harness.client("lightsail")


def servers(**web: Any) -> dict[str, Any]:
    return {
        "lightsail.instance": {
            "web": {**WEB, **FREE, "public_ports": [HTTPS], **web},
            "spare": {**WEB, **FREE},
        },
        "lightsail.static_ip": {"front": {"attached_to": "web", **FREE}},
        "lightsail.disk": {
            "data": {
                "availability_zone": ZONE,
                "size_in_gb": 32,
                "attached_to": "web",
                "path": "/dev/xvdf",
                **FREE,
            }
        },
    }


def test_servers_settle_move_and_go(harness: LiveHarness, lightsail: Any) -> None:
    asked = servers()
    harness.settle(asked)
    shown = lightsail.get_instance(instanceName="web")["instance"]
    assert [port["fromPort"] for port in shown["networking"]["ports"]] == [443]
    assert shown["isStaticIp"] is True
    moved = servers()
    moved["lightsail.static_ip"]["front"]["attached_to"] = "spare"
    harness.settle(moved)
    assert lightsail.get_static_ip(staticIpName="front")["staticIp"]["attachedTo"] == "spare"
    lightsail.stop_instance(instanceName="web")
    report = harness.run({}, **ALL)
    assert report.outcome == "settled", messages(report)
    assert lightsail.get_active_names()["activeNames"] == ["LightsailDefaultKeyPair"]


def test_the_marks_of_an_address_are_in_a_key_pair(harness: LiveHarness, lightsail: Any) -> None:
    asked = {"lightsail.static_ip": {"front": {"tags": {"Team": "staff"}, **FREE}}}
    harness.settle(asked)
    tags = lightsail.get_key_pair(keyPairName="front-marks")["keyPair"]["tags"]
    assert {each["key"]: each["value"] for each in tags} == {
        "Team": "staff",
        "reconciler:stack": "desk/test",
        "reconciler:key": "front",
        "reconciler:protect": "false",
    }
    lightsail.delete_key_pair(keyPairName="front-marks")
    harness.settle(asked)
    report = harness.run({}, release=["lightsail.static_ip/front"], prune=True)
    assert report.outcome == "settled", messages(report)
    assert lightsail.get_key_pairs()["keyPairs"][0]["tags"] == [{"key": "Team", "value": "staff"}]
    assert [each["name"] for each in lightsail.get_static_ips()["staticIps"]] == ["front"]


def test_a_newer_generation_comes_with_a_restart(harness: LiveHarness, lightsail: Any) -> None:
    harness.settle({"lightsail.instance": {"web": WEB}})
    plane_of(harness.box.account, REGION).get("Instance", "web").settings["bundleId"] = "medium_2_0"
    harness.settle({"lightsail.instance": {"web": WEB}})
    shown = lightsail.get_instance(instanceName="web")["instance"]
    assert (shown["bundleId"], shown["state"]["name"]) == ("medium_3_0", "pending")
    harness.clock.sleep(20.0)
    v6 = {**WEB, "bundle_id": "medium_ipv6_3_0", "ip_address_type": "ipv6"}
    harness.settle({"lightsail.instance": {"web": v6}})
    assert [name for name, _ in harness.calls] == []


def test_what_needs_another_instance_is_refused_with_what_to_do(harness: LiveHarness) -> None:
    harness.settle({"lightsail.instance": {"web": WEB}})
    for change, said in (
        ({"blueprint_id": "ubuntu_24_04"}, "never changes blueprint_id"),
        ({"bundle_id": "small_3_0"}, "is smaller than that of medium_3_0"),
    ):
        report = harness.run({"lightsail.instance": {"web": {**WEB, **change, "policy": {"replace": True}}}})
        assert said in messages(report)[0]
        assert harness.calls == []


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"bundle_id": "medum_3_0"}, "there is no bundle medum_3_0; did you mean medium_3_0?"),
    ({"bundle_id": "huge_9"}, "there is no bundle huge_9"),
    ({"blueprint_id": "ubuntu_2204"}, "there is no blueprint ubuntu_2204; did you mean ubuntu_22_04?"),
    ({"blueprint_id": "windows_server_2022"}, "medium_3_0 is not for windows_server_2022"),
    ({"blueprint_id": "gitlab", "bundle_id": "small_3_0"}, "gitlab needs a larger bundle than small_3_0"),
    ({"ip_address_type": "ipv6"}, "needs a bundle without a public IPv4 address"),
    ({"availability_zone": "us-east-1a"}, "eu-west-2 has no Availability Zone us-east-1a"),
    (
        {"public_ports": [HTTPS, {**HTTPS, "from_port": 400, "to_port": 500}]},
        "tcp 400-500 overlaps an earlier row",
    ),
    ({"public_ports": [{**HTTPS, "protocol": "all"}]}, "the protocol all has the ports 0 to 65535"),
    ({"public_ports": [{**HTTPS, "from_port": 500}]}, "not a range of ports: 500 to 443"),
    ({"public_ports": [{**HTTPS, "cidrs": ["192.0.2.1/24"]}]}, "not a block of addresses"),
    ({"public_ports": [{**HTTPS, "cidrs": []}]}, "to everybody"),
    ({"metadata_options": {"http_protocol_ipv6": "enabled"}}, "eu-north-1 only"),
)


@pytest.mark.parametrize(("change", "said"), WRONG)
def test_a_mistake_is_one_line_with_its_place(
    harness: LiveHarness, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidStack) as mistakes:
        harness.run({"lightsail.instance": {"web": {**WEB, **change}}})
    lines = str(mistakes.value).splitlines()
    assert len(lines) == 1
    assert said in lines[0]
    assert "resources.yaml:1:" in lines[0]
    assert len(harness.box.journal) == 0


@pytest.mark.parametrize("name", ["a", "with space", "-web", "web.1"])
def test_a_name_that_aws_refuses_is_a_mistake(harness: LiveHarness, name: str) -> None:
    with pytest.raises(InvalidStack, match="AWS does not accept this name"):
        harness.run({"lightsail.instance": {name: WEB}})


@pytest.mark.parametrize(
    ("bundle", "blueprint"),
    [("medium_4_0", "ubuntu_26_04"), ("medium_3_2", "debian_13"), ("nano_win_3_0", "windows_server_2025")],
)
def test_what_is_newer_than_the_table_is_left_to_aws(
    harness: LiveHarness, bundle: str, blueprint: str
) -> None:
    newer = {**WEB, "bundle_id": bundle, "blueprint_id": blueprint}
    assert "ID is not valid" in messages(harness.run({"lightsail.instance": {"web": newer}}))[0]

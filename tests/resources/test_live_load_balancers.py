"""Passes over load balancers of Lightsail: certificates that AWS issues later, and instances that come and go."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in
from reconciler.sandbox.lightsail.backend import plane_of
from reconciler.sandbox.lightsail.core.courses import always
from tests.resources.live_harness import REGION, LiveHarness, messages

TAKES = 3600.0
"""Seconds that each state lasts; a pass waits for a load balancer, and not for a certificate."""
FRONT = {"loadBalancerName": "front"}
WEB = {"availability_zone": f"{REGION}a", "blueprint_id": "ubuntu_22_04", "bundle_id": "medium_3_0"}
CERTIFICATE = (
    "CreateLoadBalancerTlsCertificate",
    "AttachLoadBalancerTlsCertificate",
    "DeleteLoadBalancerTlsCertificate",
)


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[LiveHarness]:
    clock = VirtualClock(1_800_000_000.0)
    with Sandbox(clock=clock.now, sleep=clock.sleep) as box:
        found = LiveHarness(box, clock, account_in(box, REGION, clock), tmp_path)
        found.settle(
            {"lightsail.instance": {"web": WEB}, "lightsail.load_balancer": {"front": {"instance_port": 80}}}
        )
        box.world.settling_seconds = TAKES
        yield found


def site(*names: str, **settings: Any) -> dict[str, Any]:
    rows = [{"certificate_name": each, "certificate_domain_name": f"{each}.example.com"} for each in names]
    front = {
        "instance_port": 80,
        "tls_certificates": rows,
        "attached_certificate": names[-1],
        "https_redirection_enabled": True,
        "attached_instances": ["web"],
        **settings,
    }
    return {"lightsail.instance": {"web": WEB}, "lightsail.load_balancer": {"front": front}}


def shown(harness: LiveHarness) -> dict[str, Any]:
    found: dict[str, Any] = harness.client("lightsail").get_load_balancer(**FRONT)["loadBalancer"]
    return found


def certificates(harness: LiveHarness) -> dict[str, bool]:
    return {each["name"]: each["isAttached"] for each in shown(harness)["tlsCertificateSummaries"]}


def test_a_certificate_is_attached_by_the_first_pass_after_it_was_issued(harness: LiveHarness) -> None:
    began = harness.clock.now()
    told = {
        "type": "String",
        "value": "${lightsail.load_balancer:front#records} ${lightsail.load_balancer:front#dns_name}",
    }
    asked = {**site("staff"), "ssm.parameter": {"/dns": told}}
    report = harness.settle(asked)
    assert harness.clock.now() - began < TAKES
    (row,) = harness.client("lightsail").get_load_balancer_tls_certificates(**FRONT)["tlsCertificates"]
    record = " ".join(row["domainValidationRecords"][0][each] for each in ("name", "type", "value"))
    assert any(
        f"AWS issues staff once DNS has this record, and waits 72 hours: {record}" in each
        for each in report.notes
    )
    assert any(
        "the first pass after AWS has issued staff attaches it and redirects HTTP" in each
        for each in report.notes
    )
    assert (
        harness.client("ssm").get_parameter(Name="/dns")["Parameter"]["Value"]
        == f"{record} {shown(harness)['dnsName']}"
    )
    harness.require_quiet(asked)
    harness.clock.sleep(TAKES)
    harness.run(asked)
    assert [name for name, _ in harness.calls] == [
        "AttachLoadBalancerTlsCertificate",
        "UpdateLoadBalancerAttribute",
    ]
    assert (shown(harness)["publicPorts"], shown(harness)["httpsRedirectionEnabled"]) == ([80, 443], True)
    assert not any("DNS" in each for each in harness.settle(asked).notes)


def test_a_certificate_in_use_stays_until_another_one_is_issued(harness: LiveHarness) -> None:
    harness.settle(site("old"))
    harness.clock.sleep(TAKES)
    harness.settle(site("old"))
    report = harness.settle(site("new"))
    assert certificates(harness) == {"old": True, "new": False}
    assert any("attaches it and redirects HTTP; until then old stays in use" in each for each in report.notes)
    harness.clock.sleep(TAKES)
    report = harness.run(site("new"), guard={"max_percent": 100})
    assert report.outcome == "settled", messages(report)
    assert [(name, "force" in asked) for name, asked in harness.calls] == [
        (each, False) for each in CERTIFICATE[1:]
    ]
    assert certificates(harness) == {"new": True}
    assert shown(harness)["httpsRedirectionEnabled"] is True
    harness.require_quiet(site("new"))
    other = site("new")
    other["lightsail.load_balancer"]["front"]["tls_certificates"][0]["certificate_domain_name"] = (
        "help.example.com"
    )
    assert "and new is in use: write another one beside it" in messages(harness.run(other))[0]
    none = {"instance_port": 80, "tls_certificates": [], "https_redirection_enabled": False}
    harness.run({**site("new"), "lightsail.load_balancer": {"front": none}}, guard={"max_percent": 100})
    assert certificates(harness) == {}


def test_a_certificate_that_aws_gave_up_is_named(harness: LiveHarness) -> None:
    harness.settle(site("staff"))
    rows = plane_of(harness.box.account, REGION).get("LoadBalancer", "front").settings["certificates"]
    rows["staff"].course = always("VALIDATION_TIMED_OUT")
    report = harness.run(site("staff"))
    assert report.outcome == "settled"
    assert harness.calls == []
    assert any("staff is VALIDATION_TIMED_OUT, and stays so: delete it with" in each for each in report.notes)
    harness.client("lightsail").delete_load_balancer_tls_certificate(**FRONT, certificateName="staff")
    harness.settle(site("staff"))
    assert certificates(harness) == {"staff": False}


def test_what_replaces_an_instance_is_behind_it(harness: LiveHarness) -> None:
    harness.settle(site("staff"))
    harness.box.world.settling_seconds = 20.0
    larger = site("staff")
    larger["lightsail.instance"] = {"web": {**WEB, "bundle_id": "large_3_0", "policy": {"replace": True}}}
    harness.settle(larger)
    assert [each["instanceName"] for each in shown(harness)["instanceHealthSummary"]] == ["web-2"]
    everything: dict[str, Any] = {"prune": True, "guard": {"max_percent": 100}}
    harness.run({"lightsail.instance": larger["lightsail.instance"]}, **everything)
    assert harness.calls == []  # it is protected

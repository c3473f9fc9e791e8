"""Passes over certificates of Lightsail, which AWS issues once DNS has their records."""

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

RECORDS = "${lightsail.certificate:staff#records}"
OWN = "${lightsail.certificate:staff#record_name} ${lightsail.certificate:staff#record_value}"


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[LiveHarness]:
    clock = VirtualClock(1_800_000_000.0)
    with Sandbox(clock=clock.now, sleep=clock.sleep, settling_seconds=7200.0) as box:
        yield LiveHarness(box, clock, account_in(box, REGION, clock), tmp_path)


def site(**settings: Any) -> dict[str, Any]:
    certificate = {"domain_name": "example.com", "subject_alternative_names": ["www.example.com"], **settings}
    return {
        "lightsail.certificate": {"staff": certificate},
        "ssm.parameter": {
            "/dns/all": {"type": "String", "value": RECORDS},
            "/dns/own": {"type": "String", "value": OWN},
        },
    }


def test_a_pass_says_which_records_are_missing_and_does_not_wait(harness: LiveHarness) -> None:
    began = harness.clock.now()
    report = harness.settle(site())
    assert harness.clock.now() - began < 3600
    ssm, lightsail = harness.client("ssm"), harness.client("lightsail")
    lines = ssm.get_parameter(Name="/dns/all")["Parameter"]["Value"].splitlines()
    own = ssm.get_parameter(Name="/dns/own")["Parameter"]["Value"]
    assert own == lines[0].replace(" CNAME ", " ")
    assert len(lines) == 2 == len([each for each in report.notes if "once DNS has this record" in each])
    assert all(any(line in note for note in report.notes) for line in lines)
    harness.clock.sleep(7200)
    assert not any("DNS" in note for note in harness.run(site()).notes)
    plane = plane_of(harness.box.account, REGION)
    plane.records["staff"].course = always("VALIDATION_TIMED_OUT")
    assert any("delete-certificate" in note for note in harness.run(site()).notes)
    lightsail.delete_certificate(certificateName="staff")
    harness.settle(site())


def test_other_domains_need_a_replacement(harness: LiveHarness) -> None:
    harness.settle(site())
    other = {"subject_alternative_names": ["help.example.com"]}
    assert "AWS cannot change subject_alternative_names" in " ".join(messages(harness.run(site(**other))))
    harness.settle(site(**other, policy={"replace": True}))
    asked = {"certificateName": "staff", "includeCertificateDetails": True}
    (shown,) = harness.client("lightsail").get_certificates(**asked)["certificates"]
    assert shown["certificateDetail"]["subjectAlternativeNames"] == ["example.com", "help.example.com"]
    report = harness.run({"sns.topic": {}}, prune=True, guard={"max_percent": 100})
    assert report.outcome == "settled", messages(report)
    assert harness.client("lightsail").get_certificates()["certificates"] == []

"""Load balancers with their instances and certificates.

Sources: the API Reference and the User Guide of Amazon Lightsail.
"""

from typing import Any

import pytest

from tests.sandbox.lightsail.servers import Servers

B = {"loadBalancerName": "front"}
C = {**B, "certificateName": "site"}
UPDATE, ATTACH, DETACH = (
    "update_load_balancer_attribute",
    "attach_instances_to_load_balancer",
    "detach_instances_from_load_balancer",
)


@pytest.fixture
def balanced(servers: Servers) -> Servers:
    servers.client.create_load_balancer(**B, instancePort=80, tags=[{"key": "team", "value": "a"}])
    assert "provisioning" in servers.refused(ATTACH, **B, instanceNames=["web"])
    servers.settle()
    return servers


def shown(servers: Servers) -> dict[str, Any]:
    found: dict[str, Any] = servers.client.get_load_balancer(**B)["loadBalancer"]
    return found


def test_settings_change_one_by_one(balanced: Servers) -> None:
    def set_to(name: str, value: str) -> None:
        balanced.client.update_load_balancer_attribute(**B, attributeName=name, attributeValue=value)

    found = shown(balanced)
    assert (found["state"], found["protocol"], found["publicPorts"]) == ("active", "HTTP", [80])
    assert (found["healthCheckPath"], found["ipAddressType"]) == ("/", "dualstack")
    options = {
        "SessionStickinessEnabled": "true",
        "SessionStickiness_LB_CookieDurationSeconds": "900",
    }
    for name, value in options.items():
        set_to(name, value)
    set_to("HealthCheckPath", "/health")
    set_to("TlsPolicyName", "TLS-FS-1-2-Res-2019-08")
    place = {"resourceType": "LoadBalancer", "resourceName": "front"}
    balanced.client.set_ip_address_type(**place, ipAddressType="ipv4")
    found = shown(balanced)
    assert found["configurationOptions"] == options
    assert (found["healthCheckPath"], found["ipAddressType"]) == ("/health", "ipv4")
    policies = balanced.client.get_load_balancer_tls_policies()["tlsPolicies"]
    assert [each["name"] for each in policies if not each["isDefault"]] == [found["tlsPolicyName"]]
    for name, value, said in (
        ("HealthCheckPath", "health", "begin with /"),
        ("SessionStickinessEnabled", "yes", "true or false"),
        ("SessionStickiness_LB_CookieDurationSeconds", "0", "between 1 and 604800"),
        ("TlsPolicyName", "TLS-1999", "does not exist"),
        ("HttpsRedirectionEnabled", "true", "Attach a certificate"),
    ):
        assert said in balanced.refused(UPDATE, **B, attributeName=name, attributeValue=value)


def test_instances_come_and_go(balanced: Servers) -> None:
    client = balanced.client

    def health() -> dict[str, str]:
        rows = shown(balanced)["instanceHealthSummary"]
        return {row["instanceName"]: row["instanceHealth"] for row in rows}

    client.attach_instances_to_load_balancer(**B, instanceNames=["web"])
    assert health() == {"web": "initial"}
    balanced.settle()
    assert health() == {"web": "healthy"}
    balanced.create("spare")
    assert "pending" in balanced.refused(ATTACH, **B, instanceNames=["spare"])
    assert "not attached" in balanced.refused(DETACH, **B, instanceNames=["web", "spare"])
    client.detach_instances_from_load_balancer(**B, instanceNames=["web"])
    assert health() == {}
    balanced.settle()
    client.attach_instances_to_load_balancer(**B, instanceNames=["web", "spare"])
    client.stop_instance(instanceName="spare")
    balanced.settle()
    assert health() == {"web": "healthy", "spare": "unused"}
    client.delete_instance(instanceName="spare")
    balanced.settle()
    balanced.create("spare")
    assert health() == {"web": "healthy"}
    client.delete_load_balancer(**B)
    assert balanced.refused("get_load_balancer", **B).startswith("NotFoundException")
    assert balanced.state() == "running"


def test_certificates_are_attached_once_they_are_issued(balanced: Servers) -> None:
    client = balanced.client

    def certificates() -> dict[str, Any]:
        rows = client.get_load_balancer_tls_certificates(**B)["tlsCertificates"]
        return {row["name"]: (row["status"], row["isAttached"]) for row in rows}

    new = {"certificateDomainName": "example.com", "certificateAlternativeNames": ["www.example.com"]}
    client.create_load_balancer_tls_certificate(**C, **new)
    assert certificates() == {"site": ("PENDING_VALIDATION", False)}
    attach = "attach_load_balancer_tls_certificate"
    assert "PENDING_VALIDATION" in balanced.refused(attach, **C)
    balanced.settle()
    client.attach_load_balancer_tls_certificate(**C)
    client.update_load_balancer_attribute(**B, attributeName="HttpsRedirectionEnabled", attributeValue="true")
    found = shown(balanced)
    assert (found["publicPorts"], found["httpsRedirectionEnabled"]) == ([80, 443], True)
    create = "create_load_balancer_tls_certificate"
    assert "already in use" in balanced.refused(create, **C, **new)
    client.create_load_balancer_tls_certificate(**{**C, "certificateName": "later"}, **new)
    assert "already has 2" in balanced.refused(create, **{**C, "certificateName": "third"}, **new)
    balanced.settle()
    client.attach_load_balancer_tls_certificate(**{**C, "certificateName": "later"})
    assert certificates() == {"site": ("ISSUED", False), "later": ("ISSUED", True)}
    client.delete_load_balancer_tls_certificate(**C)
    delete = "delete_load_balancer_tls_certificate"
    later = {**C, "certificateName": "later"}
    assert "is attached to front" in balanced.refused(delete, **later)
    client.delete_load_balancer_tls_certificate(**later, force=True)
    assert (certificates(), shown(balanced)["httpsRedirectionEnabled"]) == ({}, False)
    assert balanced.refused(attach, **later).startswith("NotFoundException")


def test_a_load_balancer_is_created_with_a_certificate(servers: Servers) -> None:
    create, new = "create_load_balancer", {**B, "instancePort": 80}
    assert "together" in servers.refused(create, **new, certificateName="site")
    wrong = {"certificateName": "site", "certificateDomainName": "*.example.com"}
    assert "domain name is not valid" in servers.refused(create, **new, **wrong)
    servers.client.create_load_balancer(**new, **{**wrong, "certificateDomainName": "example.com"})
    assert shown(servers)["tlsCertificateSummaries"] == [{"name": "site", "isAttached": False}]
    servers.plane.quotas["LoadBalancer"] = 1
    assert "maximum number" in servers.refused(create, loadBalancerName="other", instancePort=80)
    alarm = {"alarmName": "few", "monitoredResourceName": "front", "metricName": "HealthyHostCount"}
    rule = {"comparisonOperator": "LessThanThreshold", "threshold": 1, "evaluationPeriods": 1}
    servers.client.put_alarm(**alarm, **rule)
    (shown_alarm,) = servers.client.get_alarms(monitoredResourceName="front")["alarms"]
    assert shown_alarm["monitoredResourceInfo"]["resourceType"] == "LoadBalancer"

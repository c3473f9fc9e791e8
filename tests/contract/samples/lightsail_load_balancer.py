"""lightsail.load_balancer."""

from reconciler.testing import Change, Drift, Sample, Settings

SET = ("UpdateLoadBalancerAttribute",)
BEHIND, AWAY = "AttachInstancesToLoadBalancer", "DetachInstancesFromLoadBalancer"
CREATE, ATTACH, DELETE = (f"{verb}LoadBalancerTlsCertificate" for verb in ("Create", "Attach", "Delete"))
NEW = {"availability_zone": "eu-west-2a", "blueprint_id": "ubuntu_22_04", "bundle_id": "nano_3_0"}
ONE, OTHER = "one-front-web", "other-front-web"


def certificate(name: str, *domains: str) -> Settings:
    own, *others = domains
    return {
        "certificate_name": name,
        "certificate_domain_name": own,
        "certificate_alternative_names": others,
    }


SITE = certificate("site", "staff.example.com", "www.staff.example.com")
SPARE = certificate("spare", "desk.example.com")
IN_USE = "AWS never changes the domains of a certificate, and site is in use"

SAMPLE = Sample(
    name="front",
    around={"lightsail.instance": {ONE: NEW, OTHER: NEW}},
    base={
        "instance_port": 80,
        "health_check_path": "/health",
        "ip_address_type": "dualstack",
        "tls_policy_name": "TLS-FS-1-2-Res-2019-08",
        "session_stickiness_enabled": True,
        "session_stickiness_lb_cookie_duration_seconds": 900,
        "tls_certificates": [SITE, SPARE],
        "attached_certificate": "site",
        "https_redirection_enabled": True,
        "attached_instances": [ONE],
        "tags": {"Team": "staff"},
    },
    forms={"without certificates": {"instance_port": 80, "attached_instances": [ONE, OTHER]}},
    changes=(
        Change("instance_port", 8080, refused="AWS cannot change instance_port"),
        Change("health_check_path", "/", SET),
        Change("health_check_path", None, SET, "taken away"),
        Change("ip_address_type", "ipv4", ("SetIpAddressType",)),
        Change("tls_policy_name", "TLS-2016-08", SET),
        Change("session_stickiness_enabled", False, SET),
        Change("session_stickiness_lb_cookie_duration_seconds", 3600, SET),
        Change("tls_certificates", [SITE], (DELETE,), "one less"),
        Change("tls_certificates", [SITE, certificate("spare", "help.example.com")], (DELETE, CREATE), "another"),
        Change("tls_certificates", [certificate("site", "help.example.com"), SPARE], refused=IN_USE, label="in use"),
        Change("https_redirection_enabled", False, SET),
        Change("attached_certificate", "spare", (ATTACH,)),
        Change("attached_instances", [ONE, OTHER], (BEHIND,), "one more"),
        Change("attached_instances", [OTHER], (BEHIND, AWAY), "another"),
        Change("attached_instances", None, (AWAY,), "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    misfits=dict.fromkeys(
        (
            "tls_certificates: create_load_balancer has no member tlsCertificates",
            "attached_certificate: create_load_balancer has no member attachedCertificate",
        ),
        "that for use has members of its own in the request, and the others come later",
    ),
    drifts=(
        Drift("health_check_path", "update_load_balancer_attribute", {"attributeName": "HealthCheckPath", "attributeValue": "/x"}),
        Drift("attached_instances", "attach_instances_to_load_balancer", {"instanceNames": [OTHER]}),
        Drift("attached_certificate", "attach_load_balancer_tls_certificate", {"certificateName": "spare"}),
    ),
)  # fmt: skip

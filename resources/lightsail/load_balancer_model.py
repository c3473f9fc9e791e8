"""The settings of a load balancer of Lightsail, with its certificates.

Sources: CreateLoadBalancer, UpdateLoadBalancerAttribute, CreateLoadBalancerTlsCertificate, AttachLoadBalancerTlsCertificate,
DeleteLoadBalancerTlsCertificate (Amazon Lightsail API Reference). The limits of the cookie's duration are those of Elastic Load
Balancing.
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.lightsail_offers import table
from reconciler.model import CamelPart, CamelResource, Cleared, Ref, Rows, Settings, Unordered, Wire
from reconciler.resources.lasting import LASTS, lasts
from reconciler.resources.lightsail.certificate_model import DOMAIN, MOST_ALTERNATIVES
from reconciler.resources.lightsail.common import NAME

MOST_CERTIFICATES = 2
"""Of a load balancer: one in use, and one that takes its place."""
LONGEST = 7 * 24 * 3600
PATH = Form(r"/\S*", "a path such as / or /health")
POLICY = Form(r"[A-Za-z0-9-]+", "the name of a TLS policy such as TLS-2016-08")
CertificateName = Annotated[str, NAME]


class TlsCertificate(CamelPart):
    """A certificate of a load balancer. AWS issues it once DNS has the records that `reconciler` names, and never changes it."""

    certificate_name: CertificateName
    certificate_domain_name: Annotated[str, DOMAIN]
    certificate_alternative_names: Annotated[
        list[Annotated[str, DOMAIN]] | None, Field(max_length=MOST_ALTERNATIVES), Unordered(), lasts("[]")
    ] = None
    """Further domains, without `certificate_domain_name` itself."""


class LoadBalancer(CamelResource):
    """A load balancer, the instances behind it, and its certificates."""

    instance_port: Annotated[int | None, Field(ge=0, le=65_535), LASTS] = None
    """The port of the instances, for HTTP. AWS never changes it."""
    health_check_path: Annotated[Annotated[str, PATH] | None, Cleared("/")] = None
    ip_address_type: Annotated[Literal["dualstack", "ipv4", "ipv6"] | None, lasts("dualstack")] = None
    tls_policy_name: Annotated[Annotated[str, POLICY] | None, LASTS] = None
    """The versions of TLS that clients may use, such as `TLS-FS-1-2-Res-2019-08`."""
    session_stickiness_enabled: Annotated[bool | None, Cleared(False)] = None
    """Whether a visitor stays with one instance."""
    session_stickiness_lb_cookie_duration_seconds: Annotated[
        int | None, Field(ge=1, le=LONGEST), Wire("sessionStickinessDuration"), Cleared(86_400)
    ] = None
    """For how many seconds."""
    tls_certificates: Annotated[
        list[TlsCertificate] | None,
        Field(max_length=MOST_CERTIFICATES),
        Rows(("certificate_name",)),
        Cleared([]),
    ] = None
    """All certificates; others are deleted."""
    attached_certificate: Annotated[CertificateName | None, LASTS] = None
    """The name of the certificate that is in use, once AWS has issued it."""
    https_redirection_enabled: Annotated[bool | None, Cleared(False)] = None
    """Whether HTTP is redirected to HTTPS; AWS needs a certificate in use."""
    attached_instances: Annotated[
        list[Annotated[str, Ref("lightsail.instance")]] | None,
        Unordered(),
        Wire("attachedInstances"),
        Cleared([]),
    ] = None
    """All instances behind it. If left out, attachments are not touched."""


DEFAULTS: Settings = {
    "health_check_path": "/",
    "ip_address_type": "dualstack",
    "tls_policy_name": next(row["name"] for row in table("tls_policies") if row["is_default"]),
    "session_stickiness_enabled": False,
    "session_stickiness_lb_cookie_duration_seconds": 86_400,
    "tls_certificates": [],
    "https_redirection_enabled": False,
    "attached_instances": [],
}
"""What AWS gives a new load balancer."""

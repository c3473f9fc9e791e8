"""The certificates of load balancers. Known-lossy: nobody looks into DNS; they are issued after `settling_seconds`, and never expire.

Source: https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateLoadBalancerTlsCertificate.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from reconciler.sandbox.lightsail.certificates.domains import (
    ISSUED,
    PENDING,
    dns_record,
    hashed,
    valid_names,
    validation_status,
    validity,
)
from reconciler.sandbox.lightsail.core.operations import Operations, Reply, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import absent, failed, taken

Tagged: TypeAlias = Sequence[Mapping[str, str]]
LOAD_BALANCER, TLS_CERTIFICATE = "LoadBalancer", "LoadBalancerTlsCertificate"
CERTIFICATES, ATTACHED = "certificates", "attachedCertificate"
"""Settings of a load balancer: its certificates by name, and the name of the one in use."""
MOST = 2
"""Of a load balancer."""

operations = Operations()


def view(plane: Plane, balancer: Record, record: Record) -> dict[str, Any]:
    """Show a certificate of a load balancer."""
    state, names = plane.state(record), record.settings["names"]
    status = validation_status(state)
    shown = {
        **record.head(),
        "loadBalancerName": balancer.name,
        "isAttached": balancer.settings[ATTACHED] == record.name,
        "status": state,
        "domainName": names[0],
        "subjectAlternativeNames": list(names),
        "domainValidationRecords": [
            {**dns_record(plane, name), "domainName": name, "validationStatus": status} for name in names
        ],
        "keyAlgorithm": "RSA-2048",
        "subject": f"CN={names[0]}",
    }
    if state != ISSUED:
        return shown
    return {
        **shown,
        "serial": hashed(record.arn),
        "issuer": "Amazon",
        "signatureAlgorithm": "SHA256WITHRSA",
        **validity(record),
    }


def add_certificate(
    plane: Plane, balancer: Record, name: str, names: Sequence[str], tags: Tagged = ()
) -> Record:
    """Request a certificate of these domains for a load balancer; its name is unique there."""
    certificates: dict[str, Record] = balancer.settings[CERTIFICATES]
    if name in certificates:
        raise taken(name)
    if len(certificates) >= MOST:
        raise failed(f"The load balancer {balancer.name} already has {MOST} certificates.")
    course = plane.course(PENDING, then=ISSUED)
    record = plane.new_record(TLS_CERTIFICATE, name, {"names": names}, tags=tags, course=course)
    certificates[name] = record
    return record


@operations.answers
def create_load_balancer_tls_certificate(
    plane: Plane, loadBalancerName: str, certificateName: str, tags: Tagged = (), **members: Any
) -> Reply:
    """Request a certificate, which is issued once its domains are validated."""
    balancer = plane.get(LOAD_BALANCER, loadBalancerName)
    domain, others = members["certificateDomainName"], members.get("certificateAlternativeNames", ())
    record = add_certificate(plane, balancer, certificateName, valid_names(domain, others), tags)
    return done(plane, "CreateLoadBalancerTlsCertificate", record, loadBalancerName)


@operations.answers
def get_load_balancer_tls_certificates(plane: Plane, loadBalancerName: str) -> Reply:
    """Show the certificates of a load balancer."""
    balancer = plane.get(LOAD_BALANCER, loadBalancerName)
    rows = [view(plane, balancer, each) for each in balancer.settings[CERTIFICATES].values()]
    return {"tlsCertificates": rows}


@operations.answers
def attach_load_balancer_tls_certificate(plane: Plane, loadBalancerName: str, certificateName: str) -> Reply:
    """Use a certificate that is issued, instead of the present one."""
    balancer, record = _found(plane, loadBalancerName, certificateName)
    plane.require_state(record, (ISSUED,))
    balancer.settings[ATTACHED] = certificateName
    return done(plane, "AttachLoadBalancerTlsCertificate", balancer, certificateName)


@operations.answers
def delete_load_balancer_tls_certificate(
    plane: Plane, loadBalancerName: str, certificateName: str, force: bool = False
) -> Reply:
    """Delete a certificate; the one in use only by force, which ends HTTPS."""
    balancer, record = _found(plane, loadBalancerName, certificateName)
    if balancer.settings[ATTACHED] == certificateName:
        if not force:
            raise failed(f"The certificate {certificateName} is attached to {loadBalancerName}; set force.")
        balancer.settings.update({ATTACHED: None, "httpsRedirectionEnabled": False})
    del balancer.settings[CERTIFICATES][certificateName]
    return done(plane, "DeleteLoadBalancerTlsCertificate", record, loadBalancerName)


def _found(plane: Plane, balancer_name: str, name: str) -> tuple[Record, Record]:
    balancer = plane.get(LOAD_BALANCER, balancer_name)
    record = balancer.settings[CERTIFICATES].get(name)
    if record is None:
        raise absent(TLS_CERTIFICATE, name)
    return balancer, record

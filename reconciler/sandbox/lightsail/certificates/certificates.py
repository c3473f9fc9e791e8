"""Certificates of distributions and container services.

Known-lossy: nobody looks into DNS, so every certificate is issued after the sandbox's `settling_seconds`; nothing uses one; no
certificate is renewed or expires.

Source: https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateCertificate.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

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
from reconciler.sandbox.lightsail.core.records import Record, moment

CERTIFICATE = "Certificate"

operations = Operations()


def view(plane: Plane, record: Record) -> dict[str, Any]:
    """Show a certificate. The domain itself is among its alternative names, and its DNS records stay as long as it does."""
    state, names = plane.state(record), record.settings["subjectAlternativeNames"]
    shown = {
        "arn": record.arn,
        "name": record.name,
        "domainName": record.settings["domainName"],
        "status": state,
        "subjectAlternativeNames": list(names),
        "domainValidationRecords": [_validation(plane, name, state) for name in names],
        "inUseResourceCount": 0,
        "keyAlgorithm": "RSA-2048",
        "createdAt": moment(record.created),
        "eligibleToRenew": "INELIGIBLE",
        "tags": record.shown_tags(),
        "supportCode": record.support_code,
    }
    if state != ISSUED:
        return shown
    return {
        **shown,
        "serialNumber": hashed(record.arn),
        "issuerCA": "Amazon",
        **validity(record),
    }


def summary(plane: Plane, record: Record, details: bool = True) -> dict[str, Any]:
    """Show a certificate as lists do."""
    shown = {
        "certificateArn": record.arn,
        "certificateName": record.name,
        "domainName": record.settings["domainName"],
        "tags": record.shown_tags(),
    }
    return {**shown, "certificateDetail": view(plane, record)} if details else shown


@operations.answers
def create_certificate(
    plane: Plane,
    certificateName: str,
    domainName: str,
    subjectAlternativeNames: Sequence[str] = (),
    tags: Sequence[Mapping[str, str]] = (),
) -> Reply:
    """Request a certificate, which is issued once its domains are validated."""
    names = valid_names(domainName, subjectAlternativeNames)
    record = plane.add(
        CERTIFICATE,
        certificateName,
        {"domainName": domainName, "subjectAlternativeNames": names},
        tags=tags,
        course=plane.course(PENDING, then=ISSUED),
    )
    return {"certificate": summary(plane, record), **done(plane, "CreateCertificate", record)}


@operations.pages("certificates", order=lambda row: str(row["certificateName"]))
def get_certificates(
    plane: Plane,
    certificateStatuses: Sequence[str] = (),
    includeCertificateDetails: bool = False,
    certificateName: str | None = None,
) -> Sequence[dict[str, Any]]:
    """Show one certificate, those in some states, or all."""
    found = plane.every(CERTIFICATE) if certificateName is None else [plane.get(CERTIFICATE, certificateName)]
    return [
        summary(plane, record, includeCertificateDetails)
        for record in found
        if not certificateStatuses or plane.state(record) in certificateStatuses
    ]


@operations.answers
def delete_certificate(plane: Plane, certificateName: str) -> Reply:
    """Delete a certificate."""
    record = plane.get(CERTIFICATE, certificateName)
    plane.remove(record)
    return done(plane, "DeleteCertificate", record)


def _validation(plane: Plane, name: str, state: str) -> dict[str, Any]:
    return {
        "domainName": name,
        "resourceRecord": dns_record(plane, name),
        "validationStatus": validation_status(state),
    }

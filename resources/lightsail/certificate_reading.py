"""Reads a certificate from the reply of GetCertificates, and tells which DNS records AWS waits for.

Source: Certificate, DomainValidationRecord, RenewalSummary (Amazon Lightsail API Reference).
"""

from collections.abc import Iterator
from typing import Any

from reconciler.contract import Wired
from reconciler.model import Settings

GET, ROWS, DETAIL = "get_certificates", "certificates", "certificateDetail"
DETAILS: Wired = {"includeCertificateDetails": True}
NAMES, RECORDS = "subjectAlternativeNames", "domainValidationRecords"
ISSUED, PENDING = "ISSUED", "PENDING_VALIDATION"


def shown(row: Any) -> Wired:
    """A certificate with the members of requests, and its DNS records as texts."""
    domain = row["domainName"]
    records = {
        each["domainName"]: each["resourceRecord"]
        for each in row.get(RECORDS) or ()
        if (each.get("resourceRecord") or {}).get("value")
    }
    own = records.get(domain, {})
    found: Wired = row | {
        NAMES: [each for each in row.get(NAMES) or () if each != domain],
        "recordName": own.get("name"),
        "recordValue": own.get("value"),
        "records": "\n".join(line(each) for each in records.values()) or None,
    }
    return found


def remarks(written: Settings, reported: Wired) -> Iterator[str]:
    """The DNS records that somebody has to set, or why there will be no certificate."""
    del written
    status, renewal = reported.get("status"), reported.get("renewalSummary") or {}
    if status == PENDING:
        for line in _missing(reported):
            yield f"AWS issues the certificate once DNS has this record, and waits 72 hours: {line}"
    elif status == ISSUED and renewal.get("renewalStatus") == "PendingValidation":
        for line in _missing(renewal):
            yield f"AWS renews the certificate once DNS has this record again: {line}"
    elif status not in (ISSUED, None):
        reason = reported.get("requestFailureReason") or reported.get("revocationReason")
        why = f" ({reason})" if reason else ""
        yield (
            f"the certificate is {status}{why}, and stays so: delete it with `aws lightsail delete-certificate`, "
            "and the next pass makes a new one"
        )


def _missing(holder: Wired) -> Iterator[str]:
    """The DNS records of the domains that AWS has not validated."""
    for each in holder.get(RECORDS) or ():
        record = each.get("resourceRecord") or {}
        if each.get("validationStatus") != "SUCCESS" and record.get("value"):
            yield line(record)


def line(record: Wired) -> str:
    """A DNS record as a line of a zone file."""
    return f"{record['name']} {record['type']} {record['value']}"

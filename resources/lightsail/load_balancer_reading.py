"""Reads a load balancer and its certificates, and tells which DNS records AWS waits for.

Sources: LoadBalancer, LoadBalancerTlsCertificate, LoadBalancerTlsCertificateRenewalSummary (Amazon Lightsail API Reference).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import Api, Attribute, Check, FieldRead, Look, Seen, Sighting, Wired, state_check
from reconciler.model import Settings
from reconciler.resources.lightsail.certificate_reading import ISSUED, PENDING, line

GET, LIST, IN = "get_load_balancer", "get_load_balancers", "loadBalancer"
CERTIFICATES, ROWS = "get_load_balancer_tls_certificates", "tlsCertificates"
ATTACHED, INSTANCES, REDIRECTS = "attachedCertificate", "attachedInstances", "httpsRedirectionEnabled"
OPTIONS = {
    "sessionStickinessEnabled": "SessionStickinessEnabled",
    "sessionStickinessDuration": "SessionStickiness_LB_CookieDurationSeconds",
}
"""By member that we add to replies: the key in `configurationOptions`, whose values are texts."""
DRAINING = "draining"
"""The health of an instance that is taken away."""
STATE = "state"
AT_REST = ("active", "active_impaired", "failed")


def shown(row: Any) -> Wired:
    """A load balancer with the members of requests."""
    enabled, duration = ((row.get("configurationOptions") or {}).get(key) for key in OPTIONS.values())
    found: Wired = row | {
        "sessionStickinessEnabled": enabled == "true",
        "sessionStickinessDuration": int(duration) if duration else None,
        INSTANCES: [
            each["instanceName"]
            for each in row.get("instanceHealthSummary") or ()
            if each["instanceHealth"] != DRAINING
        ],
    }
    return found


def as_written(row: Any) -> Wired:
    """A certificate with the members of requests, and with those of the reply."""
    domain = row["domainName"]
    found: Wired = row | {
        "certificateName": row["name"],
        "certificateDomainName": domain,
        "certificateAlternativeNames": [
            each for each in row.get("subjectAlternativeNames") or () if each != domain
        ],
    }
    return found


def _certificates(api: Api, sighting: Sighting) -> Wired:
    rows = [as_written(each) for each in api.call(CERTIFICATES, **sighting.address)[ROWS]]
    return {
        ROWS: rows,
        ATTACHED: next((each["name"] for each in rows if each.get("isAttached")), None),
    }


OF_CERTIFICATES = FieldRead(_certificates, (CERTIFICATES,))


def certificate(reported: Wired, name: str | None) -> Wired:
    """The live certificate of a name; empty if there is none."""
    return next((each for each in reported.get(ROWS) or () if each["name"] == name), {})


def waits(wanted: str | None, reported: Wired) -> bool:
    """Whether a certificate that the files attach is there, and AWS has not issued it."""
    return bool(certificate(reported, wanted).get("status", ISSUED) != ISSUED)


def kept_for_now(wanted: str | None, reported: Wired) -> str | None:
    """The certificate in use, if it has to stay so until AWS has issued another one."""
    live: str | None = reported.get(ATTACHED)
    present = certificate(reported, wanted)
    return live if wanted and wanted != live and present.get("status") != ISSUED else None


def records_of(row: Wired) -> Iterator[tuple[str, bool]]:
    """The DNS records of a certificate as lines of a zone file, and whether AWS has validated the domain by it."""
    for each in row.get("domainValidationRecords") or ():
        if each.get("value"):
            yield line(each), each.get("validationStatus") == "SUCCESS"


def remarks(written: Settings, reported: Wired) -> Iterator[str]:
    """The DNS records that somebody has to set, and what waits for them; or why there will be no certificate."""
    names = [row["certificate_name"] for row in written.get("tls_certificates") or ()]
    wanted = written.get("attached_certificate")
    for name in dict.fromkeys((*names, wanted)):
        row = certificate(reported, name)
        if row:
            yield from _about(row)
    if wanted and waits(wanted, reported):
        redirects = " and redirects HTTP" if written.get("https_redirection_enabled") else ""
        stays = reported.get(ATTACHED)
        until = f"; until then {stays} stays in use" if stays and stays != wanted else ""
        yield f"the first pass after AWS has issued {wanted} attaches it{redirects}{until}"


def _about(row: Wired) -> Iterator[str]:
    name, status = row["name"], row.get("status")
    renewal = (row.get("renewalSummary") or {}).get("renewalStatus")
    missing = [text for text, validated in records_of(row) if not validated]
    if status == PENDING:
        for text in missing:
            yield f"AWS issues {name} once DNS has this record, and waits 72 hours: {text}"
    elif status == ISSUED and renewal == PENDING:
        for text, _ in records_of(row):
            yield f"AWS renews {name} once DNS has this record again: {text}"
    elif status not in (ISSUED, None):
        reason = row.get("failureReason") or row.get("revocationReason")
        why = f" ({reason})" if reason else ""
        force = " --force" if row.get("isAttached") else ""
        yield (
            f"{name} is {status}{why}, and stays so: delete it with `aws lightsail delete-load-balancer-tls-certificate{force}`, "
            "and the next pass makes a new one"
        )


def _records(api: Api, sighting: Sighting) -> str | None:
    rows = _certificates(api, sighting)[ROWS]
    return "\n".join(dict.fromkeys(text for row in rows for text, _ in records_of(row))) or None


def _healthy(look: Look) -> Seen:
    rows = look.describe().get("instanceHealthSummary") or ()
    ill = [
        f"{each['instanceName']} is {each['instanceHealth']}"
        for each in rows
        if each["instanceHealth"] != "healthy"
    ]
    found = "; ".join(ill) or (f"{len(rows)} healthy" if rows else "no instances")
    return Seen(bool(rows) and not ill, found, HEALTHY)


def _issued(look: Look) -> Seen:
    name = look.written.get("attached_certificate")
    rows = {row["name"]: row for row in _certificates(look.api, look.sighting)[ROWS]}
    row = rows.get(name, {})
    found = "in use" if row.get("isAttached") else str(row.get("status") or "not there")
    return Seen(bool(row.get("isAttached")), f"{name}: {found}", IN_USE)


def _without_instances(written: Settings) -> str:
    return "" if written.get("attached_instances") else "the files name no instances behind it"


def _without_certificate(written: Settings) -> str:
    return "" if written.get("attached_certificate") else "the files attach no certificate"


HEALTHY, IN_USE = "all instances behind it are healthy", "its certificate is in use"
CHECKS: Mapping[str, Check] = {
    "state": state_check(STATE, ("active",), GET),
    "instances": Check(HEALTHY, _healthy, (GET,), unless=_without_instances),
    "certificate": Check(IN_USE, _issued, (CERTIFICATES,), unless=_without_certificate),
}
ATTRIBUTES: Mapping[str, Attribute] = {
    "dns_name": Attribute("the name that the DNS record of a domain points to", "dnsName"),
    "records": Attribute(
        "the DNS records for all domains of its certificates, as lines of a zone file",
        _records,
        ("tls_certificates",),
    ),
}

"""Finds mistakes in load balancers that AWS would refuse."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.lightsail_offers import table
from reconciler.model import Finding
from reconciler.resources.lightsail.bundles import unknown

POLICY, ROWS, ATTACHED, REDIRECTS = (
    "tls_policy_name",
    "tls_certificates",
    "attached_certificate",
    "https_redirection_enabled",
)
DATE = len("2016-08")
"""The length of the date at the end of a policy's name."""


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one load balancer."""
    yield from _policy(str(files.settings.get(POLICY) or ""))
    yield from _certificates(files.settings)


def _policy(name: str) -> Iterator[Finding]:
    """A policy that is unknown and not newer than the table."""
    names = [row["name"] for row in table("tls_policies")]
    date, dates = name[-DATE:], [each[-DATE:] for each in names]
    newer = name.startswith("TLS-") and date.replace("-", "").isdecimal() and date > max(dates)
    if name and "${" not in name and name not in names and not newer:
        yield Finding(unknown(f"TLS policy {name}", name, names, "get-load-balancer-tls-policies"), (POLICY,))


def _certificates(settings: Mapping[str, Any]) -> Iterator[Finding]:
    rows, chosen = settings.get(ROWS), settings.get(ATTACHED)
    for number, row in enumerate(rows or ()):
        seen = {row["certificate_domain_name"]}
        for place, name in enumerate(row.get("certificate_alternative_names") or ()):
            if name in seen:
                where = (ROWS, number, "certificate_alternative_names", place)
                yield Finding(f"{name} is in the certificate already; leave it out here", where)
            seen.add(name)
    names = [row["certificate_name"] for row in rows or ()]
    if chosen and ROWS in settings and "${" not in chosen and chosen not in names:
        there = f"; there are {', '.join(names)}" if names else "; there are none"
        yield Finding(f"{ROWS} has no {chosen}{there}", (ATTACHED,))
    elif settings.get(REDIRECTS) and ROWS in settings and not chosen:
        yield Finding(f"AWS redirects to a certificate in use: write its name as {ATTACHED}", (REDIRECTS,))

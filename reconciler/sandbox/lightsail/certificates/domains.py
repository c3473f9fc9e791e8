"""The domains of certificates, and the DNS records by which they are validated.

Source: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
"""

import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record, moment
from reconciler.sandbox.lightsail.core.refusals import invalid

PENDING, ISSUED = "PENDING_VALIDATION", "ISSUED"
MOST_ALTERNATIVES = 9
LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
DOMAIN = rf"(?=.{{1,253}}$)({LABEL}\.)+[A-Za-z]([A-Za-z0-9-]{{0,61}}[A-Za-z0-9])"
DAY = 24 * 3600
VALID = 395 * DAY
"""The seconds for which a certificate is valid, 13 months."""


def valid_names(domain: str, alternatives: Sequence[str]) -> list[str]:
    """Return the names of a certificate, the domain first and each once; refuse invalid ones."""
    names = list(dict.fromkeys((domain, *alternatives)))
    for name in names:
        if not re.fullmatch(DOMAIN, name):
            raise invalid(f"The domain name is not valid: {name}")
    if len(names) > 1 + MOST_ALTERNATIVES:
        raise invalid(f"A certificate can have {MOST_ALTERNATIVES} alternative names.")
    return names


def dns_record(plane: Plane, name: str) -> dict[str, str]:
    """Return the DNS record of a domain, which is the same for every certificate of an account."""
    return {
        "name": f"_{hashed(f'{plane.account_id} {name}')}.{name}.",
        "type": "CNAME",
        "value": f"_{hashed(f'{name} {plane.account_id}')}.sandbox.acm-validations.aws.",
    }


def validation_status(state: str) -> str:
    """Return the status of each domain while a certificate is in a state."""
    return {ISSUED: "SUCCESS", PENDING: PENDING}.get(state, "FAILED")


def validity(record: Record) -> dict[str, datetime]:
    """Return when a certificate was issued, and from when to when it is valid."""
    issued = max(record.created, record.course.end)
    first = issued - issued % DAY
    return {"issuedAt": moment(issued), "notBefore": moment(first), "notAfter": moment(first + VALID)}


def hashed(text: str) -> str:
    """Return 32 hexadecimal digits that follow from a text."""
    return sha256(text.encode()).hexdigest()[:32]

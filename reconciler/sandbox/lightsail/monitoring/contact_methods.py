"""Contact methods: one address for e-mail and one telephone number in each Region.

Source: https://docs.aws.amazon.com/lightsail/latest/userguide/amazon-lightsail-notifications.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.lightsail_offers.metrics import SMS_REGIONS
from reconciler.sandbox.lightsail.core.operations import Operations, Reply, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import failed, invalid

CONTACT_METHOD = "ContactMethod"
EMAIL, SMS = "Email", "SMS"
FORMS = {EMAIL: r"[^@\s]+@[^@\s]+\.[^@\s]+", SMS: r"\+[1-9]\d{1,14}"}
VALID, WAITING = "Valid", "PendingVerification"

operations = Operations()


def view(record: Record) -> dict[str, Any]:
    """Show a contact method, whose name is its protocol."""
    return {**record.head(), "protocol": record.name, **record.settings}


@operations.answers
def create_contact_method(
    plane: Plane, protocol: str, contactEndpoint: str, tags: Sequence[Mapping[str, str]] = ()
) -> Reply:
    """Create a contact method; an address for e-mail has to be verified."""
    if protocol == SMS and plane.region_name not in SMS_REGIONS:
        raise invalid(f"Text messages are not supported in {plane.region_name}.")
    if not re.fullmatch(FORMS[protocol], contactEndpoint):
        raise invalid(f"The contact endpoint is not valid for {protocol}: {contactEndpoint}")
    settings = {"contactEndpoint": contactEndpoint, "status": VALID if protocol == SMS else WAITING}
    return done(
        plane, "CreateContactMethod", plane.add(CONTACT_METHOD, protocol, settings, tags=tags), protocol
    )


@operations.answers
def get_contact_methods(plane: Plane, protocols: Sequence[str] = (EMAIL, SMS)) -> Reply:
    """Show the contact methods of some protocols."""
    rows = [view(record) for record in plane.every(CONTACT_METHOD) if record.name in protocols]
    return {"contactMethods": sorted(rows, key=lambda row: str(row["protocol"]))}


@operations.answers
def send_contact_method_verification(plane: Plane, protocol: str) -> Reply:
    """Send the mail for the verification once more."""
    record = plane.get(CONTACT_METHOD, protocol)
    if record.settings["status"] == VALID:
        raise failed(f"The contact method {protocol} is verified already.")
    record.settings["status"] = WAITING
    return done(plane, "SendContactMethodVerification", record)


@operations.answers
def delete_contact_method(plane: Plane, protocol: str) -> Reply:
    """Delete a contact method; alarms that name its protocol tell nobody."""
    record = plane.get(CONTACT_METHOD, protocol)
    plane.remove(record)
    return done(plane, "DeleteContactMethod", record)


def verify(plane: Plane) -> None:
    """Follow the link in the mail, as its reader does."""
    plane.get(CONTACT_METHOD, EMAIL).settings["status"] = VALID

"""Finds mistakes that AWS would refuse and that depend on the identity management of the user's instance.

https://docs.aws.amazon.com/connect/latest/APIReference/API_CreateUser.html
"""

import unicodedata
from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.model import Finding

MANAGED, SAML, DIRECTORY = "CONNECT_MANAGED", "SAML", "EXISTING_DIRECTORY"
LONGEST_NAME = {MANAGED: 20, SAML: 64, DIRECTORY: 20}
IDENTITY = "identity_info"


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one user."""
    identities = (files.home or {}).get("identity_management_type")
    if isinstance(identities, str) and identities in LONGEST_NAME:
        yield from _name(files, identities)
        yield from _credentials(files, identities)
    yield from _person(files, identities)
    yield from _phones(files)


def _name(files: InFiles, identities: str) -> Iterator[Finding]:
    most = LONGEST_NAME[identities]
    if files.new and len(files.name) > most:
        instance = f"an instance with identity_management_type {identities}"
        yield Finding(
            f"a user name of {instance} has at most {most} characters; this one has {len(files.name)}"
        )


def _credentials(files: InFiles, identities: str) -> Iterator[Finding]:
    instance = f"the instance's identity_management_type is {identities}"
    if identities == MANAGED and files.lacks("password"):
        yield Finding(f"a new user needs a password if {instance}; write password")
    if identities != MANAGED and files.settings.get("password") is not None:
        yield Finding(f"AWS accepts no password if {instance}; remove it", ("password",))
    person = files.settings.get(IDENTITY) or {}
    if identities == SAML and person.get("email") is not None:
        yield Finding(f"AWS accepts no email if {instance}; remove it", (IDENTITY, "email"))
    if identities == SAML and files.settings.get("directory_user_id") is not None:
        yield Finding(f"AWS accepts no directory_user_id if {instance}; remove it", ("directory_user_id",))


def _person(files: InFiles, identities: str | None) -> Iterator[Finding]:
    person = files.settings.get(IDENTITY) or {}
    missing = [name for name in ("first_name", "last_name") if not person.get(name)]
    if missing and files.new and identities != DIRECTORY:
        said = f"a new user needs {' and '.join(missing)}"
        told = said if identities else f"{said} unless the instance uses a directory"
        # If only an e-mail address is written, a live user keeps its names.
        undecided = identities is None or (IDENTITY in files.settings and len(missing) > 1)
        yield Finding(f"{told}; write it in {IDENTITY}", (IDENTITY,), warning=undecided)
    for name in ("first_name", "last_name"):
        if not unicodedata.is_normalized("NFC", person.get(name) or ""):
            said = "AWS accepts only composed characters (Unicode normalization form C), such as one character for é"
            yield Finding(f"{said}; write it so", (IDENTITY, name))


def _phones(files: InFiles) -> Iterator[Finding]:
    phone = files.settings.get("phone_config") or {}
    if files.new and phone.get("phone_type") == "DESK_PHONE" and not phone.get("desk_phone_number"):
        yield Finding("phone_type DESK_PHONE needs desk_phone_number; write it", ("phone_config",))
    for number, row in enumerate(files.settings.get("phone_number_configs") or ()):
        if files.new and row["phone_type"] == "DESK_PHONE" and not row.get("phone_number"):
            yield Finding(
                "phone_type DESK_PHONE needs phone_number; write it", ("phone_number_configs", number)
            )

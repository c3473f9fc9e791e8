"""Finds what AWS would refuse in the settings of a user, by the way in which its instance manages identities.

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
    """All settings that AWS would refuse."""
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
        yield Finding(f"a new user needs a password where {instance}; write password")
    if identities != MANAGED and files.settings.get("password") is not None:
        yield Finding(f"AWS takes no password where {instance}; remove it", ("password",))
    person = files.settings.get(IDENTITY) or {}
    if identities == SAML and person.get("email") is not None:
        yield Finding(f"AWS takes no email where {instance}; remove it", (IDENTITY, "email"))
    if identities == SAML and files.settings.get("directory_user_id") is not None:
        yield Finding(f"AWS takes no directory_user_id where {instance}; remove it", ("directory_user_id",))


def _person(files: InFiles, identities: str | None) -> Iterator[Finding]:
    person = files.settings.get(IDENTITY) or {}
    missing = [name for name in ("first_name", "last_name") if not person.get(name)]
    if missing and files.new and identities != DIRECTORY:
        said = f"a new user needs {' and '.join(missing)}"
        told = said if identities else f"{said} where identities are not those of a directory"
        # Who writes an e-mail address alone may leave the names of a live user as they are.
        undecided = identities is None or (IDENTITY in files.settings and len(missing) > 1)
        yield Finding(f"{told}; write it in {IDENTITY}", (IDENTITY,), warning=undecided)
    for name in ("first_name", "last_name"):
        if not unicodedata.is_normalized("NFC", person.get(name) or ""):
            said = "AWS takes composed characters only (Unicode normalization form C), such as one character for é"
            yield Finding(f"{said}; write it so", (IDENTITY, name))


def _phones(files: InFiles) -> Iterator[Finding]:
    phone = files.settings.get("phone_config") or {}
    if files.new and phone.get("phone_type") == "DESK_PHONE" and not phone.get("desk_phone_number"):
        yield Finding("phone_type DESK_PHONE takes desk_phone_number; write it", ("phone_config",))
    for number, row in enumerate(files.settings.get("phone_number_configs") or ()):
        if files.new and row["phone_type"] == "DESK_PHONE" and not row.get("phone_number"):
            yield Finding(
                "phone_type DESK_PHONE takes phone_number; write it", ("phone_number_configs", number)
            )

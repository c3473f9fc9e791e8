"""AWS's checks of users, which depend on the identity management of the instance."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import invalid

LONGEST_USERNAME = {"CONNECT_MANAGED": 20, "EXISTING_DIRECTORY": 20, "SAML": 64}
LONGEST_ACW_SECONDS = 2_000_000
PASSWORD = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)\S{8,64}")
USERNAME = re.compile(r"[a-zA-Z0-9_.\-\\@]+")
EMAIL = re.compile(r"[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,63}")

# PhoneConfig is for all channels; its members exclude the lists with settings for single channels.
CHANNEL_LISTS = {
    "AutoAcceptConfigs": ("AutoAccept",),
    "AfterContactWorkConfigs": ("AfterContactWorkTimeLimit",),
    "PhoneNumberConfigs": ("PhoneType", "DeskPhoneNumber"),
    "PersistentConnectionConfigs": ("PersistentConnection",),
}


def identity_type(instance: Instance) -> str:
    """Return the identity management: CONNECT_MANAGED, SAML or EXISTING_DIRECTORY."""
    return str(instance.settings["IdentityManagementType"])


def require_username(instance: Instance, username: str) -> None:
    """Refuse a name that is too long, or that has an @ and is not an e-mail address."""
    longest = LONGEST_USERNAME[identity_type(instance)]
    if len(username) > longest:
        raise invalid(f"Username can have at most {longest} characters.")
    if not USERNAME.fullmatch(username) or ("@" in username and not EMAIL.fullmatch(username)):
        raise invalid(f"Username {username} is not valid.")


def require_credentials(instance: Instance, password: str | None, directory_user_id: str | None) -> None:
    """Require a valid password if Connect manages identities, otherwise refuse one."""
    kind = identity_type(instance)
    if kind == "CONNECT_MANAGED":
        if password is None or not PASSWORD.fullmatch(password):
            raise invalid(
                "Password must have 8 to 64 characters, with a lower-case, an upper-case and a digit."
            )
    elif password is not None:
        raise invalid(f"Password cannot be given when identity management is {kind}.")
    if kind == "SAML" and directory_user_id:
        raise invalid("DirectoryUserId cannot be given when identity management is SAML.")


def require_identity(instance: Instance, identity: Mapping[str, str]) -> None:
    """Require both names in normalization form C; refuse an e-mail address if it is not allowed."""
    kind = identity_type(instance)
    for member in ("FirstName", "LastName"):
        name = identity.get(member, "")
        if not name and kind != "EXISTING_DIRECTORY":
            raise invalid(f"{member} is required when identity management is {kind}.")
        if not unicodedata.is_normalized("NFC", name):
            raise invalid(f"{member} is not in Unicode Normalization Form C.")
    if identity.get("Email") and kind == "SAML" and not instance.plane.saml_users_have_email:
        raise invalid("Email cannot be given when identity management is SAML.")
    for member in ("Email", "SecondaryEmail"):
        if identity.get(member) and not EMAIL.fullmatch(identity[member]):
            raise invalid(f"{member} is not a valid e-mail address.")


def require_phone(settings: Mapping[str, Any]) -> None:
    """Refuse a phone configuration that contradicts itself or the settings of single channels."""
    phone = settings.get("PhoneConfig", {})
    if phone.get("PhoneType") == "DESK_PHONE" and not phone.get("DeskPhoneNumber"):
        raise invalid("DeskPhoneNumber is required for phone type DESK_PHONE.")
    if phone.get("AfterContactWorkTimeLimit", 0) > LONGEST_ACW_SECONDS:
        raise invalid(f"AfterContactWorkTimeLimit cannot be more than {LONGEST_ACW_SECONDS}.")
    for member, rivals in CHANNEL_LISTS.items():
        if member in settings and any(rival in phone for rival in rivals):
            raise invalid(f"{member} and the same setting of PhoneConfig cannot be given together.")
    for member in (*CHANNEL_LISTS, "VoiceEnhancementConfigs"):
        channels = [each["Channel"] for each in settings.get(member, ())]
        if len(set(channels)) < len(channels):
            raise invalid(f"A channel is given more than once in {member}.")

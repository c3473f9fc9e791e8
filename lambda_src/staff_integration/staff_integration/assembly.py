"""Puts the application together from its settings."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from staff_integration.backup.library import Library, keep_from
from staff_integration.backup.sealing import BackupKeys
from staff_integration.backup.stores import store_from
from staff_integration.clock import SystemClock
from staff_integration.database import Sessions
from staff_integration.medical import Medical
from staff_integration.remote import TIMEOUT, Remote
from staff_integration.settings import PREFIX, SettingError, optional, setting
from staff_integration.sign_in.passwords import Passwords
from staff_integration.vault import Vault
from staff_integration.voicedrive import VoiceDrive
from staff_integration.worker import Tools

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def vault_from(environment: Mapping[str, str]) -> Vault:
    """The vault.

    Raises:
        SettingError: a key is missing or wrong.
    """
    return Vault(setting(environment, "VAULT_KEYS").replace(",", " ").split())


def library_from(environment: Mapping[str, str]) -> Library:
    """The backups.

    Raises:
        SettingError: a setting is missing or wrong.
    """
    keys = BackupKeys(setting(environment, "BACKUP_KEYS").replace(",", " ").split())
    keep = keep_from(optional(environment, "BACKUP_KEEP"))
    return Library(store_from(environment), keys, keep, SystemClock())


def tools_from(environment: Mapping[str, str], sessions: Sessions) -> Tools:
    """What workers work with.

    Raises:
        SettingError: a setting is missing or wrong.
    """
    return Tools(
        sessions,
        vault_from(environment),
        VoiceDrive(_remote(environment, "VOICEDRIVE")),
        Medical(_remote(environment, "MEDICAL")),
        Passwords(),
    )


def _remote(environment: Mapping[str, str], name: str) -> Remote:
    url, token = setting(environment, f"{name}_URL"), setting(environment, f"{name}_TOKEN")
    wrong = f"{PREFIX}{name}_URL is no URL of an API; write https://host, without user and query"
    try:
        parts = urlsplit(url)
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        raise SettingError(wrong) from None
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or parts.query or parts.username or not (parts.scheme == "https" or plain):
        raise SettingError(wrong)
    if not token.isascii() or not token.isprintable():
        raise SettingError(f"{PREFIX}{name}_TOKEN has characters that a header cannot have")
    client = httpx.Client(
        base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT, trust_env=False
    )
    return Remote(name.lower(), client)

"""The settings of the application, from its environment variables; docs/staff-integration.md explains each.

Every variable may also be given as a file: `STAFF_DATABASE_URL_FILE` instead of `STAFF_DATABASE_URL`, as systemd hands in credentials.
"""

from collections.abc import Mapping
from pathlib import Path

PREFIX = "STAFF_"


class SettingError(Exception):
    """Raised where a setting is missing or wrong; the message names it and never contains its value."""


def setting(environment: Mapping[str, str], name: str) -> str:
    """A setting, from the variable `STAFF_NAME` or from the file that `STAFF_NAME_FILE` names.

    Raises:
        SettingError: there is neither, there are both, or the file cannot be read.
    """
    variable = f"{PREFIX}{name}"
    value, file = environment.get(variable, "").strip(), environment.get(f"{variable}_FILE", "").strip()
    if value and file:
        raise SettingError(f"both {variable} and {variable}_FILE are set; remove one")
    if file:
        try:
            value = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
            raise SettingError(f"{variable}_FILE names {file}, which cannot be read: {reason}") from None
    if not value:
        raise SettingError(f"{variable} is missing; set it, or {variable}_FILE to the name of a file")
    return value


def optional(environment: Mapping[str, str], name: str) -> str:
    """A setting that may be missing; then it is empty.

    Raises:
        SettingError: as for `setting`, except that it is missing.
    """
    variable = f"{PREFIX}{name}"
    if not (environment.get(variable, "").strip() or environment.get(f"{variable}_FILE", "").strip()):
        return ""
    return setting(environment, name)

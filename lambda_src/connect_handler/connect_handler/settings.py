"""The settings of the function, from its environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass

ATTRIBUTES = ("customer_id", "customer_name", "customer_tier")
ALWAYS = frozenset({"language", "result"})
"""Members of every reply, whatever `REPLY_ATTRIBUTES` says."""


class MissingSettingError(Exception):
    """Raised where a variable that the function needs is missing; the argument is its name."""


@dataclass(frozen=True)
class Settings:
    """All settings; lambda_src/README.md explains each."""

    table: str
    key: str
    attributes: tuple[str, ...]
    language: str
    secret: str | None

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings.

        Raises:
            MissingSettingError: there is no `TABLE_NAME`.
        """
        table = environment.get("TABLE_NAME", "").strip()
        if not table:
            raise MissingSettingError("TABLE_NAME")
        return cls(
            table=table,
            key=environment.get("KEY_ATTRIBUTE") or "phone_number",
            attributes=reply_attributes(environment),
            language=default_language(environment),
            secret=environment.get("SECRET_ID") or None,
        )


def reply_attributes(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The attributes of a customer that replies have."""
    named = [name.strip() for name in environment.get("REPLY_ATTRIBUTES", "").split(",")]
    return tuple(dict.fromkeys(name for name in named if name and name not in ALWAYS)) or ATTRIBUTES


def default_language(environment: Mapping[str, str]) -> str:
    """The language of callers who have chosen none."""
    return environment.get("DEFAULT_LANGUAGE") or "en-US"

"""The contents of a flow or module: published content, draft, and versions."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.connect.core.stored_records import Record

SAVED = "$SAVED"
LATEST = "$LATEST"


@dataclass(frozen=True)
class Version:
    """A numbered version of published content; it cannot be changed."""

    number: int
    content: dict[str, Any]
    description: str | None
    created: float


@dataclass
class Contents:
    """Published content and draft; publishing removes the draft."""

    published: dict[str, Any] | None = None
    draft: dict[str, Any] | None = None
    versions: dict[int, Version] = field(default_factory=dict)
    last_version: int = 0
    aliases: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """SAVED until content is published for the first time, then PUBLISHED."""
        return "PUBLISHED" if self.published else "SAVED"

    def publish(self, content: dict[str, Any]) -> None:
        """Publish content."""
        self.published, self.draft = content, None

    def version(self, qualifier: str) -> Version | None:
        """Return a version by its number, or by the name of an alias."""
        for alias in self.aliases.values():
            if alias["Name"] == qualifier:
                return self.versions.get(alias["Version"])
        return self.versions.get(int(qualifier)) if qualifier.isdecimal() else None

    def keep_version(self, description: str | None, when: float) -> Version:
        """Store the published content as the next version; numbers of deleted versions are not used again."""
        self.last_version += 1
        version = Version(self.last_version, dict(self.published or {}), description, when)
        self.versions[version.number] = version
        return version


def contents(record: Record) -> Contents:
    """Return the contents of a flow or module."""
    held: Contents = record.settings["Contents"]
    return held


def split_reference(reference: str) -> tuple[str, str]:
    """Split a reference such as "…/contact-flow/F:$SAVED" into the reference to the flow and the qualifier of its content."""
    base, slash, last = reference.rpartition("/")
    record_id, _, qualifier = last.partition(":")
    return f"{base}{slash}{record_id}", qualifier


def checksum(content: str) -> str:
    """Return a hash of published content. AWS's own is not the SHA-256 of the sent text either."""
    return hashlib.sha256(f"published {content}".encode()).hexdigest()

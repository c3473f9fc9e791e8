"""The contents of one flow or module: what is published, what is only saved, and the versions kept of it."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.connect.core.stored_records import Record

SAVED = "$SAVED"
LATEST = "$LATEST"


@dataclass(frozen=True)
class Version:
    """A published content under an unchangeable number."""

    number: int
    content: dict[str, Any]
    description: str | None
    created: float


@dataclass
class Contents:
    """Published and draft content live beside each other; publishing drops the draft."""

    published: dict[str, Any] | None = None
    draft: dict[str, Any] | None = None
    versions: dict[int, Version] = field(default_factory=dict)
    last_version: int = 0
    aliases: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """SAVED until published for the first time."""
        return "PUBLISHED" if self.published else "SAVED"

    def publish(self, content: dict[str, Any]) -> None:
        """Put content live."""
        self.published, self.draft = content, None

    def version(self, qualifier: str) -> Version | None:
        """Find a version by its number, or by the name of an alias."""
        for alias in self.aliases.values():
            if alias["Name"] == qualifier:
                return self.versions.get(alias["Version"])
        return self.versions.get(int(qualifier)) if qualifier.isdecimal() else None

    def keep_version(self, description: str | None, when: float) -> Version:
        """Give what is published the next number; numbers of deleted versions never come back."""
        self.last_version += 1
        version = Version(self.last_version, dict(self.published or {}), description, when)
        self.versions[version.number] = version
        return version


def contents(record: Record) -> Contents:
    """Give what a flow or module holds."""
    held: Contents = record.settings["Contents"]
    return held


def split_reference(reference: str) -> tuple[str, str]:
    """Split "…/contact-flow/F:$SAVED" into what names the flow and what names its content."""
    base, slash, last = reference.rpartition("/")
    record_id, _, qualifier = last.partition(":")
    return f"{base}{slash}{record_id}", qualifier


def checksum(content: str) -> str:
    """Make AWS's token of a published content, which is not the SHA-256 of what was sent."""
    return hashlib.sha256(f"published {content}".encode()).hexdigest()

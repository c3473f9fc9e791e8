"""Tags of resources that AWS cannot tag, as ids of statements in a policy of AWS Lambda.

Each of these statements lets our own account do what it may do anyway. Tags are one JSON object in base64, divided over as many
statements as needed. New statements are added before old ones are removed, so that the resource has its tags at any time; the
last complete set counts.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class StatementMarks:
    """The ids of such statements; `part` is the number of characters of the tags in one id, which has at most 100."""

    prefix: str
    part: int

    @property
    def _id(self) -> re.Pattern[str]:
        pattern = r"(?P<set>[0-9a-f]{8})-(?P<number>\d+)-(?P<of>\d+)-(?P<part>[\w-]+)"
        return re.compile(re.escape(self.prefix) + pattern)

    def is_one(self, statement_id: str) -> bool:
        """Whether a statement holds tags."""
        return self._id.fullmatch(statement_id) is not None

    def ids_of(self, tags: Mapping[str, str]) -> list[str]:
        """The ids of the statements that hold these tags."""
        told = json.dumps({name: tags[name] for name in sorted(tags)}, separators=(",", ":"))
        packed = base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")
        parts = [packed[at : at + self.part] for at in range(0, len(packed), self.part)]
        of = f"{self.prefix}{_digest(packed)}"
        return [f"{of}-{number}-{len(parts)}-{part}" for number, part in enumerate(parts, 1)]

    def tags_in(self, ids: Iterable[str]) -> dict[str, str]:
        """The tags that statements hold, in the order of the policy; empty if no set is complete."""
        sets: dict[str, dict[int, str]] = {}
        found: dict[str, str] = {}
        for each in filter(None, map(self._id.fullmatch, ids)):
            parts = sets.setdefault(each["set"], {})
            parts[int(each["number"])] = each["part"]
            if len(parts) == int(each["of"]):
                packed = "".join(parts[number] for number in sorted(parts))
                if _digest(packed) != each["set"]:
                    continue  # somebody else made one of them
                found = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        return found


def _digest(packed: str) -> str:
    return hashlib.sha256(packed.encode()).hexdigest()[:8]

"""How values of the medical system become values of VoiceDrive (part 3.3 of the master plan)."""

from collections.abc import Mapping

CATEGORY: Mapping[str, str] = {
    "announcement": "NOTIFICATION",
    "interview": "MEETING",
    "training": "EDUCATION",
    "survey": "SURVEY",
    "other": "OTHER",
}
PRIORITY: Mapping[str, str] = {"high": "URGENT", "medium": "NORMAL", "low": "LOW"}
TABLES = {"category": CATEGORY, "priority": PRIORITY}
"""By the name of the member that they map."""


class UnknownValueError(Exception):
    """Raised where a table does not have a value; the message names both."""


def mapped(member: str, value: str) -> str:
    """The value of VoiceDrive for one of the medical system.

    Raises:
        UnknownValueError: the table does not have it.
    """
    table = TABLES[member]
    if value not in table:
        raise UnknownValueError(f"data.{member}: {value!r} is none of {', '.join(table)}")
    return table[value]

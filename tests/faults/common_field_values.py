"""Values that fields of several kinds have, and how plays are written down."""

from typing import Any

from tests.faults.field_places import Play

TAGS = Play({"Team": "first"}, {"Team": "second"}, edges=({"Team": "x" * 256}, {"k" * 128: ""}))
DESCRIPTION = ("First", "Second")
BOOL = (True, False)


def named(prefix: str) -> Any:
    """A list of so many texts."""
    return lambda number: [f"{prefix}{each}" for each in range(number)]


def under(path: str, **plays: Any) -> dict[str, Any]:
    """Plays of the members of one structure."""
    return {f"{path}.{name}": play for name, play in plays.items()}

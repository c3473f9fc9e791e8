"""Values for fields of several kinds, and helpers that define pairs of values."""

from typing import Any

from tests.faults.field_places import FieldValues

TAGS = FieldValues({"Team": "first"}, {"Team": "second"}, edges=({"Team": "x" * 256}, {"k" * 128: ""}))
DESCRIPTION = ("First", "Second")
BOOL = (True, False)


def named(prefix: str) -> Any:
    """A function that returns a list of texts of a given length."""
    return lambda number: [f"{prefix}{each}" for each in range(number)]


def under(path: str, **by_path: Any) -> dict[str, Any]:
    """The pairs of values for the members of one structure."""
    return {f"{path}.{name}": field_values for name, field_values in by_path.items()}

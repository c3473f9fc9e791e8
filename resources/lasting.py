"""Fields that AWS can change and never take away: null is a mistake, told when the files are read."""

from typing import Any

from pydantic import AfterValidator


def lasts(instead: str = "") -> AfterValidator:
    """Refuses null for what AWS cannot take away; `instead` says what to write where there is such a value."""

    def refuse(value: Any) -> Any:
        if value is None:
            what_to_do = f"write `{instead}`" if instead else "write another value, or leave it out"
            raise ValueError(f"AWS cannot take this away; {what_to_do}")
        return value

    return AfterValidator(refuse)


LASTS = lasts()
"""Where there is no value that says "nothing"."""

"""Fields that AWS can change but not clear: null is a mistake, reported when the files are read."""

from typing import Any

from pydantic import AfterValidator


def lasts(instead: str = "") -> AfterValidator:
    """Refuse null for a field that AWS cannot clear; the message names `instead` as the value to write, if there is one."""

    def refuse(value: Any) -> Any:
        if value is None:
            what_to_do = f"write `{instead}`" if instead else "write another value, or leave it out"
            raise ValueError(f"AWS cannot clear this; {what_to_do}")
        return value

    return AfterValidator(refuse)


LASTS = lasts()
"""The mark of such a field if no value means "nothing"."""

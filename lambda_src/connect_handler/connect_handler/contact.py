"""Reads the event that Amazon Connect sends.

Source: https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PHONE_NUMBER = re.compile(r"\+[1-9]\d{1,14}")
"""E.164. A caller who withholds the number has no such address."""


@dataclass(frozen=True)
class Contact:
    """What the function uses of an event. A part that is missing or has a wrong type is empty."""

    contact_id: str
    channel: str
    instance: str
    phone_number: str | None
    """The parameter `phone_number` if the flow gives one, otherwise the number of the caller; None if there is none."""
    language: str | None
    """The parameter or the attribute `language`: what the caller has chosen before."""

    @classmethod
    def read(cls, event: object) -> "Contact":
        """Read an event, whatever it is."""
        details = _map(_map(event).get("Details"))
        data, parameters = _map(details.get("ContactData")), _map(details.get("Parameters"))
        caller = _map(data.get("CustomerEndpoint"))
        number = _text(parameters.get("phone_number"))
        if not number and caller.get("Type") == "TELEPHONE_NUMBER":
            number = _text(caller.get("Address"))
        chosen = _text(parameters.get("language")) or _text(_map(data.get("Attributes")).get("language"))
        return cls(
            contact_id=_text(data.get("ContactId")),
            channel=_text(data.get("Channel")),
            instance=_text(data.get("InstanceARN")).rpartition("/")[2],
            phone_number=number if PHONE_NUMBER.fullmatch(number) else None,
            language=chosen or None,
        )


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""

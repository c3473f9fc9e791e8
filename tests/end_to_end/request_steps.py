"""Requests that a script sends one after another, with parts of earlier replies in them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

REGION, ACCOUNT, ALIAS = "eu-west-2", "123456789012", "acme"
TEAM = {"team": "blue"}
PAIRS = [{"Key": "team", "Value": "blue"}]
HERE = f"{REGION}:{ACCOUNT}"


@dataclass(frozen=True)
class Step:
    """One request. `{NAME}` in its parameters is a part of an earlier reply; `kept` are parts of this one, by name."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    kept: Mapping[str, str] = field(default_factory=dict)
    code: bytes = b""
    """The archive of a function."""

    def filled(self, known: Mapping[str, str]) -> dict[str, Any]:
        """The parameters with the parts of earlier replies."""
        text = json.dumps(self.parameters)
        for name, value in known.items():
            text = text.replace(f"{{{name}}}", value)
        found: dict[str, Any] = json.loads(text)
        return found


def policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]}
    )

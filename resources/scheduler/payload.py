"""The input of a target: JSON, or any other text."""

import json
from contextlib import suppress
from typing import Any


def parsed(content: Any) -> Any:
    """An input as a JSON value; unchanged if it is another text."""
    if isinstance(content, str):
        with suppress(ValueError):
            return json.loads(content)
    return content

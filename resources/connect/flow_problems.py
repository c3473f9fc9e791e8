"""Adds the names of actions to AWS's error messages about a flow."""

import json
import re
from typing import Any

_PATH = re.compile(r"\bActions\[(\d+)\]((?:\.\w+|\[\d+\])*)")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
LONGEST = 200
"""The most characters of a value in a message."""


def explain(problem: str, content: Any) -> str:
    """A problem such as `Invalid Action property value. Path: Actions[9].Parameters.QueueId`, with the action's name.

    AWS numbers actions from 0 and does not name them. A problem whose path does not exist is not changed.
    """
    found = _PATH.search(problem)
    if found is None:
        return problem
    try:
        action = json.loads(content)["Actions"][int(found[1])]
        about = f'{problem}, action "{action["Identifier"]}" ({action["Type"]})'
    except (ValueError, LookupError, TypeError):
        return problem
    value: Any = action
    for name, number in _STEP.findall(found[2]):
        try:
            value = value[name] if name else value[int(number)]
        except (LookupError, TypeError):
            return about
    if not isinstance(value, str | int | float):
        return about
    shown = json.dumps(value, ensure_ascii=False)
    cut = shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
    return f"{about}, {found[2].rpartition('.')[2]} is {cut}"

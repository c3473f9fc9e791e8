"""What AWS finds wrong with a flow, with the action that it means."""

import json
import re
from typing import Any

_PATH = re.compile(r"\bActions\[(\d+)\]((?:\.\w+|\[\d+\])*)")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
LONGEST = 200
"""Characters of a value that are shown."""


def explain(problem: str, content: Any) -> str:
    """A problem such as `Invalid Action property value. Path: Actions[9].Parameters.QueueId`, with the action's name.

    AWS counts actions from 0 and names none. The problem stays as it is where its path leads nowhere.
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

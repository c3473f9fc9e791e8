"""Builds replies: Amazon Connect takes a flat map of strings of less than 32 KB.

Source: https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html
"""

import json
from collections.abc import Mapping

from connect_handler.settings import ALWAYS

LARGEST = 32_000
"""Bytes of a reply as JSON; Amazon Connect takes less than 32 KB."""
Reply = dict[str, str]


def fitted(reply: Mapping[str, str]) -> tuple[Reply, tuple[str, ...]]:
    """The reply with its longest values emptied until it fits, and the names of these values."""
    made, emptied = dict(reply), []
    while size(made) > LARGEST:
        name = max((each for each in made if each not in ALWAYS), key=lambda each: len(made[each].encode()))
        made[name] = ""
        emptied.append(name)
    return made, tuple(emptied)


def size(reply: Mapping[str, str]) -> int:
    """The bytes of a reply as the runtime writes it."""
    return len(json.dumps(reply).encode())

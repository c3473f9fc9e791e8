"""Pages of rows of a table: the token of the next page tells where the last one has ended, within the caller's own partition.

`shapes` describes the form of each list's tokens, which is checked before.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from stamp_rally_api.items import item_of, values_of

SEPARATOR = "."


def start_after(token: str | None, partition: Mapping[str, str], names: Sequence[str]) -> dict[str, Any]:
    """The parameter of a query that goes on after a token; `names` are the keys whose values it holds."""
    if token is None:
        return {}
    values = zip(names, token.split(SEPARATOR), strict=True)
    return {"ExclusiveStartKey": item_of({**partition, **dict(values)})}


def token_after(reply: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    """The member of an answer that names the next page; none after the last page."""
    last = reply.get("LastEvaluatedKey")
    if not last:
        return {}
    key = values_of(last)
    return {"next_token": SEPARATOR.join(str(key[name]) for name in names)}

"""Cuts rows into pages. The tokens are opaque and valid for a day."""

import base64
import binascii
import zlib
from collections.abc import Sequence
from typing import Any, TypeVar

from reconciler.sandbox.connect.core.refusals import invalid

Row = TypeVar("Row")

DEFAULT_PAGE = 100
TOKEN_LIFE = 24 * 3600.0


def page(
    rows: Sequence[Row], *, scope: Any, now: float, token: str | None, size: int | None, most: int
) -> tuple[Sequence[Row], dict[str, str]]:
    """Return one page; the second value has the next token if there are more rows."""
    start = _start(token, scope, now) if token else 0
    end = start + min(size or DEFAULT_PAGE, most)
    return rows[start:end], {"NextToken": _token(end, scope, now)} if end < len(rows) else {}


def _seal(scope: Any) -> str:
    return f"{zlib.crc32(repr(scope).encode()):08x}"


def _token(offset: int, scope: Any, now: float) -> str:
    return base64.urlsafe_b64encode(f"{offset}:{now}:{_seal(scope)}".encode()).decode()


def _start(token: str, scope: Any, now: float) -> int:
    try:
        offset, issued, seal = base64.urlsafe_b64decode(token.encode()).decode().split(":")
        if seal == _seal(scope) and now - float(issued) < TOKEN_LIFE:
            return int(offset)
    except (ValueError, binascii.Error):
        pass
    raise invalid("The NextToken is not valid, or has expired.")

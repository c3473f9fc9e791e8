"""Cuts lists into pages with tokens, as AWS does."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from reconciler.sandbox.sandbox_error import SandboxError

Row = TypeVar("Row")

AFTER = "after:"


def cut(
    rows: Sequence[Row], key: Callable[[Row], str], size: int, token: str | None, wrong_token: SandboxError
) -> tuple[list[Row], str | None]:
    """Return one page of rows, and the token of the next page if there is one.

    The rows are sorted by `key`. A token contains the last row of its page. So no row is skipped or repeated if others are
    created or deleted between two pages.

    Raises:
        SandboxError: `wrong_token`, for an invalid token.
    """
    after = ""
    if token is not None:
        if not token.startswith(AFTER):
            raise wrong_token
        after = token.removeprefix(AFTER)
    left = sorted((row for row in rows if key(row) > after), key=key)
    page = left[:size]
    return page, f"{AFTER}{key(page[-1])}" if len(left) > size else None


def cut_at(
    rows: Sequence[Row], size: int, token: str | None, wrong_token: Exception
) -> tuple[Sequence[Row], str | None]:
    """Return one page of rows in their own order, and the token of the next page if there is one.

    A token is the number of the first row of its page, as in moto's own lists.

    Raises:
        Exception: `wrong_token`, for an invalid token.
    """
    if token and not (token.isascii() and token.isdecimal()):
        raise wrong_token
    start = int(token or 0)
    end = start + size
    return rows[start:end], str(end) if end < len(rows) else None

"""Where a history is: a file beside you, or a bucket for a team."""

from collections.abc import Callable
from pathlib import Path

from reconciler.contract import Api
from reconciler.errors import CallError
from reconciler.history.s3 import S3History
from reconciler.history.sqlite import SqliteHistory
from reconciler.history.store import History, HistoryTrouble

S3 = "s3://"
FORM = "a history is kept in sqlite:FILE or s3://BUCKET/PREFIX"


def check_location(location: str) -> None:
    """Refuse what is no place for a history.

    Raises:
        ValueError: with the forms that there are.
    """
    scheme, separator, rest = location.partition("://")
    if not location or (separator and (scheme != "s3" or not rest.partition("/")[0])):
        raise ValueError(FORM)


def open_history(location: str, api_of: Callable[[str], Api]) -> History:
    """The history at a location that was checked.

    Raises:
        HistoryTrouble: the bucket cannot be reached.
    """
    if not location.startswith(S3):
        return SqliteHistory(Path(location.removeprefix("sqlite:")).expanduser())
    bucket, _, prefix = location.removeprefix(S3).partition("/")
    try:
        return S3History(api_of("s3"), bucket, prefix)
    except CallError as error:
        raise HistoryTrouble(f"{location}: {error}") from None

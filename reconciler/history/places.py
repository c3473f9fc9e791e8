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
    if not bucket_and_prefix(location)[0]:
        _file(location)


def bucket_and_prefix(location: str) -> tuple[str, str]:
    """Where in S3 a history is; no bucket where it is a file."""
    bucket, _, prefix = location.partition(S3)[2].partition("/")
    return bucket, prefix.strip("/")


def open_history(location: str, api_of: Callable[[str], Api], base: Path = Path()) -> History:
    """The history at a location that was checked; a file counts from `base`.

    Raises:
        HistoryTrouble: the bucket cannot be reached.
    """
    bucket, prefix = bucket_and_prefix(location)
    if not bucket:
        return SqliteHistory(base / _file(location))
    try:
        return S3History(api_of("s3"), bucket, prefix)
    except CallError as error:
        raise HistoryTrouble(f"{location}: {error}") from None


def _file(location: str) -> Path:
    """The file of a location, `~` and `~user` included.

    Raises:
        ValueError: nobody knows where the home directory is.
    """
    try:
        return Path(location.removeprefix("sqlite:")).expanduser()
    except RuntimeError:
        home = location.removeprefix("sqlite:").partition("/")[0]
        raise ValueError(f"{home} has no home directory here; write the whole path") from None

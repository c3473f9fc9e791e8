"""Opens a history from its location: a SQLite file, or an S3 bucket."""

import re
import stat
from collections.abc import Callable
from pathlib import Path

from reconciler.contract import Api
from reconciler.errors import CallError
from reconciler.history.s3_store import S3History
from reconciler.history.sqlite_store import SqliteHistory
from reconciler.history.store import History, HistoryOutOfReach

S3 = "s3://"
SQLITE = "sqlite:"
FORM = "a history is kept in sqlite:FILE or s3://BUCKET/PREFIX"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def check_location(location: str) -> None:
    """Refuse a text that is not a location for a history.

    Raises:
        ValueError: with the valid forms.
    """
    scheme = _SCHEME.match(location)
    if scheme and scheme[0] not in (SQLITE, "s3:"):
        raise ValueError(f"nothing is kept in {scheme[0]}; {FORM}")
    if location.startswith("s3:") and not bucket_and_prefix(location)[0]:
        raise ValueError(FORM)
    file = location.removeprefix(SQLITE)
    if not file or file.startswith("//"):
        raise ValueError(FORM)
    if not bucket_and_prefix(location)[0]:
        _file(location)


def check_file(location: str, base: Path = Path()) -> None:
    """Refuse a checked location whose file can never hold a history; no file is created.

    Raises:
        ValueError: with the reason.
    """
    if bucket_and_prefix(location)[0]:
        return
    file = base / _file(location)
    try:
        mode = file.stat().st_mode
    except NotADirectoryError:
        raise ValueError(f"{file} lies below a file; name a file in a directory") from None
    except OSError:
        return  # the file is created when a pass is recorded
    if stat.S_ISDIR(mode):
        raise ValueError(f"{file} is a directory; name a file")
    if not stat.S_ISREG(mode):
        raise ValueError(f"{file} is not a regular file; name another file")


def is_missing(location: str, base: Path = Path()) -> bool:
    """Whether the file of a checked location does not exist; always false for a bucket."""
    return not bucket_and_prefix(location)[0] and not (base / _file(location)).exists()


def bucket_and_prefix(location: str) -> tuple[str, str]:
    """The bucket and prefix of a history in S3; the bucket is empty for a file."""
    if not location.startswith(S3):
        return "", ""
    bucket, _, prefix = location.removeprefix(S3).partition("/")
    return bucket, prefix.strip("/")


def open_history(location: str, api_of: Callable[[str], Api], base: Path = Path()) -> History:
    """Open the history at a checked location; a file is relative to `base`.

    Raises:
        HistoryOutOfReach: the bucket cannot be reached.
    """
    bucket, prefix = bucket_and_prefix(location)
    if not bucket:
        return SqliteHistory(base / _file(location))
    try:
        return S3History(api_of("s3"), bucket, prefix)
    except CallError as error:
        raise HistoryOutOfReach(f"{location}: {error}") from None


def _file(location: str) -> Path:
    """The file of a location, with `~` and `~user` replaced.

    Raises:
        ValueError: the home directory is not known.
    """
    try:
        return Path(location.removeprefix(SQLITE)).expanduser()
    except RuntimeError:
        home = location.removeprefix(SQLITE).partition("/")[0]
        raise ValueError(f"{home} has no home directory here; write the whole path") from None

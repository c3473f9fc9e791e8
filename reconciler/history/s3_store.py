"""The history in an S3 bucket, for a team: every machine and every CI job writes to the same one.

    PREFIX/numbers/999999999992                             pass 7: the first writer of this key has the number
    PREFIX/changed/999999999992/contact-center/dev          its record; under `quiet/` if it changed nothing
    PREFIX/contents/6f1c...                                 its report, its desired state: each stored once

Numbers count down in the keys, so that the newest pass is the first of a listing.
"""

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from itertools import chain, islice
from threading import Lock
from typing import Any, NamedTuple

from reconciler.contract import Api
from reconciler.errors import Absent, CallError, Refused
from reconciler.history.records import Record
from reconciler.history.store import KEPT, HistoryError, HistoryOutOfReach, NoSuchPass, pack, unpack
from reconciler.runtime.retrying import PASS_NUMBERS, at_once

LAST = 10**12 - 1
TIDY_EVERY = 100
"""After this many passes, quiet ones that are older than a week are deleted."""
AT_ONCE = 1000
"""Keys that one request deletes."""
LOST = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
"""The codes of S3 for the second writer of a key."""
NOWHERE = "."
"""Part of the key of a record without a stack."""
ON_BUCKET = ("list_objects_v2",)
ON_OBJECTS = ("delete_object", "delete_objects", "get_object", "put_object")
"""All operations on objects in S3 that are called, for the IAM policy."""


class _Kept(NamedTuple):
    """One record by its key; they sort newest first."""

    countdown: str
    key: str
    quiet: bool
    stack: str
    environment: str
    written: float

    @property
    def number(self) -> int:
        return LAST - int(self.countdown)


class S3History:
    """Records in a bucket (`reconciler.history.History`); calls go through the paced API of S3."""

    def __init__(self, s3: Api, bucket: str, prefix: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._next: int | None = None
        self._there: set[str] = set()
        """Hashes of contents that certainly exist."""
        self._lock = Lock()

    def add(self, record: Record) -> int:
        with self._lock:
            brief = self._keep_contents(record)
            number = self._claim()
            self._call("put_object", Key=self._place(number, record), Body=brief)
            if number % TIDY_EVERY == 0:
                self._tidy(number, record.started - KEPT)
        return number

    def replace(self, number: int, record: Record) -> None:
        place = self._place(number, record)
        with self._lock:
            former = self._kept(number)
            self._call("put_object", Key=place, Body=self._keep_contents(record))
            if former.key != place:
                self._call("delete_object", Key=former.key)

    def newest(
        self,
        stack: str | None = None,
        environment: str | None = None,
        limit: int = 20,
        changed_only: bool = False,
    ) -> list[Record]:
        kept = self._all("changed") if changed_only else merge(self._all("changed"), self._all("quiet"))
        wanted = (
            each for each in kept if stack in (None, each.stack) and environment in (None, each.environment)
        )
        return [unpack(each.number, self._body(each.key)) for each in islice(wanted, limit)]

    def get(self, number: int) -> Record:
        return self._whole(self._kept(number))

    def since(self, number: int, stack: str, environment: str) -> Iterator[Record]:
        later: list[_Kept] = []
        for each in self._all("changed"):
            if each.number <= number:
                break
            if (each.stack, each.environment) == (stack, environment):
                later.append(each)
        return (self._whole(each) for each in reversed(later))

    def _kept(self, number: int) -> _Kept:
        """The place of a record."""
        if 0 < number < LAST:
            for each in chain(*(self._all(sort, f"{_countdown(number)}/") for sort in ("changed", "quiet"))):
                return each
        raise NoSuchPass(f"s3://{self._bucket}/{self._prefix}: there is no pass {number}")

    def _place(self, number: int, record: Record) -> str:
        """The key of a record."""
        sort = "quiet" if record.quiet else "changed"
        place = f"{record.stack or NOWHERE}/{record.environment or NOWHERE}"
        return self._key(f"{sort}/{_countdown(number)}/{place}")

    def _keep_contents(self, record: Record) -> bytes:
        """Store the contents that records share; returns the rest of the record."""
        packed = pack(record)
        for name, body in packed.contents.items():
            if name not in self._there:
                self._put_new(f"contents/{name}", body)
                self._there.add(name)
        return packed.brief

    def _whole(self, kept: _Kept) -> Record:
        return unpack(
            kept.number, self._body(kept.key), lambda name: self._body(self._key(f"contents/{name}"))
        )

    def _claim(self) -> int:
        """Claim a number that no other pass has. A claimed number that is never used does no harm."""
        number = at_once(PASS_NUMBERS, after_result=lambda mine: mine is None)(self._claim_next)
        if number is None:
            raise HistoryError(
                f"s3://{self._bucket}/{self._prefix}: {PASS_NUMBERS} numbers in a row were taken by other passes"
            )
        return number

    def _claim_next(self) -> int | None:
        """The next number; None if another client was quicker."""
        number = self._next or self._newest_number() + 1
        mine = self._put_new(f"numbers/{_countdown(number)}", b"")
        self._next = number + 1 if mine else None
        return number if mine else None

    def _newest_number(self) -> int:
        reply = self._call("list_objects_v2", Prefix=self._key("numbers/"), MaxKeys=1)
        try:
            return next((LAST - int(each["Key"].rpartition("/")[2]) for each in reply.get("Contents", ())), 0)
        except CallError as error:
            raise self._trouble(error) from None
        except ValueError:
            raise HistoryError(
                f"s3://{self._bucket}/{self._prefix}numbers/: this place holds other data"
            ) from None

    def _put_new(self, name: str, body: bytes) -> bool:
        """Write a new object; returns whether we were the first."""
        try:
            self._s3.call("put_object", Bucket=self._bucket, Key=self._key(name), Body=body, IfNoneMatch="*")
        except CallError as error:
            if error.code in LOST:
                return False
            raise self._trouble(error) from None
        return True

    def _all(self, sort: str, below: str = "") -> Iterator[_Kept]:
        """The records of one sort, newest first, page by page."""
        start = self._key(f"{sort}/")
        try:
            for row in self._s3.pages("list_objects_v2", Bucket=self._bucket, Prefix=start + below):
                countdown, stack, environment = row["Key"].removeprefix(start).split("/")
                written = row["LastModified"]
                when = written.timestamp() if isinstance(written, datetime) else 0.0
                int(countdown)  # ValueError where it is no number
                yield _Kept(countdown, row["Key"], sort == "quiet", stack, environment, when)
        except CallError as error:
            raise self._trouble(error) from None
        except ValueError:
            raise HistoryError(f"s3://{self._bucket}/{start}: this place holds other data") from None

    def _body(self, key: str) -> bytes:
        try:
            body: bytes = self._s3.call("get_object", Bucket=self._bucket, Key=key)["Body"].read()
        except Absent:
            raise HistoryError(f"s3://{self._bucket}/{key} is gone") from None
        except CallError as error:
            raise self._trouble(error) from None
        return body

    def _tidy(self, newest: int, before: float) -> None:
        """Delete quiet passes before that time, but never the newest one, which gives the next number."""
        old = [each for each in self._all("quiet") if each.written < before and each.number < newest]
        keys = [key for each in old for key in (each.key, self._key(f"numbers/{each.countdown}"))]
        for start in range(0, len(keys), AT_ONCE):
            objects = [{"Key": key} for key in keys[start : start + AT_ONCE]]
            self._call("delete_objects", Delete={"Objects": objects})

    def _call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        try:
            return self._s3.call(operation, Bucket=self._bucket, **parameters)
        except CallError as error:
            raise self._trouble(error) from None

    def _trouble(self, error: CallError) -> HistoryError:
        sort = HistoryError if isinstance(error, Absent | Refused) else HistoryOutOfReach
        return sort(f"s3://{self._bucket}/{self._prefix}: the history cannot be used: {error}")

    def _key(self, name: str) -> str:
        return f"{self._prefix}{name}"


def _countdown(number: int) -> str:
    return f"{LAST - number:012d}"

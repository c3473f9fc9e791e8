"""The interface of all stores of records, and the format in which they store a record."""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Protocol

from reconciler.history.records import Record

KEPT = 7 * 24 * 3600.0
"""Seconds for which a quiet pass is stored; a pass that changed something or failed is stored forever."""
BODIES = ("report", "before", "desired")
DIGEST = "sha256"
"""The member of a stored record with the hash of all other members, so that a changed record is noticed."""
HASHED = 40
"""Hexadecimal digits of the sha256 of a content; they are its name."""
FIGURES = ("started", "seconds", "calls", "throttled_calls", "estimated_seconds")
"""Values that differ between quiet passes: they are stored separately, so that the rest of a report is stored once."""

PLAIN = {each.name: each.default for each in fields(Record) if each.name not in (*BODIES, "number")}
"""All other members of a record, with their defaults."""


class HistoryError(Exception):
    """Raised when the history cannot be read or written; its text is one line with the reason."""


class HistoryOutOfReach(HistoryError):
    """Raised when AWS did not answer, or failed: a later try may succeed. A refusal of AWS is a plain `HistoryError`."""


class NoSuchPass(HistoryError):
    """Raised when the history has no pass of this number."""


class History(Protocol):
    """Records of passes, numbered from 1 in the order in which they ended. Each method may raise `HistoryError`."""

    def add(self, record: Record) -> int:
        """Store a record; returns its number."""
        ...

    def replace(self, number: int, record: Record) -> None:
        """Replace a record that was added before, when its pass has ended."""
        ...

    def newest(
        self,
        stack: str | None = None,
        environment: str | None = None,
        limit: int = 20,
        changed_only: bool = False,
    ) -> list[Record]:
        """The newest records, newest first, without report, before and desired; `changed_only` leaves out quiet ones."""
        ...

    def get(self, number: int) -> Record:
        """One whole record.

        Raises:
            NoSuchPass: there is no pass of this number.
        """
        ...

    def since(self, number: int, stack: str, environment: str) -> Iterator[Record]:
        """The whole records of later passes that were not quiet, oldest first."""
        ...


def last_settled_hash(history: History, stack: str, environment: str, but: int | None = None) -> str | None:
    """The hash of the files of the last settled pass; None if no recent pass settled, or a later one was stopped.

    A pass that found drift had the files of a settled one. The unfinished work of a stopped pass is not drift. Pass number
    `but` does not count.
    """
    recent = (each for each in history.newest(stack, environment, 6) if each.number != but)
    telling = (each for each in recent if each.drifted or each.outcome in ("settled", "stopped"))
    last = next((each for each in telling if not each.dry_run), None)
    return last.files_hash if last and last.outcome != "stopped" else None


@dataclass(frozen=True)
class Packed:
    """A record in its stored form: a short text, and contents that many records share, by their hash."""

    brief: bytes
    contents: Mapping[str, bytes]


def pack(record: Record) -> Packed:
    """Convert a record to its stored form, without its number."""
    told = {name: getattr(record, name) for name in PLAIN}
    brief = {name: value for name, value in told.items() if value != PLAIN[name]}
    figures = {name: record.report[name] for name in FIGURES if name in record.report}
    story = {name: value for name, value in record.report.items() if name not in figures}
    bodies = {"report": story, "before": record.before, "desired": record.desired}
    contents: dict[str, bytes] = {}
    for name, body in bodies.items():
        if not body:
            continue
        text = _text(body)
        brief[name] = _hash(text)[:HASHED]
        contents[brief[name]] = zlib.compress(text)
    kept = {**brief, "figures": figures}
    return Packed(zlib.compress(_text({**kept, DIGEST: _hash(_text(kept))})), contents)


def unpack(number: int, brief: bytes, content: Callable[[str], bytes] | None = None) -> Record:
    """Convert a stored record back; without bodies if they are not given.

    Raises:
        HistoryError: it is not a record, or it or one of its bodies differs from what was written.
    """
    try:
        known: dict[str, Any] = json.loads(zlib.decompress(brief))
        _check_digest(known)
        figures = known.pop("figures")
        hashes = {name: known.pop(name) for name in BODIES if name in known}
        bodies: dict[str, Any] = {}
        if content:
            bodies = {name: _body(name, each, content(each)) for name, each in hashes.items()}
            bodies["report"] = {**bodies.get("report", {}), **figures}
        record = Record(**{**known, **bodies, "number": number, "only": tuple(known.get("only", ()))})
    except KeyError as error:
        raise HistoryError(f"pass {number} of the history cannot be read: {error} is missing") from None
    except (ValueError, TypeError, AttributeError, RecursionError, zlib.error) as error:
        raise HistoryError(f"pass {number} of the history cannot be read: {error}") from None
    _check_types(record)
    return record


def _check_digest(known: dict[str, Any]) -> None:
    """Remove the hash from the members of a record, and check that it fits them.

    Raises:
        ValueError: it does not fit.
    """
    digest = known.pop(DIGEST, None)  # records of earlier releases have none
    if digest not in (None, _hash(_text(known))):
        raise ValueError("it differs from what was written")


def _body(name: str, digest: str, packed: bytes) -> Any:
    """One of the bodies, checked against its hash.

    Raises:
        ValueError, zlib.error: it differs from what was written.
    """
    text = zlib.decompress(packed)
    if _hash(text)[:HASHED] != digest:
        raise ValueError(f"its {name} differs from what was written")
    return json.loads(text)


def _check_types(record: Record) -> None:
    """Refuse a record with a member of a wrong type.

    Raises:
        HistoryError: with the name of the member.
    """
    for name, default in PLAIN.items():
        sort: Any = (
            (int, float) if name in ("started", "seconds") else str if default is MISSING else type(default)
        )
        if not isinstance(getattr(record, name), sort):
            raise HistoryError(
                f"pass {record.number} of the history cannot be read: {name} is of another type"
            )
    maps = record.report, record.before, {} if record.desired is None else record.desired
    if not all(isinstance(each, Mapping) for each in maps):
        raise HistoryError(f"pass {record.number} of the history cannot be read: a body is of another type")


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _text(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")

"""Where records are kept: the promise of every store, and the form in which each of them keeps a record."""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Protocol

from reconciler.history.records import Record

KEPT = 7 * 24 * 3600.0
"""Seconds for which a quiet pass is kept; one that changed something, or failed, is kept for ever."""
BODIES = ("report", "before", "desired")
DIGEST = "sha256"
"""Member of a kept record that holds the hash of all its other members, so that a changed one is known."""
HASHED = 40
"""Hexadecimal digits of the sha256 of a content, which is its name."""
FIGURES = ("started", "seconds", "calls", "throttled_calls", "estimated_seconds")
"""What differs from one quiet pass to the next: kept apart, so that all else of a report is kept once."""

PLAIN = {each.name: each.default for each in fields(Record) if each.name not in (*BODIES, "number")}
"""All else of a record, with what goes without saying."""


class HistoryError(Exception):
    """The history cannot be read or written; its text is one line that says why."""


class HistoryOutOfReach(HistoryError):
    """AWS did not answer, or failed: the same may succeed later. What AWS refuses is mere `HistoryError`."""


class NoSuchPass(HistoryError):
    """The history has no pass of this number."""


class History(Protocol):
    """Records of passes, numbered from 1 in the order in which they ended. Each method may raise `HistoryError`."""

    def add(self, record: Record) -> int:
        """Keep a record; its number."""
        ...

    def replace(self, number: int, record: Record) -> None:
        """Keep a record in the place of one that was added before: of a pass that has ended, once it has."""
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
            NoSuchPass: there is none of this number.
        """
        ...

    def since(self, number: int, stack: str, environment: str) -> Iterator[Record]:
        """The whole records of later passes that were not quiet, oldest first."""
        ...


def last_settled_hash(history: History, stack: str, environment: str, but: int | None = None) -> str | None:
    """The hash of the files of the last settled pass; None if no recent pass settled, or one was stopped since.

    What a stopped pass left to do is its own work and no drift. Pass number `but` does not count.
    """
    recent = (each for each in history.newest(stack, environment, 6) if each.number != but)
    last = next(
        (each for each in recent if each.outcome in ("settled", "stopped") and not each.dry_run), None
    )
    return last.files_hash if last and last.outcome == "settled" else None


@dataclass(frozen=True)
class Packed:
    """A record as stores keep it: a short text of its own, and contents that many records share, by their hash."""

    brief: bytes
    contents: Mapping[str, bytes]


def pack(record: Record) -> Packed:
    """A record without its number."""
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
    """The record that was packed; without bodies where nobody says what their hashes stand for.

    Raises:
        HistoryTrouble: it is none, or it or one of its bodies differs from what was written.
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
    """Take the hash out of the members of a record, which have to be those that were written with it.

    Raises:
        ValueError: they are not.
    """
    digest = known.pop(DIGEST, None)  # records of earlier releases have none
    if digest not in (None, _hash(_text(known))):
        raise ValueError("it differs from what was written")


def _body(name: str, digest: str, packed: bytes) -> Any:
    """One of the bodies, if it is what was written.

    Raises:
        ValueError, zlib.error: it is not.
    """
    text = zlib.decompress(packed)
    if _hash(text)[:HASHED] != digest:
        raise ValueError(f"its {name} differs from what was written")
    return json.loads(text)


def _check_types(record: Record) -> None:
    """Refuse a record of which a member is of another type than ours are.

    Raises:
        HistoryTrouble: naming the member.
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

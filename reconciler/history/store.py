"""Where records are kept: the promise of every store, and the form in which each of them keeps a record."""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Protocol

from reconciler.history.records import Record

KEPT = 7 * 24 * 3600.0
"""Seconds for which a quiet pass is kept; one that changed something, or failed, is kept for ever."""
BODIES = ("report", "before", "desired")
FIGURES = ("started", "seconds", "calls", "throttled_calls", "estimated_seconds")
"""What differs from one quiet pass to the next: kept apart, so that all else of a report is kept once."""

PLAIN = {each.name: each.default for each in fields(Record) if each.name not in (*BODIES, "number")}
"""All else of a record, with what goes without saying."""


class HistoryTrouble(Exception):
    """The history cannot be read or written; its text is one line that says why."""


class NoSuchPass(HistoryTrouble):
    """The history has no pass of this number."""


class History(Protocol):
    """Records of passes, numbered from 1 in the order in which they ended. Each method may raise `HistoryTrouble`."""

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


def last_settled_hash(history: History, stack: str, environment: str) -> str | None:
    """The hash of the files of the last settled pass; None if no recent pass settled."""
    recent = history.newest(stack, environment, 5)
    return next((each.files_hash for each in recent if each.outcome == "settled" and not each.dry_run), None)


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
        brief[name] = hashlib.sha256(text).hexdigest()[:40]
        contents[brief[name]] = zlib.compress(text)
    return Packed(zlib.compress(_text({**brief, "figures": figures})), contents)


def unpack(number: int, brief: bytes, content: Callable[[str], bytes] | None = None) -> Record:
    """The record that was packed; without bodies where nobody says what their hashes stand for.

    Raises:
        HistoryTrouble: it is none.
    """
    try:
        known: dict[str, Any] = json.loads(zlib.decompress(brief))
        figures = known.pop("figures")
        hashes = {name: known.pop(name) for name in BODIES if name in known}
        bodies: dict[str, Any] = {}
        if content:
            bodies = {name: json.loads(zlib.decompress(content(each))) for name, each in hashes.items()}
            bodies["report"] = {**bodies.get("report", {}), **figures}
        return Record(**{**known, **bodies, "number": number, "only": tuple(known.get("only", ()))})
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise HistoryTrouble(f"pass {number} of the history cannot be read: {error}") from None


def _text(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()

"""Keeps in a file what the daemon has to know to tell an edit from a change of the files; digests only, no values."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from reconciler.contract import Adapter
from reconciler.history import History, Record
from reconciler.history.records import stack_of
from reconciler.planning.held_edits import Part, path_part, written_parts
from reconciler.runtime.atomic_write import write_whole
from reconciler.stack import Key, Stack
from reconciler.stack_json import value_data

Parts: TypeAlias = dict[Part, str]
Kinds: TypeAlias = Mapping[str, Adapter[Any]]

UNKNOWN = "?"
"""Stands for the digest of a part of which nobody knows whether the files have changed it."""
VERSION = 1
DIGITS = 16
"""Hexadecimal digits of a digest."""
RECENT = 20
"""The passes of the history that are looked at."""


@dataclass
class Edit:
    """One part that was changed in AWS and not in the files."""

    since: float
    """When a pass first saw this value, in seconds since 1970."""
    live: str
    """The digest of the live value."""


@dataclass
class Memory:
    """What the files said about each part when it last equalled AWS, and the edits since then."""

    at: float = 0.0
    """The start of a pass that is part of it, in seconds since 1970."""
    files_hash: str = ""
    """The hash of the files that all of it is about; empty if some parts did not equal them yet."""
    settled: dict[Key, Parts] = field(default_factory=dict)
    edits: dict[tuple[Key, Part], Edit] = field(default_factory=dict)


def digest(value: Any) -> str:
    """The digest of a value of desired state, or of a live one."""
    try:
        plain = value_data(value)
    except ValueError:  # a mapping looks like the place of a secret
        plain = repr(value)
    text = json.dumps(plain, sort_keys=True, default=repr, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def parts_unknown(stack: Stack, kinds: Kinds) -> dict[Key, Parts]:
    """Every part of a stack, without knowledge about it."""
    return {key: dict.fromkeys(parts, UNKNOWN) for key, parts in parts_written(stack, kinds).items()}


def parts_written(stack: Stack, kinds: Kinds) -> dict[Key, Parts]:
    """The digest of every part of a stack."""
    return {
        key: digests(stack, key, kinds)
        for key, each in stack.resources.items()
        if not each.existing and key.kind in kinds
    }


def digests(stack: Stack, key: Key, kinds: Kinds) -> Parts:
    """The digest of every part of one resource."""
    parts = written_parts(stack, stack.resources[key], kinds[key.kind])
    return {part: digest(value) for part, value in parts.items()}


def settled_by(
    history: History, stack: Stack, kinds: Kinds, memory: Memory
) -> tuple[float, dict[Key, Parts]]:
    """What the history knows of a stack, if it has a later pass with other files than the memory; otherwise (0, {}).

    Returned are the start of the last pass, and the digest of each part that the passes left as in the files; the others
    are unknown.

    Raises:
        HistoryError: the history cannot be read.
    """
    recent = [each for each in history.newest(stack.name, stack.environment, RECENT) if not each.dry_run]
    if all(each.started <= memory.at or each.files_hash == memory.files_hash for each in recent):
        return 0.0, {}
    passes: list[Record] = []
    for brief in recent:
        record = history.get(brief.number)
        if not record.report.get("compared"):
            continue  # it read nothing
        passes.append(record)
        if record.whole:
            break
    whole = stack_of(passes[-1]) if passes and passes[-1].whole else None
    found = parts_written(whole, kinds) if whole else {}
    for record in passes:
        _forget_open(found, record)
    return recent[0].started, found


def _forget_open(found: Mapping[Key, Parts], record: Record) -> None:
    """Mark as unknown what a pass did not bring to an end."""
    for action in record.report.get("actions", ()):
        parts = found.get(Key(action["kind"], action["name"]), {})
        if action["outcome"] == "done":
            continue
        for path in [each["field"] for each in action["differences"]] or [*parts]:
            part = path_part(path)
            if part in parts:
                parts[part] = UNKNOWN


def read_memory(file: Path) -> Memory | None:
    """The memory in a file; None if there is none, or if it cannot be used."""
    try:
        data = json.loads(file.read_bytes())
        if data["version"] != VERSION:
            return None
        settled = {
            _key(name): {str(part): str(each) for part, each in parts.items()}
            for name, parts in data["settled"].items()
        }
        edits = {(_key(each[0]), str(each[1])): Edit(float(each[2]), str(each[3])) for each in data["edits"]}
        return Memory(float(data["at"]), str(data["files_hash"]), settled, edits)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None


def write_memory(file: Path, memory: Memory) -> None:
    """Write a memory, readable by its owner only.

    Raises:
        OSError: it cannot be written.
    """
    data = {
        "version": VERSION,
        "at": memory.at,
        "files_hash": memory.files_hash,
        "settled": {str(key): parts for key, parts in memory.settled.items()},
        "edits": [[str(key), part, each.since, each.live] for (key, part), each in memory.edits.items()],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, json.dumps(data, separators=(",", ":")), private=True)


def _key(text: str) -> Key:
    kind, _, name = text.partition("/")
    return Key(kind, name)

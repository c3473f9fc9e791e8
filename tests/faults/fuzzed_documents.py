"""Fuzzed desired documents: loading gives a stack or mistakes, quickly and without AWS."""

import gc
import hashlib
import json
import resource
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random

from reconciler.desired import json_schema
from reconciler.kinds import known_kinds
from tests.faults.document_checks import FIGURES, MOST_MEMORY, broken, lay_out, without_aws
from tests.faults.fuzz_bases import Files, bases
from tests.faults.fuzz_changes import document
from tests.faults.row import Row

NAMES = 1_000
EACH = 100
SCHEMA_EVERY = 50
TWICE_EVERY = 10
MEMORY = Path("/dev/shm")


def _schema() -> str:
    return hashlib.sha256(json.dumps(json_schema(known_kinds()), sort_keys=True).encode()).hexdigest()


@cache
def _at_first() -> tuple[str, int]:
    """The schema, and the memory of the process, before anything was loaded."""
    return _schema(), _peak()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _reset(directory: Path, base: Files, files: Files) -> None:
    """Restore the base in the directory."""
    for name in files.keys() - base.keys():
        (directory / name).unlink()
    lay_out(directory, {name: data for name, data in base.items() if files.get(name) != data})


def check(name: str, documents: int = EACH) -> Sequence[str]:
    """Load a hundred documents that are generated from one seed."""
    schema, peak = _at_first()
    found: list[str] = []
    rng = Random(int(name))
    where = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=where) as root, without_aws(FIGURES.calls):
        for number in range(documents):
            base, files, environment = document(rng)
            directory = Path(root) / str(base)
            if not directory.exists():
                directory.mkdir()
                lay_out(directory, bases()[base])
            lay_out(
                directory, {each: data for each, data in files.items() if bases()[base].get(each) != data}
            )
            for gone in bases()[base].keys() - files.keys():
                (directory / gone).unlink()
            broke = broken(directory, files, environment, twice=number % TWICE_EVERY == 0)
            found += [f"document {number}: {each}" for each in broke]
            _reset(directory, bases()[base], files)
    FIGURES.grown = max(FIGURES.grown, _peak() - peak)
    if FIGURES.calls:
        found += [f"reached for AWS: {call}" for call in FIGURES.calls]
        FIGURES.calls.clear()
    if FIGURES.grown > MOST_MEMORY:
        found.append(f"{FIGURES.grown // 2**20} MiB more than before")
    if int(name) % SCHEMA_EVERY == 0 and _schema() != schema:
        found.append("the JSON Schema is another one than before")
    gc.collect()
    return found


def cases() -> Sequence[str]:
    """All seeds."""
    return tuple(map(str, range(NAMES)))


ROW = Row("fuzzed_documents", "fuzzed desired documents", cases, check, each=EACH)

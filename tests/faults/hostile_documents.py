"""Hostile documents: each is loaded in a separate process with limits."""

import gc
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.faults.child_process import in_child
from tests.faults.document_checks import (
    FIGURES,
    MOST_CPU,
    MOST_MEMORY,
    lay_out,
    outcome,
    told_badly,
    without_aws,
)
from tests.faults.fuzz_bases import EXAMPLES
from tests.faults.fuzz_changes import as_bytes
from tests.faults.hostile_catalogue import DOCUMENTS, Hostile
from tests.faults.row import Row
from tests.faults.speed import too_long

ADDRESS_SPACE = 2**30
SECONDS = 60
WALL_SECONDS = 600
"""The seconds after which a process counts as hanging, even on a busy machine."""


def _status(name: str) -> int:
    """A figure of the kernel about this process, in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def _within_limits(directory: Path, hostile: Hostile) -> Sequence[str]:
    """The violations of a stack in a process that is limited to a gigabyte and a minute."""
    gc.freeze()  # the collector would copy every page of the process that this one is a fork of
    files = dict.fromkeys(_names(directory), b"")
    files |= {path.name: path.read_bytes() for path in directory.iterdir() if _small(path)}
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # reset the peak
    before = _status("VmRSS")
    most = _status("VmSize") + ADDRESS_SPACE
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    signal.alarm(WALL_SECONDS)
    calls: list[str] = []
    began = time.process_time()
    with without_aws(calls):
        mistakes, became = outcome(directory, "dev")
    took, grown = time.process_time() - began, _status("VmHWM") - before
    FIGURES.slowest, FIGURES.grown = took, grown
    found = [f"reached for AWS: {call}" for call in calls]
    if too_long(took, MOST_CPU):
        found.append(f"{took:.1f} s")
    if grown > MOST_MEMORY:
        found.append(f"{grown // 2**20} MiB")
    if became != "invalid" or not any(hostile.said in str(mistake) for mistake in mistakes):
        found.append(f"{became}, and says: {[str(mistake)[:200] for mistake in mistakes[:3]]}")
    return found + [said for mistake in mistakes if (said := told_badly(mistake, files))][:3]


def _names(directory: Path) -> Iterator[str]:
    """All paths below a directory, even those that are too long to open."""
    for above, directories, names in os.walk(directory):
        yield from (os.path.relpath(f"{above}/{name}", directory) for name in (*directories, *names))


def _small(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.stat().st_size < 2**24


def _typed(directory: Path, hostile: Hostile) -> Sequence[str]:
    """The violations of `validate`: it must print one line for each mistake and a last line, and exit with code 3."""
    command = [sys.executable, "-m", "reconciler", "validate", str(directory), "--env", "dev"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ended = subprocess.run(
        command, cwd=EXAMPLES.parent, env=environment, capture_output=True, timeout=WALL_SECONDS, check=False
    )
    text = ended.stderr.decode()
    *lines, last = text.splitlines() or [""]
    found = [f"exit code {ended.returncode}"] if ended.returncode != 3 else []
    if ended.stdout or "Traceback" in text or not last.endswith("; no call was made"):
        found.append(f"prints: {ended.stdout.decode()[:100]} {text[-300:]}")
    if not any(hostile.said in line for line in lines):
        found.append(f"does not say so: {text[:300]}")
    odd = [line for line in lines if not re.match(r"[^:]+:\d+:\d+: .|\.\.\. and \d+ more$", line)]
    return [*found, *(f"a line without a place: {line[:200]}" for line in odd[:3])]


def check(name: str) -> Sequence[str]:
    """Load one hostile document, directly or with the command line."""
    way, _, number = name.rpartition(" ")
    hostile = DOCUMENTS[int(number)]
    with tempfile.TemporaryDirectory(prefix="fuzz-") as root:
        directory = Path(root)
        files = {each: as_bytes(data) for each, data in hostile.files().items()}
        lay_out(directory, files)
        hostile.lay(directory)
        del files
        if way == "typed":
            found = _typed(directory, hostile)
        else:
            found = in_child(partial(_within_limits, directory, hostile))
    return [f"{hostile.title}: {each}" for each in found]


def cases() -> Sequence[str]:
    """Every hostile document, and again those for the command line."""
    typed = [f"typed {number}" for number, each in enumerate(DOCUMENTS) if each.typed]
    return (*(f"hostile {number}" for number in range(len(DOCUMENTS))), *typed)


ROW = Row("hostile_documents", "documents written to do harm", cases, check)

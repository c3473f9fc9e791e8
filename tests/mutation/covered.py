"""Which tests run which line. Measured once for each test file, and kept as long as neither the file nor the code changes."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDERS = ("unit", "desired", "history", "engine")
"""Folders of `tests` that are quick and play in one process."""
CODE = ("reconciler", "resources", "desired_state", "pyproject.toml", "tests")
"""What decides how a test goes."""
LEFT_ALONE = ("reconciler/sandbox/", "reconciler/testing/", "reconciler/resources/", "reconciler/examples/")
"""Not a part of the engine."""


def files_that_play(root: Path) -> list[str]:
    """The test files that take part."""
    found = (file for folder in FOLDERS for file in (root / "tests" / folder).glob("test_*.py"))
    return sorted(str(file.relative_to(root)) for file in found)


@cache
def base(root: Path) -> str:
    """A hash over every file that decides how tests go, except the test files themselves."""
    whole = hashlib.sha256()
    for name in CODE:
        place = root / name
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            path = str(file.relative_to(root))
            if not file.is_file() or "__pycache__" in file.parts or not _decides(path):
                continue
            whole.update(f"{path}\0".encode())
            whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _decides(path: str) -> bool:
    if not path.startswith("tests/"):
        return True
    _, _, rest = path.partition("/")
    folder, _, name = rest.rpartition("/")
    return folder.partition("/")[0] in {"", "contract", *FOLDERS} and not name.startswith("test_")


@cache
def state(root: Path, file: str) -> str:
    """A hash of a test file and of all that it tests: what is known about other states is not believed."""
    return hashlib.sha256(f"{base(root)} {file} ".encode() + (root / file).read_bytes()).hexdigest()


def measured_file(root: Path, folder: Path, file: str) -> Path:
    """Where the lines that a test file runs are kept."""
    return folder / f"{state(root, file)[:24]}.json"


@dataclass
class Covered:
    """The tests of each line, and how many CPU seconds each test takes."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)

    def add(self, measured: Mapping[str, Any]) -> None:
        """Take up what was measured of one test file."""
        for name, entry in measured.items():
            self.seconds[name] = entry["seconds"]
            for file, lines in entry["lines"].items():
                if file.endswith(".py") and not file.startswith(LEFT_ALONE):  # no templates
                    for line in lines:
                        self.lines.setdefault(file, {}).setdefault(line, []).append(name)

    def tests(self, file: str, lines: Iterable[int]) -> list[str]:
        """The tests of the first of these lines that has any, the quickest first."""
        by_line = self.lines.get(file, {})
        names = next((by_line[line] for line in lines if line in by_line), [])
        return sorted(names, key=lambda name: (self.seconds[name], name))


def measure(root: Path, folder: Path, processes: int) -> Covered:
    """What is known of all test files; those that are new or have changed are measured first."""
    folder.mkdir(parents=True, exist_ok=True)
    files = files_that_play(root)
    missing = [file for file in files if not measured_file(root, folder, file).exists()]
    if missing:
        print(f"measuring which lines the tests of {len(missing)} files run", flush=True)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.mutation.plugin"]
        options = ["-n", str(processes), "--dist", "loadfile", "--measure-to", str(folder)]
        subprocess.run([*command, *options, *missing], cwd=root, check=False)
    covered = Covered()
    for file in files:
        covered.add(json.loads(measured_file(root, folder, file).read_text(encoding="utf-8")))
    return covered

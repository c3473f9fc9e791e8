"""A release: one archive with the application, its packages, the organisation, the cohorts, and all that the server needs, known by its SHA-256."""

import hashlib
import io
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.lock_files import packages_in
from staff_package.wheel import wheel_of

ROOT = Path(__file__).parents[3]
PROJECT = ROOT / "lambda_src" / "staff_integration"
ORGANISATION = ROOT / "desired_state" / "staff_integration" / "organisation"
HOST = Path(__file__).parents[1] / "host"
ROLLOUT = ORGANISATION.parent / "rollout"
FOLDERS: Mapping[str, Path] = {"": HOST, "organisation/": ORGANISATION, "rollout/": ROLLOUT}
EXECUTABLE, READABLE = 0o755, 0o644


@dataclass(frozen=True)
class Release:
    """The archive."""

    content: bytes

    @property
    def name(self) -> str:
        """What it is called on the server and in the bucket: its SHA-256."""
        return hashlib.sha256(self.content).hexdigest()


def release_of(wheels: Sequence[Path], python: str, folders: Mapping[str, Path] = FOLDERS) -> Release:
    """The release of the application as it is in this folder.

    Args:
        wheels: the packages of its lock file.
        python: the version of Python on the server, such as 3.11.
        folders: what else is in it, by where it is there.
    """
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, content, mode in sorted(_members(wheels, python, folders)):
            member = tarfile.TarInfo(path)  # of 1970 and of root, as nothing else is given
            member.size, member.mode = len(content), mode
            archive.addfile(member, io.BytesIO(content))
    return Release(made.getvalue())


def _members(
    wheels: Sequence[Path], python: str, folders: Mapping[str, Path]
) -> Iterator[tuple[str, bytes, int]]:
    ours, lock = wheel_of(PROJECT), (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    lines = "".join(f"{each}\n" for each in packages_in(lock))
    yield "requirements.lock", (lines + ours.locked).encode(), READABLE
    yield "python", f"{python}\n".encode(), READABLE
    yield f"wheels/{ours.name}", ours.content, READABLE
    for wheel in wheels:
        yield f"wheels/{wheel.name}", wheel.read_bytes(), READABLE
    for below, folder in folders.items():
        for path in folder.rglob("*"):
            if path.is_file():
                mode = EXECUTABLE if path.stat().st_mode & 0o100 else READABLE
                yield f"{below}{path.relative_to(folder).as_posix()}", path.read_bytes(), mode

"""Packages of Python as the content of a layer of AWS Lambda: wheels are fetched by pip, checked, and unpacked.

Wheels are kept in a folder for each lock file, so that they are fetched once. Run as a program, this module fills the folder:
`python -m reconciler.wheels requirements.lock 3.13 x86_64`.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from reconciler.archives import Member, archive_of
from reconciler.errors import Refused
from reconciler.lock_files import Package, lock_of, packages_in

PLATFORMS: Mapping[str, tuple[str, ...]] = {
    each: tuple(f"manylinux{version}_{machine}" for version in ("_2_28", "_2_26", "_2_17", "2014"))
    for each, machine in (("x86_64", "x86_64"), ("arm64", "aarch64"))
}
"""By architecture of AWS: the platforms of wheels that run there. Amazon Linux 2 has glibc 2.26, Amazon Linux 2023 2.34."""
OLD = re.compile(r"3\.([0-9]|10|11)")
"""The versions of Python whose runtime is on Amazon Linux 2."""
LIMIT = 600
"""Seconds for pip."""
SCHEMES = ("purelib", "platlib")
"""The parts of a wheel's `.data` folder that are imported; scripts, headers and the like are left out."""


def wheels_of(lock: bytes, python: str, architecture: str) -> list[Path]:
    """The wheel of each package of a lock file, for a version of Python such as 3.13: fetched once, its hash compared with the lock.

    Raises:
        Refused: a wheel cannot be fetched.
    """
    return _wheels(packages_in(lock.decode()), lock_of("", lock.decode()).digest, python, architecture)


def layer_of(lock: bytes, python: str, architecture: str) -> bytes:
    """The archive of a layer with the packages of a lock file, for a version of Python such as 3.13.

    Raises:
        Refused: a wheel cannot be fetched.
    """
    members: dict[str, Member] = {}
    for wheel in wheels_of(lock, python, architecture):
        members |= _unpacked(wheel)
    content: bytes | None = archive_of("", members).content
    return content or b""


def cache_folder() -> Path:
    """The folder in which wheels are kept: `$XDG_CACHE_HOME/reconciler/wheels`, by default in `~/.cache`."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".cache") / "reconciler" / "wheels"


def _wheels(packages: Sequence[Package], digest: str, python: str, architecture: str) -> list[Path]:
    """The wheel of each package, from the folder if it is there.

    Raises:
        Refused: a wheel cannot be fetched.
    """
    folder = cache_folder() / f"{digest}-{python}-{architecture}"
    kept = _checked(packages, folder)
    if kept is None:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix="fetching-") as temporary:
            _fetch(packages, Path(temporary), python, architecture)
            for each in Path(temporary).glob("*.whl"):
                each.replace(folder / each.name)
        kept = _checked(packages, folder)
    if kept is None:
        raise _refused("pip fetched other files than those of the lock")
    return kept


def _checked(packages: Sequence[Package], folder: Path) -> list[Path] | None:
    """The wheels in a folder whose hashes are those of the packages; None if one is missing."""
    by_hash = {hashlib.sha256(each.read_bytes()).hexdigest(): each for each in sorted(folder.glob("*.whl"))}
    found = [next((by_hash[each] for each in one.hashes if each in by_hash), None) for one in packages]
    return None if None in found else [each for each in found if each]


def _fetch(packages: Sequence[Package], into: Path, python: str, architecture: str) -> None:
    written = into / "requirements.txt"
    written.write_text("".join(f"{each}\n" for each in packages), encoding="utf-8")
    platforms = PLATFORMS[architecture]
    tag = f"cp{python.replace('.', '')}"
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"),
        *(
            "--no-deps",
            "--require-hashes",
            "--only-binary=:all:",
            "--dest",
            str(into),
            "--requirement",
            str(written),
        ),
        *("--implementation", "cp", "--python-version", python),
        *(part for each in (tag, "abi3", "none") for part in ("--abi", each)),
        *(part for each in platforms[OLD.fullmatch(python) is not None :] for part in ("--platform", each)),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=LIMIT)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise _refused(f"pip did not end within {LIMIT} seconds") from None
    except subprocess.CalledProcessError as error:
        said = [line.removeprefix("ERROR: ") for line in error.stderr.splitlines() if line.strip()]
        raise _refused(said[-1] if said else "pip failed") from None


def _refused(why: str) -> Refused:
    return Refused("publish_layer_version", "NoWheels", f"its packages could not be fetched: {why}")


def _unpacked(wheel: Path) -> dict[str, Member]:
    """The files of a wheel below `python/`, where the runtimes import from.

    Source: "Binary distribution format" (https://packaging.python.org); "Packaging your layer content" (AWS Lambda Developer Guide).
    """
    found = {}
    with zipfile.ZipFile(wheel) as opened:
        for each in opened.infolist():
            first, _, rest = each.filename.partition("/")
            path = each.filename
            if first.endswith(".data"):
                scheme, _, path = rest.partition("/")
                path = path if scheme in SCHEMES else ""
            if path and not each.is_dir():
                found[f"python/{path}"] = Member(opened.read(each), bool(each.external_attr >> 16 & 0o100))
    return found


def main(arguments: Sequence[str]) -> None:
    """Fetch the wheels of a lock file, unless they are there."""
    path, python, architecture = arguments
    layer_of(Path(path).read_bytes(), python, architecture)


if __name__ == "__main__":
    main(sys.argv[1:])

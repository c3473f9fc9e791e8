"""Checks the content of a wheel: every file of the package, the example stacks, and no other top-level package."""

import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "reconciler"
NOT_SHIPPED = ("__pycache__", ".DS_Store")


def main(wheel: Path) -> None:
    """Compare a wheel with the working tree; exit with the missing and the unexpected files."""
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if not name.endswith("/")}
    expected = set(files_of(Path(PACKAGE)))
    packed = {name for name in held if name.startswith(f"{PACKAGE}/")}
    foreign = {name for name in held - packed if not name.partition("/")[0].endswith(".dist-info")}
    wrong = [
        *(f"missing in the wheel: {name}" for name in sorted(expected - packed)),
        *(f"not in the working tree: {name}" for name in sorted(packed - expected)),
        *(f"outside the package: {name}" for name in sorted(foreign)),
    ]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{wheel.name}: {len(packed)} files of {PACKAGE}, as in the working tree")


def files_of(package: Path) -> Iterator[str]:
    """The files of a package, including those behind links to other folders."""
    for folder, folders, names in os.walk(package, followlinks=True):
        folders[:] = [each for each in folders if each not in NOT_SHIPPED]
        yield from ((Path(folder) / name).as_posix() for name in names if name not in NOT_SHIPPED)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Packages that a function brings for another Python, or another machine: their compiled modules are those of this one."""

import io
import zipfile
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.metadata import version
from pathlib import Path

from reconciler.sandbox.lambda_runner.packages import unpack

ELSEWHERE = "_pydantic_core.cpython-399-riscv64-linux-gnu.so"


def unpacked(into: Path, of: str, name: str = "pydantic_core") -> list[Path]:
    """The compiled modules after unpacking a version of a package."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(f"python/{name}-{of}.dist-info/METADATA", "")
        archive.writestr(f"python/pydantic_core/{ELSEWHERE}", "of elsewhere")
    folder = unpack(into, stream.getvalue())
    return [each for each in (folder / "python" / "pydantic_core").iterdir() if each.name != ELSEWHERE]


def test_compiled_modules_are_those_of_this_environment(tmp_path: Path) -> None:
    (module,) = unpacked(tmp_path, version("pydantic-core"))
    assert module.name.endswith(tuple(EXTENSION_SUFFIXES))
    assert module.read_bytes()[:4] != b""
    assert unpacked(tmp_path, version("pydantic-core")) == [module]


def test_those_of_other_versions_and_other_packages_are_left_alone(tmp_path: Path) -> None:
    assert unpacked(tmp_path, "0.0.1") == []
    assert unpacked(tmp_path, "1.0", "no_such_package_anywhere") == []

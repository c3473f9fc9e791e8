"""A wheel of an application whose code is Python alone, the same bytes wherever it is made.

Build backends write their own version and the time into a wheel, so two machines make two of them; a release is known by its SHA-256.
Source: "Binary distribution format", "Core metadata", "Entry points" (https://packaging.python.org).
"""

import base64
import hashlib
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

LEFT_OUT = "__pycache__"
TAG = "py3-none-any"


@dataclass(frozen=True)
class Wheel:
    """The file of a wheel."""

    project: str
    version: str
    content: bytes

    @property
    def name(self) -> str:
        """Its name."""
        return f"{self.project.replace('-', '_')}-{self.version}-{TAG}.whl"

    @property
    def locked(self) -> str:
        """Its line in a lock file."""
        return f"{self.project}=={self.version} --hash=sha256:{hashlib.sha256(self.content).hexdigest()}\n"


def wheel_of(folder: Path) -> Wheel:
    """The wheel of a project: the folder of its name beside its `pyproject.toml`."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = str(project["name"]), str(project["version"])
    about = f"{name.replace('-', '_')}-{version}.dist-info"
    files = dict(_code(folder, name.replace("-", "_")))
    metadata = [
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: {project['description']}\n"
    ]
    metadata.append(f"Requires-Python: {project['requires-python']}\n")
    metadata += [f"Requires-Dist: {each}\n" for each in project["dependencies"]]
    scripts = "".join(f"{key} = {value}\n" for key, value in sorted(project["scripts"].items()))
    files[f"{about}/METADATA"] = "".join(metadata).encode()
    files[f"{about}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: ours\nRoot-Is-Purelib: true\nTag: {TAG}\n".encode()
    )
    files[f"{about}/entry_points.txt"] = f"[console_scripts]\n{scripts}".encode()
    record = "".join(f"{path},{_digest(content)},{len(content)}\n" for path, content in sorted(files.items()))
    files[f"{about}/RECORD"] = f"{record}{about}/RECORD,,\n".encode()
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, content in sorted(files.items()):
            member = zipfile.ZipInfo(path)  # of 1980, as no other time is given
            member.external_attr = 0o644 << 16
            archive.writestr(member, content)  # stored: compressors differ from machine to machine
    return Wheel(name, version, made.getvalue())


def _code(folder: Path, package: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted((folder / package).rglob("*")):
        if path.is_file() and LEFT_OUT not in path.parts:
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _digest(content: bytes) -> str:
    digest = hashlib.sha256(content).digest()
    return f"sha256={base64.urlsafe_b64encode(digest).decode().rstrip('=')}"

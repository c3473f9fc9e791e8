"""Unpacks the code and the layers of functions, and collects the packages that AWS's Python runtimes have."""

import hashlib
import io
import zipfile
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

# Source: https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
OF_THE_RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")


class BadZipError(ValueError):
    """Raised for content that is no .zip file."""


def unpack(into: Path, *archives: bytes) -> Path:
    """Unpack archives over each other into a folder that is named after them; return it. One that is there is used again.

    Raises:
        BadZipError: one of them is no .zip file.
    """
    digest = hashlib.sha256()
    for archive in archives:
        digest.update(hashlib.sha256(archive).digest())
    folder = into / digest.hexdigest()[:32]
    if folder.is_dir():
        return folder
    partial = folder.with_suffix(".partial")
    partial.mkdir(parents=True, exist_ok=True)
    for archive in archives:
        try:
            with zipfile.ZipFile(io.BytesIO(archive)) as opened:
                opened.extractall(partial)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise BadZipError(str(error)) from None
    _link_compiled(partial)
    return partial.rename(folder)


def _link_compiled(folder: Path) -> None:
    """Add the compiled modules of packages for this Python, where this environment has the same version of the package.

    A function may bring those of another version of Python, or of another machine.
    """
    for info in folder.rglob("*.dist-info"):
        name, _, version = info.name.removesuffix(".dist-info").partition("-")
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        for each in found.files or () if found.version == version else ():
            module = info.parent / each
            if (
                each.name.endswith(tuple(EXTENSION_SUFFIXES))
                and module.parent.is_dir()
                and not module.exists()
            ):
                module.symlink_to(Path(str(found.locate_file(each))).resolve())


def link_runtime(into: Path) -> Path:
    """Make a folder with links to the packages that a function finds without bringing them; return it."""
    folder = into / "runtime"
    if not folder.is_dir():
        folder.mkdir(parents=True)
        for name in OF_THE_RUNTIME:
            found = find_spec(name)
            if found is not None and found.origin is not None:
                origin = Path(found.origin)
                source = origin.parent if origin.name == "__init__.py" else origin
                (folder / source.name).symlink_to(source)
    return folder


def paths_of_layers(folder: Path, runtime: str) -> list[str]:
    """The folders of layers from which a runtime such as `python3.13` imports, in the order of AWS.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
    """
    return [str(folder / "python" / "lib" / runtime / "site-packages"), str(folder / "python")]

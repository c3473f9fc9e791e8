"""Packages of a lock file as the content of a layer."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from reconciler import wheels
from reconciler.errors import Refused
from reconciler.lock_files import BadLockError, lock_of, packages_in
from tests.resources.wheels import make_wheel, only_from


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which pip finds packages."""
    found = tmp_path / "wheels"
    only_from(found, tmp_path / "cache", monkeypatch)
    return found


def test_a_layer_holds_what_is_imported(folder: Path) -> None:
    files = {
        "tools/__init__.py": "",
        "tools-1.0.data/purelib/more.py": "MORE = 1",
        "tools-1.0.data/scripts/tool": "#!python",
    }
    lock = make_wheel(folder, "tools", "1.0", files).encode()
    content = wheels.layer_of(lock, "3.13", "arm64")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {each for each in archive.namelist() if ".dist-info" not in each}
    assert names == {"python/tools/__init__.py", "python/more.py"}
    assert wheels.layer_of(lock, "3.13", "arm64") == content


def test_another_file_than_that_of_the_lock_is_refused(folder: Path) -> None:
    make_wheel(folder, "tools", "1.0", {"tools.py": ""})
    with pytest.raises(Refused, match="its packages could not be fetched"):
        wheels.layer_of(f"tools==1.0 --hash=sha256:{'0' * 64}\n".encode(), "3.13", "x86_64")


def test_a_lock_file_means_its_packages() -> None:
    one, other = (hashlib.sha256(each).hexdigest() for each in (b"1", b"2"))
    text = f"""
# made by a program
Py_Yaml[fast]==1.0 \\
    --hash=sha256:{one} \\
    --hash=sha256:{other}
    # via something
boto3==1.2 --hash=sha256:{one}"""
    first, second = packages_in(text)
    assert (first.name, second.name, second.version) == ("boto3", "py-yaml", "1.0")
    assert set(second.hashes) == {one, other}
    lines = text.splitlines()
    assert lock_of("a", text) == lock_of("b", "\n".join([lines[-1], *lines[1:-1]]))
    assert lock_of("a", text) != lock_of("a", text.replace("1.2", "1.3"))
    with pytest.raises(BadLockError, match="line 1: expected NAME==VERSION"):
        packages_in("--index-url https://example.com")

"""`python -m reconciler` does not import files of the working directory."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.typed import ENVIRONMENT, ROOT

STACK = ROOT / "desired_state" / "contact_center"
NAMES = ("resources", "tests", "benchmarks", "docs", "examples", "queue", "yaml", "rich", "secrets")


@pytest.mark.parametrize("form", ["{name}/__init__.py", "{name}.py"])
def test_modules_of_the_working_directory_are_not_imported(tmp_path: Path, form: str) -> None:
    for name in NAMES:
        module = tmp_path / form.format(name=name)
        module.parent.mkdir(exist_ok=True)
        module.write_text("raise RuntimeError('not ours')\n")
    command = [sys.executable, "-m", "reconciler", "validate", str(STACK), "--env", "dev"]
    ended = subprocess.run(
        command, env=ENVIRONMENT, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_no_package_is_installed_beside_reconciler() -> None:
    assert (ROOT / "reconciler" / "resources").resolve() == ROOT / "resources"
    code = (
        "import importlib.util as u; print(u.find_spec('resources') is None, u.find_spec('reconciler').name)"
    )
    ended = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False, cwd="/"
    )
    assert ended.stdout.split() == ["True", "reconciler"], ended.stderr

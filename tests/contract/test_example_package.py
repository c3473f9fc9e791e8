"""A separate package of kinds in its own environment: installed, listed, validated, and tested with our suite."""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "example_package"
STACK = """\
stack: builds
environments:
  dev: {account: "123456789012", region: eu-west-2}
ecr.repository:
  acme/images:
    image_tag_mutability: IMMUTABLE
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A function that runs a module in an environment with the package and everything that this environment has."""
    home = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    ours = sysconfig.get_path("purelib")
    (theirs,) = home.glob("lib/*/site-packages")
    # As a line of code: the .pth files over there count, too; reconciler itself is installed by one.
    (theirs / "ours.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
    source = home / "acme"
    shutil.copytree(PACKAGE, source, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}

    def module(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(home / "bin" / "python"), "-m", *words]
        return subprocess.run(
            command, cwd=source, env=environment, check=False, capture_output=True, text=True
        )

    options = ("--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check")
    installed = module("pip", "install", *options, ".")
    assert installed.returncode == 0, installed.stderr
    shutil.rmtree(source / "acme_kinds")  # the installed package is tested
    return module


@pytest.mark.whole
def test_its_kinds_pass_the_suite(run: Run) -> None:
    played = run("pytest")
    assert played.returncode == 0, played.stdout
    assert " passed" in played.stdout
    assert "failed" not in played.stdout


@pytest.mark.whole
def test_its_kinds_are_listed_and_take_part_in_stacks(run: Run, tmp_path: Path) -> None:
    listed = run("reconciler", "kinds", "ecr.repository")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert listed.stdout.startswith("ecr.repository  a private repository of container images")
    (tmp_path / "stack.yaml").write_text(STACK)
    valid = run("reconciler", "validate", str(tmp_path))
    assert (valid.returncode, valid.stderr) == (0, "")
    (tmp_path / "stack.yaml").write_text(STACK.replace("IMMUTABLE", "FIXED"))
    invalid = run("reconciler", "validate", str(tmp_path))
    assert invalid.returncode == 3
    said = "expected one of MUTABLE, IMMUTABLE"
    assert f"stack.yaml:6:27: ecr.repository/acme/images.image_tag_mutability: {said}" in invalid.stderr

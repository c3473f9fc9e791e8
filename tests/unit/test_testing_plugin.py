"""The plugin of the contract suite: it does not affect other projects, and says what is missing in a project that uses it."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.kinds import known_kinds
from reconciler.testing.plugin import kinds_under_test

HEAVY = {"boto3", "botocore", "cfnlint", "moto", "pydantic", "yaml"}
STRICT = ("-q", "--strict-markers", "--strict-config", "-W", "error", "-p", "no:cacheprovider")


def played(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in another project."""
    (folder / "pyproject.toml").touch()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", *STRICT, *words]
    return subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)


def test_a_project_that_asks_for_nothing_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "test_theirs.py").write_text(
        f"import sys\ndef test_it() -> None:\n    assert not {HEAVY!r} & sys.modules.keys()\n"
    )
    found = played(tmp_path)
    assert (found.returncode, found.stderr) == (0, "")
    assert "1 passed" in found.stdout


def asked(*folders: Path) -> Any:
    """The configuration of a project that names these folders."""
    return SimpleNamespace(getini=lambda _: folders, stash=pytest.Stash())


def test_a_project_that_plays_the_suite_has_to_name_its_samples() -> None:
    with pytest.raises(pytest.Collector.CollectError, match="name the folder with the samples of your kinds"):
        kinds_under_test(asked())


def test_a_folder_without_a_sample_of_a_kind_is_named(tmp_path: Path) -> None:
    with pytest.raises(pytest.Collector.CollectError) as raised:
        kinds_under_test(asked(tmp_path))
    assert str(raised.value) == (
        f"reconciler_samples: {tmp_path} holds no sample of a kind that is installed; `reconciler kinds` lists them"
    )


def test_a_module_without_a_sample_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "empty_samples"
    folder.mkdir()
    (folder / "s3_bucket.py").write_text("SIMPLE = 1\n")
    with pytest.raises(pytest.Collector.CollectError) as raised:
        kinds_under_test(asked(folder))
    assert str(raised.value) == f"{folder}/s3_bucket.py: SAMPLE is no Sample of reconciler.testing"


def test_all_kinds_of_a_package_are_played_and_those_without_a_sample_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "one_sample"
    folder.mkdir()
    (folder / "s3_bucket.py").write_text(
        "from reconciler.testing import Sample\nSAMPLE = Sample('bucket', {}, (), ())\n"
    )
    (folder / "s3_buckets.py").touch()
    found = kinds_under_test(asked(folder))
    assert found.kinds.keys() == known_kinds().keys()
    assert found.sampled.keys() == {"s3.bucket"}
    assert found.strangers == {"s3_buckets"}

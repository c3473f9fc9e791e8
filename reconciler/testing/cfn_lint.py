"""Finds the data files of cfn-lint without importing it, which would take a second."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def data_of_cfn_lint() -> Path:
    """The folder with cfn-lint's data.

    Raises:
        ModuleNotFoundError: cfn-lint is not installed.
    """
    found = find_spec("cfnlint")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("cfn-lint is not installed", name="cfnlint")
    return Path(found.origin).parent / "data"


def need_cfn_lint() -> None:
    """Skip the current test if cfn-lint is not installed."""
    if find_spec("cfnlint") is None:
        import pytest  # noqa: PLC0415 -- whoever only writes the page needs no pytest

        pytest.skip("cfn-lint is not installed")

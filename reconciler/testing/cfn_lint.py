"""What cfn-lint ships as data. It is not imported itself: that takes a second."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def data_of_cfn_lint() -> Path:
    """The folder of its data.

    Raises:
        ModuleNotFoundError: cfn-lint is not installed.
    """
    found = find_spec("cfnlint")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("cfn-lint is not installed", name="cfnlint")
    return Path(found.origin).parent / "data"


def need_cfn_lint() -> None:
    """Skip the present test where cfn-lint is not installed."""
    if find_spec("cfnlint") is None:
        import pytest  # noqa: PLC0415 -- whoever only writes the page needs no pytest

        pytest.skip("cfn-lint is not installed")

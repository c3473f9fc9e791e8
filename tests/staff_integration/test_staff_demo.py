"""The demo ends well, and tells it in a few lines."""

import os
from pathlib import Path

import pytest

from tests.staff_integration import demo

FOLDER = Path(__file__).parents[2] / "lambda_src" / "staff_integration"


def test_the_demo_tells_its_story(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(FOLDER), os.environ.get("PYTHONPATH", ""))))
    assert demo.main() == 0
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 6
    assert told[-1].startswith("Done in ")

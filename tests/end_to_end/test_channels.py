"""A pass does its work, and leaves history and reports, whatever becomes of what it prints."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from typed import CENTRE, ENVIRONMENT, ROOT

from reconciler.sandbox.server import RunningServer

Shell: TypeAlias = Callable[..., subprocess.CompletedProcess[bytes]]

CHANNELS = {
    "a reader that goes away at once": "{once} | true",
    "a reader of one line": "{once} | head -n 1",
    "a full disk": "{once} > /dev/full",
    "stdout closed": "{once} >&-",
    "stderr closed": "{once} 2>&-",
    "all of them closed": "{once} <&- >&- 2>&-",
    "all of them full": "{once} > /dev/full 2> /dev/full",
    "a terminal of Latin letters": "PYTHONIOENCODING=latin-1 {once}",
    "a terminal of ASCII": "LC_ALL=C PYTHONCOERCECLOCALE=0 PYTHONUTF8=0 PYTHONIOENCODING=ascii {once}",
}


@pytest.fixture
def shell(server: RunningServer, tmp_path: Path) -> Shell:
    """Run a line of bash in which `{once}` is a pass over the example centre."""

    def run(line: str, **more: str) -> subprocess.CompletedProcess[bytes]:
        words = [
            sys.executable,
            "-m",
            "reconciler",
            "once",
            CENTRE,
            "--env",
            "dev",
            "--endpoint-url",
            server.url,
        ]
        words += ["--report", tmp_path / "r.json", "--history", f"sqlite:{tmp_path / 'h.sqlite'}", "-v"]
        once = " ".join(f"'{word}'" for word in words)
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", line.format(once=once)],
            env={**ENVIRONMENT, **more},
            cwd=ROOT,
            capture_output=True,
            check=False,
        )

    return run


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_pass_does_its_work_whatever_becomes_of_its_words(
    channel: str, shell: Shell, client: Any, tmp_path: Path
) -> None:
    ended = shell(CHANNELS[channel])
    assert ended.returncode == 0, ended.stderr.decode()
    assert b"Traceback" not in ended.stderr
    assert b"Exception ignored" not in ended.stderr
    assert b"broke down" not in ended.stderr
    assert len(client("connect").list_instances()["InstanceSummaryList"]) == 1
    assert json.loads((tmp_path / "r.json").read_text())["outcome"] == "settled"
    words = ["history", "--history", f"sqlite:{tmp_path / 'h.sqlite'}", "--json"]
    told = subprocess.run(
        [sys.executable, "-m", "reconciler", *words],
        env=ENVIRONMENT,
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (row,) = json.loads(told.stdout)
    assert (row["outcome"], row["changes"] > 20) == ("settled", True)


def test_a_full_disk_is_told(shell: Shell) -> None:
    ended = shell("{once} > /dev/full")
    assert b"stdout could not be written to its end: no space left on device\n" in ended.stderr


@pytest.mark.parametrize("words", [["schema"], ["kinds"], ["iam-policy", CENTRE, "--env", "dev"], ["--help"]])
@pytest.mark.parametrize("channel", ["| true", "> /dev/full", ">&-"])
def test_other_commands_end_in_order(words: list[object], channel: str) -> None:
    line = " ".join([f"'{sys.executable}'", "-m", "reconciler", *(f"'{word}'" for word in words), channel])
    ended = subprocess.run(
        ["bash", "-c", line],
        env={**os.environ, **ENVIRONMENT},
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    said = "stdout could not be written to its end: no space left on device\n"
    assert ended.stderr == (said if "full" in channel else "")
    assert ended.returncode in (0, 1)


def test_json_that_could_not_be_written_is_a_failure() -> None:
    line = f"'{sys.executable}' -m reconciler schema > /dev/full"
    assert subprocess.run(["bash", "-c", line], env=ENVIRONMENT, cwd=ROOT, check=False).returncode == 1

"""A pass does its work, and writes history and reports, even if nobody can read its output."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from reconciler.sandbox.server import RunningServer
from tests.end_to_end.typed import CENTRE, ENVIRONMENT, ROOT

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
    assert b"crashed" not in ended.stderr
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
    assert b"stdout could not be written completely: no space left on device\n" in ended.stderr


FULL = "stdout could not be written completely: no space left on device\n"
CLOSED = "stdout is closed: the output of this command was not written\n"
RESULTS = [["schema"], ["kinds"], ["iam-policy", CENTRE, "--env", "dev"], ["graph", CENTRE, "--env", "dev"]]


def through(channel: str, words: list[object], **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command behind a channel of bash."""
    line = " ".join([f"'{sys.executable}'", "-m", "reconciler", *(f"'{word}'" for word in words), channel])
    return subprocess.run(
        ["bash", "-c", line],
        env={**ENVIRONMENT, **more},
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )


@pytest.mark.parametrize("words", [*RESULTS, ["--help"]], ids=lambda words: words[0])
def test_a_reader_that_goes_away_is_no_failure(words: list[object]) -> None:
    ended = through("| true", words)
    assert (ended.returncode, ended.stderr.replace(DRAWN, "")) == (0, "")


DRAWN = "that is Mermaid; --out FILE.svg draws SVG\n"


@pytest.mark.parametrize("words", RESULTS, ids=lambda words: words[0])
@pytest.mark.parametrize(
    ("channel", "said"), [("> /dev/full", FULL), (">&-", CLOSED)], ids=["full", "closed"]
)
def test_output_that_could_not_be_written_is_a_failure(words: list[object], channel: str, said: str) -> None:
    ended = through(channel, words)
    assert (ended.returncode, ended.stderr) == (1, said)


@pytest.mark.parametrize("command", [["history"], ["history", "--json"], ["history", "show", "1"]])
def test_a_history_that_could_not_be_written_is_a_failure(
    command: list[object], shell: Shell, tmp_path: Path
) -> None:
    at = f"sqlite:{tmp_path / 'h.sqlite'}"
    assert shell("{once}").returncode == 0
    ended = through(">&-", [*command, "--history", at])
    assert (ended.returncode, ended.stderr) == (1, CLOSED)


@pytest.mark.parametrize("size", ["0", "00", "-1", "²", "x", "9" * 5000])
def test_a_width_of_the_terminal_that_is_none_hides_nothing(size: str) -> None:
    ended = through("", ["kinds", "connect.queue"], COLUMNS=size, LINES=size)
    assert (ended.returncode, ended.stdout.splitlines()[0]) == (
        0,
        "connect.queue  where contacts wait for an agent",
    )
    ended = through("", ["once", "nowhere"], COLUMNS=size, LINES=size)
    assert (ended.returncode, ended.stderr[:40]) == (3, "nowhere: there is no such directory; a s")

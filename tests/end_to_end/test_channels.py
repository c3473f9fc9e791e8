"""A pass does its work, and writes history and reports, even if its output cannot be written."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from reconciler.console import sizes_known
from reconciler.sandbox.server import RunningServer
from tests.end_to_end.typed import ENVIRONMENT, ROOT, Run
from tests.fork_server import GONE, ForkServer

Shell: TypeAlias = Callable[..., subprocess.CompletedProcess[bytes]]

STREAMS: dict[str, tuple[str | None, str | None]] = {
    "a reader that goes away at once": (GONE, ""),
    "a full disk": ("/dev/full", ""),
    "stdout closed": (None, ""),
    "stderr closed": ("/dev/null", None),
    "all of them full": ("/dev/full", "/dev/full"),
}
"""stdout and stderr of a pass; "" is a file that the test reads."""
CHANNELS = {
    "a reader of one line": "{once} | head -n 1",
    "all of them closed": "{once} <&- >&- 2>&-",
    "a terminal of Latin letters": "PYTHONIOENCODING=latin-1 {once}",
    "a terminal of ASCII": "LC_ALL=C PYTHONCOERCECLOCALE=0 PYTHONUTF8=0 PYTHONIOENCODING=ascii {once}",
}

STACK = """\
stack: small
environments: {dev: {account: "123456789012", region: eu-west-2}}
"""
TEAMS = """\
connect.instance:
  small:
    identity_management_type: CONNECT_MANAGED
    inbound_calls_enabled: true
    outbound_calls_enabled: false
connect.agent_status:
  Équipe: {state: ENABLED}
"""


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """A small stack with a name that is not ASCII."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "stack.yaml").write_text(STACK, encoding="utf-8")
    (folder / "teams.yaml").write_text(TEAMS, encoding="utf-8")
    return folder


@pytest.fixture
def once(stack: Path, server: RunningServer, tmp_path: Path) -> list[object]:
    """A pass over it, with a report and a history."""
    kept = ["--report", tmp_path / "r.json", "--history", f"sqlite:{tmp_path / 'h.sqlite'}"]
    return ["once", stack, "--endpoint-url", server.url, *kept, "-v"]


@pytest.fixture
def shell(once: list[object]) -> Shell:
    """Run a line of bash in which `{once}` is the pass."""

    def run(line: str) -> subprocess.CompletedProcess[bytes]:
        typed = " ".join(f"'{word}'" for word in [sys.executable, "-m", "reconciler", *once])
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", line.format(once=typed)],
            env=ENVIRONMENT,
            cwd=ROOT,
            capture_output=True,
            check=False,
        )

    return run


@pytest.fixture
def work_is_done(run: Run, client: Any, tmp_path: Path) -> Callable[[int, str], None]:
    """A function that fails unless the pass that has ended so did its work, and wrote report and history."""

    def check(code: int, said: str) -> None:
        assert code == 0, said
        assert [each for each in ("Traceback", "Exception ignored", "crashed") if each in said] == [], said
        assert len(client("connect").list_instances()["InstanceSummaryList"]) == 1
        assert json.loads((tmp_path / "r.json").read_text())["outcome"] == "settled"
        told = run("history", "--history", f"sqlite:{tmp_path / 'h.sqlite'}", "--json")
        (row,) = json.loads(told.stdout)
        assert (row["outcome"], row["changes"]) == ("settled", 2)

    return check


@pytest.mark.parametrize("channel", STREAMS)
def test_a_pass_does_its_work_whatever_becomes_of_its_words(
    channel: str, once: list[object], loaded: ForkServer, work_is_done: Callable[[int, str], None]
) -> None:
    out, err = STREAMS[channel]
    ended = loaded.run_into(out, once, err)
    work_is_done(ended.returncode, ended.stderr)
    assert (FULL in ended.stderr) == (channel == "a full disk")


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_pass_does_its_work_whatever_a_shell_makes_of_its_words(
    channel: str, shell: Shell, work_is_done: Callable[[int, str], None]
) -> None:
    ended = shell(CHANNELS[channel])
    work_is_done(ended.returncode, ended.stderr.decode(errors="replace"))
    assert b"could not be written" not in ended.stderr


FULL = "stdout could not be written completely: no space left on device\n"
CLOSED = "stdout is closed: the output of this command was not written\n"
RESULTS = ["schema", "kinds", "iam-policy {stack}", "graph {stack}"]


@pytest.mark.parametrize("words", [*RESULTS, "--help"])
def test_a_reader_that_goes_away_is_no_failure(words: str, stack: Path, loaded: ForkServer) -> None:
    ended = loaded.run_into(GONE, words.format(stack=stack).split())
    assert (ended.returncode, ended.stderr.replace(DRAWN, "")) == (0, "")


DRAWN = "that is Mermaid; --out FILE.svg draws SVG\n"


@pytest.mark.parametrize("words", RESULTS)
@pytest.mark.parametrize(("out", "said"), [("/dev/full", FULL), (None, CLOSED)], ids=["full", "closed"])
def test_output_that_could_not_be_written_is_a_failure(
    words: str, out: str | None, said: str, stack: Path, loaded: ForkServer
) -> None:
    ended = loaded.run_into(out, words.format(stack=stack).split())
    assert (ended.returncode, ended.stderr) == (1, said)


def test_a_history_that_could_not_be_written_is_a_failure(
    once: list[object], run: Run, loaded: ForkServer, tmp_path: Path
) -> None:
    assert run(*once).returncode == 0
    for command in ("history", "history --json", "history show 1"):
        words = [*command.split(), "--history", f"sqlite:{tmp_path / 'h.sqlite'}"]
        ended = loaded.run_into(None, words)
        assert (ended.returncode, ended.stderr) == (1, CLOSED)


@pytest.mark.parametrize("size", ["0", "00", "-1", "²", "x", "9" * 5000])
def test_a_width_of_the_terminal_that_is_none_is_left_out(size: str) -> None:
    assert sizes_known({"COLUMNS": size, "LINES": size, "TERM": "xterm"}) == {"TERM": "xterm"}
    assert sizes_known({"COLUMNS": "80", "LINES": size}) == {"COLUMNS": "80"}


def sized(size: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, with this size of the terminal in its environment."""
    return subprocess.run(
        [sys.executable, "-m", "reconciler", *words],
        env={**ENVIRONMENT, "COLUMNS": size, "LINES": size},
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )


@pytest.mark.parametrize(
    ("size", "another"), [("0", "9" * 5000), pytest.param("9" * 5000, "0", marks=pytest.mark.whole)]
)
def test_a_width_of_the_terminal_that_is_none_hides_nothing(size: str, another: str) -> None:
    ended = sized(size, "kinds", "connect.queue")
    assert (ended.returncode, ended.stdout.splitlines()[0]) == (
        0,
        "connect.queue  a queue in which contacts wait for an agent",
    )
    ended = sized(another, "once", "nowhere")
    assert (ended.returncode, ended.stderr[:40]) == (3, "nowhere: there is no such directory; a s")

"""The question on a terminal before deletes, and the effects of the answers."""

import subprocess
from pathlib import Path

import pytest

from reconciler.sandbox.server import RunningServer
from tests.end_to_end.terminal import typed_on_a_terminal
from tests.end_to_end.typed import Client
from tests.fork_server import ForkServer

HEADER = """\
stack: asked
prune: true
guard: {max_percent: 100}
environments:
  dev: {account: "123456789012", region: eu-west-2}
"""
BUCKETS = """\
s3.bucket:
  asked-one: {policy: {protect: false}}
  asked-two: {policy: {protect: false}}
"""
QUESTION = b"2 resources deleted or replaced: apply this plan? [y/N]"
CHANGES = b"apply this plan? [y/N]"


class Terminal:
    """The command line on a terminal, against a sandbox."""

    def __init__(self, folder: Path, url: str, loaded: ForkServer) -> None:
        self.folder, self.url, self._loaded = folder, url, loaded
        (folder / "stack.yaml").write_text(HEADER)

    def words(self, *options: str, name: str) -> list[str]:
        return [name, str(self.folder), "--endpoint-url", self.url, "--no-history", "--no-cache", *options]

    def piped(self, *options: str, name: str = "once") -> subprocess.CompletedProcess[str]:
        """Run a command without a terminal."""
        return self._loaded.run(self.words(*options, name=name))

    def typed(self, answer: bytes | None, *options: str, name: str = "once") -> tuple[int, str]:
        """Run a command on a terminal, and answer the question; return the exit code and the output."""
        return typed_on_a_terminal(self._loaded, self.words(*options, name=name), CHANGES, answer)


@pytest.fixture
def terminal(tmp_path: Path, server: RunningServer, loaded: ForkServer) -> Terminal:
    """A terminal with two created buckets that are not in the files any more."""
    found = Terminal(tmp_path, server.url, loaded)
    (tmp_path / "buckets.yaml").write_text(BUCKETS)
    made = found.piped()
    assert made.returncode == 0, made.stdout + made.stderr
    (tmp_path / "buckets.yaml").unlink()
    return found


def buckets(client: Client) -> list[str]:
    return [row["Name"] for row in client("s3").list_buckets()["Buckets"]]


@pytest.fixture
def new(tmp_path: Path, server: RunningServer, loaded: ForkServer) -> Terminal:
    """A terminal with files with two buckets that do not exist yet."""
    (tmp_path / "buckets.yaml").write_text(BUCKETS)
    return Terminal(tmp_path, server.url, loaded)


NO = {"no": b"n\n", "nothing": b"\n", "the end of the input": b"\x04", "Ctrl-C": b"\x03"}


def test_any_answer_but_yes_changes_nothing(terminal: Terminal, client: Client) -> None:
    for name, answer in NO.items():
        code, shown = terminal.typed(answer)
        assert code == 4, (name, shown)
        assert QUESTION.decode() in shown
        assert "Refused: the answer was not yes; nothing was changed" in shown, name
        assert "Traceback" not in shown
    assert buckets(client) == ["asked-one", "asked-two"]


def test_yes_applies_the_plan(terminal: Terminal, client: Client) -> None:
    code, shown = terminal.typed(b"y\n")
    assert (code, buckets(client)) == (0, []), shown


def test_yes_can_be_said_beforehand(terminal: Terminal, client: Client) -> None:
    code, shown = terminal.typed(None, "--yes")
    assert (code, buckets(client)) == (0, []), shown
    assert "apply this plan?" not in shown


def test_without_a_terminal_the_guard_alone_decides(terminal: Terminal, client: Client) -> None:
    passed = terminal.piped()
    assert (passed.returncode, buckets(client)) == (0, [])
    assert "apply this plan?" not in passed.stdout + passed.stderr


def test_yes_does_not_override_the_guard(terminal: Terminal, client: Client) -> None:
    header = terminal.folder / "stack.yaml"
    header.write_text(HEADER.replace("guard: {max_percent: 100}\n", ""))
    code, shown = terminal.typed(None, "--yes")
    assert (code, len(buckets(client))) == (4, 2)
    assert "Note: --allow-deletes 2 approves this plan" in shown
    assert "apply this plan?" not in shown


def test_a_dry_run_asks_nothing(terminal: Terminal, client: Client) -> None:
    code, shown = terminal.typed(None, "--dry-run")
    assert (code, len(buckets(client))) == (2, 2)
    assert "apply this plan?" not in shown


def test_apply_asks_before_any_change_and_no_changes_nothing(new: Terminal, client: Client) -> None:
    code, shown = new.typed(b"n\n", name="apply")
    assert (code, buckets(client)) == (4, []), shown
    assert "2 to create" in shown
    assert "2 changes: apply this plan? [y/N]" in shown
    assert "Refused: the answer was not yes; nothing was changed" in shown


def test_ctrl_c_at_the_question_of_apply_changes_nothing(new: Terminal, client: Client) -> None:
    code, shown = new.typed(b"\x03", name="apply")
    assert (code, buckets(client)) == (130, []), shown
    assert shown.endswith("interrupted; nothing was changed\r\n")


def test_apply_applies_after_yes_and_then_has_nothing_to_ask(new: Terminal, client: Client) -> None:
    code, shown = new.typed(b"yes\n", name="apply")
    assert (code, buckets(client)) == (0, ["asked-one", "asked-two"]), shown
    code, shown = new.typed(None, name="apply")
    assert code == 0, shown
    assert "apply this plan?" not in shown


def test_apply_asks_once_about_changes_and_deletes(terminal: Terminal, client: Client) -> None:
    code, shown = terminal.typed(b"y\n", name="apply")
    assert (code, buckets(client)) == (0, []), shown
    assert "2 changes and 2 resources deleted or replaced: apply this plan? [y/N]" in shown


def test_apply_without_a_terminal_needs_yes_or_an_approved_plan(new: Terminal, client: Client) -> None:
    refused = new.piped(name="apply")
    said = "apply asks before it changes anything, and there is no terminal for the answer; add --yes, or use `once`\n"
    assert (refused.returncode, refused.stdout, refused.stderr) == (3, "", said)
    plan = new.folder / "plan.json"
    planned = new.piped("--only", "s3.bucket/asked-one", "--out", str(plan), name="plan")
    assert (planned.returncode, buckets(client)) == (2, []), planned.stderr
    approved = new.piped("--plan", str(plan), name="apply")
    assert (approved.returncode, buckets(client)) == (0, ["asked-one"]), approved.stderr
    agreed = new.piped("--yes", name="apply")
    assert (agreed.returncode, buckets(client)) == (0, ["asked-one", "asked-two"]), agreed.stderr


def test_plan_is_the_dry_run_of_once(new: Terminal) -> None:
    planned, dry = new.piped(name="plan"), new.piped("--dry-run")
    assert (planned.returncode, dry.returncode) == (2, 2)
    lines, others = planned.stdout.splitlines(), dry.stdout.splitlines()
    assert lines[:-1] == others[:-1]  # the last line has the seconds
    assert "  dry run" in lines[0]

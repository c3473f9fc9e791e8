"""The command `destroy`: the question, wrong inputs, exit codes, reports and the history."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from reconciler.desired.phrases import listed
from reconciler.kinds import known_kinds
from reconciler.sandbox.server import RunningServer
from tests.end_to_end.terminal import typed_on_a_terminal
from tests.end_to_end.typed import Client
from tests.fork_server import ForkServer

HEADER = """\
stack: shop
environments:
  dev: {account: "123456789012", region: eu-west-2}
  stg: {account: "123456789012", region: eu-west-2}
"""
THINGS = """\
ssm.parameter:
  /shop/${environment}/colour: {type: String, value: red}
  /shop/${environment}/size: {type: String, value: large}
s3.bucket:
  shop-${environment}-photos: {}
"""
ASKED = b"to apply this plan:"


class Terminal:
    """The command line against a sandbox in which the stack was applied in both environments."""

    def __init__(self, folder: Path, url: str, loaded: ForkServer) -> None:
        self.folder, self._url, self._loaded = folder, url, loaded
        (folder / "stack.yaml").write_text(HEADER)
        (folder / "things.yaml").write_text(THINGS)

    def words(self, *options: str, name: str = "destroy") -> list[str]:
        history = ["--history", f"sqlite:{self.folder}/history.sqlite"]
        return [name, str(self.folder), "--endpoint-url", self._url, "--no-cache", *history, *options]

    def piped(self, *options: str, name: str = "destroy") -> subprocess.CompletedProcess[str]:
        return self._loaded.run(self.words(*options, name=name))

    def typed(self, answer: bytes | None, *options: str) -> tuple[int, str]:
        return typed_on_a_terminal(self._loaded, self.words(*options), ASKED, answer)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self._loaded.run([*words])


@pytest.fixture
def terminal(tmp_path: Path, server: RunningServer, loaded: ForkServer) -> Terminal:
    found = Terminal(tmp_path, server.url, loaded)
    for environment in ("dev", "stg"):
        made = found.piped("--env", environment, name="once")
        assert made.returncode == 0, made.stdout + made.stderr
    return found


def there(client: Client) -> list[str]:
    """The names of all that the stack has in AWS."""
    ssm: Any = client("ssm")
    rows = ssm.describe_parameters()["Parameters"]
    names = [row["Name"] for row in rows if row["Name"].startswith("/shop/")]
    return sorted([*names, *(row["Name"] for row in client("s3").list_buckets()["Buckets"])])


def test_the_name_is_asked_for_and_a_wrong_one_changes_nothing(terminal: Terminal, client: Client) -> None:
    before = there(client)
    code, shown = terminal.typed(b"shop/dev\n", "--env", "dev")
    assert (code, there(client)) == (4, before), shown
    assert "2 changes and 2 resources deleted or replaced in account 123456789012: type shop" in shown
    assert "Refused: what was typed is not the name of the stack; nothing was changed" in shown
    code, shown = terminal.typed(b"\x03", "--env", "dev")
    assert (code, there(client)) == (130, before), shown
    code, shown = terminal.typed(b"shop\n", "--env", "dev")
    assert code == 1, shown
    assert "Left: s3.bucket/shop-dev-photos: it is protected" in shown
    gone = ("/shop/dev/colour", "/shop/dev/size")
    assert there(client) == [each for each in before if each not in gone]


def test_only_the_given_environment_goes_and_a_second_run_does_nothing(
    terminal: Terminal, client: Client
) -> None:
    client("s3").put_object(Bucket="shop-dev-photos", Key="a", Body=b"x")
    everything = ("--env", "dev", "--yes", "shop", "--also-protected", "--empty-buckets")
    for number in (3, 0):
        done = terminal.piped(*everything)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"Settled: {number} changes" in done.stdout, done.stdout
        assert "Nothing of shop/dev is left to delete" in done.stdout
        assert "The files still declare 3 resources: a daemon or a pass creates them again." in done.stdout
        assert [each for each in there(client) if "dev" in each] == []
        assert len(there(client)) == 3
    listed = terminal.run("history", "--history", f"sqlite:{terminal.folder}/history.sqlite")
    assert listed.stdout.count("destroy") == 2
    again = terminal.piped("--env", "dev", name="once")
    assert (again.returncode, len(there(client))) == (0, 6)


def test_a_dry_run_changes_nothing_and_says_what_is_pending(terminal: Terminal, client: Client) -> None:
    before = there(client)
    planned = terminal.piped("--env", "dev", "--dry-run", "--also-protected", "--json")
    assert (planned.returncode, there(client)) == (2, before), planned.stderr
    data = json.loads(planned.stdout)
    assert [each["action"] for each in data["actions"]] == ["delete"] * 3
    kept = terminal.piped("--env", "dev", "--dry-run")
    assert kept.returncode == 1
    assert "it is protected; --also-protected deletes it all the same" in kept.stdout


def test_reports_are_written(terminal: Terminal) -> None:
    report = terminal.folder / "report.json"
    done = terminal.piped("--env", "dev", "--yes", "shop", "--json", "--report", str(report))
    assert done.returncode == 1, done.stderr
    data = json.loads(report.read_text())
    assert data == json.loads(done.stdout)
    assert data["outcome"] == "failed"
    assert any(
        each.startswith("s3.bucket/shop-dev-photos is left: it is protected") for each in data["notes"]
    )
    assert "Left: s3.bucket/shop-dev-photos" in done.stderr


def test_files_with_mistakes_do_not_matter_but_those_of_the_header_do(
    terminal: Terminal, client: Client
) -> None:
    (terminal.folder / "things.yaml").write_text("s3.bucket: {a: {nothing: 1}}\nunknown.kind: {b: {}}\n")
    everything = ("--env", "dev", "--yes", "shop", "--also-protected")
    header = terminal.folder / "stack.yaml"
    header.write_text(HEADER + "prune: perhaps\n")
    wrong = terminal.piped(*everything)
    assert (wrong.returncode, wrong.stdout, len(there(client))) == (3, "", 6)
    assert "stack.yaml:5:8: prune" in wrong.stderr
    header.write_text(HEADER)
    done = terminal.piped(*everything)
    assert (done.returncode, len(there(client))) == (0, 3), done.stdout + done.stderr
    said = "the files have 3 mistakes, the first one at things.yaml:1:13; the resources of the stack are found by their marks"
    assert said in done.stderr


LOST = listed(name for name, kind in known_kinds().items() if kind.loses)
"""The kinds of which a delete loses something for ever."""
WRONG = {
    ("--env", "dev"): (
        4,
        "destroy asks for the name of the stack, and there is no terminal to type it; add --yes shop\n",
    ),
    ("--env", "dev", "--json"): (
        4,
        "destroy asks for the name of the stack, and --json does not show the plan; add --yes shop\n",
    ),
    ("--env", "dev", "--yes", "shop/dev"): (4, 'is named "shop"; nothing was changed\n'),
    ("--yes", "shop"): (
        3,
        "there are several environments; say which one: dev, stg\n1 mistake; no call was made\n",
    ),
    ("--env", "prod", "--yes", "shop"): (
        3,
        'no environment named "prod"; there are dev, stg\n1 mistake; no call was made\n',
    ),
    ("--env", "dev", "--yes", "shop", "--release", "shop"): (3, "shop: write a resource as KIND/NAME\n"),
    ("--env", "dev", "--yes", "shop", "--release", "s3.bucket/shop-dev-photos"): (
        3,
        f"--release s3.bucket/shop-dev-photos: only for {LOST}; leave it out\n",
    ),
    ("--env", "dev", "--yes", "shop", "--release", "connect.phone_number/a"): (
        3,
        "--release connect.phone_number/a: neither the files nor AWS have it in this stack\n",
    ),
}


def test_wrong_words_are_one_line_and_change_nothing(terminal: Terminal, client: Client) -> None:
    for words, (code, said) in WRONG.items():
        refused = terminal.piped(*words)
        assert (refused.returncode, refused.stdout) == (code, ""), (words, refused.stderr)
        assert refused.stderr.replace(f"every call goes to {terminal._url}\n", "").endswith(said), words
    assert len(there(client)) == 6

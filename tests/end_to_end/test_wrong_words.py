"""Wrong words on the command line: one line on stderr, exit code 3, nothing on stdout, no traceback."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler import cli, console
from reconciler.cli.exits import INVALID

HEADER = 'stack: typed\nenvironments:\n  dev: {account: "123456789012", region: eu-west-2}\n  prod: {account: "123456789012", region: eu-west-1}\n'
CENTRE = """\
connect.instance:
  acme: {identity_management_type: SAML, inbound_calls_enabled: true, outbound_calls_enabled: true}
connect.hours_of_operation:
  Always: {time_zone: UTC, config: [{day: MONDAY, start_time: "09:00", end_time: "17:00"}]}
connect.queue:
  Sales: {hours_of_operation: Always}
  Always: {hours_of_operation: Always}
"""
FILES = {
    "centre/stack.yaml": HEADER,
    "centre/all.yaml": CENTRE,
    "broken/stack.yaml": HEADER,
    "broken/all.yaml": "connect.queue: [\n",
    "other/notes.txt": "mine\n",
    "text.txt": "no plan\n",
    "plan.json": '{"plan_version": 1}',
    "state.json": "{}",
    "number.json": "7",
    "config.json": '{"format_version": "1.0", "values": []}',
}
STACK = (
    "nowhere",
    "text.txt",
    "other --env dev",
    "broken --env dev",
    "centre",
    "centre --env live",
    "centre --env dev --nonsense",
    "centre another --env dev",
    "centre --env",
)
"""What is wrong for each command that takes a stack."""
READS = ("centre --env dev --share 0", "centre --env dev --share many")
PASS = (
    *STACK,
    *READS,
    "centre --env dev --env dev",
    "centre --env dev --only connect.queue/Sale",
    "centre --env dev --except nonsense",
    "centre --env dev --with-dependencies",
    "centre --env dev --sandbox --profile x",
    "centre --env dev --report pass.doc",
    "centre --env dev --quiet --full",
    "centre --env dev --allow-deletes -1",
    "centre --env dev --account 12",
    "centre --env dev --history ftp://nonsense",
    "centre --env dev --endpoint-url nonsense",
)
WORDS: dict[str, tuple[str, ...]] = {
    "plan": (*PASS, "centre --env dev --out centre/stack.yaml", "centre --env dev --yes"),
    "diff": (*PASS, "centre --env dev --out text.txt"),
    "apply": (*PASS, "centre --env dev", "centre --env dev --yes --plan text.txt", "centre --env dev --plan nowhere"),
    "list": (*STACK, *READS, "centre --env dev --kind connect.que", "centre --env dev --json --csv"),
    "show": (
        "",
        "nowhere Sales",
        "other Sales",
        "broken Sales --env dev",
        "centre --env dev",
        "centre Sales",
        "centre Sale --env dev",
        "centre Always --env dev",
        "centre connect.queue/Sale --env dev",
        "centre Sales extra --env dev",
        "text.txt",
        "plan.json",
        "plan.json --fresh",
    ),
    "outputs": (*STACK, *READS, "centre --env dev", "centre --env dev --github-output", "centre --env dev --env-file text.txt"),
    "accept": (
        "",
        "centre",
        "nowhere connect.queue/Sales",
        "other connect.queue/Sales",
        "broken connect.queue/Sales --env dev",
        "centre connect.queue/Sales",
        "centre connect.queue/Sale --env dev",
        "centre connect.queue/Sales.max_contact --env dev",
        "centre connect.queue/Sales.tags.x --env dev",
        "centre nonsense --env dev",
        "centre connect.queue/Sales --env live",
        "centre connect.queue/Sales --env dev --share 101",
    ),
    "fmt": (
        "nowhere",
        "text.txt",
        "other",
        "broken",
        "centre another",
        "centre --nonsense",
        "centre --check=yes",
        "centre --env dev",
        "--check nowhere",
        "''",
    ),
    "init": (
        "",
        "../outside",
        "/tmp/absolute",
        "text.txt",
        "centre",
        "new",
        "new --account 12 --region eu-west-2",
        "new --account 123456789012 --region nowhere",
        "new --account 123456789012 --region eu-west-2 --env 'a b'",
        "new --account 123456789012 --region eu-west-2 --name 'a/b'",
        "new --account 123456789012 --region eu-west-2 extra",
    ),
    "explain": (
        "",
        "nonsense",
        "connect.que",
        "connect.queue.max_contact",
        "connect.queue.max_contacts.x",
        "connect.queue extra",
        "connect.",
        ".",
        "connect.queue.",
        "connect..queue",
        "'connect queue'",
        "--nonsense",
    ),
    "export": (
        "",
        "--out new --kind nonsense",
        "--out other --instance acme",
        "--out text.txt --instance acme",
        "--out new --instance acme --tag nonsense",
        "--out new --instance acme --owned-by nonsense",
        "--out new --update",
        "--out centre --update --env live",
        "--out broken --update --env dev",
        "--out new --instance acme --env dev",
        "--out new --instance acme --region nonsense",
        "--out new --instance acme --share 0",
        "new --instance acme",
        "--out new --instance acme --endpoint-url nonsense",
    ),
    "import-terraform": (
        "",
        "state.json",
        "nowhere --out new",
        "text.txt --out new",
        "state.json --out new",
        "number.json --out new",
        "config.json --out new",
        "centre --out new",
        "state.json --out other",
        "state.json --out new --account 12",
        "state.json --out new --region nonsense",
        "state.json --out new --env 'a b'",
        "state.json --out new --stack 'a/b'",
    ),
    "completion": (
        "",
        "tcsh",
        "BASH",
        "bash zsh",
        "--nonsense",
        "''",
        "bash --env dev",
        "powershell",
        "/bin/bash",
        "1",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typed")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(autouse=True)
def place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In the folder, without a Region, an endpoint or an address of AWS; the files stay as they are."""
    monkeypatch.chdir(folder)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "GITHUB_OUTPUT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    yield
    console.remarks.quiet = False
    for name, text in FILES.items():
        assert (folder / name).read_text() == text
    assert not (folder / "new").exists()


@pytest.mark.parametrize("command", WORDS)
def test_wrong_words_are_one_line(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(WORDS[command]) >= 10
    wrong = []
    for words in WORDS[command]:
        monkeypatch.setattr("sys.argv", ["reconciler", command, *shlex.split(words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        lines = [line for line in said.err.splitlines() if not re.match(r"\d+ mistakes?; ", line)]
        if (ended.value.code, said.out, len(lines)) != (INVALID, "", 1):
            wrong.append(f"{command} {words}: {ended.value.code} {said.out[:80]!r} {said.err[:600]!r}")
    assert wrong == []

"""Wrong input: one clear line for each mistake, all in one run, exit code 3, no call."""

import os
import shutil
from pathlib import Path

import pytest

from tests.end_to_end.typed import CENTRE, Run

HEADER = 'stack: s\nenvironments:\n  dev: {account: "123456789012", region: eu-west-2}\n'
INSTANCE = "connect.instance:\n  acme: {}\n"


def stack_of(directory: Path, **files: str) -> Path:
    (directory / "stack.yaml").write_text(HEADER + INSTANCE)
    for name, text in files.items():
        (directory / f"{name}.yaml").write_text(text)
    return directory


MISTAKES = {
    "unknown field": (
        "connect.queue:\n  A:\n    max_contact: 5\n",
        "bad.yaml:3:5: connect.queue/A.max_contact: ",
    ),
    "wrong type": (
        "connect.queue:\n  A:\n    max_contacts: many\n",
        "bad.yaml:3:19: connect.queue/A.max_contacts: expected a whole number, got text",
    ),
    "unknown reference": (
        "connect.queue:\n  A:\n    hours_of_operation: Nowhere\n",
        'bad.yaml:3:25: connect.queue/A.hours_of_operation: no hours of operation named "Nowhere"',
    ),
    "duplicate key": ("connect.queue:\n  A: {}\n  A: {}\n", "bad.yaml:3:3: "),
    "alias bomb": ("connect.queue:\n  A: {tags: &a {x: y}}\n  B: {tags: *a}\n", "bad.yaml:2:13: "),
    "deep nesting": (f"connect.queue: {'[' * 200}{']' * 200}\n", "bad.yaml:1:"),
    "a file outside": (
        "connect.contact_flow:\n  F:\n    content: {file: ../../etc/passwd}\n    type: CONTACT_FLOW\n",
        "bad.yaml:3:21: connect.contact_flow/F.content.file: ",
    ),
    "no such file": (
        "connect.contact_flow:\n  F:\n    content: {file: nowhere.json}\n    type: CONTACT_FLOW\n",
        "bad.yaml:3:21: connect.contact_flow/F.content.file: ",
    ),
    "a plain password": (
        "connect.user:\n  u:\n    password: Sentinel123\n",
        "bad.yaml:3:15: connect.user/u.password: ",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_one_line_with_its_place(name: str, run: Run, tmp_path: Path) -> None:
    text, beginning = MISTAKES[name]
    result = run("once", stack_of(tmp_path, bad=text))
    lines = [line for line in result.stderr.splitlines() if ": warning: " not in line]
    assert result.returncode == 3
    assert lines[0].startswith(beginning), result.stderr
    assert lines[-1].endswith("; no call was made")
    assert all(line.startswith("bad.yaml:") for line in lines[:-1])
    assert result.stdout == ""
    assert "Sentinel123" not in result.stderr


def test_invalid_flow_json_is_named_at_its_own_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "flow.json").write_text('{\n  "Version": "2019-10-30",\n  "Actions": [,]\n}\n')
    stack_of(
        tmp_path, bad="connect.contact_flow:\n  F:\n    content: {file: flow.json}\n    type: CONTACT_FLOW\n"
    )
    result = run("validate", tmp_path)
    assert result.returncode == 3
    assert result.stderr.startswith("flow.json:3:")


def test_a_flow_that_leads_nowhere_is_named(run: Run, tmp_path: Path) -> None:
    flow = '{"Version": "2019-10-30", "StartAction": "a", "Actions": []}'
    (tmp_path / "flow.json").write_text(flow)
    stack_of(
        tmp_path, bad="connect.contact_flow:\n  F:\n    content: {file: flow.json}\n    type: CONTACT_FLOW\n"
    )
    result = run("validate", tmp_path)
    assert result.returncode == 3
    assert "Actions must be a list with at least one action" in result.stderr


def test_all_mistakes_come_in_one_run(run: Run, tmp_path: Path) -> None:
    texts = {f"bad{index}": text for index, (text, _) in enumerate(MISTAKES.values())}
    result = run("once", stack_of(tmp_path, **texts))
    assert result.returncode == 3
    named = {line.partition(":")[0] for line in result.stderr.splitlines()[:-1]}
    assert named >= {f"{name}.yaml" for name in texts}
    assert "Traceback" not in result.stderr


def test_a_misspelt_reference_in_the_real_stack_gets_a_suggestion(run: Run, tmp_path: Path) -> None:
    stack = tmp_path / "contact_center"
    shutil.copytree(CENTRE, stack)
    routing = stack / "routing.yaml"
    routing.write_text(
        routing.read_text().replace(
            "hours_of_operation: UK Business Hours", "hours_of_operation: UK Busines Hours"
        )
    )
    result = run("once", stack, "--env", "dev", "--dry-run")
    assert result.returncode == 3
    expected = 'no hours of operation named "UK Busines Hours"; did you mean "UK Business Hours"?'
    assert expected in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("once", "nowhere"),
            "nowhere: there is no such directory; a stack is a directory with a stack.yaml\n",
        ),
        (("kinds", "connect.nothing"), "no kind connect.nothing; there are "),
        (
            ("once", CENTRE, "--env", "dev", "--sandbox", "--only", "queue"),
            "--only queue: the stack has no such resource; write KIND/NAME\n",
        ),
        (("once", CENTRE), "stack.yaml:"),
    ],
    ids=["no directory", "no kind", "only matches nothing", "no environment"],
)
def test_wrong_words_on_the_command_line(words: tuple[object, ...], said: str, run: Run) -> None:
    result = run(*words)
    assert result.returncode == 3
    assert result.stderr.startswith(said), result.stderr


EMPTY = "this value is empty; is a shell variable not set? Leave it out or give it a value"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("once", CENTRE, "--env", "dev", "--endpoint-url", ""), ["--endpoint-url"]),
        (("history", "--endpoint-url="), ["--endpoint-url"]),
        (("daemon", CENTRE, "--env=", "--endpoint-url", ""), ["--env", "--endpoint-url"]),
        (("once", ""), [""]),
        (("sandbox", "--state", ""), ["--state"]),
    ],
)
def test_an_empty_value_does_not_mean_what_its_absence_means(
    words: tuple[object, ...], named: list[str], run: Run
) -> None:
    result = run(*words)
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.splitlines() == [f"{name}: {EMPTY}" if name else EMPTY for name in named]


@pytest.mark.parametrize("account", ["abc", "12345678901", "1234567890123", "١٢٣٤٥٦٧٨٩٠١٢"])
@pytest.mark.parametrize(
    "words",
    [
        ("once", CENTRE, "--env", "dev", "--sandbox"),
        ("graph", CENTRE, "--env", "dev", "--sandbox"),
        ("sandbox",),
    ],
    ids=["once", "graph", "sandbox"],
)
def test_an_account_id_has_12_digits(words: tuple[object, ...], account: str, run: Run) -> None:
    result = run(*words, "--account", account)
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == f"--account: an AWS account has 12 digits, not '{account}'\n"


@pytest.mark.parametrize("words", [("daemon", "--config"), ("iam-policy", "--daemon")])
@pytest.mark.parametrize("file", ["pipe", "device", "large"])
def test_settings_are_a_regular_file_that_is_not_too_large(
    words: tuple[object, ...], file: str, run: Run, tmp_path: Path
) -> None:
    path = Path("/dev/zero") if file == "device" else tmp_path / file
    if file == "pipe":
        os.mkfifo(path)
    if file == "large":
        with path.open("wb") as stream:
            stream.truncate(9 * 2**20)
    why = "this file is larger than 8 MiB" if file == "large" else "this is not a regular file"
    result = run(*words, path)
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.splitlines()[0] == f"{path}:1:1: {why}"


def test_a_word_that_is_none_of_several_is_refused_with_all_of_them(run: Run) -> None:
    result = run("completion", "tcsh")
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == "Invalid value for 'shell': 'tcsh' is not one of 'bash', 'zsh', 'fish'.\n"

"""What people type wrongly is one line, and Ctrl-C is quiet at any point of a command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.staff_integration.organisation import run

SYSTEMS = {
    "STAFF_VAULT_KEYS": "bm90IGEgc2VjcmV0OiBhIGtleSBmb3IgdGVzdHMgISE=",
    "STAFF_BACKUP_KEYS": "bm90IGEgc2VjcmV0OiBhIGtleSBmb3IgdGVzdHMgISE=",
    "STAFF_VOICEDRIVE_URL": "https://voicedrive.example",
    "STAFF_VOICEDRIVE_TOKEN": "any",
    "STAFF_MEDICAL_URL": "https://medical.example",
    "STAFF_MEDICAL_TOKEN": "any",
}
FOLDER = Path(__file__).parents[2] / "lambda_src" / "staff_integration"
ENVIRONMENT = {**os.environ, **SYSTEMS, "STAFF_DATABASE_URL": "sqlite:///:memory:", "PYTHONPATH": str(FOLDER)}

# Sends SIGINT to itself when a module is looked for, in a destructor, or while Python shuts down.
PRESSED = """
import builtins, signal, sys, threading
from importlib.abc import MetaPathFinder

module, when, sys.argv = sys.argv[1], sys.argv[2], ["staff-integration", *sys.argv[3:]]

class Last:
    def __init__(self):
        self.press = signal.raise_signal

    def __del__(self):
        self.press(2)

class Press(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == module:
            Last() if when == "destructor" else signal.raise_signal(signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Press())
if when == "end":
    threading._register_atexit(signal.raise_signal, signal.SIGINT)
from staff_integration.__main__ import main
main()
"""


def pressed(module: str, when: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PRESSED, module, when, "database", "status"]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("module", "when", "says"),
    [
        ("staff_integration.interrupts", "", ""),
        ("sqlalchemy", "", "ended by Ctrl-C\n"),
        ("sqlalchemy.dialects.sqlite", "", "ended by Ctrl-C\n"),
        ("argparse", "destructor", "ended by Ctrl-C\n"),
    ],
)
def test_ctrl_c_is_quiet_while_a_command_is_loaded_and_while_it_runs(
    module: str, when: str, says: str
) -> None:
    ended = pressed(module, when)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", says)


def test_ctrl_c_after_the_last_line_changes_nothing() -> None:
    ended = pressed("", "end")
    assert (ended.returncode, ended.stderr) == (2, "")
    assert ended.stdout.startswith("the database is at revision base")


def test_an_output_that_is_closed_or_full_prints_no_traceback() -> None:
    command = f"{sys.executable} -m staff_integration database status"
    for where, code, says in (
        (">&-", 2, ""),
        ("> /dev/full", 1, "the system answers: No space left on device\n"),
    ):
        ended = subprocess.run(
            ["/bin/sh", "-c", f"{command} {where}"],
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ended.returncode, ended.stderr) == (code, says)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://u:s3cret@host:s3cret/d", "is not one; write mysql+pymysql://"),
        ("mysql://u:s3cret@[::1/d", "is not one; write mysql+pymysql://"),
        ("mysql://u:s3cret@127.0.0.1/d?s3cret=1", "a host or an option after the ? that cannot be used"),
        ("mysql://u:s3cret@127.0.0.1/d?connect_timeout=s3cret", "a host or an option"),
        ("mysql://u:s3cret@h\udce4st/d", "a host or an option"),
        ("mysql://u:s3cret@127.0.0.1/d?ssl_ca=/nowhere", "a file that cannot be read: No such file"),
        ("sqlite:///x?timeout=s3cret", "sqlite:///FILE, without host and options"),
    ],
)
def test_a_url_that_cannot_be_used_is_one_line_without_what_is_in_it(url: str, says: str) -> None:
    code, out, errors = run("database", "status", environment={"STAFF_DATABASE_URL": url})
    assert (code, out, errors.count("\n")) == (3, "", 1)
    assert says in errors
    assert "s3cret" not in errors


@pytest.mark.parametrize(
    ("typed", "settings", "says"),
    [
        ("report --hours nan", {}, "--hours nan: from more than 0 to 87840"),
        ("report --hours 1e300", {}, "--hours 1e+300: from more than 0"),
        ("report --hours -5", {}, "--hours -5: from more than 0"),
        ("work --once", {"STAFF_VOICEDRIVE_URL": "https://[x"}, "STAFF_VOICEDRIVE_URL is no URL of an API"),
        ("work --once", {"STAFF_MEDICAL_URL": "https://h:abc"}, "STAFF_MEDICAL_URL is no URL of an API"),
        ("backup list", {"STAFF_BACKUP_STORE": "file://[x"}, "STAFF_BACKUP_STORE is no place for backups"),
        (
            "backup list",
            {"STAFF_BACKUP_STORE": "file:///x", "STAFF_BACKUP_KEEP": "hourly=" + "9" * 5000},
            "is none of hourly=N",
        ),
    ],
)
def test_a_wrong_number_or_setting_is_one_line(typed: str, settings: dict[str, str], says: str) -> None:
    environment = {**SYSTEMS, "STAFF_DATABASE_URL": "sqlite:///:memory:", **settings}
    code, out, errors = run(*typed.split(), environment=environment)
    assert (code, out, errors.count("\n")) == (3, "", 1)
    assert says in errors


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "staff-integration: the following arguments are required: COMMAND"),
        ("serve --port 99999", "staff-integration serve: argument --port: 99999 is no port"),
        ("serve --metrics-port -1", "--metrics-port: -1 is no port; write a number from 1 to 65535"),
        ("purge --outbox x", "staff-integration purge: argument --outbox: invalid int value: 'x'"),
        ("backup restore", "staff-integration backup restore: the following arguments are required: NAME"),
    ],
)
def test_wrong_arguments_end_with_the_code_of_invalid_input(
    typed: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as raised:
        run(*typed.split(), environment={})
    errors = capsys.readouterr().err
    assert (raised.value.code, errors.count("\n")) == (3, 1)
    assert says in errors


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("facilities: !!timestamp abc", "a.yaml:1: 'abc' is no timestamp"),
        ("facilities: !!bool maybe", "a.yaml:1: 'maybe' is no bool"),
        ("a: \0", "a.yaml: this is no YAML: unacceptable character #x0000"),
    ],
)
def test_a_yaml_file_that_cannot_be_read_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    for command in (("organisation",), ("rollout", "load")):
        code, out, errors = run(
            *command, str(tmp_path), environment={"STAFF_DATABASE_URL": "sqlite:///:memory:"}
        )
        assert (code, out, errors.count("\n")) == (3, "", 1)
        assert says in errors

"""A server in a folder: its programs are played, and its services run for real, as far as the unit files say.

`main` plays `systemctl`, `aws` and `python3.11`.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

PROGRAMS = ("aws", "python3.11", "systemctl")
SILENT = {
    "apt-get": "",
    "hostname": "echo server.example",
    "nginx": "",
    "sleep": "exec /bin/sleep 0.05",
    "useradd": "",
}
"""Programs that do nothing, or little."""
PLACES = ("/opt/staff-integration", "/etc/staff-integration", "/run/credentials", "/usr/local/sbin")
"""Places in unit files, which are in the folder."""
APPLICATION = """#!{python} -SE
import http.server, json, os, sys
from pathlib import Path
line = {{"run": sys.argv[1:], "secret": Path(os.environ["STAFF_DATABASE_URL_FILE"]).read_text()}}
with open({log!r}, "a") as log: log.write(json.dumps(line) + chr(10))
if sys.argv[1] == "organisation": sys.exit((Path(sys.argv[2]) / "broken").exists())
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path.partition("?")[0] in ("/health/ready", "/metrics") else 404)
        self.end_headers()
    def log_message(self, *_): pass
port = {{"serve": 3, "work": 5}}.get(sys.argv[1])
if port: http.server.HTTPServer(("127.0.0.1", int(sys.argv[port])), Ready).serve_forever()
"""
"""It stands for the application: it notes its arguments, and is ready at once."""


PROGRAM = """#!{python} -SE
import runpy, sys
sys.exit(runpy.run_path({file!r})["main"](sys.argv))
"""


class Host:
    """The folder of a server.

    Args:
        folder: where it is.
    """

    def __init__(self, folder: Path) -> None:
        self.root, self.programs, self.bucket = folder / "root", folder / "programs", folder / "bucket"
        self.patience = "600"
        for each in (self.root, self.programs, self.bucket):
            each.mkdir()
        played = PROGRAM.format(python=sys.executable, file=__file__)
        texts = dict.fromkeys(PROGRAMS, played) | {
            name: f"#!/bin/sh\n{line}\n" for name, line in SILENT.items()
        }
        for name, text in texts.items():
            program = self.programs / name
            program.write_text(text)
            program.chmod(0o755)
        (self.root / "etc/nginx/sites-enabled").mkdir(parents=True)
        (self.root / "etc/nginx/sites-enabled/default").touch()

    @property
    def environment(self) -> dict[str, str]:
        """What programs of the server see."""
        path = os.pathsep.join((str(self.programs), str(self.root / "usr/local/sbin"), os.environ["PATH"]))
        return {**os.environ, "PATH": path, "STAFF_ROOT": str(self.root), "STAFF_PATIENCE": self.patience}

    def type(self, *words: str, given: str = "") -> tuple[int, str]:
        """Run a program of the server; its exit code, and what it says."""
        done = subprocess.run(
            words, env=self.environment, input=given, text=True, capture_output=True, check=False, timeout=120
        )
        return done.returncode, done.stdout + done.stderr

    def log(self) -> list[list[str]]:
        """What was run so far."""
        lines = (self.root / "log").read_text().splitlines()
        return [json.loads(line)["run"] for line in lines]

    def files(self) -> Mapping[str, bytes]:
        """All files of the server, but for what was run."""
        found = (each for each in sorted(self.root.rglob("*")) if each.is_file() and each.name != "log")
        return {each.relative_to(self.root).as_posix(): each.read_bytes() for each in found}

    def running(self) -> set[str]:
        """The services that run."""
        return {each.name for each in (self.root / "run/pids").iterdir()}

    @contextlib.contextmanager
    def ended(self) -> Iterator["Host"]:
        """Afterwards no service runs."""
        try:
            yield self
        finally:
            for name in self.running() if (self.root / "run/pids").exists() else ():
                _stop(self.root, name)


def _note(root: Path, *words: str) -> None:
    with (root / "log").open("a") as log:
        log.write(json.dumps({"run": words}) + "\n")


def _unit(root: Path, name: str) -> list[tuple[str, str]]:
    """The settings of a unit, as systemd fills them in."""
    template, _, instance = name.removesuffix(".service").partition("@")
    file = root / "etc/systemd/system" / f"{template}{'@' if instance else ''}.service"
    text = file.read_text().replace("%i", instance).replace("%n", name)
    for place in PLACES:
        text = re.sub(rf"(?<![\w/.]){place}", f"{root}{place}", text)
    lines = (line for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return [(key, value) for key, _, value in (line.partition("=") for line in lines)]


def _start(root: Path, name: str) -> int:
    environment = {"PATH": os.environ["PATH"], "STAFF_ROOT": str(root)}
    commands, oneshot = list[str](), False
    for key, value in _unit(root, name):
        if key == "EnvironmentFile":
            lines = [line for line in Path(value).read_text().splitlines() if not line.startswith("#")]
            environment |= dict(line.split("=", 1) for line in lines)
        elif key == "ConditionPathExists":
            if Path(value.removeprefix("!")).exists() == value.startswith("!"):
                return 0
        elif key == "Environment":
            environment |= dict(word.split("=", 1) for word in value.split())
        elif key == "LoadCredential":
            called, _, source = value.partition(":")
            kept = root / "run/credentials" / name / called
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, kept)
        elif key == "ExecStart":
            commands.append(value)
        elif key == "Type":
            oneshot = value == "oneshot"
    for command in commands:
        words = re.sub(r"\$\{(\w+)\}", lambda found: environment[found[1]], command).split()
        if oneshot:
            code = subprocess.run(words, env=environment, check=False).returncode
            if code:
                return code
            continue
        process = subprocess.Popen(
            words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        pids = root / "run/pids"
        pids.mkdir(parents=True, exist_ok=True)
        (pids / name).write_text(str(process.pid))
    return 0


def _stop(root: Path, name: str) -> None:
    file = root / "run/pids" / name
    if not file.exists():
        return
    pid = int(file.read_text())
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        while Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z":  # it has ended, waited for or not
            time.sleep(0.01)
    file.unlink()


def _systemctl(root: Path, words: list[str]) -> int:
    command, *units = [word for word in words if not word.startswith("--")]
    for unit in units:
        if not unit.startswith("staff-"):  # those of Ubuntu's packages
            continue
        if command in {"restart", "stop"}:
            _stop(root, unit)
        if command in {"restart", "start"} and "--no-block" not in words:
            code = _start(root, unit)
            if code:
                return 1
    return 0


def _aws(root: Path, words: list[str]) -> int:
    source = next(word for word in words if word.startswith("s3://"))
    assert os.environ["AWS_DEFAULT_REGION"]
    kept = root.parent / "bucket" / source.partition("s3://")[2].partition("/")[2].replace("/", "_")
    if not kept.exists():
        sys.stderr.write(
            "fatal error: An error occurred (404) when calling the HeadObject operation: Not Found\n"
        )
        return 1
    shutil.copyfile(kept, words[-1])
    return 0


def _python(root: Path, own: Path, words: list[str]) -> int:
    """`-m venv FOLDER`: the Python there stands for pip too, and installs what stands for the application."""
    if words[:2] == ["-m", "venv"]:
        programs = Path(words[2]) / "bin"
        programs.mkdir(parents=True)
        (programs / "python").symlink_to(root.parent / "programs/python3.11")
        (programs.parent / "lib").mkdir()
    if words[:3] == ["-m", "pip", "install"]:
        application = own.parent / "staff-integration"
        application.write_text(APPLICATION.format(python=sys.executable, log=str(root / "log")))
        application.chmod(0o755)
    return 0


def main(arguments: list[str]) -> int:
    """Play a program; return its exit code."""
    root, own, words = Path(os.environ["STAFF_ROOT"]), Path(arguments[0]), arguments[1:]
    _note(root, own.name, *words)
    if own.name == "systemctl":
        return _systemctl(root, words)
    if own.name == "aws":
        return _aws(root, words)
    return _python(root, own, words)

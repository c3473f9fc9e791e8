"""Walks the AWS CLI through `commands.txt` against a sandbox and writes every reply: `python -m tests.sandbox.aws_cli.walk docs/sandbox-walk.md`.

The program is that of the environment variable AWS_CLI, or is found in the PATH. The clock and the ids are fixed, so every run
writes the same document.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import jmespath

from reconciler.sandbox import plugin
from reconciler.sandbox.connect import ConnectPlane
from reconciler.sandbox.process_state import SANDBOXED_ENVIRONMENT, ProcessState
from reconciler.sandbox.server import serve

COMMANDS = Path(__file__).with_name("commands.txt")
LINE = re.compile(r"(?:(?P<name>[A-Z_]+)=(?P<path>\S+) )?(?P<command>aws .+?)(?: => (?P<holds>.+))?")
NAME = re.compile(r"\{([A-Z_]+)\}")
START = 1_800_000_000.0
HEAD = """\
# A walk with the AWS CLI

The unmodified AWS CLI against `python -m reconciler sandbox --port 4566`, from the creation of an instance to its
deletion: {count} commands, each with its whole reply. `make walk` makes this page, with a fixed clock and fixed ids.
Every command is told where the sandbox is by `AWS_ENDPOINT_URL=http://127.0.0.1:4566`; any credentials will do.
"""


@dataclass(frozen=True)
class Step:
    """One command, the part of its reply that is stored under a name, and what the reply has to fulfil, in JMESPath."""

    command: str
    name: str | None
    path: str | None
    holds: str | None = None

    def words(self, kept: Mapping[str, str]) -> list[str]:
        """The words of the command, as the shell would pass them."""
        return shlex.split(NAME.sub(lambda found: kept[found[1]], self.command))


def script(file: Path = COMMANDS) -> Iterator[str | Step]:
    """The headings and steps of `commands.txt`, or of another script."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            yield line
        elif line and not line.startswith("#"):
            found = LINE.fullmatch(line)
            if found is None:
                raise ValueError(f"this is no command: {line}")
            yield Step(found["command"], found["name"], found["path"], found["holds"])


class Walk:
    """One run of the script, with the stored parts of replies."""

    def __init__(self, aws: str, url: str) -> None:
        self.kept: dict[str, str] = {}
        self._aws = aws
        self._environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            **SANDBOXED_ENVIRONMENT,
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
            "AWS_ENDPOINT_URL": url,
            "AWS_DEFAULT_REGION": "eu-west-2",
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_PAGER": "",
            "TZ": "UTC",
        }

    def take(self, step: Step) -> str:
        """Run one command, and return its output; what its reply has to fulfil holds."""
        _, *words = step.words(self.kept)
        done = subprocess.run(
            [self._aws, *words],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,  # a long time, because the machine may be busy
        )
        if step.name and step.path:
            self.kept[step.name] = str(jmespath.search(step.path, json.loads(done.stdout)))
        if step.holds:
            assert done.returncode == 0, (step.command, done.stderr)
            holds = NAME.sub(lambda found: self.kept[found[1]], step.holds)
            assert jmespath.search(holds, json.loads(done.stdout)) is True, (step, done.stdout)
        return (done.stdout + done.stderr).strip()


def document(aws: str, sections: int | None = None) -> str:
    """Run the script, and return the whole document, or its first sections."""
    steps = list(script())
    count = sum(isinstance(step, Step) for step in steps)
    headings = [number for number, step in enumerate(steps) if isinstance(step, str)]
    if sections is not None:
        steps = steps[: headings[sections]]
    parts = [HEAD.format(count=count)]
    with fixed_plane(), serve(0, world=ProcessState(clock=lambda: START)) as server:
        walk = Walk(aws, server.url)
        parts += [f"{step}\n" if isinstance(step, str) else shown(step, walk) for step in steps]
    return "\n".join(parts)


def shown(step: Step, walk: Walk) -> str:
    """A command and its reply as Markdown."""
    written = NAME.sub(lambda found: walk.kept[found[1]], step.command)
    reply = walk.take(step)
    answer = f"\n{reply}" if reply else ""
    return f"```console\n$ {written}{answer}\n```\n"


class fixed_plane:  # noqa: N801 -- a context manager, used as a word
    """A context in which new planes have ids from a seed."""

    def __enter__(self) -> None:
        plugin.install()
        random = Random(1)
        self._before: Any = ConnectPlane.uuids
        ConnectPlane.uuids = staticmethod(lambda: uuid.UUID(int=random.getrandbits(128), version=4))

    def __exit__(self, *_: object) -> None:
        ConnectPlane.uuids = staticmethod(self._before)


def find_aws() -> str | None:
    """The program of the AWS CLI, if there is one."""
    return os.environ.get("AWS_CLI") or shutil.which("aws")


def main(target: Path) -> None:
    """Write the document."""
    aws = find_aws()
    if aws is None:
        sys.exit("there is no AWS CLI: set AWS_CLI to its program, or run `make walk`")
    target.write_text(document(aws), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

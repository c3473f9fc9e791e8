"""Somebody with the AWS CLI in an account that a stack manages, and the commands over the stack."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.reports.number_format import counted
from reconciler.sandbox.process_state import SANDBOXED_ENVIRONMENT
from tests.end_to_end.typed import ENVIRONMENT, ROOT


@dataclass(frozen=True)
class Hands:
    """Who types: the AWS CLI, and our commands over an environment of a stack, in a served sandbox."""

    aws: str
    url: str
    region: str
    stack: str
    state: Path
    """A folder for what commands keep."""
    environment: str = "dev"

    def type(self, command: str, *words: str) -> tuple[int, str]:
        """Run a command of ours over the stack: the exit code, and what it prints."""
        return self._run(command, self.stack, "--env", self.environment, *words)

    def settle(self, changes: int | None = None) -> None:
        """Make a pass that settles, with so many changes if they are given, and one more that changes nothing."""
        code, report = self.type("once")
        assert code == 0, report
        assert f"Settled: {'' if changes is None else counted(changes, 'change')}" in report
        code, report = self.type("once")
        assert code == 0
        assert "Settled: 0 changes, 0 mutating calls" in report

    def account(self, out: Path) -> dict[str, str]:
        """Everything that lives in the account, as an export writes it into a new folder: texts by file."""
        folder = out / "account"  # an export is named after its folder
        out.mkdir()
        code, said = self._run(
            "export", "--out", str(folder), "--kind", "*", "--defaults", "--details", "--region", self.region
        )
        assert code == 0, said
        files = [file for file in folder.rglob("*") if file.is_file()]
        return {str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in files}

    def look_up(self, lookups: Mapping[str, str]) -> dict[str, str]:
        """What the AWS CLI finds, by name; each lookup may use what those before it have found."""
        known: dict[str, str] = {}
        for name, words in lookups.items():
            known[name] = self.by_hand(words.format(**known))
        return known

    def by_hand(self, words: str) -> str:
        """Run the AWS CLI with words that are separated by spaces; returns what it prints."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment = {**kept, **SANDBOXED_ENVIRONMENT, "AWS_DEFAULT_REGION": self.region, "AWS_PAGER": ""}
        command = [self.aws, *words.split(" "), "--endpoint-url", self.url, "--output", "text"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout.strip()

    def _run(self, *words: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "reconciler", *words, "--endpoint-url", self.url]
        environment = {**ENVIRONMENT, "XDG_STATE_HOME": str(self.state)}
        ended = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        return ended.returncode, ended.stdout


def named_in(plan: str) -> set[str]:
    """Each new resource, and each other one with its top-level fields, of a printed plan."""
    found, resource = set(), ""
    for line in plan.splitlines():
        if shown := re.match(r" {4}([~+]) (\S+)$", line):
            resource = shown[2] if shown[1] == "~" else ""
            found |= set() if resource else {shown[2]}
        elif resource and (shown := re.match(r" {8}(\w+)", line)):
            found.add(f"{resource} {shown[1]}")
    return found

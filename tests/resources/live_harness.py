"""Real passes over tables and buckets in a sandbox, on a virtual clock."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reconciler.applying import Quiet
from reconciler.aws.account import Account
from reconciler.cache_store import Cache, NoCache
from reconciler.desired.loader import load
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox

REGION = "eu-west-2"


@dataclass
class LiveHarness:
    """One sandbox, one stack, and functions that run passes."""

    box: Sandbox
    clock: VirtualClock
    account: Account
    directory: Path
    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    """The mutating calls of the last pass."""
    cache: Cache = NoCache()

    def client(self, service: str) -> Any:
        """A client of others."""
        return self.account.session.client(service)

    def run(
        self,
        resources: Mapping[str, Any],
        *,
        dry_run: bool = False,
        only: tuple[str, ...] = (),
        **header: Any,
    ) -> PassReport:
        """Run one pass over these resources, by kind and name."""
        environment = {"account": self.box.account, "region": REGION}
        stack = {"stack": "desk", "environments": {"test": environment}, **header}
        for file, content in (("stack.yaml", stack), ("resources.yaml", resources)):
            (self.directory / file).write_text(json.dumps(content), encoding="utf-8")
        loaded = load(self.directory, None, known_kinds())
        before = len(self.box.journal)
        options = Options(dry_run=dry_run, only=only)
        asked = Pass(loaded, known_kinds(), self.account, self.clock, options, Quiet(), cache=self.cache)
        report = asked.run()
        self.calls = [(each.operation, each.params) for each in self.box.journal[before:] if each.mutating]
        return report

    def settle(self, resources: Mapping[str, Any], **header: Any) -> PassReport:
        """Run a pass that must be settled, and a second one that must have nothing to do."""
        report = self.run(resources, **header)
        assert report.outcome == "settled", messages(report)
        self.require_quiet(resources, **header)
        return report

    def require_quiet(self, resources: Mapping[str, Any], **header: Any) -> None:
        """Run a pass that must have nothing to do."""
        report = self.run(resources, **header)
        assert (report.outcome, fields(report), self.calls) == ("settled", [], []), messages(report)


def fields(report: PassReport) -> list[str]:
    """Every field with a difference."""
    return [each.field for action in report.plan.actions.values() for each in action.differences]


def messages(report: PassReport) -> list[str]:
    """The result of each action."""
    return [f"{key}: {result.outcome}: {result.message}" for key, result in report.results.items()]

"""A stack with the samples of all kinds, to test its policy."""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from reconciler.aws.account import Account
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Stack
from reconciler.testing import Resources
from reconciler.testing.stage import REGION, SampleSandbox
from tests.contract.contract_samples import sample_of
from tests.faults import shared_sandbox

VARIABLE = re.compile(r"\$\{(\w+)\}")


@dataclass
class Everything:
    """A sandbox with what every sample needs, and the files of a stack with all samples."""

    box: Sandbox
    clock: VirtualClock
    account: Account
    folder: Path
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    around: dict[str, dict[str, Any]] = field(default_factory=dict)

    def create_surroundings(self) -> "Everything":
        """Create what the samples need, and write the files with the samples."""
        client = cache(self.account.session.client)
        directory = self.folder / "stack"
        for number, kind in enumerate(known_kinds(), 100):
            sample, beside = sample_of(kind), self.folder / kind
            beside.mkdir(parents=True)
            sample_sandbox = SampleSandbox(
                kind, sample, self.box, self.clock, self.account, client, beside
            ).create_surroundings()
            variables = {**sample_sandbox.variables, "serial": str(number)}
            settings = _filled(sample.base, variables)
            if known_kinds()[kind].delete.protected:
                settings = {**settings, "policy": {"protect": False}}
            home = _home(kind, sample.around)
            self.resources.setdefault(kind, {})[f"{sample.name}-{number}"] = {**settings, **home}
            for path, text in sample.files.items():
                (directory / path).parent.mkdir(parents=True, exist_ok=True)
                (directory / path).write_text(text, encoding="utf-8")
            for other, names in sample.around.items():
                there = {"existing": True, **_home(other, sample.around)}
                self.around.setdefault(other, {}).update(dict.fromkeys(names, there))
        return self

    def stack(self, *, gone: bool = False) -> Stack:
        """The loaded stack; with `gone` all samples are removed and pruned."""
        directory = self.folder / "stack"
        environment = {"account": self.box.account, "region": REGION}
        header = {"stack": "everything", "prune": gone, "environments": {"test": environment}}
        written: Resources = {kind: dict(names) for kind, names in self.around.items()}
        for kind, names in {} if gone else self.resources.items():
            written = {**written, kind: {**written.get(kind, {}), **names}}
        for file, content in (("stack.yaml", header), ("resources.yaml", written)):
            (directory / file).write_text(json.dumps(content), encoding="utf-8")
        return load(directory, None, known_kinds())


def _home(kind: str, around: Resources) -> dict[str, str]:
    """The field with the parent of a resource of a kind: the resource of the parent's kind around a sample."""
    parent = known_kinds()[kind].parent
    return {parent.partition(".")[2]: next(iter(around[parent]))} if parent else {}


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    """Settings with the variables of their sandbox replaced."""
    if isinstance(value, dict):
        return {name: _filled(each, variables) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, variables) for each in value]
    if isinstance(value, str):
        return VARIABLE.sub(lambda found: variables.get(found[1], found[0]), value)
    return value


@contextmanager
def everything() -> Iterator[Everything]:
    """An account for the stack with all kinds."""
    shared_sandbox.leave()
    with sandboxed() as (box, clock), tempfile.TemporaryDirectory() as folder:
        account = account_in(box, REGION, clock)
        yield Everything(box, clock, account, Path(folder)).create_surroundings()
        box.end_faults()

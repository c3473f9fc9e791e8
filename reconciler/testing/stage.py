"""Runs passes over a sample in a sandbox, from real files of desired state."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from string import Template
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from reconciler.applying import Quiet
from reconciler.aws.account import Account
from reconciler.aws.api import is_read
from reconciler.contract import Adapter, Address, CannotDelete, Delete, Request, Sighting
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.plan import Plan
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox, state
from reconciler.stack import Key, Stack
from reconciler.testing.doubles import LosesReply, knowing, listed_once, watched
from reconciler.testing.samples import Resources, Sample, Settings

REGION = "eu-west-2"


@dataclass(frozen=True)
class Round:
    """The result of one pass; `changes` are its mutating operations in order."""

    report: PassReport
    changes: list[str]

    @property
    def actions(self) -> list[tuple[str, str, set[str]]]:
        """Each action: its verb, the name of its resource, and the fields that differ."""
        return [
            (action.verb, key.name, {each.top for each in action.differences})
            for key, action in self.report.plan.actions.items()
        ]

    @property
    def refusals(self) -> str:
        """The reasons of all refusals in one text."""
        refused = [action.refusal or "" for action in self.report.plan.actions.values()]
        return "; ".join([*self.report.refusals, *refused])

    @property
    def messages(self) -> list[str]:
        """The messages of all actions that were not done."""
        return [str(result) for result in self.report.results.values() if result.outcome != "done"]

    def require_settled(self) -> "Round":
        """Return this result if the pass is settled; otherwise fail."""
        assert self.report.outcome == "settled", self.messages
        return self

    def require_quiet(self) -> None:
        """Fail unless the pass had no action and changed nothing."""
        did = (self.actions, self.changes, self.report.outcome)
        assert did == ([], [], "settled"), (did, self.messages)


@dataclass(frozen=True)
class Made:
    """The state of a sandbox with a created resource, and the serial number of its stage."""

    serial: str
    state: bytes


@dataclass
class SampleSandbox:
    """A sandbox with the resources that one sample needs; all tests of its kind share it."""

    kind: str
    sample: Sample
    box: Sandbox
    clock: VirtualClock
    account: Account
    client: Callable[[str], Any]
    """A plain boto3 client of a service."""
    directory: Path
    """The directory for desired state."""
    variables: dict[str, str] = field(default_factory=dict)
    stages: int = 0
    arns_before: set[str] = field(default_factory=set)
    """The ARNs of the resources that existed before the current test."""
    surrounding_kinds: dict[str, Adapter[Any]] = field(default_factory=dict)
    """The kinds of resources that the sample needs and that passes read only once."""
    passed: frozenset[str] = field(default_factory=lambda: frozenset(known_kinds()))
    """The kinds that passes know besides those in the files."""
    initial_state: bytes | None = None
    """The initial state of the sandbox, which each test restores; None if tests delete what they created instead."""
    made: dict[str, "Made"] = field(default_factory=dict)
    """By form of the sample: the state in which the resource exists already."""

    @property
    def serial(self) -> str:
        """The serial number of the current stage."""
        return f"{self.stages:03}"

    def create_surroundings(self) -> "SampleSandbox":
        """Create what the sample needs: resources of our kinds by a pass, others with plain calls."""
        Stage(self, "around", around=self.sample.around).run(None).require_settled()
        for given in self.sample.given:
            scope = self.scope if given.in_parent else {}
            parameters = {**scope, **_filled(given.parameters, self.variables)}
            reply = getattr(self.client(given.service), given.operation)(**parameters)
            if given.variable:
                self.variables[given.variable] = given.of(_member(reply, given.member))
        self.arns_before = {each.arn for each in self.live()}
        return self

    def speed_up(self) -> "SampleSandbox":
        """Make passes faster: they read only once what no test changes, and know only the kinds that the sample needs."""
        self.surrounding_kinds = {kind: listed_once(known_kinds()[kind]) for kind in self.sample.around}
        self.account = knowing(self.account)
        self.passed = self.kinds_needed
        services = {known_kinds()[kind].service.name for kind in self.passed}
        services |= {each.name for each in known_kinds()[self.kind].beside}
        if all(map(state.is_saved, services | {given.service for given in self.sample.given})):
            self.initial_state = self.box.snapshot()
        return self

    def live(self) -> list[Sighting]:
        """Every live resource of the kind under test."""
        adapter = known_kinds()[self.kind]
        api = self.account.api(adapter.service.name)
        found = (adapter.scheduled(api, each) for each in adapter.list(api, self.scope))
        return [each for each in found if each.deletion is None]

    @property
    def kinds_needed(self) -> frozenset[str]:
        """The kinds that a pass over the sample needs. A pass looks for resources to delete of every kind that it knows."""
        kinds = known_kinds()
        within = {self.kind}
        while more := {name for name, each in kinds.items() if each.parent in within} - within:
            within |= more
        parents = {
            each.parent for each in map(kinds.__getitem__, {*self.sample.around, self.kind}) if each.parent
        }
        return frozenset({*self.sample.around, *within, *parents})

    @cached_property
    def scope(self) -> Address:
        """The part of the address of the resource under test that names its parent."""
        within = known_kinds()[self.kind].parent
        if within is None:
            return {}
        parent = known_kinds()[within]
        found = [*parent.list(self.account.api(parent.service.name), {})]
        around = self.sample.around.get(within, {})
        # All samples together may need several resources of the kind of the parent.
        (home,) = found if len(found) == 1 else [each for each in found if each.name in around]
        return home.address

    def new_stage(self) -> "Stage":
        """A stage for one test, with its own stack and name."""
        self.stages += 1
        if self.initial_state is not None:
            self.box.restore(self.initial_state)
        return self.stage_again(self.serial)

    def made_stage(self, form: str) -> "Stage":
        """A stage on which the resource exists already, in one of the forms of its sample."""
        if form in self.made:
            self.box.restore(self.made[form].state)
            return self.stage_again(self.made[form].serial)
        stage = self.new_stage()
        stage.run(self.sample.all_forms[form]).require_settled()
        if self.initial_state is not None:
            self.made[form] = Made(stage.serial, self.box.snapshot())
        return stage

    def stage_again(self, serial: str) -> "Stage":
        """The stage with this serial number, for a sandbox whose state was restored."""
        existing = {
            kind: {name: {"existing": True} for name in names} for kind, names in self.sample.around.items()
        }
        return Stage(self, f"{self.sample.name}-{serial}", existing, serial)


@dataclass
class Stage:
    """One test's part of a shared sandbox: its own resource and its own files."""

    sample_sandbox: SampleSandbox
    name: str
    around: Resources
    serial: str = ""
    """The serial number of the stage: `${serial}` in a sample."""
    reads: set[str] = field(default_factory=set)
    """Every operation that the adapter has called to read."""

    def __post_init__(self) -> None:
        self.kind, self.sample = self.sample_sandbox.kind, self.sample_sandbox.sample
        self.serial = self.serial or self.sample_sandbox.serial
        self.stack = f"contract-{self.serial}"
        self.kinds = {
            **known_kinds(),
            **self.sample_sandbox.surrounding_kinds,
            self.kind: watched(known_kinds()[self.kind], self.reads),
        }
        self.adapter = self.kinds[self.kind]
        self.api = self.sample_sandbox.account.api(self.adapter.service.name)
        self.whole_clients = [(self.api, self.api.client)]
        stays = isinstance(self.adapter.delete, CannotDelete) and self.sample_sandbox.initial_state is None
        self.as_it_was = (
            self.sample_sandbox.box.snapshot() if stays and self.sample_sandbox.arns_before else None
        )

    def leave(self) -> None:
        """Remove what the test has created."""
        for api, client in self.whole_clients:
            api.client = client
        if self.sample_sandbox.initial_state is not None:
            return  # the next stage restores this state
        if self.as_it_was is not None:
            self.sample_sandbox.box.restore(self.as_it_was)
            return
        for sighting in self.sample_sandbox.live():
            if sighting.arn not in self.sample_sandbox.arns_before:
                try:
                    self.delete(sighting)
                except ClientError:  # a protected resource, such as a table with deletion protection, stays
                    self.sample_sandbox.arns_before.add(sighting.arn)

    @property
    def key(self) -> Key:
        """The key of the resource under test."""
        return Key(self.kind, self.name)

    def run(
        self,
        settings: Settings | None,
        name: str | None = None,
        planned: Callable[[Plan, Callable[[], float]], None] = lambda _plan, _left: None,
        **header: Any,
    ) -> Round:
        """Run one pass with these settings of the resource; None leaves the resource out of the files."""
        stack = self.load(settings, name, **header)
        sample_sandbox, before = self.sample_sandbox, len(self.sample_sandbox.box.journal)
        named = sample_sandbox.passed.union(key.kind for key in stack.resources)
        kinds = {name: each for name, each in self.kinds.items() if name in named}
        report = Pass(
            stack, kinds, sample_sandbox.account, sample_sandbox.clock, Options(), Quiet(), planned
        ).run()
        called = [call.operation for call in sample_sandbox.box.journal[before:]]
        return Round(report, [name for name in called if not is_read(xform_name(name))])

    def load(self, settings: Settings | None, name: str | None = None, **header: Any) -> Stack:
        """Load files with these settings of the resource.

        Raises:
            InvalidStack: the files have mistakes.
        """
        self._write(settings, name or self.name, header)
        return load(self.sample_sandbox.directory, None, self.kinds)

    def _write(self, settings: Settings | None, name: str, header: Mapping[str, Any]) -> None:
        resources = {kind: dict(names) for kind, names in self.around.items()}
        if settings is not None:
            # Of its own kind only what the settings name: a pass reads the tags of each of them.
            own, text = resources.pop(self.kind, {}), json.dumps(settings)
            if named := {each: own[each] for each in own if f'"{each}"' in text or f".{each}." in text}:
                resources[self.kind] = named
            resources.setdefault(self.kind, {})[name] = settings
        variables = {**self.sample_sandbox.variables, "serial": self.serial}
        environment = {"account": self.sample_sandbox.box.account, "region": REGION, "variables": variables}
        stack = {"stack": self.stack, "tags": {"Suite": "contract"}, "environments": {"test": environment}}
        for path, text in self.sample.files.items():
            (self.sample_sandbox.directory / path).parent.mkdir(parents=True, exist_ok=True)
            (self.sample_sandbox.directory / path).write_text(text, encoding="utf-8")
        for file, content in (("stack.yaml", {**stack, **header}), ("resources.yaml", resources)):
            (self.sample_sandbox.directory / file).write_text(json.dumps(content), encoding="utf-8")

    def live(self) -> list[Sighting]:
        """The live resources that did not exist before the test, with their tags."""
        found = [
            each for each in self.sample_sandbox.live() if each.arn not in self.sample_sandbox.arns_before
        ]
        return [replace(each, tags=self.tags(each)) for each in found]

    def tags(self, sighting: Sighting) -> Mapping[str, str]:
        """The current tags of a resource."""
        tagging = self.adapter.tagging
        return tagging.read(self.api, sighting) if tagging else {}

    def the_one(self) -> Sighting:
        """The resource under test; fails unless there is exactly one."""
        (found,) = self.live()
        return found

    @property
    def marks(self) -> Mapping[str, str]:
        """The current tags of the resource under test."""
        return self.the_one().tags or {}

    def send(self, request: Request) -> None:
        """Send a request as another client, and the requests that follow from its reply."""
        client = self.sample_sandbox.client(request.service or self.adapter.service.name)
        reply = getattr(client, request.operation)(**request.parameters)
        for each in request.then(reply) if request.then else ():
            self.send(each)

    def delete(self, sighting: Sighting) -> None:
        """Delete a resource as another client."""
        delete = self.adapter.delete
        assert isinstance(delete, Delete)
        before = delete.before(self.api, sighting) if delete.before else ()
        for request in (*before, delete.request(sighting)):
            self.send(request)

    def retag(self, changed: Mapping[str, str | None]) -> None:
        """Change tags as another client; None removes a tag."""
        sighting = self.the_one()
        assert self.adapter.tagging
        before = sighting.tags or {}
        after = {tag: value for tag, value in {**before, **changed}.items() if value is not None}
        for request in self.adapter.tagging.change(sighting, before, after):
            self.send(request)

    def lose_reply(self, operation: str, *, worked: bool) -> LosesReply:
        """Let the next call of an operation time out."""
        api = self.api if hasattr(self.whole_clients[0][1], operation) else self._beside(operation)
        client = next(whole for violations, whole in self.whole_clients if violations is api)
        violations = LosesReply(client, operation, worked)
        api.client = violations
        return violations

    def _beside(self, operation: str) -> Any:
        """The API of the service of a tagging operation."""
        tagging = self.adapter.tagging.operations if self.adapter.tagging else ()
        (service,) = {each.partition(":")[0] for each in tagging if each.endswith(f":{operation}")}
        api = self.api.beside(service)
        if all(each is not api for each, _ in self.whole_clients):
            self.whole_clients.append((api, api.client))
        return api


def _member(reply: Mapping[str, Any], path: str) -> str:
    value: Any = reply
    for name in path.split("."):
        value = value[int(name) if name.isdigit() else name]
    return str(value)


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    """The parameters of a call, with `${variable}` replaced."""
    if isinstance(value, str):
        return Template(value).safe_substitute(variables)
    if isinstance(value, Mapping):
        return {name: _filled(item, variables) for name, item in value.items()}
    return [_filled(item, variables) for item in value] if isinstance(value, list) else value

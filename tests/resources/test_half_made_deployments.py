"""A fault at each call of a change of an API: its stage never serves a deployment of a half-made one."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from reconciler.sandbox.fault_injection import Crash, FaultKind, at
from reconciler.sandbox.journal import Call
from tests.resources.live_harness import LiveHarness, messages
from tests.resources.rest_apis import Rally

DEATHS = (FaultKind.CRASH_BEFORE, FaultKind.CRASH_AFTER)
REFUSALS = (FaultKind.ERROR_500, FaultKind.ACCESS_DENIED, FaultKind.EMPTY_REPLY, FaultKind.TIMEOUT)
LOST = (FaultKind.TIMEOUT_AFTER, FaultKind.ERROR_500_AFTER)
RECOVERS = 4
"""The passes without faults after which the stage must serve the whole new API."""


def staged(rally: Rally) -> dict[str, Any]:
    stage = {"deployment_id": "${apigateway.rest_api:rally#deployment}"}
    return {**rally.resources(), "apigateway.stage": {"rally:live": stage}}


def applied(rally: Rally) -> None:
    """An API with a stage."""
    rally.harness.settle(staged(rally))


def applied_with_a_path_of_others(rally: Rally) -> None:
    """An API with a path that an import would lose, so that it is changed part by part."""
    applied(rally)
    rally.add_path("mine")


def nothing(rally: Rally) -> None:
    """No API yet."""
    del rally


def change(rally: Rally) -> None:
    """Change the document: a new path, one method less, another timeout, another model."""
    paths = rally.document["paths"]
    paths["/new"] = json.loads(json.dumps(paths["/health"]))
    del paths["/stamps/{id}"]["put"]
    paths["/stamps/{id}"]["get"]["x-amazon-apigateway-integration"]["timeoutInMillis"] = 900
    rally.document["components"]["schemas"]["Stamp"]["properties"]["place"] = {"type": "string"}


@dataclass
class Scene:
    """An API before a change, the pass that changes it, and what the stage may serve."""

    rally: Rally
    snapshot: bytes
    before: str
    after: str
    recorded: Sequence[Call]
    deployments: int

    @classmethod
    def of(cls, rally: Rally, prepare: Callable[[Rally], None]) -> "Scene":
        prepare(rally)
        before = served(rally)
        box = rally.harness.box
        snapshot = box.snapshot()
        change(rally)
        began = len(box.journal)
        report = rally.harness.run(staged(rally))
        assert report.outcome == "settled", messages(report)
        recorded = box.journal[began:]
        after = served(rally)
        assert after not in ("", before)
        return cls(rally, snapshot, before, after, recorded, len(rally.deployments()))

    def faults(self) -> Iterator[tuple[int, FaultKind]]:
        """Every call with every fault."""
        for index, call in enumerate(self.recorded, start=1):
            for fault in (*DEATHS, *REFUSALS, *LOST) if call.mutating else (*DEATHS[:1], *REFUSALS):
                yield index, fault

    def deaths(self) -> Iterator[tuple[int, FaultKind]]:
        """Every changing call of API Gateway with an end of the program before and after it."""
        for index, call in enumerate(self.recorded, start=1):
            if call.mutating and call.service == "apigateway":
                yield from ((index, each) for each in DEATHS)

    def violations(self, index: int, fault: FaultKind) -> list[str]:
        """Run the pass with one fault, and passes without faults; what the stage served meanwhile that is neither old nor new."""
        box, found = self.rally.harness.box, dict[str, None]()
        box.restore(self.snapshot)

        def look(call: Call | None = None) -> None:
            if call is None or (call.mutating and call.service == "apigateway"):
                with box.world.keeper.unwatched():
                    if served(self.rally) not in (self.before, self.after):
                        found[f"half-made after {call.operation if call else 'the pass'}"] = None

        box.journal.watch(look)
        try:
            self._pass_with_fault(index, fault)
            look()
            for _ in range(RECOVERS):
                self.rally.harness.clock.sleep(60)
                report = self.rally.harness.run(staged(self.rally))
                look()
                if report.outcome == "settled" and not self.rally.sent:
                    break
            else:
                found[f"never quiet: {messages(report)}"] = None
        finally:
            box.journal._watchers.clear()
        if served(self.rally) != self.after:
            found["the stage does not serve the new API in the end"] = None
        if len(self.rally.deployments()) != self.deployments:
            found[f"{len(self.rally.deployments())} deployments instead of {self.deployments}"] = None
        where = f"{index} {self.recorded[index - 1].operation}, {fault}"
        return [f"{where}: {each}" for each in found]

    def _pass_with_fault(self, index: int, fault: FaultKind) -> None:
        box = self.rally.harness.box
        box.inject(at(index, fault))
        try:
            self.rally.harness.run(staged(self.rally))
        except Crash:
            pass
        finally:
            box.end_faults()


def served(rally: Rally) -> str:
    """All of the API that its stage serves, as a document; empty if there is no stage."""
    for row in rally.gateway.get_rest_apis()["items"]:
        try:
            shown = rally.gateway.get_export(
                restApiId=row["id"],
                stageName="live",
                exportType="oas30",
                parameters={"extensions": "integrations,authorizers"},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "NotFoundException":
                continue
            raise
        found: Mapping[str, Any] = json.loads(shown["body"].read())
        return json.dumps({name: found.get(name) for name in ("paths", "components")}, sort_keys=True)
    return ""


@pytest.fixture
def rally(harness: LiveHarness) -> Rally:
    return Rally(harness)


def test_a_death_at_any_change_never_leaves_a_stage_on_a_half_made_deployment(rally: Rally) -> None:
    scene = Scene.of(rally, applied)
    deaths = [*scene.deaths()]
    assert len(deaths) >= 10
    assert [line for index, fault in deaths for line in scene.violations(index, fault)] == []


@pytest.mark.whole
@pytest.mark.parametrize("prepare", [applied, applied_with_a_path_of_others, nothing])
def test_no_fault_at_any_call_leaves_a_stage_on_a_half_made_deployment(
    rally: Rally, prepare: Callable[[Rally], None]
) -> None:
    scene = Scene.of(rally, prepare)
    assert [line for index, fault in scene.faults() for line in scene.violations(index, fault)] == []

"""A sandbox with a stack and resources of others in it, which is destroyed as the command does it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from reconciler.applying import Quiet
from reconciler.destroying import Remaining, destroy, emptied, find_remaining
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.ownership import STACK_MARK
from reconciler.reconcile import Pass
from reconciler.sandbox.fault_injection import Plan
from reconciler.stack import Destruction, Key, Stack
from tests.end_to_end.test_examples import keep_secrets
from tests.faults import shared_sandbox
from tests.faults.harness import Harness, sandbox
from tests.faults.live_state import differences, state_by_label
from tests.faults.workloads import create_foreign_resources, settle


class Scene:
    """A stack that was applied, and what it is destroyed with."""

    def __init__(self, harness: Harness, stack: Stack) -> None:
        self.harness, self.stack = harness, stack
        self.before = self.state()
        """The whole account before the stack was applied."""
        settle(harness, stack)
        harness.clock.sleep(600)
        self._snapshot, self._now = harness.box.snapshot(), harness.clock.now()

    def start_again(self) -> None:
        """Go back to the stack as it was applied."""
        self.harness.put_back(self._snapshot, self._now)

    def state(self) -> dict[str, Any]:
        """Every live resource by label, without those that AWS deletes later."""
        live = self.harness.resources_of_all_kinds()
        return state_by_label({key: each for key, each in live.items() if not each.deletion_scheduled})

    def ours(self) -> list[str]:
        """The labels of what still has the stack's mark, and that AWS does not delete later."""
        live = self.harness.resources_of_all_kinds().values()
        mark = self.stack.mark
        return sorted(
            each.label for each in live if each.tags.get(STACK_MARK) == mark and not each.deletion_scheduled
        )

    def changed(self) -> list[str]:
        """How the account differs from the one before the stack was applied."""
        return list(differences(self.state(), self.before))

    def base(self, **given: Any) -> Stack:
        """The stack without resources that `reconciler destroy` applies; everything goes unless `given` says otherwise."""
        asked: dict[str, Any] = {"also_protected": True, "empties": True, "given_up": self.lost(), **given}
        return emptied(self.stack, Destruction(**asked))

    def new_pass(self, stack: Stack, options: Options) -> Pass:
        """A pass over a stack."""
        return Pass(stack, known_kinds(), self.harness.aws(), self.harness.clock, options, Quiet())

    def destroy(self, **given: Any) -> tuple[PassReport, Remaining]:
        """Destroy the stack, as `reconciler destroy` does after the question."""
        done = destroy(self.base(**given), self.new_pass)
        self.harness.clock.sleep(60)
        return done

    def plan(self, **given: Any) -> PassReport:
        """The dry run of the same."""
        return find_remaining(self.base(**given), self.new_pass).report

    def destroy_with(self, faults: Plan, **asked: Any) -> None:
        """Destroy the stack with faults, however it ends."""
        self.harness.box.journal.clear()
        self.harness.inject(faults)
        try:
            self.destroy(**asked)
        except BaseException as ended:
            if "Crash" not in type(ended).__name__:
                raise
        self.harness.inject(lambda _attempt: None)
        self.harness.clock.sleep(60)

    def lost(self) -> frozenset[Key]:
        """What is lost for good."""
        kinds = known_kinds()
        return frozenset(key for key in self.stack.resources if kinds[key.kind].loses)

    def client(self, service: str) -> Any:
        """A plain client of the account."""
        return self.harness.client(service)


@contextmanager
def applied(
    stack: Stack, beforehand: Callable[[Harness], object] = create_foreign_resources
) -> Iterator[Scene]:
    """A sandbox in which others have resources and the stack was applied."""
    shared_sandbox.leave()
    with sandbox(stack.account) as at:
        harness = at(stack.region)
        beforehand(harness)
        keep_secrets(stack, harness.box, stack.region)
        yield Scene(harness, stack)


def outcomes(report: PassReport) -> Mapping[str, str]:
    """The outcome of each action, by the key of its resource."""
    return {str(key): each.outcome for key, each in report.results.items()}


def without_protection(stack: Stack) -> Stack:
    """The stack without protection by its files or its kinds."""
    free = {
        key: each if each.existing else replace(each, policy=replace(each.policy, protect=False))
        for key, each in stack.resources.items()
    }
    return replace(stack, resources=free)

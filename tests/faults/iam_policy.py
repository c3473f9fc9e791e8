"""Tests the policies of `reconciler iam-policy` with enforced permissions: they allow what is needed, and not more.

A case denies one action of a stack's policy in several passes. Then nothing may break or be created twice, and a pass may not
report settled if it is not. Every action in a policy must be required by a call. Other cases enforce the whole policy, or the
policy for dry runs.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import structlog.testing

from reconciler.applying import Quiet
from reconciler.aws.account import Account
from reconciler.aws.api import ServiceApi
from reconciler.aws.botocore_names import spellings
from reconciler.cache_store import NoCache
from reconciler.errors import CallError
from reconciler.iam import LONGEST, grants, of_calls, policy_of, size_of, split
from reconciler.kinds import known_kinds
from reconciler.observing.tag_reader import with_tags
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.permissions import Location
from reconciler.planning.ownership import KEY_MARK
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Key, Stack
from reconciler.testing import Change
from reconciler.testing.stage import REGION, SampleSandbox, Stage
from tests.contract.contract_samples import sample_of
from tests.faults import shared_sandbox
from tests.faults.harness import MemoryCache, SharedClients
from tests.faults.iam_all_kinds import everything
from tests.faults.iam_evaluator import SERVICES, Guard
from tests.faults.iam_phases import PLATFORM, Phase, phases_of, phases_on, written
from tests.faults.row import Row
from tests.faults.workloads import example

STACKS = ("contact_center", "stamp_rally")
KINDS = tuple(known_kinds())
TRIES = 3
"""The passes within which everything must be settled again."""
ENOUGH = 2
"""The number of phases in which an action is denied; a third would show nothing new."""

SPARED = {"servicequotas:ListServiceQuotas", "tag:GetResources"}
"""Actions that a pass does not need: it then uses AWS's default quotas, and reads tags one by one."""

CLIENTS: dict[str, dict[str, ServiceApi]] = {}
"""By Region and service: shared clients, because it takes longer to create one than to run a whole pass."""


@dataclass
class PolicySandbox:
    """A sandbox with an enforced policy, in which phases run."""

    box: Sandbox
    clock: VirtualClock
    account: Account
    guard: Guard
    cache: MemoryCache = field(default_factory=MemoryCache)

    def run(self, stack: Stack, *, dry_run: bool = False) -> PassReport:
        """Run one pass, with exactly the expected number of approved deletes."""
        options = Options(dry_run=dry_run)
        if stack.prune and not dry_run:
            options = replace(options, allow_deletes=self._deletes(stack) or None)
        report = self._pass(stack, options)
        if report.outcome != "refused" or dry_run or stack.prune or not report.plan.deletes:
            return report
        # Deletes within resources that stay must be approved as well.
        return self._pass(stack, replace(options, allow_deletes=report.plan.deletes))

    def _deletes(self, stack: Stack) -> int:
        """The number of deletes and replaces in the plan."""
        policy, self.guard.policy = self.guard.policy, None
        plan = self._pass(stack, Options(dry_run=True)).plan
        self.guard.policy = policy
        return plan.deletes

    def _pass(self, stack: Stack, options: Options) -> PassReport:
        # Without the cache, which another row tests.
        cache = NoCache() if stack.prune else self.cache
        parts = (stack, known_kinds(), self.account, self.clock, options, Quiet())
        return Pass(*parts, cache=cache).run()

    def duplicates(self, stack: Stack) -> Iterator[str]:
        """Resources that exist more than once. Tables and buckets cannot, because their names are unique."""
        self.guard.enforce(None)
        found: Counter[tuple[str, str]] = Counter()
        kinds, api = known_kinds(), self.account.api("connect")
        instances = [each.address for each in kinds["connect.instance"].list(api, {})]
        for kind in {key.kind for key in stack.resources if kinds[key.kind].service.name == "connect"}:
            for address in instances if kinds[kind].parent else [{}]:
                for seen in kinds[kind].list(api, address):
                    key = (with_tags(kinds[kind], api, seen).tags or {}).get(KEY_MARK)
                    if key is not None:
                        found[kind, key] += 1
        return (f"{kind}/{key} lives {number} times" for (kind, key), number in found.items() if number > 1)


def policy_for(stack: Stack, *, read_only: bool = False) -> dict[str, Any]:
    """The statements of all policies that `reconciler iam-policy` prints, as one policy."""
    place = Location("aws", stack.region, stack.account)
    policies = split(policy_of(grants(stack, known_kinds(), place, read_only=read_only)))
    assert [size_of(each) for each in policies if size_of(each) > LONGEST] == []
    return {"Statement": [statement for each in policies for statement in each["Statement"]]}


def actions_in(policy: Mapping[str, Any]) -> set[str]:
    """Every action of a policy."""
    return {action for statement in policy["Statement"] for action in statement["Action"]}


# -- the real stacks, and the samples of each kind -------------------------------------------------------------------


@contextmanager
def on_stack(name: str) -> Iterator[tuple[PolicySandbox, Sequence[Phase]]]:
    """An empty account for an example stack."""
    stack = example(name)
    shared_sandbox.leave()
    with sandboxed(stack.account) as (box, clock):
        guard = Guard(Location("aws", stack.region, stack.account))
        box.inject(guard)
        aws = account_in(box, stack.region, clock)
        clients = CLIENTS.setdefault(stack.region, {})
        shared = SharedClients(
            aws.session, aws.account, aws.region, clock, aws.random, aws.pacer, clients=clients
        )
        yield PolicySandbox(box, clock, shared, guard), phases_of(name)
        box.end_faults()


@contextmanager
def on_everything() -> Iterator[tuple[PolicySandbox, Sequence[Phase]]]:
    """A stack with all kinds, and its phases: create it, and delete everything that it created."""
    with everything() as made:
        guard = Guard(Location("aws", REGION, made.box.account))
        made.box.inject(guard)
        phases = [Phase("create", made.stack()), Phase("prune", made.stack(gone=True))]
        yield PolicySandbox(made.box, made.clock, made.account, guard), phases


@contextmanager
def on_stage(kind: str) -> Iterator[tuple[PolicySandbox, Stage]]:
    """A sandbox with what the sample of a kind needs."""
    shared_sandbox.leave()
    with sandboxed() as (box, clock), tempfile.TemporaryDirectory() as folder:
        account = account_in(box, REGION, clock)
        client = cache(account.session.client)
        parts = (kind, sample_of(kind), box, clock, account, client, Path(folder))
        prepared = SampleSandbox(*parts).create_surroundings()
        box.journal.clear()
        guard = Guard(Location("aws", REGION, box.account))
        box.inject(guard)
        yield PolicySandbox(box, clock, account, guard), prepared.new_stage()
        box.end_faults()


def samples_for(action: str) -> Iterator[tuple[str, Change | None, str]]:
    """The kinds whose samples may require an action, with a change of a field and a form."""
    for kind in KINDS:
        service, sample = known_kinds()[kind].service, sample_of(kind)
        for change in sample.changes:
            if action in {service.action(call) for call in change.calls}:
                yield kind, change, change.form
    for kind in KINDS:
        if action in declared_by(kind):
            yield from ((kind, None, form) for form in sample_of(kind).all_forms)
    # Last, what only a changed resource needs, for example one with several versions.
    for kind in KINDS:
        if action in declared_by(kind):
            yield from ((kind, each, each.form) for each in sample_of(kind).changes if each.calls)


@cache
def declared_by(kind: str) -> frozenset[str]:
    """The actions of every operation that a kind declares, with dependent actions."""
    adapter = known_kinds()[kind]
    operations = [
        *adapter.reads.operations,
        *adapter.changes,
        *(each.operation for each in adapter.unmanaged),
    ]
    anywhere = Location("aws", REGION, "*")
    calls = of_calls(SERVICES, adapter.service.name, operations, ["*"], anywhere)
    return frozenset(grant.action for grant in calls)


# -- one action denied ----------------------------------------------------------------------------------------------


def denied(sandbox: PolicySandbox, phases: Iterable[Phase], action: str | None) -> list[str]:
    """Run the phases, each first with the action denied and then with it allowed."""
    guard, broken, tried = sandbox.guard, [], 0
    for title, stack in phases:
        guard.enforce(policy_for(stack), action, loses_replies=title == "create")
        report = sandbox.run(stack)
        if guard.refused and report.outcome == "pending" and _says_why(report):
            # By now, writes that could not be confirmed must be reported as failed.
            report = sandbox.run(stack)
        refused = guard.enforce(policy_for(stack))
        if not refused and action and report.outcome == "settled":
            continue
        tried += 1
        wrong = [
            *untruthful(report, refused, action),
            *settles(sandbox, stack, report),
            *blind(sandbox, stack, action),
            *sandbox.duplicates(stack),
        ]
        broken += [f"{title}: {each}" for each in wrong]
        if action and tried == ENOUGH:
            break
    return broken


def _says_why(report: PassReport) -> bool:
    """Whether every waiting resource was written, and only could not be read again."""
    waiting = [each for each in report.results.values() if each.outcome == "waiting"]
    return all("cannot be confirmed" in (each.message or "") for each in waiting)


def untruthful(report: PassReport, refused: Sequence[str], action: str | None) -> Iterator[str]:
    """The violations in the report of a pass while some of its calls were refused."""
    lacking = {each for each in refused if each != action}
    if lacking:
        yield f"the policy lacks {', '.join(sorted(lacking))}"
    if refused and report.outcome == "pending":
        yield "something was refused, and the pass says that it is only pending"
    if not refused and report.outcome == "refused":
        yield f"refused, although nothing was denied: {report.refusals}"
    if action in _lists_of_others() and action in refused and not _says_not_listed(report):
        yield "contents were not listed, and nothing says so"
    if report.outcome == "failed" and not report.blind and not report.count("failed", "refused", "unsure"):
        yield "failed, and nothing says why"


@cache
def _lists_of_others() -> frozenset[str]:
    """The actions that list contents without a kind."""
    return frozenset(
        adapter.service.action(spellings(adapter.service.name)[each.operation])
        for adapter in known_kinds().values()
        for each in adapter.unmanaged
    )


def _says_not_listed(report: PassReport) -> bool:
    return any(each.not_listed for action in report.plan.pending for each in action.others)


def settles(sandbox: PolicySandbox, stack: Stack, denied: PassReport) -> Iterator[str]:
    """The violations of the passes after the action is allowed again."""
    report = denied
    for number in range(TRIES):
        report = sandbox.run(stack)
        if number == 0 and denied.outcome == "settled" and report.mutating_calls:
            yield "a pass called settled what was not"
        if report.outcome == "settled":
            break
        sandbox.clock.sleep(60)
    if report.outcome != "settled":
        why = [f"{key}: {each}" for key, each in report.results.items() if each.outcome != "done"]
        yield f"not settled after {TRIES} passes: {report.outcome} {why[:3]} {report.refusals}"
    further = sandbox.run(stack) if report.mutating_calls else report
    if (further.outcome, further.mutating_calls) != ("settled", 0):
        yield f"a further pass is {further.outcome}, and makes {further.mutating_calls} changing calls"
    if sandbox.guard.refused:
        yield f"the policy lacks {', '.join(sorted(set(sandbox.guard.refused)))}"


def blind(sandbox: PolicySandbox, stack: Stack, action: str | None) -> Iterator[str]:
    """The violation if a pass that cannot read a part of a settled stack reports it as settled."""
    sandbox.guard.enforce(policy_for(stack), action)
    report = sandbox.run(stack)
    if action not in SPARED and sandbox.guard.refused and report.outcome == "settled":
        yield "a pass could not look at everything, and calls it settled"


@cache
def asked_on(name: str) -> frozenset[str]:
    """Every action that the phases of an example stack require while nothing is denied."""
    with on_stack(name) as (sandbox, phases):
        for title, stack in phases:
            sandbox.guard.enforce(policy_for(stack), loses_replies=title == "create")
            sandbox.run(stack)
            sandbox.run(stack)
        return frozenset(sandbox.guard.asked)


def check_denied(name: str, action: str) -> list[str]:
    """Deny one action on an example stack, or on a sample that requires it."""
    if action not in asked_on(name):
        return check_on_sample(action)
    with on_stack(name) as (sandbox, phases):
        return denied(sandbox, phases, action)


def check_on_sample(action: str) -> list[str]:
    """Deny one action on the samples that may require it, until one does."""
    for kind, change, form in samples_for(action):
        with on_stage(kind) as (sandbox, stage):
            broken = denied(sandbox, phases_on(stage, change, form), action)
            if broken or action in sandbox.guard.asked:
                return broken
    for kind, _, form in samples_for(action):
        with on_stage(kind) as (sandbox, stage):
            broken = read_after_lag(sandbox, stage, form, action)
            if broken or action in sandbox.guard.asked:
                return broken
    return [f"no call asks for {action}"]


def read_after_lag(sandbox: PolicySandbox, stage: Stage, form: str, action: str) -> list[str]:
    """Deny one action for the reads of a resource that a pass found by its name, as if the list were delayed, and of its attributes."""
    _, stack = next(phases_on(stage, None, form))
    sandbox.guard.enforce(None)
    assert sandbox.run(stack).outcome == "settled"
    adapter = known_kinds()[stage.kind]
    api = sandbox.account.api(adapter.service.name)
    scope, name = stage.sample_sandbox.scope, stack.resources[Key(stage.kind, stage.name)].aws_name
    marked = (each for each in adapter.list(api, scope) if (each.tags or {}).get(KEY_MARK) == stage.name)
    found = adapter.find_by_name(api, scope, name or stage.name) or next(marked)
    reads: list[Callable[[], object]] = [
        partial(adapter.get_fields, api, found, adapter.reads.listed),
        *(partial(adapter.attribute, api, found, name) for name in adapter.attributes),
    ]
    sandbox.guard.enforce(policy_for(stack), action)
    for read in reads:
        with suppress(CallError):
            read()
    if action not in sandbox.guard.enforce(policy_for(stack)):
        return []
    for read in reads:
        read()
    return [f"reads by name: the policy lacks {each}" for each in sandbox.guard.refused]


# -- the whole policy, and the policy of dry runs -------------------------------------------------------------------


def check_whole(name: str) -> list[str]:
    """Run all phases of a stack, or every form and change of a sample, with the enforced policy."""
    if name in WHOLE:
        with WHOLE[name]() as (sandbox, phases):
            return denied(sandbox, phases, None)
    with on_stage(name) as (sandbox, stage):
        forms = list(stage.sample.all_forms)
        return [
            line for form in forms for line in _every_change(sandbox, stage.sample_sandbox.new_stage(), form)
        ]


def _every_change(sandbox: PolicySandbox, stage: Stage, form: str) -> Iterator[str]:
    """Create one form of a sample, and make and undo every possible change."""
    settings, before = stage.sample.all_forms[form], ""
    yield from _is_allowed(sandbox, written(stage, settings), form)
    for change in stage.sample.changes:
        if change.form == form and not (change.refused or change.one_way):
            if change.field == before and change.value is not None:
                # A structure may be written in part, and then keeps values of the last change.
                yield from _is_allowed(
                    sandbox, written(stage, None, prune=True), f"{form} pruned before {change}"
                )
                stage = stage.sample_sandbox.new_stage()
                yield from _is_allowed(sandbox, written(stage, settings), form)
            yield from _is_allowed(sandbox, written(stage, change.made_in(stage.sample)[1]), str(change))
            before = change.field
    yield from _is_allowed(sandbox, written(stage, None, prune=True), f"{form} pruned")


def _is_allowed(sandbox: PolicySandbox, stack: Stack, what: str) -> Iterator[str]:
    sandbox.guard.enforce(policy_for(stack))
    report = sandbox.run(stack)
    if sandbox.guard.refused:
        yield f"{what}: the policy lacks {', '.join(sorted(set(sandbox.guard.refused)))}"
    if report.outcome != "settled":
        yield f"{what}: {report.outcome} {[str(each) for each in report.results.values()][:3]} {report.refusals}"


def check_read_only(name: str) -> list[str]:
    """Run dry runs with their policy before each phase: they see all differences, and no pass can change anything."""
    if name in WHOLE:
        with WHOLE[name]() as (sandbox, phases):
            return [line for phase in phases for line in _only_reads(sandbox, phase)]
    with on_stage(name) as (sandbox, stage):
        change = next(each for each in stage.sample.changes if each.calls)
        phases = list(phases_on(stage, change, change.form))
        return [line for phase in phases for line in _only_reads(sandbox, phase)]


def _only_reads(sandbox: PolicySandbox, phase: Phase) -> Iterator[str]:
    title, stack = phase
    sandbox.cache, guard = MemoryCache(), sandbox.guard
    guard.enforce(None)
    freely = sandbox.run(stack, dry_run=True)
    sandbox.cache = MemoryCache()
    guard.enforce(policy_for(stack, read_only=True))
    guarded = sandbox.run(stack, dry_run=True)
    if guard.refused:
        yield f"{title}: dry runs need {', '.join(sorted(set(guard.refused)))}"
    if (guarded.outcome, guarded.plan, guarded.mutating_calls) != (freely.outcome, freely.plan, 0):
        yield f"{title}: a dry run with its policy differs: {guarded.outcome}, {guarded.mutating_calls} changes"
    before = len(sandbox.box.journal)
    report = sandbox.run(stack)
    changed = [call.name for call in sandbox.box.journal[before:] if call.mutating and call.outcome == "ok"]
    if changed:
        yield f"{title}: the policy of dry runs allows {', '.join(sorted(set(changed)))}"
    if report.outcome not in ("failed", "refused"):
        yield f"{title}: nothing could be changed, and the pass ended as {report.outcome}"
    guard.enforce(None)
    sandbox.run(stack)


# -- the cases ------------------------------------------------------------------------------------------------------

EVERYTHING = "all kinds"
WHOLE: Mapping[str, Callable[[], AbstractContextManager[tuple[PolicySandbox, Sequence[Phase]]]]] = {
    **{name: partial(on_stack, name) for name in (*STACKS, PLATFORM)},
    EVERYTHING: on_everything,
}
"""The stacks that run as a whole."""
CHECKS: Mapping[str, Callable[[str], list[str]]] = {"whole policy": check_whole, "read-only": check_read_only}


@cache
def cases() -> tuple[str, ...]:
    """Every action of each real stack's policies, and both policies of every stack and sample."""
    actions = {
        name: set().union(*(actions_in(policy_for(stack)) for _, stack in phases_of(name))) for name in STACKS
    }
    denials = [f"{name} without {action}" for name in STACKS for action in sorted(actions[name])]
    return (*denials, *(f"{policy} of {name}" for policy in CHECKS for name in (*WHOLE, *KINDS)))


def check(name: str) -> list[str]:
    """The violations of one case."""
    with structlog.testing.capture_logs():
        stack, without, action = name.partition(" without ")
        if without:
            return check_denied(stack, action)
        policy, _, of = name.partition(" of ")
        return CHECKS[policy](of)


ROW = Row(
    "iam_policy", "IAM: one action denied; the policy of the stack; the policy of dry runs", cases, check
)

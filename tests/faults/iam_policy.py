"""Whatever IAM does not allow is refused; the policies that `reconciler iam-policy` prints allow enough and no more.

A case denies one action of a stack's policy, in pass after pass: nothing may break, be made twice or be called settled that
is not; and no action may be in a policy without any call that asks for it. Others leave the whole policy in force, or the
policy of dry runs.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import structlog.testing

from reconciler.applying import Quiet
from reconciler.aws.account import Account
from reconciler.aws.api import ServiceApi
from reconciler.aws.botocore_names import spellings
from reconciler.cache_store import NoCache
from reconciler.desired import load
from reconciler.errors import CallError
from reconciler.iam import LONGEST, grants, of_calls, policy_of, size_of, split
from reconciler.kinds import known_kinds
from reconciler.observing.tag_reader import with_tags
from reconciler.permissions import Location
from reconciler.planning.ownership import KEY_MARK
from reconciler.planning.plan import NAME
from reconciler.reconcile import Options, Pass, PassReport
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Stack
from reconciler.testing import BASE, Change
from reconciler.testing.stage import REGION, House, Stage
from tests.contract.contract_samples import sample_of
from tests.faults import shared_sandbox
from tests.faults.desk import MemoryCache, SharedClients
from tests.faults.iam_all_kinds import everything
from tests.faults.iam_evaluator import SERVICES, Guard
from tests.faults.quick_clients import quicken
from tests.faults.row import Row
from tests.faults.workloads import bare, changed, eased, example, with_settings

STACKS = ("contact_center", "stamp_rally")
KINDS = tuple(known_kinds())
TRIES = 3
"""Passes within which all has to be well again."""
ENOUGH = 2
"""In so many phases an action is denied; a third would show nothing new."""

SPARED = {"servicequotas:ListServiceQuotas", "tag:GetResources"}
"""Without these a pass goes on: it keeps to AWS's defaults, and reads tags one by one."""

CLIENTS: dict[str, dict[str, ServiceApi]] = {}
"""By Region and service: making a client takes longer than a whole pass."""


class Phase(NamedTuple):
    """A stack that is to become true; some of what lives may go."""

    title: str
    stack: Stack


@dataclass
class Theatre:
    """A sandbox in which phases are played, behind a guard."""

    box: Sandbox
    clock: VirtualClock
    account: Account
    guard: Guard
    cache: MemoryCache = field(default_factory=MemoryCache)

    def run(self, stack: Stack, *, dry_run: bool = False) -> PassReport:
        """One pass, with exactly those deletes approved that are to come."""
        options = Options(dry_run=dry_run)
        if stack.prune and not dry_run:
            options = replace(options, allow_deletes=self._deletes(stack) or None)
        report = self._pass(stack, options)
        if report.outcome != "refused" or dry_run or stack.prune or not report.plan.deletes:
            return report
        # What is deleted within resources that stay has to be approved too.
        return self._pass(stack, replace(options, allow_deletes=report.plan.deletes))

    def _deletes(self, stack: Stack) -> int:
        """How many deletes and replaces are to come, as whoever approves them sees it."""
        policy, self.guard.policy = self.guard.policy, None
        plan = self._pass(stack, Options(dry_run=True)).plan
        self.guard.policy = policy
        return plan.deletes

    def _pass(self, stack: Stack, options: Options) -> PassReport:
        # Memories are another row's business; what is pruned is looked for anew.
        cache = NoCache() if stack.prune else self.cache
        parts = (stack, known_kinds(), self.account, self.clock, options, Quiet())
        return Pass(*parts, cache=cache).run()

    def made_twice(self, stack: Stack) -> Iterator[str]:
        """What lives more than once. Tables and buckets cannot: their names are unique."""
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
    """What `reconciler iam-policy` prints, as a role has it: one statement after the other of policies that IAM takes."""
    place = Location("aws", stack.region, stack.account)
    policies = split(policy_of(grants(stack, known_kinds(), place, read_only=read_only)))
    assert [size_of(each) for each in policies if size_of(each) > LONGEST] == []
    return {"Statement": [statement for each in policies for statement in each["Statement"]]}


def actions_in(policy: Mapping[str, Any]) -> set[str]:
    """Every action of a policy."""
    return {action for statement in policy["Statement"] for action in statement["Action"]}


# -- the real stacks, and the samples of each kind -------------------------------------------------------------------


@cache
def phases_of(name: str) -> tuple[Phase, ...]:
    """A real stack created, changed in many fields, and taken away but for its instance."""
    after = eased(changed(name), protect=False)
    tables = [key for key in after.resources if key.kind == "dynamodb.table"]
    after = with_settings(after, {key: {"deletion_protection_enabled": False} for key in tables})
    return (
        Phase("create", with_spare_lines(eased(example(name), protect=False))),
        Phase("change", with_spare_lines(after)),
        Phase("prune", bare(after)),
    )


def with_spare_lines(stack: Stack) -> Stack:
    """The stack with so many phone numbers that their tags are swept rather than read one by one."""
    numbers = [key for key in stack.resources if key.kind == "connect.phone_number"]
    spare = {key: key._replace(name=f"spare_{key.name}") for key in numbers}
    copies = {copy: stack.resources[key].under(copy) for key, copy in spare.items()}
    return replace(stack, resources={**stack.resources, **copies})


@contextmanager
def on_stack(name: str) -> Iterator[tuple[Theatre, Sequence[Phase]]]:
    """An empty account for a real stack."""
    stack = example(name)
    shared_sandbox.leave()
    with sandboxed(stack.account) as (box, clock):
        guard = Guard(Location("aws", stack.region, stack.account))
        box.inject(guard)
        aws = account_in(box, stack.region, clock)
        quicken(aws.session)
        clients = CLIENTS.setdefault(stack.region, {})
        shared = SharedClients(
            aws.session, aws.account, aws.region, clock, aws.random, aws.pacer, clients=clients
        )
        yield Theatre(box, clock, shared, guard), phases_of(name)
        box.calm()


@contextmanager
def on_everything() -> Iterator[tuple[Theatre, Sequence[Phase]]]:
    """A stack with all kinds: created, and all of it but what was there before taken away."""
    with everything() as made:
        guard = Guard(Location("aws", REGION, made.box.account))
        made.box.inject(guard)
        phases = [Phase("create", made.stack()), Phase("prune", made.stack(gone=True))]
        yield Theatre(made.box, made.clock, made.account, guard), phases


@contextmanager
def on_stage(kind: str) -> Iterator[tuple[Theatre, Stage]]:
    """A house with what the sample of a kind needs around it."""
    shared_sandbox.leave()
    with sandboxed() as (box, clock), tempfile.TemporaryDirectory() as folder:
        account = account_in(box, REGION, clock)
        client = cache(quicken(account.session).client)
        house = House(kind, sample_of(kind), box, clock, account, client, Path(folder)).furnish()
        box.journal.clear()
        guard = Guard(Location("aws", REGION, box.account))
        box.inject(guard)
        yield Theatre(box, clock, account, guard), house.new_stage()
        box.calm()


def written(
    stage: Stage, settings: Mapping[str, Any] | None, name: str | None = None, **header: Any
) -> Stack:
    """The stack of a stage, from files, with its resource free to go."""
    if settings is not None and known_kinds()[stage.kind].delete.protected:
        settings = {**settings, "policy": {"protect": False}}
    stage._write(settings, name or stage.name, header)
    return load(stage.house.directory, None, known_kinds())


def phases_on(stage: Stage, change: Change | None, form: str = BASE) -> Iterator[Phase]:
    """One form of a sample created, a field of it or its name changed, and the resource taken away."""
    before, after = change.made_in(stage.sample) if change else (stage.sample.all_forms[form], None)
    yield Phase("create", written(stage, before))
    if after is not None:
        yield Phase("change", written(stage, after))
    elif any(NAME in group.fields for group in known_kinds()[stage.kind].updates):
        yield Phase("rename", written(stage, {**before, "renamed_from": stage.name}, f"New {stage.name}"))
    yield Phase("prune", written(stage, None, prune=True))


def samples_for(action: str) -> Iterator[tuple[str, Change | None, str]]:
    """The kinds whose samples may ask for an action: with which change of a field, and in which form."""
    for kind in KINDS:
        service, sample = known_kinds()[kind].service, sample_of(kind)
        for change in sample.changes:
            if action in {service.action(call) for call in change.calls}:
                yield kind, change, change.form
    for kind in KINDS:
        if action in declared_by(kind):
            yield from ((kind, None, form) for form in sample_of(kind).all_forms)
    # At last what only a changed resource needs, for example one with several versions.
    for kind in KINDS:
        if action in declared_by(kind):
            yield from ((kind, each, each.form) for each in sample_of(kind).changes if each.calls)


@cache
def declared_by(kind: str) -> frozenset[str]:
    """The actions of every operation that a kind's adapter declares, and what AWS asks for besides."""
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


def denied(theatre: Theatre, phases: Iterable[Phase], action: str | None) -> list[str]:
    """Play the phases, each first with the action denied and then with it allowed again."""
    guard, broken, tried = theatre.guard, [], 0
    for title, stack in phases:
        guard.enforce(policy_for(stack), action, loses_replies=title == "create")
        report = theatre.run(stack)
        if guard.refused and report.outcome == "pending" and _says_why(report):
            # What was written and could not be confirmed is said to have failed by now.
            report = theatre.run(stack)
        refused = guard.enforce(policy_for(stack))
        if not refused and action and report.outcome == "settled":
            continue
        tried += 1
        wrong = [
            *untruthful(report, refused, action),
            *settles(theatre, stack, report),
            *blind(theatre, stack, action),
            *theatre.made_twice(stack),
        ]
        broken += [f"{title}: {each}" for each in wrong]
        if action and tried == ENOUGH:
            break
    return broken


def _says_why(report: PassReport) -> bool:
    """Whether all that is waiting was written, and only could not be read again."""
    waiting = [each for each in report.results.values() if each.outcome == "waiting"]
    return all("cannot be confirmed" in (each.message or "") for each in waiting)


def untruthful(report: PassReport, refused: Sequence[str], action: str | None) -> Iterator[str]:
    """What is wrong with how a pass ended while some of its calls were refused."""
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
    """The actions that list what no kind of ours stands for."""
    return frozenset(
        adapter.service.action(spellings(adapter.service.name)[each.operation])
        for adapter in known_kinds().values()
        for each in adapter.unmanaged
    )


def _says_not_listed(report: PassReport) -> bool:
    return any(each.not_listed for action in report.plan.pending for each in action.others)


def settles(theatre: Theatre, stack: Stack, denied: PassReport) -> Iterator[str]:
    """What is wrong with the passes after the action is allowed again."""
    report = denied
    for number in range(TRIES):
        report = theatre.run(stack)
        if number == 0 and denied.outcome == "settled" and report.mutating_calls:
            yield "a pass called settled what was not"
        if report.outcome == "settled":
            break
        theatre.clock.sleep(60)
    if report.outcome != "settled":
        why = [f"{key}: {each}" for key, each in report.results.items() if each.outcome != "done"]
        yield f"not settled after {TRIES} passes: {report.outcome} {why[:3]} {report.refusals}"
    further = theatre.run(stack) if report.mutating_calls else report
    if (further.outcome, further.mutating_calls) != ("settled", 0):
        yield f"a further pass is {further.outcome}, and makes {further.mutating_calls} changing calls"
    if theatre.guard.refused:
        yield f"the policy lacks {', '.join(sorted(set(theatre.guard.refused)))}"


def blind(theatre: Theatre, stack: Stack, action: str | None) -> Iterator[str]:
    """Whether a pass that may not look at all of a settled stack calls it settled."""
    theatre.guard.enforce(policy_for(stack), action)
    report = theatre.run(stack)
    if action not in SPARED and theatre.guard.refused and report.outcome == "settled":
        yield "a pass could not look at everything, and calls it settled"


@cache
def asked_on(name: str) -> frozenset[str]:
    """Every action that the phases of a real stack ask for, while nothing is denied."""
    with on_stack(name) as (theatre, phases):
        for title, stack in phases:
            theatre.guard.enforce(policy_for(stack), loses_replies=title == "create")
            theatre.run(stack)
            theatre.run(stack)
        return frozenset(theatre.guard.asked)


def check_denied(name: str, action: str) -> list[str]:
    """Deny one action on a real stack; where nothing there asks for it, on the sample that does."""
    if action not in asked_on(name):
        return check_on_sample(action)
    with on_stack(name) as (theatre, phases):
        return denied(theatre, phases, action)


def check_on_sample(action: str) -> list[str]:
    """Deny one action on the samples that may need it, until one asks for it."""
    for kind, change, form in samples_for(action):
        with on_stage(kind) as (theatre, stage):
            broken = denied(theatre, phases_on(stage, change, form), action)
            if broken or action in theatre.guard.asked:
                return broken
    for kind, _, form in samples_for(action):
        with on_stage(kind) as (theatre, stage):
            broken = read_after_lag(theatre, stage, form, action)
            if broken or action in theatre.guard.asked:
                return broken
    return [f"no call asks for {action}"]


def read_after_lag(theatre: Theatre, stage: Stage, form: str, action: str) -> list[str]:
    """Deny one action for the reads of a resource that a pass found by its name, as where the list lags behind."""
    _, stack = next(phases_on(stage, None, form))
    theatre.guard.enforce(None)
    assert theatre.run(stack).outcome == "settled"
    adapter = known_kinds()[stage.kind]
    api = theatre.account.api(adapter.service.name)
    found = adapter.find_by_name(api, stage.house.scope, stage.name)
    assert found is not None
    theatre.guard.enforce(policy_for(stack), action)
    with suppress(CallError):
        adapter.get_fields(api, found, adapter.reads.listed)
    if action not in theatre.guard.enforce(policy_for(stack)):
        return []
    adapter.get_fields(api, found, adapter.reads.listed)
    return [f"reads by name: the policy lacks {each}" for each in theatre.guard.refused]


# -- the whole policy, and the policy of dry runs -------------------------------------------------------------------


def check_whole(name: str) -> list[str]:
    """Play all of a stack, or every form and change of a sample, with the policy in force and nothing else denied."""
    if name in WHOLE:
        with WHOLE[name]() as (theatre, phases):
            return denied(theatre, phases, None)
    with on_stage(name) as (theatre, stage):
        forms = list(stage.sample.all_forms)
        return [line for form in forms for line in _every_change(theatre, stage.house.new_stage(), form)]


def _every_change(theatre: Theatre, stage: Stage, form: str) -> Iterator[str]:
    """One form of a sample, and from it every change that can be made and taken back."""
    settings, before = stage.sample.all_forms[form], ""
    yield from _is_allowed(theatre, written(stage, settings), form)
    for change in stage.sample.changes:
        if change.form == form and not (change.refused or change.one_way):
            if change.field == before and change.value is not None:
                # Only part of a structure may be written: what the last change left of it is in the way.
                yield from _is_allowed(
                    theatre, written(stage, None, prune=True), f"{form} pruned before {change}"
                )
                stage = stage.house.new_stage()
                yield from _is_allowed(theatre, written(stage, settings), form)
            yield from _is_allowed(theatre, written(stage, change.made_in(stage.sample)[1]), str(change))
            before = change.field
    yield from _is_allowed(theatre, written(stage, None, prune=True), f"{form} pruned")


def _is_allowed(theatre: Theatre, stack: Stack, what: str) -> Iterator[str]:
    theatre.guard.enforce(policy_for(stack))
    report = theatre.run(stack)
    if theatre.guard.refused:
        yield f"{what}: the policy lacks {', '.join(sorted(set(theatre.guard.refused)))}"
    if report.outcome != "settled":
        yield f"{what}: {report.outcome} {[str(each) for each in report.results.values()][:3]} {report.refusals}"


def check_read_only(name: str) -> list[str]:
    """Dry runs with their policy, before each phase: they see all there is to see, and no pass can change anything."""
    if name in WHOLE:
        with WHOLE[name]() as (theatre, phases):
            return [line for phase in phases for line in _only_reads(theatre, phase)]
    with on_stage(name) as (theatre, stage):
        change = next(each for each in stage.sample.changes if each.calls)
        phases = list(phases_on(stage, change, change.form))
        return [line for phase in phases for line in _only_reads(theatre, phase)]


def _only_reads(theatre: Theatre, phase: Phase) -> Iterator[str]:
    title, stack = phase
    theatre.cache, guard = MemoryCache(), theatre.guard
    guard.enforce(None)
    freely = theatre.run(stack, dry_run=True)
    theatre.cache = MemoryCache()
    guard.enforce(policy_for(stack, read_only=True))
    guarded = theatre.run(stack, dry_run=True)
    if guard.refused:
        yield f"{title}: dry runs need {', '.join(sorted(set(guard.refused)))}"
    if (guarded.outcome, guarded.plan, guarded.mutating_calls) != (freely.outcome, freely.plan, 0):
        yield f"{title}: a dry run with its policy differs: {guarded.outcome}, {guarded.mutating_calls} changes"
    before = len(theatre.box.journal)
    report = theatre.run(stack)
    changed = [call.name for call in theatre.box.journal[before:] if call.mutating and call.outcome == "ok"]
    if changed:
        yield f"{title}: the policy of dry runs allows {', '.join(sorted(set(changed)))}"
    if report.outcome not in ("failed", "refused"):
        yield f"{title}: nothing could be changed, and the pass ended as {report.outcome}"
    guard.enforce(None)
    theatre.run(stack)


# -- the cases ------------------------------------------------------------------------------------------------------

EVERYTHING = "all kinds"
WHOLE: Mapping[str, Callable[[], AbstractContextManager[tuple[Theatre, Sequence[Phase]]]]] = {
    **{name: partial(on_stack, name) for name in STACKS},
    EVERYTHING: on_everything,
}
"""The stacks that are played as a whole."""
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
    """What one case broke."""
    with structlog.testing.capture_logs():
        stack, without, action = name.partition(" without ")
        if without:
            return check_denied(stack, action)
        policy, _, of = name.partition(" of ")
        return CHECKS[policy](of)


ROW = Row(
    "iam_policy", "IAM: one action denied; the policy of the stack; the policy of dry runs", cases, check
)

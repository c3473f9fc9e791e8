"""A dry run writes nothing, guards hold, the wrong account is left at once, and what is not to be touched is not.

A case is played where a workload begins; each says in its name what must hold.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from pictures import ANOTHER, Thing, differences, picture
from read_faults import show
from row import Row
from trial import Trial, calm
from workloads import example, with_settings, without, workloads

from reconciler.planning.ownership import MARKS, PROTECT_MARK, STACK_MARK
from reconciler.reconcile import Options, PassReport
from reconciler.sandbox.fault_injection import Attempt, Fault, FaultKind
from reconciler.sandbox.journal import Call
from reconciler.stack import Key, Policy, Stack

CENTRE, RALLY = "contact_center/change", "stamp_rally/change"
"""Where these begin all of the example stack lives, as it is protected by itself."""
LASTING = ("connect.instance", "connect.phone_number", "dynamodb.table", "s3.bucket")
"""What is never deleted unless somebody says `protect: false`."""
DAY = 24 * 3600.0
MOST = 8
"""Passes in which every operation has failed once."""
CREATES = (
    *(
        f"Create{noun}"
        for noun in ("Instance", "Queue", "User", "SecurityProfile", "RoutingProfile", "QuickConnect")
    ),
    *("CreateContactFlow", "ClaimPhoneNumber", "CreateTable", "CreateBucket"),
)
GONE = ("Delete", "Release")
ADD, REMOVE = "Associate", "Disassociate"
QUICK = Key("connect.quick_connect", "Emergency Line")
QUEUE = Key("connect.queue", "PremiumSupportQueue")
FLOW = Key("connect.contact_flow", "MainFlow")
HOURS = Key("connect.contact_flow", "After Hours")
OPEN = Key("connect.hours_of_operation", "UK Business Hours")
SERVICE = Key("connect.queue", "CustomerService")
USED_BY_QUEUES = {Key("connect.phone_number", "main_line"), Key("connect.quick_connect", "Supervisor")}
"""Of what half of the centre is without."""


def _quiet(trial: Trial, options: Options) -> Iterator[str]:
    """What a pass that may change nothing changed."""
    before = picture(trial.at.things())
    report = trial.one_pass(options)
    yield from trial.wrong
    if report is None:
        return
    if report.mutating_calls or any(call.mutating for call in trial.at.box.journal):
        yield f"P9 {sorted(call.name for call in trial.at.box.journal if call.mutating)[:5]} were called"
    yield from (f"P9 {line}" for line in differences(picture(trial.at.things()), before))


def _as(trial: Trial, wanted: Stack, options: Options | None = None) -> PassReport:
    """One pass to another stack than the workload's."""
    trial.workload = replace(trial.workload, wanted=wanted)
    report = trial.at.run(wanted, options or Options(allow_deletes=None), trial.cache)
    trial.at.clock.sleep(60)
    return report


def _treated(stack: Stack, policies: Mapping[Key, Policy]) -> Stack:
    found = {
        key: replace(each, policy=policies[key]) if key in policies else each
        for key, each in stack.resources.items()
    }
    return replace(stack, resources=found)


def _dry(workload: str) -> Iterator[str]:
    trial = Trial.of(workload)
    yield from _quiet(trial, replace(trial.workload.options, dry_run=True))


def _wrong_account(workload: str) -> Iterator[str]:
    trial = Trial.of(workload)
    trial.workload = replace(trial.workload, wanted=replace(trial.workload.wanted, account="999999999999"))
    yield from _quiet(trial, trial.workload.options)
    called = [call.name for call in trial.at.box.journal]
    if called != ["sts:GetCallerIdentity"]:
        yield f"P9 with credentials of another account {len(called)} calls: {called[:5]}"


def _throttled_once(workload: str) -> Iterator[str]:
    """Every operation is throttled once, and the same pass overcomes it."""
    trial = Trial.of(workload)
    report = trial.troubled(Once(FaultKind.THROTTLE).plan)
    if report is None or report.outcome != "settled":
        yield f"P1 throttles are not overcome within the pass: {report and report.outcome}"
    yield from trial.fair()


class Once:
    """Every operation goes wrong once: the reads or the changes, or both."""

    def __init__(
        self, kind: FaultKind, *, reads: bool = True, changes: bool = True, only: tuple[str, ...] = ("",)
    ) -> None:
        self.kind, self.reads, self.changes, self.only = kind, reads, changes, only
        self.met: set[str] = set()

    def plan(self, attempt: Attempt) -> FaultKind | None:
        """Fail what has not failed before."""
        concerned = self.changes if attempt.mutating else self.reads
        concerned = concerned and attempt.operation.startswith(self.only)
        if attempt.operation in self.met or attempt.service == "sts" or not concerned:
            return None
        self.met.add(attempt.operation)
        return self.kind


def _once(workload: str, once: Once) -> Iterator[str]:
    """Passes until nothing new goes wrong, and then fair weather."""
    trial = Trial.of(workload)
    first = trial.troubled(once.plan)
    if once.only == CREATES and (first is None or first.outcome != "settled"):
        failed = [
            f"{key}: {each.message}"
            for key, each in (first.results if first else {}).items()
            if each.outcome != "done"
        ]
        yield f"P1 what was made without a reply is not found in the same pass: {failed[:2]}"
    for _ in range(MOST):
        before = len(once.met)
        trial.at.clock.sleep(60)
        trial.at.inject(once.plan)
        trial.approved()
        trial.at.inject(lambda _attempt: None)
        if len(once.met) == before:
            break
    yield from trial.fair()
    if not once.changes:
        # What lives is not asked for again, although AWS would refuse the second one.
        creates = Counter(call.name for call in trial.at.box.journal if "Create" in call.operation)
        more = creates - Counter(each.call.name for each in trial.expected.asked)
        yield from (f"P2 asked for again: {name}, {number} times" for name, number in more.items())


def _not_done(workload: str) -> Iterator[str]:
    """AWS accepts a change and does not make it: the report must not call that settled."""
    trial = Trial.of(workload)
    before: list[bytes] = []
    undone: list[Call] = []

    def undo(call: Call) -> None:
        if not undone:
            undone.append(call)
            trial.at.box.restore(before[0])

    def plan(attempt: Attempt) -> None:
        if not before and attempt.mutating and attempt.operation.startswith(("Update", "Put")):
            before.append(trial.at.box.snapshot())
            # Before the watcher that counts: what was not done was never there.
            trial.at.box.journal._watchers.insert(0, undo)

    report = trial.troubled(plan)
    if report is not None and report.outcome == "settled":
        again = trial.at.run(trial.workload.wanted, Options(dry_run=True))
        if again.plan.pending:
            yield f"P8 {undone[0].name} was accepted and not done, and the pass was called settled"
    yield from trial.fair()


def _guarded(workload: str) -> Iterator[str]:
    """Nobody approved the deletes, or somebody approved another number of them."""
    gone = workloads()[workload].options.allow_deletes or 0
    for options in (Options(), Options(allow_deletes=gone + 1), Options(allow_deletes=gone - 1)):
        trial = Trial.of(workload)
        if options.allow_deletes is None and gone <= 0.3 * len(trial.workload.wanted.resources):
            continue
        yield from (
            f"{line} with {options.allow_deletes} deletes approved" for line in _quiet(trial, options)
        )


def _only(_workload: str) -> Iterator[str]:
    """A pass limited to one resource changes no other."""
    trial = Trial.of(CENTRE)
    before = picture(trial.at.things())
    report = trial.at.run(trial.workload.wanted, Options(only=(str(QUICK),)), trial.cache)
    after = picture(trial.at.things())
    changed = {label for label in {*before, *after} if before.get(label) != after.get(label)}
    if changed != {f"QuickConnect:{QUICK.name}"} or report.outcome != "settled":
        yield f"P9 limited to {QUICK}, a pass changed {sorted(changed)} and was {report.outcome}"


def _lasting(_workload: str) -> Iterator[str]:
    """Nothing of what lasts is deleted, however many deletes are approved; nor what it refers to."""
    for workload, name in ((CENTRE, "contact_center"), (RALLY, "stamp_rally")):
        stack = example(name)
        trial = _unsaid(workload)
        before = picture(trial.at.things())
        wanted = without(stack, lambda key: key.kind in (*LASTING[1:], "connect.contact_flow"))
        letting_go = {key: {"outbound_caller_config": None} for key in wanted.resources if key == SERVICE}
        report = _as(trial, with_settings(wanted, letting_go))
        wrong = [
            str(each.key)
            for each in report.plan.pending
            if each.verb == "delete" and each.key.kind in LASTING
        ]
        after = picture(trial.at.things())
        gone = [
            label
            for label in before
            if label not in after and label.partition(":")[0] in ("PhoneNumber", "Table", "Bucket")
        ]
        if wrong or gone:
            yield f"P9 protected, and deleted: {wrong} {gone}"
        if FLOW in {each.key for each in report.plan.pending}:
            yield f"P9 to be deleted, although a number that stays refers to it: {FLOW}"
        trial = _unsaid(workload)
        report = _as(trial, without(stack, lambda _key: True), Options(dry_run=True))
        wrong = [str(each.key) for each in report.plan.pending if each.key.kind in LASTING]
        if wrong:
            yield f"P9 protected, and to be deleted: {wrong}"


def _unsaid(workload: str) -> Trial:
    """A trial in which no author has said what is protected: only the kinds do."""
    trial = Trial.of(workload, cached=False)
    s3, dynamodb = trial.at.client("s3"), trial.at.client("dynamodb")
    for each in trial.at.things().values():
        if PROTECT_MARK in each.tags and each.noun == "Bucket":
            tags = [{"Key": key, "Value": value} for key, value in each.tags.items() if key != PROTECT_MARK]
            s3.put_bucket_tagging(Bucket=each.name, Tagging={"TagSet": tags})
        elif PROTECT_MARK in each.tags and each.noun == "Table":
            arn = dynamodb.describe_table(TableName=each.name)["Table"]["TableArn"]
            dynamodb.untag_resource(ResourceArn=arn, TagKeys=[PROTECT_MARK])
    return trial


def _replaced(_workload: str) -> Iterator[str]:
    """What AWS cannot change is refused; replaced once where the policy says so, and not while it is protected."""
    key, _ = _first(RALLY, "dynamodb.table", "Table")
    other = {
        "key_schema": [{"attribute_name": "line_user_id", "key_type": "HASH"}],
        "global_secondary_indexes": [
            {
                "index_name": "by-user",
                "key_schema": [{"attribute_name": "user_id", "key_type": "HASH"}],
                "projection": {"projection_type": "KEYS_ONLY"},
            }
        ],
    }
    wanted = with_settings(example("stamp_rally"), {key: other})
    for policy, outcome in (
        (Policy(protect=False), "failed"),
        (Policy(protect=True, replace=True), "refused"),
        (Policy(replace=True), "refused"),
        (Policy(protect=False, replace=True), "settled"),
    ):
        trial = Trial.of(RALLY)
        report = _as(trial, _treated(wanted, {key: policy}), Options())
        sent = [
            call.operation
            for call in trial.at.box.journal
            if call.operation in ("CreateTable", "DeleteTable")
        ]
        if report.outcome != outcome or sent != (
            ["DeleteTable", "CreateTable"] if outcome == "settled" else []
        ):
            yield f"P9 another key with {policy}: {report.outcome}, {sent}"
    trial = Trial.of(RALLY)
    trial.at.inject(lambda attempt: FaultKind.ACCESS_DENIED if attempt.operation == "DeleteTable" else None)
    _as(trial, _treated(wanted, {key: Policy(protect=False, replace=True)}), Options())
    trial.at.inject(lambda _attempt: None)
    if any(call.operation == "CreateTable" for call in trial.at.box.journal):
        yield "P9 made anew, although the old one could not be deleted"


def _ring(_workload: str) -> Iterator[str]:
    """Two flows that name each other are made in one pass, lost replies or not."""
    stack = example("contact_center")
    content = deepcopy(dict(stack.resources[HOURS].settings["content"]))
    actions = {each["Identifier"]: each for each in content["Actions"]}
    forth = next(
        each
        for each in stack.resources[FLOW].settings["content"]["Actions"]
        if each["Parameters"].get("ContactFlowId") == f"${{flow:{HOURS.name}}}"
    )
    errors = [{"ErrorType": "NoMatchingError", "NextAction": "Goodbye"}]
    back = {**forth, "Identifier": "Back", "Parameters": {"ContactFlowId": f"${{flow:{FLOW.name}}}"}}
    content["Actions"].append({**back, "Transitions": {"NextAction": "Goodbye", "Errors": errors}})
    actions["Again?"]["Transitions"]["NextAction"] = "Back"
    wanted = with_settings(stack, {HOURS: {"content": content}})
    trial = Trial.of("contact_center/create")
    report = _as(trial, wanted)
    if report.outcome != "settled":
        failed = [f"{key}: {each.message}" for key, each in report.results.items() if each.outcome != "done"]
        yield f"P1 a ring of flows is not made in one pass: {report.outcome} {failed[:3]}"
    last = _as(trial, wanted)
    if last.plan.pending or last.outcome != "settled":
        yield f"P1 a ring of flows does not come to rest: {last.outcome}"


def _turned(_workload: str) -> Iterator[str]:
    """A quick connect that leads elsewhere keeps nothing of where it led before."""
    trial = Trial.of(CENTRE)
    queue = {"queue": SERVICE.name, "contact_flow": "Default queue transfer"}
    config = {"quick_connect_type": "QUEUE", "queue_config": queue}
    report = _as(trial, with_settings(example("contact_center"), {QUICK: {"quick_connect_config": config}}))
    held = picture(trial.at.things())[f"QuickConnect:{QUICK.name}"]["QuickConnectConfig"]
    if report.outcome != "settled" or set(held) != {"QuickConnectType", "QueueConfig"}:
        yield f"P1 turned elsewhere: {report.outcome}, {held}"


def _retagged(workload: str) -> Iterator[str]:
    """A tag of the stack with another value reaches everything that is ours."""
    stack = example(workload.partition("/")[0])
    trial = Trial.of(workload)
    report = _as(trial, replace(stack, tags={**stack.tags, "Project": "another"}))
    ours = [each for each in trial.at.things().values() if each.owner == stack.mark]
    wrong = [each.label for each in ours if each.tags.get("Project") != "another"]
    if wrong or report.outcome != "settled":
        yield f"P1 {report.outcome} with the old tag on {wrong[:5]}"


def _letting_go(workload: str) -> Iterator[str]:
    """Nothing is deleted while what refers to it could not let go."""
    trial = Trial.of(workload)

    def plan(attempt: Attempt) -> FaultKind | None:
        lets_go = attempt.mutating and not attempt.operation.startswith(GONE)
        return FaultKind.ACCESS_DENIED if lets_go else None

    report = trial.troubled(plan)
    held = repr([each.held for each in trial.at.things().values()])
    for call in trial.at.box.journal:
        ids = [value for name, value in call.params.items() if name not in ("InstanceId", "ClientToken")]
        if call.operation.startswith(GONE) and any(each in held for each in ids):
            yield f"P4 {call.name} although others had not let go"
    waiting = {key for key, each in report.results.items() if each.outcome == "waiting"} if report else set()
    if waiting != USED_BY_QUEUES:
        yield f"P1 not what queues use waits, but {sorted(map(str, waiting))}"
    yield from trial.fair()


def _made_by_hand(workload: str) -> Iterator[str]:
    """What somebody makes under the name of ours, just before we do, is left as it is."""
    trial = Trial.of(workload, rivals=True)
    made: list[Any] = []

    def plan(attempt: Attempt) -> None:
        if attempt.operation != "CreateHoursOfOperation" or attempt.params["Name"] != OPEN.name or made:
            return
        members = ("InstanceId", "Name", "TimeZone", "Config")
        made.append(attempt)
        trial.at.client("connect").create_hours_of_operation(
            **{each: attempt.params[each] for each in members}
        )
        made[0] = repr(_record_of(trial, "HoursOfOperation", OPEN.name))

    report = trial.troubled(plan)
    if repr(_record_of(trial, "HoursOfOperation", OPEN.name)) != made[0]:
        yield "P3 made by hand under our name, and changed"
    if report is None or report.results[OPEN].outcome != "refused":
        yield f"P8 made by hand under our name, and not refused: {report and report.results[OPEN]}"


def _record_of(trial: Trial, noun: str, name: str) -> tuple[Any, ...]:
    """What AWS holds of the first thing of this name."""
    found = [each for each in trial.at.things().values() if (each.noun, each.name) == (noun, name)]
    return tuple((each.id, dict(each.tags), each.held) for each in found)


def _claimed_late(workload: str) -> Iterator[str]:
    """A claim that takes effect only after we have looked for it in vain is not made a second time."""
    for calls in range(12, 26):
        trial = Trial.of(workload)
        late: list[Fault] = []

        def plan(attempt: Attempt, late: list[Fault] = late, calls: int = calls) -> Fault | None:
            if attempt.operation != "ClaimPhoneNumber" or late:
                return None
            late.append(Fault(FaultKind.TIMEOUT_LATE, calls=calls))
            return late[0]

        trial.troubled(plan)
        yield from (f"{line}, {calls} calls late" for line in trial.fair())


def _index_behind(workload: str) -> Iterator[str]:
    """One of AWS's two indexes does not show yet what was made a moment ago; the other one does."""
    for operation in ("ListSecurityProfiles", "SearchSecurityProfiles"):
        trial = Trial.of(workload)
        before: list[bytes] = []
        trial.troubled(_kept_before("CreateSecurityProfile", trial, before))
        trial.at.clock.sleep(60)
        sent = len(trial.at.box.journal)
        shown: list[Attempt] = []

        def plan(
            attempt: Attempt,
            operation: str = operation,
            trial: Trial = trial,
            before: list[bytes] = before,
            shown: list[Attempt] = shown,
        ) -> None:
            if attempt.operation == operation and not shown:
                shown.append(attempt)
                show(trial, before[0])

        report = trial.troubled(plan)
        creates = [call.name for call in trial.at.box.journal[sent:] if "Create" in call.operation]
        if creates or (report and report.plan.pending):
            yield f"P2 {operation} is behind, and made again: {creates}"


def _kept_before(operation: str, trial: Trial, before: list[bytes]) -> Callable[[Attempt], None]:
    def plan(attempt: Attempt) -> None:
        if attempt.operation == operation:
            before[:] = [trial.at.box.snapshot()]

    return plan


def _said_so(_workload: str) -> Iterator[str]:
    """What its author protected stays when it is gone from the files; what he freed goes."""
    stack = example("contact_center")
    trial = Trial.of(CENTRE)
    _as(trial, _treated(stack, {QUICK: Policy(protect=True)}))
    tags = picture(trial.at.things())[f"QuickConnect:{QUICK.name}"]["tags"]
    if tags.get(PROTECT_MARK) != "true":
        yield f"P9 `protect` is not marked: {tags}"
    wanted = without(stack, lambda key: key == QUICK)
    _as(trial, wanted)
    if f"QuickConnect:{QUICK.name}" not in picture(trial.at.things()):
        yield "P9 protected by its author, and deleted"
    trial = Trial.of(CENTRE)
    _as(trial, replace(wanted, prune=False))
    if f"QuickConnect:{QUICK.name}" not in picture(trial.at.things()):
        yield "P9 deleted, although nothing says to prune"


def _released(_workload: str) -> Iterator[str]:
    """What is released loses our marks and nothing else."""
    for workload, name, key, label in (
        (CENTRE, "contact_center", QUICK, f"QuickConnect:{QUICK.name}"),
        (RALLY, "stamp_rally", *_first(RALLY, "dynamodb.table", "Table")),
        (RALLY, "stamp_rally", *_first(RALLY, "s3.bucket", "Bucket")),
    ):
        trial = Trial.of(workload)
        before = picture(trial.at.things())[label]
        kept = without(example(name), key.__eq__)
        report = _as(trial, replace(kept, prune=False, release=(key,)))
        after = picture(trial.at.things()).get(label)
        tags = {tag: value for tag, value in before["tags"].items() if tag not in MARKS}
        if report.outcome != "settled" or after != {**before, "tags": tags}:
            yield f"P9 released: {report.outcome}, {list(differences(after, {**before, 'tags': tags}, label))[:3]}"


def _first(workload: str, kind: str, noun: str) -> tuple[Key, str]:
    key = next(each for each in workloads()[workload].wanted.resources if each.kind == kind)
    return key, f"{noun}:{key.name}"


def _reported(_workload: str) -> Iterator[str]:
    """What is only to be reported is not changed, nor are fields that are ignored."""
    trial = Trial.of(CENTRE)
    wanted = trial.workload.wanted
    before = picture(trial.at.things())
    policies = {QUICK: Policy(on_drift="report"), QUEUE: Policy(ignore=("max_contacts",))}
    report = _as(trial, _treated(wanted, policies))
    after = picture(trial.at.things())
    if before[f"QuickConnect:{QUICK.name}"] != after[f"QuickConnect:{QUICK.name}"]:
        yield "P9 `on_drift: report`, and changed"
    label = f"Queue:{QUEUE.name}"
    if before[label]["MaxContacts"] != after[label]["MaxContacts"] or before[label] == after[label]:
        yield f"P9 ignored, and changed: {after[label]['MaxContacts']}"
    if report.outcome != "settled":
        yield f"P9 {report.outcome} with something only to be reported"


def _foreign(_workload: str) -> Iterator[str]:
    """What bears another stack's mark is refused, untouched, whatever its name; so is what is nobody's and differs."""
    for adopt in (False, True):
        for mark in (ANOTHER, None):
            if adopt and mark is None:
                continue
            trial = Trial.of(CENTRE)
            (record,) = [
                each
                for centre in trial.at.plane().centres.values()
                for store in centre._stores.values()
                for each in store
                if (each.kind.noun, each.name) == ("QuickConnect", QUICK.name)
            ]
            record.tags.clear()
            record.tags |= {STACK_MARK: mark} if mark else {}
            record.modified = trial.at.plane().tick()
            before = repr((record.tags, record.settings))
            resources = dict(trial.workload.wanted.resources)
            resources[QUICK] = replace(resources[QUICK], adopt=adopt)
            report = _as(trial, replace(trial.workload.wanted, resources=resources))
            if repr((record.tags, record.settings)) != before:
                yield f"P3 of {mark or 'nobody'}, and changed: {record.tags} {record.settings}"
            if report.outcome != "failed" or report.results[QUICK].outcome != "refused":
                yield f"P8 of {mark or 'nobody'}, and not refused: {report.outcome} {report.results.get(QUICK)}"


def _others_tags(workload: str) -> Iterator[str]:
    """Tags that somebody else added stay when ours change."""
    trial = Trial.of(workload)
    owned = [each for each in trial.at.things().values() if each.owner == trial.workload.wanted.mark]
    for each in owned:
        _tag(trial, each, {"Cost": "7"})
    trial.at.run(trial.workload.wanted, trial.workload.options, trial.cache)
    left = {each.id for each in trial.at.things().values() if "Cost" in each.tags}
    lost = [each.label for each in owned if each.id not in left]
    if lost:
        yield f"P9 somebody else's tags are gone from {lost}"


def _tag(trial: Trial, thing: Thing, tags: Mapping[str, str], *, shows: bool = True) -> None:
    """Somebody tags it; whether its change token shows that is up to AWS."""
    at = trial.at
    if thing.noun == "Bucket":
        s3 = at.client("s3")
        found = {each["Key"]: each["Value"] for each in s3.get_bucket_tagging(Bucket=thing.name)["TagSet"]}
        rows = [{"Key": key, "Value": value} for key, value in {**found, **tags}.items()]
        s3.put_bucket_tagging(Bucket=thing.name, Tagging={"TagSet": rows})
    elif thing.noun == "Table":
        dynamodb = at.client("dynamodb")
        arn = dynamodb.describe_table(TableName=thing.name)["Table"]["TableArn"]
        dynamodb.tag_resource(
            ResourceArn=arn, Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
        )
    else:
        for centre in at.plane().centres.values():
            held: list[Any] = [centre, *(each for store in centre._stores.values() for each in store)]
            for each in held:
                if each.id == thing.id:
                    each.tags |= tags
                    if shows:
                        each.modified = at.plane().tick()


def _taken(workload: str) -> Iterator[str]:
    """What another stack has taken, or somebody protected, since a pass read its tags is not deleted on the word of memory."""
    for tags in ({STACK_MARK: ANOTHER}, {PROTECT_MARK: "true"}):
        trial = Trial.of(workload, rivals=True)
        wanted, options = trial.workload.wanted, trial.workload.options
        for _ in range(2):
            trial.at.clock.sleep(3600)
            trial.at.run(wanted, replace(options, dry_run=True), trial.cache)
        for each in list(trial.at.things().values()):
            if each.owner == wanted.mark:
                _tag(trial, each, tags, shows=False)
        before = picture(trial.at.things())
        trial.at.clock.sleep(60)
        planned = trial.at.run(wanted, replace(options, dry_run=True), trial.cache.copy())
        going = sum(each.verb == "delete" for each in planned.plan.pending)
        trial.at.run(wanted, replace(options, allow_deletes=going), trial.cache)
        after = picture(trial.at.things())
        yield from (f"P3 {tags}, and deleted: {label}" for label in before if label not in after)


def _forgotten(_workload: str) -> Iterator[str]:
    """What hands change without moving its change token is seen after a day; what moves it, in the next pass."""
    for moves in (True, False):
        trial = Trial.of("contact_center/create")
        trial.one_pass(trial.workload.options)
        trial.at.clock.sleep(3600)
        trial.one_pass(Options())
        trial.at.clock.sleep(3600)
        for centre in trial.at.plane().centres.values():
            for record in (each for store in centre._stores.values() for each in store):
                if (
                    record.tags.get(STACK_MARK) == trial.workload.wanted.mark
                    and "Description" in record.settings
                ):
                    record.settings["Description"] = "by hand"
                    if moves:
                        record.modified = trial.at.plane().tick()
        trial.at.clock.sleep(60.0 if moves else DAY)
        trial.one_pass(Options())
        wrong = list(differences(picture(trial.at.things()), trial.expected.after))
        yield from (f"P1 changed by hand, and not seen: {line}" for line in wrong)


def _settling(_workload: str) -> Iterator[str]:
    """A memory of what was changed a moment after it was read is not believed."""
    trial = Trial.of("contact_center/create")
    trial.one_pass(trial.workload.options)
    trial.one_pass(Options())
    for centre in trial.at.plane().centres.values():
        for record in (each for store in centre._stores.values() for each in store):
            if record.tags.get(STACK_MARK) == trial.workload.wanted.mark and "Description" in record.settings:
                record.settings["Description"] = "by hand"  # within the lag: the token does not show it yet
    trial.one_pass(Options())
    wrong = list(differences(picture(trial.at.things()), trial.expected.after))
    yield from (f"P1 changed by hand just after a read, and not seen: {line}" for line in wrong)


def _additions_first(workload: str) -> Iterator[str]:
    """Of one resource and one sort, what is new is associated before what is gone is disassociated."""
    calls = [each.call for each in calm(workload).asked if each.call.mutating]
    for index, call in enumerate(calls):
        if not call.operation.startswith(ADD):
            continue
        sort = call.operation.removeprefix(ADD)
        ids = {name: value for name, value in call.params.items() if name.endswith("Id")}
        for earlier in calls[:index]:
            same = all(earlier.params.get(name) == value for name, value in ids.items())
            if earlier.operation == f"{REMOVE}{sort}" and same:
                yield f"P4 {earlier.name} before {call.name}"


ONCE: Mapping[str, Callable[[], Once]] = {
    "every read denied once": lambda: Once(FaultKind.ACCESS_DENIED, changes=False),
    "every read broken once": lambda: Once(FaultKind.ERROR_500, changes=False),
    "every reply to a change lost once": lambda: Once(FaultKind.TIMEOUT_AFTER, reads=False),
    "every reply to a create lost once": lambda: Once(FaultKind.TIMEOUT_AFTER, reads=False, only=CREATES),
    "every change refused once": lambda: Once(FaultKind.ACCESS_DENIED, reads=False),
}
BEGINNING = ("contact_center/create", "stamp_rally/create")
LIVING = ("contact_center/change", "contact_center/prune", "stamp_rally/change", "stamp_rally/prune")
"""Workloads that begin with everything there, so that there is something to be overlooked."""
SHORT = ("contact_center/create", "contact_center/prune", "stamp_rally/change", "stamp_rally/prune")
"""Workloads that between them have most operations."""
EVERYWHERE: Mapping[str, Callable[[str], Iterator[str]]] = {
    "a dry run": _dry,
    "the wrong account": _wrong_account,
}
HERE: Mapping[tuple[str, str], Callable[[str], Iterator[str]]] = {
    **{(name, "throttled once"): _throttled_once for name in SHORT},
    **{(name, "unapproved"): _guarded for name in ("contact_center/prune", "contact_center/prune all")},
    (CENTRE, "only one"): _only,
    (CENTRE, "what lasts"): _lasting,
    (CENTRE, "protected by its author"): _said_so,
    (RALLY, "replaced"): _replaced,
    ("contact_center/create", "a ring"): _ring,
    (CENTRE, "turned elsewhere"): _turned,
    **{(name, "retagged"): _retagged for name in (CENTRE, RALLY)},
    ("contact_center/prune", "not let go"): _letting_go,
    ("contact_center/create", "made by hand"): _made_by_hand,
    ("contact_center/create", "claimed late"): _claimed_late,
    ("contact_center/create", "an index behind"): _index_behind,
    (CENTRE, "released"): _released,
    (CENTRE, "reported and ignored"): _reported,
    (CENTRE, "foreign and free"): _foreign,
    **{(name, "accepted and not done"): _not_done for name in (CENTRE, RALLY)},
    **{(name, "tags of others"): _others_tags for name in (CENTRE, RALLY)},
    **{(name, "taken meanwhile"): _taken for name in ("contact_center/prune all", "stamp_rally/prune")},
    ("contact_center/create", "a day"): _forgotten,
    ("contact_center/create", "within the lag"): _settling,
    **{(name, "additions first"): _additions_first for name in (CENTRE, RALLY)},
}


def _where(what: str) -> Sequence[str]:
    if "read" in what:
        return LIVING
    return BEGINNING if "create" in what else SHORT


def cases() -> Sequence[str]:
    """Every property where it can be looked for."""
    once = [f"{workload} | {what}" for what in ONCE for workload in _where(what)]
    here = [f"{workload} | {what}" for workload, what in HERE]
    return [*once, *here, *(f"{workload} | {what}" for what in EVERYWHERE for workload in workloads())]


def check(name: str) -> Sequence[str]:
    """One property."""
    workload, what = name.split(" | ")
    if what in ONCE:
        return list(_once(workload, ONCE[what]()))
    look = EVERYWHERE.get(what) or HERE[workload, what]
    return list(look(workload))


ROW = Row("safety", "dry runs, guards and the wrong account", cases, check)

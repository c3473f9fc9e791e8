"""Row P: a dry run writes nothing, guards hold, the wrong account is left at once, and what is not to be touched is not.

A case is played where a workload begins; each says in its name what must hold.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pictures import ANOTHER, differences, picture
from row import Row
from trial import Trial, calm
from workloads import example, with_settings, without, workloads

from reconciler.one_pass import Options, PassReport
from reconciler.planning.ownership import MARKS, PROTECT_MARK, STACK_MARK
from reconciler.sandbox.trouble import Attempt, FaultKind
from reconciler.stack import Key, Policy, Stack

CENTRE, RALLY = "contact_center/change", "stamp_rally/change"
"""Where these begin all of the example stack lives, as it is protected by itself."""
LASTING = ("connect.instance", "connect.phone_number", "dynamodb.table", "s3.bucket")
"""What is never deleted unless somebody says `protect: false`."""
DAY = 24 * 3600.0
ADD, REMOVE = "Associate", "Disassociate"
QUICK = Key("connect.quick_connect", "Emergency Line")
QUEUE = Key("connect.queue", "PremiumSupportQueue")
SERVICE = Key("connect.queue", "CustomerService")


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
    met: set[str] = set()

    def once(attempt: Attempt) -> FaultKind | None:
        if attempt.operation in met or attempt.service == "sts":
            return None
        met.add(attempt.operation)
        return FaultKind.THROTTLE

    report = trial.troubled(once)
    if report is None or report.outcome != "settled":
        yield f"P1 throttles are not overcome within the pass: {report and report.outcome}"
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
        if name == "contact_center" and "ContactFlow:MainFlow" not in after:
            yield "P9 deleted, although what stays refers to it: ContactFlow:MainFlow"
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
    owned = [each for each in trial.at.things().values() if each.owner == trial.workload.wanted.name]
    for each in owned:
        _tag(trial, each.id, each.noun, each.name)
    trial.at.run(trial.workload.wanted, trial.workload.options, trial.cache)
    left = {each.id for each in trial.at.things().values() if "Cost" in each.tags}
    lost = [each.label for each in owned if each.id not in left]
    if lost:
        yield f"P9 somebody else's tags are gone from {lost}"


def _tag(trial: Trial, identity: str, noun: str, name: str) -> None:
    at = trial.at
    if noun == "Bucket":
        s3 = at.client("s3")
        tags = [*s3.get_bucket_tagging(Bucket=name)["TagSet"], {"Key": "Cost", "Value": "7"}]
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
    elif noun == "Table":
        dynamodb = at.client("dynamodb")
        arn = dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
        dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "Cost", "Value": "7"}])
    else:
        for centre in at.plane().centres.values():
            held: list[Any] = [centre, *(each for store in centre._stores.values() for each in store)]
            for each in held:
                if each.id == identity:
                    each.tags["Cost"] = "7"
                    each.modified = at.plane().tick()


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
                    record.tags.get(STACK_MARK) == trial.workload.wanted.name
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
            if record.tags.get(STACK_MARK) == trial.workload.wanted.name and "Description" in record.settings:
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


EVERYWHERE: Mapping[str, Callable[[str], Iterator[str]]] = {
    "a dry run": _dry,
    "the wrong account": _wrong_account,
    "throttled once": _throttled_once,
}
HERE: Mapping[tuple[str, str], Callable[[str], Iterator[str]]] = {
    **{(name, "unapproved"): _guarded for name in ("contact_center/prune", "contact_center/prune all")},
    (CENTRE, "only one"): _only,
    (CENTRE, "what lasts"): _lasting,
    (CENTRE, "protected by its author"): _said_so,
    (CENTRE, "released"): _released,
    (CENTRE, "reported and ignored"): _reported,
    (CENTRE, "foreign and free"): _foreign,
    **{(name, "tags of others"): _others_tags for name in (CENTRE, RALLY)},
    ("contact_center/create", "a day"): _forgotten,
    ("contact_center/create", "within the lag"): _settling,
    **{(name, "additions first"): _additions_first for name in (CENTRE, RALLY)},
}


def cases() -> Sequence[str]:
    """Every property where it can be looked for."""
    everywhere = [f"{workload} | {what}" for what in EVERYWHERE for workload in workloads()]
    return [*everywhere, *(f"{workload} | {what}" for workload, what in HERE)]


def check(name: str) -> Sequence[str]:
    """One property."""
    workload, what = name.split(" | ")
    look = EVERYWHERE.get(what) or HERE[workload, what]
    return list(look(workload))


ROW = Row("P", "dry runs, guards and the wrong account", cases, check)

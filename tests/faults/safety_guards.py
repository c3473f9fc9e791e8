"""Limits of a pass: dry runs, the wrong account, deletes without approval, and protected, released or only reported resources."""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.pass_options import Options
from reconciler.planning.ownership import MARKS, PROTECT_MARK
from reconciler.sandbox.fault_injection import FaultKind
from reconciler.stack import Policy
from tests.faults.case import Case
from tests.faults.live_state import differences, state_by_label
from tests.faults.safety_helpers import (
    CENTRE,
    FLOW,
    QUEUE,
    QUICK,
    RALLY,
    SERVICE,
    first_of,
    pass_to,
    quiet_pass,
    with_policies,
)
from tests.faults.workloads import example, with_settings, without, workloads

LASTING = ("connect.instance", "connect.phone_number", "dynamodb.table", "s3.bucket")
"""The kinds whose resources are deleted only with `protect: false`."""


def dry_run(workload: str) -> Iterator[str]:
    case = Case.of(workload)
    yield from quiet_pass(case, replace(case.workload.options, dry_run=True))


def wrong_account(workload: str) -> Iterator[str]:
    case = Case.of(workload)
    case.workload = replace(case.workload, wanted=replace(case.workload.wanted, account="999999999999"))
    yield from quiet_pass(case, case.workload.options)
    called = [call.name for call in case.harness.box.journal]
    if called != ["sts:GetCallerIdentity"]:
        yield f"P9 with credentials of another account {len(called)} calls: {called[:5]}"


def unapproved(workload: str) -> Iterator[str]:
    """Deletes are refused without approval, or with approval of another number."""
    gone = workloads()[workload].options.allow_deletes or 0
    for options in (Options(), Options(allow_deletes=gone + 1), Options(allow_deletes=gone - 1)):
        case = Case.of(workload)
        if options.allow_deletes is None and gone <= 0.3 * len(case.workload.wanted.resources):
            continue
        yield from (
            f"{line} with {options.allow_deletes} deletes approved" for line in quiet_pass(case, options)
        )


def only_one(_workload: str) -> Iterator[str]:
    """A pass that is limited to one resource changes no other."""
    case = Case.of(CENTRE)
    before = state_by_label(case.harness.live_resources())
    report = case.harness.run(case.workload.wanted, Options(only=(str(QUICK),)), case.cache)
    after = state_by_label(case.harness.live_resources())
    changed = {label for label in {*before, *after} if before.get(label) != after.get(label)}
    if changed != {f"QuickConnect:{QUICK.name}"} or report.outcome != "settled":
        yield f"P9 limited to {QUICK}, a pass changed {sorted(changed)} and was {report.outcome}"


def what_lasts(_workload: str) -> Iterator[str]:
    """Protected kinds are not deleted, even with many approved deletes; nor are resources that they refer to."""
    for workload, name in ((CENTRE, "contact_center"), (RALLY, "stamp_rally")):
        stack = example(name)
        case = _unsaid(workload)
        before = state_by_label(case.harness.live_resources())
        wanted = without(stack, lambda key: key.kind in (*LASTING[1:], "connect.contact_flow"))
        letting_go = {key: {"outbound_caller_config": None} for key in wanted.resources if key == SERVICE}
        report = pass_to(case, with_settings(wanted, letting_go))
        wrong = [
            str(each.key)
            for each in report.plan.pending
            if each.verb == "delete" and each.key.kind in LASTING
        ]
        after = state_by_label(case.harness.live_resources())
        gone = [
            label
            for label in before
            if label not in after and label.partition(":")[0] in ("PhoneNumber", "Table", "Bucket")
        ]
        if wrong or gone:
            yield f"P9 protected, and deleted: {wrong} {gone}"
        if FLOW in {each.key for each in report.plan.pending}:
            yield f"P9 to be deleted, although a number that stays refers to it: {FLOW}"
        case = _unsaid(workload)
        report = pass_to(case, without(stack, lambda _key: True), Options(dry_run=True))
        wrong = [str(each.key) for each in report.plan.pending if each.key.kind in LASTING]
        if wrong:
            yield f"P9 protected, and to be deleted: {wrong}"


def _unsaid(workload: str) -> Case:
    """A trial in which only kinds protect resources, not the files."""
    case = Case.of(workload, with_cache=False)
    s3, dynamodb = case.harness.client("s3"), case.harness.client("dynamodb")
    for each in case.harness.live_resources().values():
        if PROTECT_MARK in each.tags and each.noun == "Bucket":
            tags = [{"Key": key, "Value": value} for key, value in each.tags.items() if key != PROTECT_MARK]
            s3.put_bucket_tagging(Bucket=each.name, Tagging={"TagSet": tags})
        elif PROTECT_MARK in each.tags and each.noun == "Table":
            arn = dynamodb.describe_table(TableName=each.name)["Table"]["TableArn"]
            dynamodb.untag_resource(ResourceArn=arn, TagKeys=[PROTECT_MARK])
    return case


def replaced(_workload: str) -> Iterator[str]:
    """A change that AWS cannot make is refused; with the policy `replace` the resource is replaced once, unless it is protected."""
    key, _ = first_of(RALLY, "dynamodb.table", "Table")
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
        case = Case.of(RALLY)
        report = pass_to(case, with_policies(wanted, {key: policy}), Options())
        sent = [
            call.operation
            for call in case.harness.box.journal
            if call.operation in ("CreateTable", "DeleteTable")
        ]
        if report.outcome != outcome or sent != (
            ["DeleteTable", "CreateTable"] if outcome == "settled" else []
        ):
            yield f"P9 another key with {policy}: {report.outcome}, {sent}"
    case = Case.of(RALLY)
    case.harness.inject(
        lambda attempt: FaultKind.ACCESS_DENIED if attempt.operation == "DeleteTable" else None
    )
    pass_to(case, with_policies(wanted, {key: Policy(protect=False, replace=True)}), Options())
    case.harness.inject(lambda _attempt: None)
    if any(call.operation == "CreateTable" for call in case.harness.box.journal):
        yield "P9 made anew, although the old one could not be deleted"


def protected_by_author(_workload: str) -> Iterator[str]:
    """A resource with `protect: true` stays when it leaves the files; one with `protect: false` is deleted."""
    stack = example("contact_center")
    case = Case.of(CENTRE)
    pass_to(case, with_policies(stack, {QUICK: Policy(protect=True)}))
    tags = state_by_label(case.harness.live_resources())[f"QuickConnect:{QUICK.name}"]["tags"]
    if tags.get(PROTECT_MARK) != "true":
        yield f"P9 `protect` is not marked: {tags}"
    wanted = without(stack, lambda key: key == QUICK)
    pass_to(case, wanted)
    if f"QuickConnect:{QUICK.name}" not in state_by_label(case.harness.live_resources()):
        yield "P9 protected by its author, and deleted"
    case = Case.of(CENTRE)
    pass_to(case, replace(wanted, prune=False))
    if f"QuickConnect:{QUICK.name}" not in state_by_label(case.harness.live_resources()):
        yield "P9 deleted, although nothing says to prune"


def released(_workload: str) -> Iterator[str]:
    """A released resource loses our marks and nothing else."""
    for workload, name, key, label in (
        (CENTRE, "contact_center", QUICK, f"QuickConnect:{QUICK.name}"),
        (RALLY, "stamp_rally", *first_of(RALLY, "dynamodb.table", "Table")),
        (RALLY, "stamp_rally", *first_of(RALLY, "s3.bucket", "Bucket")),
    ):
        case = Case.of(workload)
        before = state_by_label(case.harness.live_resources())[label]
        kept = without(example(name), key.__eq__)
        report = pass_to(case, replace(kept, prune=False, release=(key,)))
        after = state_by_label(case.harness.live_resources()).get(label)
        tags = {tag: value for tag, value in before["tags"].items() if tag not in MARKS}
        if report.outcome != "settled" or after != {**before, "tags": tags}:
            yield f"P9 released: {report.outcome}, {list(differences(after, {**before, 'tags': tags}, label))[:3]}"


def reported_and_ignored(_workload: str) -> Iterator[str]:
    """Resources with `on_drift: report` and ignored fields are not changed."""
    case = Case.of(CENTRE)
    wanted = case.workload.wanted
    before = state_by_label(case.harness.live_resources())
    policies = {QUICK: Policy(on_drift="report"), QUEUE: Policy(ignore=("max_contacts",))}
    report = pass_to(case, with_policies(wanted, policies))
    after = state_by_label(case.harness.live_resources())
    if before[f"QuickConnect:{QUICK.name}"] != after[f"QuickConnect:{QUICK.name}"]:
        yield "P9 `on_drift: report`, and changed"
    label = f"Queue:{QUEUE.name}"
    if before[label]["MaxContacts"] != after[label]["MaxContacts"] or before[label] == after[label]:
        yield f"P9 ignored, and changed: {after[label]['MaxContacts']}"
    if report.outcome != "settled":
        yield f"P9 {report.outcome} with something only to be reported"

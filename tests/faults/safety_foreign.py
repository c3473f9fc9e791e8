"""Resources and tags of others stay, including those that others create or take over during a pass."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from reconciler.planning.ownership import PROTECT_MARK, STACK_MARK
from reconciler.sandbox.fault_injection import Attempt
from tests.faults.case import Case
from tests.faults.harness import MemoryCache
from tests.faults.live_state import OTHER_STACK, LiveResource, state_by_label
from tests.faults.safety_helpers import CENTRE, OPEN, QUICK, pass_to


def create_as_other_client(workload: str) -> Iterator[str]:
    """A resource that another client creates with our name just before us is not changed."""
    case = Case.of(workload, concurrent=True)
    made: list[Any] = []

    def plan(attempt: Attempt) -> None:
        if attempt.operation != "CreateHoursOfOperation" or attempt.params["Name"] != OPEN.name or made:
            return
        members = ("InstanceId", "Name", "TimeZone", "Config")
        made.append(attempt)
        case.harness.client("connect").create_hours_of_operation(
            **{each: attempt.params[each] for each in members}
        )
        made[0] = repr(_record_of(case, "HoursOfOperation", OPEN.name))

    report = case.pass_with_faults(plan)
    if repr(_record_of(case, "HoursOfOperation", OPEN.name)) != made[0]:
        yield "P3 made by hand under our name, and changed"
    if report is None or report.results[OPEN].outcome != "refused":
        yield f"P8 made by hand under our name, and not refused: {report and report.results[OPEN]}"


def _record_of(case: Case, noun: str, name: str) -> tuple[Any, ...]:
    """The live state of the first resource with this name."""
    found = [
        each for each in case.harness.live_resources().values() if (each.noun, each.name) == (noun, name)
    ]
    return tuple((each.id, dict(each.tags), each.settings) for each in found)


def foreign_and_free(_workload: str) -> Iterator[str]:
    """A resource with another stack's mark is refused and not changed; so is an unmarked resource with other settings."""
    for adopt in (False, True):
        for mark in (OTHER_STACK, None):
            if adopt and mark is None:
                continue
            case = Case.of(CENTRE)
            (record,) = [
                each
                for centre in case.harness.plane().centres.values()
                for store in centre._stores.values()
                for each in store
                if (each.kind.noun, each.name) == ("QuickConnect", QUICK.name)
            ]
            record.tags.clear()
            record.tags |= {STACK_MARK: mark} if mark else {}
            record.modified = case.harness.plane().tick()
            before = repr((record.tags, record.settings))
            resources = dict(case.workload.wanted.resources)
            resources[QUICK] = replace(resources[QUICK], adopt=adopt)
            report = pass_to(case, replace(case.workload.wanted, resources=resources))
            if repr((record.tags, record.settings)) != before:
                yield f"P3 of {mark or 'nobody'}, and changed: {record.tags} {record.settings}"
            if report.outcome != "failed" or report.results[QUICK].outcome != "refused":
                yield f"P8 of {mark or 'nobody'}, and not refused: {report.outcome} {report.results.get(QUICK)}"


def tags_of_others(workload: str) -> Iterator[str]:
    """Tags of other clients stay when ours change."""
    case = Case.of(workload)
    owned = [
        each for each in case.harness.live_resources().values() if each.owner == case.workload.wanted.mark
    ]
    for each in owned:
        _tag(case, each, {"Cost": "7"})
    case.harness.run(case.workload.wanted, case.workload.options, case.cache)
    left = {each.id for each in case.harness.live_resources().values() if "Cost" in each.tags}
    lost = [each.label for each in owned if each.id not in left]
    if lost:
        yield f"P9 somebody else's tags are gone from {lost}"


def _tag(case: Case, resource: LiveResource, tags: Mapping[str, str], *, shows: bool = True) -> None:
    """Tag a resource as another client; `shows` says whether its change time changes."""
    harness = case.harness
    if resource.noun == "Bucket":
        s3 = harness.client("s3")
        found = {each["Key"]: each["Value"] for each in s3.get_bucket_tagging(Bucket=resource.name)["TagSet"]}
        rows = [{"Key": key, "Value": value} for key, value in {**found, **tags}.items()]
        s3.put_bucket_tagging(Bucket=resource.name, Tagging={"TagSet": rows})
    elif resource.noun == "Table":
        dynamodb = harness.client("dynamodb")
        arn = dynamodb.describe_table(TableName=resource.name)["Table"]["TableArn"]
        dynamodb.tag_resource(
            ResourceArn=arn, Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
        )
    else:
        for centre in harness.plane().centres.values():
            held: list[Any] = [centre, *(each for store in centre._stores.values() for each in store)]
            for each in held:
                if each.id == resource.id:
                    each.tags |= tags
                    if shows:
                        each.modified = harness.plane().tick()


def taken_over_meanwhile(workload: str) -> Iterator[str]:
    """A resource that another stack took over, or that was protected, after its tags were read is not deleted."""
    for tags in ({STACK_MARK: OTHER_STACK}, {PROTECT_MARK: "true"}):
        case = Case.of(workload, concurrent=True)
        wanted, options = case.workload.wanted, case.workload.options
        for _ in range(2):
            case.harness.clock.sleep(3600)
            case.harness.run(wanted, replace(options, dry_run=True), case.cache)
        for each in list(case.harness.live_resources().values()):
            if each.owner == wanted.mark:
                _tag(case, each, tags, shows=False)
        before = state_by_label(case.harness.live_resources())
        case.harness.clock.sleep(60)
        memories = case.cache.copy() if isinstance(case.cache, MemoryCache) else case.cache
        planned = case.harness.run(wanted, replace(options, dry_run=True), memories)
        going = sum(each.verb == "delete" for each in planned.plan.pending)
        case.harness.run(wanted, replace(options, allow_deletes=going), case.cache)
        after = state_by_label(case.harness.live_resources())
        yield from (f"P3 {tags}, and deleted: {label}" for label in before if label not in after)

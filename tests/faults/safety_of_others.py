"""Resources and tags of others stay, including those that others create or take over during a pass."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from reconciler.planning.ownership import PROTECT_MARK, STACK_MARK
from reconciler.sandbox.fault_injection import Attempt
from tests.faults.desk import MemoryCache
from tests.faults.pictures import ANOTHER, Thing, picture
from tests.faults.safety_helpers import CENTRE, OPEN, QUICK, pass_to
from tests.faults.trial import Trial


def made_by_hand(workload: str) -> Iterator[str]:
    """A resource that another client creates with our name just before us is not changed."""
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
    """The live state of the first resource with this name."""
    found = [each for each in trial.at.things().values() if (each.noun, each.name) == (noun, name)]
    return tuple((each.id, dict(each.tags), each.held) for each in found)


def foreign_and_free(_workload: str) -> Iterator[str]:
    """A resource with another stack's mark is refused and not changed; so is an unmarked resource with other settings."""
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
            report = pass_to(trial, replace(trial.workload.wanted, resources=resources))
            if repr((record.tags, record.settings)) != before:
                yield f"P3 of {mark or 'nobody'}, and changed: {record.tags} {record.settings}"
            if report.outcome != "failed" or report.results[QUICK].outcome != "refused":
                yield f"P8 of {mark or 'nobody'}, and not refused: {report.outcome} {report.results.get(QUICK)}"


def tags_of_others(workload: str) -> Iterator[str]:
    """Tags of other clients stay when ours change."""
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
    """Tag a resource as another client; `shows` says whether its change time changes."""
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


def taken_meanwhile(workload: str) -> Iterator[str]:
    """A resource that another stack took over, or that was protected, after its tags were read is not deleted."""
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
        memories = trial.cache.copy() if isinstance(trial.cache, MemoryCache) else trial.cache
        planned = trial.at.run(wanted, replace(options, dry_run=True), memories)
        going = sum(each.verb == "delete" for each in planned.plan.pending)
        trial.at.run(wanted, replace(options, allow_deletes=going), trial.cache)
        after = picture(trial.at.things())
        yield from (f"P3 {tags}, and deleted: {label}" for label in before if label not in after)

"""Hours of operation, and their parents, whose overrides they inherit."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from reconciler.sandbox.connect.core.operations import Found, Operations, Reply, Rows, created, described
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import invalid
from reconciler.sandbox.connect.core.resource_types import HOURS
from reconciler.sandbox.connect.core.stored_records import Record
from reconciler.sandbox.connect.hours.hours_overrides import of_hours

MOST_PARENTS = 3
PARENTS = "ParentHoursOfOperationConfigs"

operations = Operations()


def with_parents(instance: Instance, record: Record) -> dict[str, Any]:
    """Describe hours with the name of each parent."""
    parents = [
        instance.get(HOURS, parent["HoursOfOperationId"]) for parent in record.settings.get(PARENTS, ())
    ]
    return {**described(instance, record), "ParentHoursOfOperations": [_named(parent) for parent in parents]}


def _named(record: Record) -> dict[str, str]:
    return {"Id": record.id, "Arn": record.arn, "Name": record.name}


operations.describe("DescribeHoursOfOperation", HOURS, "HoursOfOperation", with_parents)
operations.list_all("ListHoursOfOperations", HOURS, "HoursOfOperationSummaryList")
operations.search("SearchHoursOfOperations", HOURS, "HoursOfOperations", view=with_parents)


@operations.on_instance
def create_hours_of_operation(
    instance: Instance, Name: str, TimeZone: str, Tags: Mapping[str, str] | None = None, **settings: Any
) -> Reply:
    """Create hours; the time zone must be in the tz database."""
    _require_time_zone(TimeZone)
    _ids(settings.get(PARENTS, ()))
    return created(instance.add(HOURS, Name, {"TimeZone": TimeZone, **settings}, tags=Tags))


@operations.on_instance
def update_hours_of_operation(
    instance: Instance, HoursOfOperationId: str, Name: str | None = None, **changes: Any
) -> Reply:
    """Change the members in the request; Config is replaced as a whole."""
    _require_time_zone(changes.get("TimeZone", "UTC"))
    instance.change(instance.get(HOURS, HoursOfOperationId), changes, Name)
    return None


@operations.on_instance
def delete_hours_of_operation(instance: Instance, HoursOfOperationId: str) -> Reply:
    """Delete hours with their overrides, unless a queue uses them or other hours inherit from them."""
    record = instance.get(HOURS, HoursOfOperationId)
    own = of_hours(instance, record)
    instance.remove(record)
    for override in own:
        instance.forget(override)
    return None


@operations.on_instance
def associate_hours_of_operations(
    instance: Instance, HoursOfOperationId: str, ParentHoursOfOperationConfigs: Sequence[Mapping[str, str]]
) -> Reply:
    """Add parents; at most three."""
    record = instance.get(HOURS, HoursOfOperationId)
    more = [instance.get(HOURS, parent).id for parent in _ids(ParentHoursOfOperationConfigs)]
    if record.id in more:
        raise invalid("Hours of operation cannot be their own parent.")
    _set_parents(instance, record, [*_parents(record), *more])
    return None


@operations.on_instance
def disassociate_hours_of_operations(
    instance: Instance, HoursOfOperationId: str, ParentHoursOfOperationIds: Sequence[str]
) -> Reply:
    """Remove parents."""
    record = instance.get(HOURS, HoursOfOperationId)
    gone = {instance.get(HOURS, parent).id for parent in ParentHoursOfOperationIds}
    _set_parents(instance, record, [parent for parent in _parents(record) if parent not in gone])
    return None


@operations.pages("ChildHoursOfOperationsSummaryList", most=100)
def list_child_hours_of_operations(instance: Instance, HoursOfOperationId: str) -> Rows:
    """List the hours that inherit from these."""
    record = instance.get(HOURS, HoursOfOperationId)
    children = instance.holders(record, HOURS.noun).values()
    return Found([_named(child) for child in children], record.stamp())


def _ids(parents: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the ids of parents. They are required, although they are optional in the model."""
    if not all(parent.get("HoursOfOperationId") for parent in parents):
        raise invalid("Each parent needs its HoursOfOperationId.")
    return [parent["HoursOfOperationId"] for parent in parents]


def _parents(record: Record) -> list[str]:
    return [parent["HoursOfOperationId"] for parent in record.settings.get(PARENTS, ())]


def _set_parents(instance: Instance, record: Record, parents: Sequence[str]) -> None:
    unique = list(dict.fromkeys(parents))
    if len(unique) > MOST_PARENTS:
        raise invalid(f"Hours of operation can have at most {MOST_PARENTS} parents.")
    instance.change(record, {PARENTS: [{"HoursOfOperationId": parent} for parent in unique]})


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _require_time_zone(name: str) -> None:
    if name not in _time_zones():
        raise invalid(f"TimeZone {name} is not valid.")

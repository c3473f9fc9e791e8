"""Overrides of hours of operation, such as holidays. They have no ARN and no tags."""

from collections.abc import Callable
from datetime import date
from operator import eq, ge, gt, le, lt
from typing import Any

from reconciler.sandbox.connect.core.operations import Found, Operations, Reply, Rows, described
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import absent, invalid, quota_reached
from reconciler.sandbox.connect.core.resource_types import HOURS, OVERRIDE
from reconciler.sandbox.connect.core.stored_records import Record

MOST_OVERRIDES = 50
COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "GREATER_THAN": gt,
    "LESS_THAN": lt,
    "GREATER_THAN_OR_EQUAL_TO": ge,
    "LESS_THAN_OR_EQUAL_TO": le,
    "EQUAL_TO": eq,
}

operations = Operations()


def view(instance: Instance, record: Record) -> dict[str, Any]:
    """Describe an override, with its hours and without the time of change."""
    shown = described(instance, record)
    del shown["LastModifiedTime"], shown["LastModifiedRegion"]
    arn = f"{instance.arn}/{HOURS.word}/{record.settings['HoursOfOperationId']}"
    return {**shown, "HoursOfOperationArn": arn}


def _dated(_instance: Instance, record: Record, condition: dict[str, str]) -> bool:
    found = record.settings.get(condition.get("FieldName", ""), "")
    compare = COMPARISONS[condition.get("ComparisonType", "EQUAL_TO")]
    return compare(found, condition.get("Value", ""))


operations.search(
    "SearchHoursOfOperationOverrides",
    OVERRIDE,
    "HoursOfOperationOverrides",
    view=view,
    conditions={"DateCondition": _dated},
)


def of_hours(instance: Instance, hours: Record) -> list[Record]:
    """Return the overrides of hours."""
    return list(instance.holders(hours, OVERRIDE.noun).values())


def _get(instance: Instance, hours_id: str, override_id: str) -> Record:
    hours = instance.get(HOURS, hours_id)
    record = instance.get(OVERRIDE, override_id)
    if record.scope != hours.id:
        raise absent(OVERRIDE.noun, override_id)
    return record


@operations.on_instance
def create_hours_of_operation_override(
    instance: Instance, HoursOfOperationId: str, Name: str, **settings: Any
) -> Reply:
    """Create an override; its name is unique within its hours."""
    hours = instance.get(HOURS, HoursOfOperationId)
    _require_dates(settings)
    if len(of_hours(instance, hours)) >= MOST_OVERRIDES:
        raise quota_reached("overrides per hours of operation", MOST_OVERRIDES)
    settings = {"OverrideType": "STANDARD", **settings, "HoursOfOperationId": hours.id}
    record = instance.add(OVERRIDE, Name, settings, scope=hours.id)
    return {"HoursOfOperationOverrideId": record.id}


@operations.on_instance
def describe_hours_of_operation_override(
    instance: Instance, HoursOfOperationId: str, HoursOfOperationOverrideId: str
) -> Reply:
    """Describe an override."""
    record = _get(instance, HoursOfOperationId, HoursOfOperationOverrideId)
    return {"HoursOfOperationOverride": view(instance, record)}


@operations.on_instance
def update_hours_of_operation_override(
    instance: Instance,
    HoursOfOperationId: str,
    HoursOfOperationOverrideId: str,
    Name: str | None = None,
    **changes: Any,
) -> Reply:
    """Change the members in the request; Config is replaced as a whole."""
    record = _get(instance, HoursOfOperationId, HoursOfOperationOverrideId)
    _require_dates({**record.settings, **changes})
    instance.change(record, changes, Name)
    return None


@operations.on_instance
def delete_hours_of_operation_override(
    instance: Instance, HoursOfOperationId: str, HoursOfOperationOverrideId: str
) -> Reply:
    """Delete an override."""
    instance.remove(_get(instance, HoursOfOperationId, HoursOfOperationOverrideId))
    return None


@operations.pages("HoursOfOperationOverrideList", most=100, view=view)
def list_hours_of_operation_overrides(instance: Instance, HoursOfOperationId: str) -> Rows:
    """List the overrides of hours with all members."""
    hours = instance.get(HOURS, HoursOfOperationId)
    return Found(of_hours(instance, hours), hours.stamp())


def _require_dates(settings: dict[str, Any]) -> None:
    try:
        start, end = (date.fromisoformat(settings[name]) for name in ("EffectiveFrom", "EffectiveTill"))
    except ValueError:
        raise invalid("EffectiveFrom and EffectiveTill must be dates (YYYY-MM-DD).") from None
    if end < start:
        raise invalid("EffectiveTill cannot be before EffectiveFrom.")

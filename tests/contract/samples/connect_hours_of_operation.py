"""connect.hours_of_operation."""

from reconciler.testing import Change, Drift, Sample, Settings
from tests.contract.contract_around import in_instance


def opening(day: str, start: str = "09:00", end: str = "17:00") -> Settings:
    return {"day": day, "start_time": start, "end_time": end}


def hours(*days: str) -> Settings:
    return {"time_zone": "Europe/London", "config": [opening(day) for day in days]}


CHRISTMAS = {
    "name": "Christmas",
    "description": "Closed all day",
    "config": [opening("FRIDAY", "00:00", "00:00")],
    "effective_from": "2026-12-25",
    "effective_till": "2026-12-25",
    "override_type": "CLOSED",
}
LATE_THURSDAYS = {
    "name": "Late Thursdays",
    "config": [opening("THURSDAY", "09:00", "21:00")],
    "effective_from": "2026-11-01",
    "effective_till": "2027-11-01",
    "override_type": "OPEN",
    "recurrence_config": {
        "recurrence_pattern": {
            "frequency": "MONTHLY",
            "interval": 1,
            "by_month": [1],
            "by_month_day": [4],
            "by_weekday_occurrence": [1],
        }
    },
}

SAMPLE = Sample(
    newer_actions={
        "connect:AssociateHoursOfOperations": "botocore has the operation; the reference has no such action yet",
        "connect:DisassociateHoursOfOperations": "botocore has the operation; the reference has no such action yet",
    },
    name="Weekdays",
    around=in_instance(
        {"connect.hours_of_operation": {"Holidays": hours("SUNDAY"), "Sales": hours("SATURDAY")}}
    ),
    base={
        "description": "Monday and Tuesday",
        "time_zone": "Europe/London",
        "config": [opening("MONDAY"), opening("TUESDAY", "00:00", "00:00")],
        "parents": [{"hours_of_operation": "Holidays"}],
        "overrides": [CHRISTMAS],
        "tags": {"Team": "orders"},
    },
    changes=(
        Change("description", "Start of the week", ("UpdateHoursOfOperation",)),
        Change("description", None, ("UpdateHoursOfOperation",), "cleared"),
        Change("time_zone", "Europe/Berlin", ("UpdateHoursOfOperation",)),
        Change("config", [opening("MONDAY", "08:30")], ("UpdateHoursOfOperation",)),
        Change(
            "parents",
            [{"hours_of_operation": "Sales"}],
            ("AssociateHoursOfOperations", "DisassociateHoursOfOperations"),
        ),
        Change("parents", None, ("DisassociateHoursOfOperations",), "cleared"),
        Change(
            "overrides",
            [LATE_THURSDAYS],
            ("CreateHoursOfOperationOverride", "DeleteHoursOfOperationOverride"),
        ),
        Change(
            "overrides",
            [{**CHRISTMAS, "effective_till": "2026-12-26"}],
            ("UpdateHoursOfOperationOverride",),
            "until another day",
        ),
        Change("overrides", None, ("DeleteHoursOfOperationOverride",), "cleared"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift("description", "update_hours_of_operation", {"Description": "by hand"}),
        Drift("time_zone", "update_hours_of_operation", {"TimeZone": "America/New_York"}),
        Drift("config", "update_hours_of_operation", {"Config": []}),
    ),
)

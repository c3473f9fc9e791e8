"""Hours of operation day by day, overrides applied."""

from typing import Any

import pytest

from tests.sandbox.connect.contact_centre import Centre, Refused

# 2026-12-21 is a Monday.
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")


def time(text: str) -> dict[str, int]:
    return {"Hours": int(text[:2]), "Minutes": int(text[3:])}


def slices(*times: str, days: tuple[str, ...] = DAYS) -> list[dict[str, Any]]:
    pairs = [each.split("-") for each in times]
    return [
        {"Day": day, "StartTime": time(start), "EndTime": time(end)} for day in days for start, end in pairs
    ]


@pytest.fixture
def hours(centre: Centre) -> str:
    return centre.make_hours(Config=slices("09:00-17:00"))


def override(centre: Centre, hours: str, name: str, config: Any, **more: Any) -> None:
    dates = {"EffectiveFrom": "2026-12-01", "EffectiveTill": "2027-12-31"}
    settings = {"HoursOfOperationId": hours, "Name": name, "Config": config, **dates, **more}
    centre("CreateHoursOfOperationOverride", **settings)


def spelled(each: Any) -> str:
    return "-".join(f"{each[end]['Hours']:02}:{each[end]['Minutes']:02}" for end in ("Start", "End"))


def effective(centre: Centre, hours: str, first: str, last: str | None = None) -> dict[str, list[str]]:
    dates = {"FromDate": first, "ToDate": last or first}
    reply = centre("GetEffectiveHoursOfOperations", HoursOfOperationId=hours, **dates)
    rows = reply["EffectiveHoursOfOperationList"]
    return {row["Date"]: [spelled(each) for each in row["OperationalHours"]] for row in rows}


def test_a_week_without_overrides(centre: Centre, hours: str) -> None:
    week = effective(centre, hours, "2026-12-25", "2026-12-28")
    assert week == {
        "2026-12-25": ["09:00-17:00"],
        "2026-12-26": [],
        "2026-12-27": [],
        "2026-12-28": ["09:00-17:00"],
    }


def test_temporary_hours_replace_the_day(centre: Centre, hours: str) -> None:
    dates = {"EffectiveFrom": "2026-12-24", "EffectiveTill": "2026-12-25"}
    override(centre, hours, "Party", slices("10:00-12:00", days=("THURSDAY",)), **dates)
    week = effective(centre, hours, "2026-12-23", "2026-12-25")
    assert list(week.values()) == [["09:00-17:00"], ["10:00-12:00"], []]
    asked = {"HoursOfOperationId": hours, "FromDate": "2026-12-23", "ToDate": "2026-12-25"}
    reply = centre("GetEffectiveHoursOfOperations", **asked)
    [applied] = reply["EffectiveOverrideHoursList"]
    [hour] = applied["OverrideHours"]
    assert (applied["Date"], hour["OverrideName"], hour["OperationalStatus"]) == (
        "2026-12-24",
        "Party",
        "OPEN",
    )
    assert reply["TimeZone"] == "Europe/London"


def pattern(frequency: str, interval: int = 1, **more: Any) -> dict[str, Any]:
    return {"RecurrencePattern": {"Frequency": frequency, "Interval": interval, **more}}


def test_events_open_and_close(centre: Centre, hours: str) -> None:
    weekly = pattern("WEEKLY")
    lunch = slices("12:00-13:00", days=("MONDAY",))
    override(centre, hours, "Lunch", lunch, OverrideType="CLOSED", RecurrenceConfig=weekly)
    evening = slices("16:00-20:00", "22:00-00:00", days=("MONDAY",))
    override(centre, hours, "Evening", evening, OverrideType="OPEN", RecurrenceConfig=weekly)
    assert effective(centre, hours, "2026-12-21", "2026-12-22") == {
        "2026-12-21": ["09:00-12:00", "13:00-20:00", "22:00-00:00"],
        "2026-12-22": ["09:00-17:00"],
    }


@pytest.mark.parametrize(
    ("config", "closed", "open_"),
    [
        (pattern("WEEKLY", 2), ("2026-12-04", "2026-12-18"), ("2026-12-11", "2026-12-25")),
        (pattern("MONTHLY", ByWeekdayOccurrence=[-1]), ("2026-12-25", "2027-01-29"), ("2027-01-22",)),
        (pattern("MONTHLY", 2, ByWeekdayOccurrence=[1]), ("2026-12-04", "2027-02-05"), ("2027-01-01",)),
        (pattern("MONTHLY", ByMonthDay=[-1]), ("2027-04-30", "2026-12-31"), ("2026-12-30",)),
        (pattern("YEARLY", ByMonth=[12], ByMonthDay=[25]), ("2026-12-25",), ("2027-01-25", "2026-12-24")),
    ],
)
def test_events_recur(
    centre: Centre, hours: str, config: Any, closed: tuple[str, ...], open_: tuple[str, ...]
) -> None:
    days = ("THURSDAY", "FRIDAY")
    whole = slices("00:00-00:00", days=days)
    override(centre, hours, "Off", whole, OverrideType="CLOSED", RecurrenceConfig=config)
    assert [effective(centre, hours, day)[day] for day in closed] == [[]] * len(closed)
    assert all(effective(centre, hours, day)[day] for day in open_)


def test_overrides_of_parents_count(centre: Centre, hours: str) -> None:
    parent = centre.make_hours("Holidays")
    override(centre, parent, "Off", [], EffectiveFrom="2026-12-25", EffectiveTill="2026-12-25")
    parents = [{"HoursOfOperationId": parent}]
    centre("AssociateHoursOfOperations", HoursOfOperationId=hours, ParentHoursOfOperationConfigs=parents)
    assert effective(centre, hours, "2026-12-25") == {"2026-12-25": []}


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-12-25", "2026-12-24"), ("2026-12-25", "2028-12-25"), ("2026-12-32", "2026-12-33")],
)
def test_bad_dates(centre: Centre, hours: str, refused: Refused, first: str, last: str) -> None:
    with refused("InvalidParameterException"):
        effective(centre, hours, first, last)
    with refused("ResourceNotFoundException"):
        effective(centre, "none", "2026-12-25")

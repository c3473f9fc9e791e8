"""Hours of operation, their parents and overrides."""

from typing import Any

import pytest

from tests.sandbox.connect.contact_centre import Centre, Refused

NINE_TO_FIVE = [
    {"Day": "MONDAY", "StartTime": {"Hours": 9, "Minutes": 0}, "EndTime": {"Hours": 17, "Minutes": 0}}
]
CHRISTMAS = {"Config": [], "EffectiveFrom": "2026-12-25", "EffectiveTill": "2026-12-26"}


def described(centre: Centre, hours: str) -> dict[str, Any]:
    found: dict[str, Any] = centre("DescribeHoursOfOperation", HoursOfOperationId=hours)["HoursOfOperation"]
    return found


def test_hours_live(centre: Centre, refused: Refused) -> None:
    hours = centre.make_hours(Config=NINE_TO_FIVE, Description="Days", Tags={"a": "b"})
    made = described(centre, hours)
    assert (made["Name"], made["TimeZone"], made["Config"]) == ("Days", "Europe/London", NINE_TO_FIVE)
    assert made["Tags"] == {"a": "b"}
    assert made["HoursOfOperationArn"] == f"{centre.arn}/operating-hours/{hours}"
    centre("UpdateHoursOfOperation", HoursOfOperationId=hours, Config=[])
    changed = described(centre, hours)
    assert (changed["Config"], changed["Description"]) == ([], "Days")
    assert changed["LastModifiedTime"] > made["LastModifiedTime"]
    centre("DeleteHoursOfOperation", HoursOfOperationId=hours)
    with refused("ResourceNotFoundException"):
        described(centre, hours)
    centre.make_hours()


def test_a_description_can_be_emptied(centre: Centre) -> None:
    hours = centre.make_hours(Description="Days")
    centre("UpdateHoursOfOperation", HoursOfOperationId=hours, Description="")
    assert "Description" not in described(centre, hours)


def test_names_are_unique_and_case_matters(centre: Centre, refused: Refused) -> None:
    hours = centre.make_hours("Days")
    with refused("DuplicateResourceException"):
        centre.make_hours("Days")
    centre.make_hours("days")
    with refused("DuplicateResourceException"):
        centre("UpdateHoursOfOperation", HoursOfOperationId=hours, Name="days")
    centre("UpdateHoursOfOperation", HoursOfOperationId=hours, Name="Days")


def test_the_time_zone_is_of_the_database(centre: Centre, refused: Refused) -> None:
    with refused("InvalidParameterException"):
        centre.make_hours(TimeZone="Europe/Londinium")


def test_hours_that_a_queue_keeps_stay(centre: Centre, refused: Refused) -> None:
    hours = centre.make_hours()
    queue = centre.make_queue(HoursOfOperationId=hours)
    with refused("ResourceInUseException") as error:
        centre("DeleteHoursOfOperation", HoursOfOperationId=hours)
    assert error.value.members["ResourceId"] == hours
    centre("UpdateQueueHoursOfOperation", QueueId=queue, HoursOfOperationId=centre.hours)
    centre("DeleteHoursOfOperation", HoursOfOperationId=hours)


def test_parents(centre: Centre, refused: Refused) -> None:
    child = centre.make_hours("Child")
    parents = [centre.make_hours(f"Parent {number}") for number in range(4)]
    config = [{"HoursOfOperationId": parent} for parent in parents]
    centre("AssociateHoursOfOperations", HoursOfOperationId=child, ParentHoursOfOperationConfigs=config[:2])
    assert [row["Name"] for row in described(centre, child)["ParentHoursOfOperations"]] == [
        "Parent 0",
        "Parent 1",
    ]
    with refused("InvalidParameterException"):
        centre(
            "AssociateHoursOfOperations", HoursOfOperationId=child, ParentHoursOfOperationConfigs=config[2:]
        )
    with refused("InvalidParameterException"):
        own = [{"HoursOfOperationId": child}]
        centre("AssociateHoursOfOperations", HoursOfOperationId=child, ParentHoursOfOperationConfigs=own)
    children = centre.rows(
        "ListChildHoursOfOperations", "ChildHoursOfOperationsSummaryList", HoursOfOperationId=parents[0]
    )
    assert [row["Id"] for row in children] == [child]
    with refused("ResourceInUseException"):
        centre("DeleteHoursOfOperation", HoursOfOperationId=parents[0])
    centre("DisassociateHoursOfOperations", HoursOfOperationId=child, ParentHoursOfOperationIds=parents[:2])
    assert described(centre, child)["ParentHoursOfOperations"] == []


def test_overrides_live_with_their_hours(centre: Centre, refused: Refused) -> None:
    hours = centre.make_hours()
    made = centre("CreateHoursOfOperationOverride", HoursOfOperationId=hours, Name="Christmas", **CHRISTMAS)
    place = {"HoursOfOperationId": hours, "HoursOfOperationOverrideId": made["HoursOfOperationOverrideId"]}
    override = centre("DescribeHoursOfOperationOverride", **place)["HoursOfOperationOverride"]
    assert (override["Name"], override["EffectiveTill"]) == ("Christmas", "2026-12-26")
    assert override["HoursOfOperationArn"] == f"{centre.arn}/operating-hours/{hours}"
    centre("UpdateHoursOfOperationOverride", **place, Name="Yule", EffectiveTill="2026-12-27")
    listed = centre.rows(
        "ListHoursOfOperationOverrides", "HoursOfOperationOverrideList", HoursOfOperationId=hours
    )
    assert [(row["Name"], row["EffectiveTill"]) for row in listed] == [("Yule", "2026-12-27")]
    searched = centre.rows("SearchHoursOfOperationOverrides", "HoursOfOperationOverrides")
    assert searched == listed
    centre("DeleteHoursOfOperation", HoursOfOperationId=hours)
    assert centre.rows("SearchHoursOfOperationOverrides", "HoursOfOperationOverrides") == []
    with refused("ResourceNotFoundException"):
        centre("DescribeHoursOfOperationOverride", **place)


def test_override_names_are_unique_within_their_hours(centre: Centre, refused: Refused) -> None:
    for name in ("Days", "Nights"):
        hours = centre.make_hours(name)
        centre("CreateHoursOfOperationOverride", HoursOfOperationId=hours, Name="Christmas", **CHRISTMAS)
    with refused("DuplicateResourceException"):
        centre("CreateHoursOfOperationOverride", HoursOfOperationId=hours, Name="Christmas", **CHRISTMAS)


@pytest.mark.parametrize("dates", [("2026-12-26", "2026-12-25"), ("Christmas", "2026-12-25")])
def test_override_dates_are_dates_in_order(centre: Centre, refused: Refused, dates: Any) -> None:
    effective = {"EffectiveFrom": dates[0], "EffectiveTill": dates[1]}
    with refused("InvalidParameterException"):
        centre(
            "CreateHoursOfOperationOverride",
            HoursOfOperationId=centre.hours,
            Name="Wrong",
            Config=[],
            **effective,
        )


def test_overrides_are_searched_by_date(centre: Centre) -> None:
    for name, start in (("A", "2026-01-01"), ("B", "2026-06-01")):
        dates = {"EffectiveFrom": start, "EffectiveTill": start}
        centre(
            "CreateHoursOfOperationOverride", HoursOfOperationId=centre.hours, Name=name, Config=[], **dates
        )
    condition = {"FieldName": "EffectiveFrom", "Value": "2026-03-01", "ComparisonType": "GREATER_THAN"}
    found = centre.rows(
        "SearchHoursOfOperationOverrides",
        "HoursOfOperationOverrides",
        SearchCriteria={"DateCondition": condition},
    )
    assert [row["Name"] for row in found] == ["B"]

"""When schedule groups are candidates for removal.

Source: ListSchedules (Amazon EventBridge Scheduler API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Unused, day


def _empty(look: Considered) -> Iterator[Evidence]:
    if not list(look.api.pages("list_schedules", GroupName=look.sighting.name)):
        yield Evidence(f"0 schedules; created {day(look.describe().get('CreationDate'))}")


GROUP = Unused("it has no schedules", _empty, ("list_schedules", "get_schedule_group"))

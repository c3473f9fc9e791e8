"""When alarms are candidates for removal.

Source: MetricAlarm (Amazon CloudWatch API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Unused, day


def _without_data(look: Considered) -> Iterator[Evidence]:
    shown = look.sighting.settings
    since = shown.get("StateTransitionedTimestamp") or shown.get("StateUpdatedTimestamp")
    if shown.get("StateValue") == "INSUFFICIENT_DATA" and since and look.is_before(since):
        yield Evidence(f"INSUFFICIENT_DATA since {day(since)}: its metric has no data")


ALARM = Unused("its metric has had no data since before the period", _without_data)

"""Finds mistakes in alarms that AWS would refuse."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.lightsail_offers.metrics import METRICS, MOST_ALARMS
from reconciler.model import Finding

TYPES = {
    "lightsail.instance": "Instance",
    "lightsail.load_balancer": "LoadBalancer",
    "lightsail.database": "RelationalDatabase",
}
NOUNS = {"Instance": "an instance", "LoadBalancer": "a load balancer", "RelationalDatabase": "a database"}
REFERENCE = re.compile(r"\$\{(?P<kind>lightsail\.\w+):(?P<name>[^#}]+)#name\}")
MONITORED, METRIC = "monitored_resource_name", "metric_name"


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one alarm."""
    settings = files.settings
    metric, type_ = settings.get(METRIC), _type(files)
    if metric and not any(metric in METRICS[each] for each in ([type_] if type_ else METRICS)):
        what = NOUNS[type_] if type_ else "any resource"
        measured = f"; these are: {', '.join(METRICS[type_])}" if type_ else ""
        yield Finding(f"{metric} is no metric of {what}{measured}", (METRIC,))
    periods, points = settings.get("evaluation_periods"), settings.get("datapoints_to_alarm")
    if periods and points and points > periods:
        yield Finding(
            f"of {periods} periods at most {periods} are beyond the threshold", ("datapoints_to_alarm",)
        )
    triggers = settings.get("notification_triggers")
    if triggers is not None and "ALARM" not in triggers:
        yield Finding(
            "AWS needs ALARM among these; `notification_enabled: false` tells nobody",
            ("notification_triggers",),
        )
    same = [name for name, each in files.every("lightsail.alarm").items() if _place(each) == _place(settings)]
    if metric and files.name in same[MOST_ALARMS:]:
        yield Finding(
            f"AWS has {MOST_ALARMS} alarms for one metric of a resource: {', '.join(same[:MOST_ALARMS])}",
            (METRIC,),
        )


def _place(settings: Mapping[str, Any]) -> tuple[Any, Any]:
    return settings.get(MONITORED), settings.get(METRIC)


def _type(files: InFiles) -> str:
    """The type of the monitored resource; empty if the files do not show it."""
    text = str(files.settings.get(MONITORED) or "")
    found = REFERENCE.fullmatch(text)
    if found:
        return TYPES.get(found["kind"], "")
    return next((type_ for kind, type_ in TYPES.items() if files.others(kind, text) is not None), "")

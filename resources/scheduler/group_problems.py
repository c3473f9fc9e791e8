"""Finds mistakes that AWS would refuse and that depend on several fields of a schedule."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.interpolation import has_reference
from reconciler.model import Finding
from reconciler.resources.scheduler.group_model import DEFAULT
from reconciler.resources.scheduler.payload import parsed

FIFO = re.compile(r"arn:[^:]+:sqs:.*\.fifo")
NEEDS: Mapping[str, tuple[str, ...]] = {
    "ecs": ("ecs_parameters",),
    "kinesis": ("kinesis_parameters",),
    "events": (
        "event_bridge_parameters", "event_bridge_put_events_v2_parameters", "event_bridge_put_raw_events_parameters",
    ),
}  # fmt: skip
"""By service of a target: the parameters of which it needs one.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
"""
TAKE_JSON = frozenset({"lambda", "states", "events"})
"""https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html"""


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one group."""
    if files.name == DEFAULT:
        yield Finding(
            "AWS takes no tags for the group default, so nobody could tell whose its schedules are; write another group"
        )
    for number, row in enumerate(files.values.get("schedules") or ()):
        for said, *place in _of_schedule(row):
            yield Finding(said, ("schedules", number, *place))


def _of_schedule(row: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Each mistake, followed by its path."""
    window, minutes = row["flexible_time_window"], "maximum_window_in_minutes"
    if window["mode"] == "FLEXIBLE" and window.get(minutes) is None:
        yield f"a flexible window needs {minutes}", "flexible_time_window"
    if window["mode"] == "OFF" and window.get(minutes) is not None:
        yield f"a window that is OFF has no {minutes}", "flexible_time_window"
    start, end = row.get("start_date"), row.get("end_date")
    if start is not None and end is not None and not has_reference(start + end) and end <= start:
        yield "the end must be after start_date", "end_date"
    once = row["schedule_expression"].startswith("at(")
    if once and (start is not None or end is not None):
        yield "a schedule with a single time has no start_date and end_date", "schedule_expression"
    yield from _of_target(row["target"])


def _of_target(target: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    arn = target["arn"]
    parts = arn.split(":") if arn.startswith("arn:") else [""] * 6
    service = parts[2]
    if FIFO.fullmatch(arn) and not (target.get("sqs_parameters") or {}).get("message_group_id"):
        yield "a FIFO queue needs sqs_parameters: {message_group_id: ...}", "target", "arn"
    needed = NEEDS.get(service, ())
    if needed and all(target.get(name) is None for name in needed):
        yield f"a target of {service} needs {' or '.join(needed)}", "target", "arn"
    content = target.get("input")
    if (
        service in TAKE_JSON
        and isinstance(content, str)
        and not has_reference(content)
        and parsed(content) is content
    ):
        yield f"a target of {service} takes only JSON; write a mapping", "target", "input"
    if content is not None and len(json.dumps(content)) > MOST:
        yield f"AWS accepts an input of {MOST} bytes", "target", "input"


MOST = 256 * 1024
"""https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html"""

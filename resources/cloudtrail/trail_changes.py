"""The requests that change a trail, and how what DescribeTrails does not show is read."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.contract import (
    Api,
    Calls,
    Change,
    FieldRead,
    Request,
    Sends,
    Sighting,
    Tagging,
    Wired,
    from_reply,
    tag_changes,
    tags_in,
)

SETTINGS = (
    "s3_bucket_name", "s3_key_prefix", "sns_topic_name", "include_global_service_events", "is_multi_region_trail",
    "is_organization_trail", "enable_log_file_validation", "recursive_logging", "cloud_watch_logs_log_group_arn",
    "cloud_watch_logs_role_arn", "kms_key_id",
)  # fmt: skip
MANAGEMENT: Mapping[str, Any] = {"ReadWriteType": "All", "IncludeManagementEvents": True}
"""The event selector of a new trail."""
BASIC, ADVANCED = "EventSelectors", "AdvancedEventSelectors"
INSIGHTS, AGGREGATED = "InsightSelectors", "AggregationConfigurations"


def at_name(sighting: Sighting) -> Wired:
    """The trail in operations that call its name `TrailName`."""
    return {"TrailName": sighting.address["Name"]}


def _put_events(change: Change) -> Iterator[Request]:
    """Send one sort of selectors: the one that the files write, or the one that the trail has."""
    wanted, written = change.desired, change.written
    sides = ((ADVANCED, "advanced_event_selectors"), (BASIC, "event_selectors"))
    ours = [member for member, field in sides if field in written and wanted.get(member)]
    member = next(iter(ours or [each for each, _ in sides if wanted.get(each)]), None)
    rows = {member: wanted[member]} if member else {BASIC: [MANAGEMENT]}
    yield Request("put_event_selectors", {"TrailName": change.address["Name"], **rows})


def _put_insights(change: Change) -> Iterator[Request]:
    rows = change.desired.get(INSIGHTS) or []
    yield Request("put_insight_selectors", {"TrailName": change.address["Name"], INSIGHTS: rows})


def _put_aggregation(change: Change) -> Iterator[Request]:
    rows = change.desired.get(AGGREGATED) or []
    yield Request("put_event_configuration", {"TrailName": change.address["Name"], AGGREGATED: rows})


def _put_logging(change: Change) -> Iterator[Request]:
    yield Request("start_logging" if change.desired.get("IsLogging") else "stop_logging", change.address)


UPDATES = (
    Sends("update_trail", SETTINGS),
    Calls(_put_events, ("event_selectors", "advanced_event_selectors"), ("put_event_selectors",)),
    Calls(_put_insights, ("insight_selectors",), ("put_insight_selectors",)),
    Calls(_put_aggregation, ("aggregation_configurations",), ("put_event_configuration",)),
    Calls(_put_logging, ("is_logging",), ("start_logging", "stop_logging")),
)
EVENTS = from_reply(
    "get_event_selectors", lambda reply: {name: reply.get(name) for name in (BASIC, ADVANCED)}, at=at_name
)
ALONE: Mapping[str, FieldRead] = {
    "event_selectors": EVENTS,
    "advanced_event_selectors": EVENTS,
    "insight_selectors": from_reply(
        "get_insight_selectors",
        lambda reply: {INSIGHTS: reply[INSIGHTS]},
        at=at_name,
        absent={INSIGHTS: None},
    ),
    "aggregation_configurations": from_reply(
        "get_event_configuration", lambda reply: {AGGREGATED: reply.get(AGGREGATED)}, at=at_name
    ),
    "is_logging": from_reply("get_trail_status", lambda reply: {"IsLogging": reply["IsLogging"]}),
}
"""By field: how it is read."""


def shown(row: Any) -> Wired:
    """A trail in a reply, with the names of requests; its topic is its ARN."""
    found: Wired = row | {
        "SnsTopicName": row.get("SnsTopicARN"),
        "EnableLogFileValidation": row.get("LogFileValidationEnabled"),
    }
    return found


def _rows(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as a request takes them: it takes no empty values."""
    return [{"Key": key, **({"Value": value} if value else {})} for key, value in tags.items()]


def _read_tags(api: Api, sighting: Sighting) -> Mapping[str, str]:
    reply = api.call("list_tags", ResourceIdList=[sighting.arn])
    return tags_in(row for each in reply["ResourceTagList"] for row in each["TagsList"])


def _change_tags(
    sighting: Sighting, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterable[Request]:
    new, gone = tag_changes(before, after)
    if new:
        yield Request("add_tags", {"ResourceId": sighting.arn, "TagsList": _rows(new)})
    if gone:
        yield Request("remove_tags", {"ResourceId": sighting.arn, "TagsList": [{"Key": key} for key in gone]})


TAGGING = Tagging(
    created_with=lambda tags: {"TagsList": _rows(tags)},
    read=_read_tags,
    change=_change_tags,
    operations=("list_tags", "add_tags", "remove_tags"),
)

"""Amazon EventBridge Scheduler: keeps every setting of schedules and the tags of groups, and refuses what AWS refuses.

Known-lossy: no schedule invokes its target; nothing checks that targets and keys exist; a deleted group is gone at once, with its
schedules.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from moto.scheduler.models import EventBridgeSchedulerBackend
from moto.scheduler.responses import EventBridgeSchedulerResponse

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.events.checks import RATE, is_cron
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.moto_patches.policies import is_there
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]
Rows = list[dict[str, str]]

DEFAULT = "default"
PAGE = 100
MOST_TAGS = 50
LATEST = timedelta(minutes=5)
"""How long ago a recurring schedule may begin."""
RETRIES = {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}
SYSTEM_DEFAULTS = {"ScheduleExpressionTimezone": "UTC", "State": "ENABLED", "ActionAfterCompletion": "NONE"}
"""The values of settings that a request leaves out.

Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
"""


def install() -> None:
    """Replace moto's schedules and groups."""
    extension.extend("scheduler", Scheduler, "moto.scheduler", EventBridgeSchedulerResponse.dispatch)


class Scheduler(EventBridgeSchedulerBackend):
    """The control plane of schedules."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.groups: dict[str, dict[str, Any]] = {DEFAULT: self._new_group(DEFAULT)}
        self.kept: dict[tuple[str, str], dict[str, Any]] = {}
        """The schedules, by group and name."""
        self.made: dict[str, tuple[str, dict[str, Any]]] = {}
        """By create token: the ARN that it made, and its request."""
        self.operations: Mapping[str, extension.Operation] = {
            "CreateSchedule": self.make,
            "UpdateSchedule": self.change,
            "GetSchedule": self.show,
            "ListSchedules": self.show_all,
            "DeleteSchedule": self.drop,
            "CreateScheduleGroup": self.make_group,
            "GetScheduleGroup": self.show_group,
            "ListScheduleGroups": self.show_groups,
            "DeleteScheduleGroup": self.drop_group,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTagsForResource": self.tags_of,
        }

    # -- schedules ---------------------------------------------------------------------------------------------------------

    def make(self, Name: str, GroupName: str = DEFAULT, ClientToken: str = "", **settings: Any) -> Reply:
        """CreateSchedule; a second request with the same token returns the same schedule.

        Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
        """
        arn = self._arn(f"schedule/{GroupName}/{Name}")
        asked = {"Name": Name, "GroupName": GroupName, **settings}
        if self._is_repeated(ClientToken, arn, asked):
            return {"ScheduleArn": arn}
        self.group(GroupName)
        if (GroupName, Name) in self.kept:
            raise SandboxError("ConflictException", f"Schedule {Name} already exists.", http_status=409)
        self._check(settings)
        place = {"Arn": arn, "Name": Name, "GroupName": GroupName, "CreationDate": now()}
        self.kept[GroupName, Name] = {**place, **_stored(settings), "LastModificationDate": now()}
        self._note(ClientToken, arn, asked)
        return {"ScheduleArn": arn}

    def change(self, Name: str, GroupName: str = DEFAULT, ClientToken: str = "", **settings: Any) -> Reply:
        """UpdateSchedule: replaces all settings; those that the request leaves out get AWS's defaults.

        Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
        """
        del ClientToken
        found = self.schedule(Name, GroupName)
        self._check(settings)
        place = {name: found[name] for name in ("Arn", "Name", "GroupName", "CreationDate")}
        self.kept[GroupName, Name] = {**place, **_stored(settings), "LastModificationDate": now()}
        return {"ScheduleArn": found["Arn"]}

    def show(self, Name: str, GroupName: str = DEFAULT) -> Reply:
        """GetSchedule."""
        return self.schedule(Name, GroupName)

    def show_all(
        self,
        GroupName: str | None = None,
        NamePrefix: str = "",
        State: str | None = None,
        NextToken: str | None = None,
        MaxResults: int = PAGE,
    ) -> Reply:
        """ListSchedules, sorted by group and name.

        Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_ListSchedules.html
        """
        if GroupName is not None:
            self.group(GroupName)
        found = [
            each
            for (group, name), each in self.kept.items()
            if GroupName in (None, group) and name.startswith(NamePrefix) and State in (None, each["State"])
        ]
        page, token = cut(found, lambda each: str(each["Arn"]), MaxResults, NextToken, WRONG_TOKEN)
        shown = ("Arn", "Name", "GroupName", "State", "CreationDate", "LastModificationDate")
        rows = [
            {**{name: each[name] for name in shown}, "Target": {"Arn": each["Target"]["Arn"]}}
            for each in page
        ]
        return {"Schedules": rows, "NextToken": token}

    def drop(self, Name: str, GroupName: str = DEFAULT, ClientToken: str = "") -> Reply:
        """DeleteSchedule."""
        del ClientToken
        self.schedule(Name, GroupName)
        del self.kept[GroupName, Name]
        return {}

    def schedule(self, name: str, group: str) -> dict[str, Any]:
        """Return a schedule; refuse one that does not exist."""
        self.group(group)
        if (group, name) not in self.kept:
            raise absent(f"Schedule {name} does not exist.")
        return self.kept[group, name]

    def _check(self, settings: Mapping[str, Any]) -> None:
        for said in _problems(settings):
            raise invalid(said)
        if not is_there(settings["Target"]["RoleArn"], self.account_id):
            raise invalid(
                "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
            )

    # -- groups ------------------------------------------------------------------------------------------------------------

    def make_group(self, Name: str, ClientToken: str = "", Tags: Rows | None = None) -> Reply:
        """CreateScheduleGroup.

        Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html
        """
        arn, asked = self._arn(f"schedule-group/{Name}"), {"Name": Name, "Tags": Tags}
        if self._is_repeated(ClientToken, arn, asked):
            return {"ScheduleGroupArn": arn}
        if Name in self.groups:
            raise SandboxError("ConflictException", f"Schedule group {Name} already exists.", http_status=409)
        _check_tags(Tags or [])
        self.groups[Name] = self._new_group(Name)
        self.tagger.tag_resource(arn, Tags or [])
        self._note(ClientToken, arn, asked)
        return {"ScheduleGroupArn": arn}

    def show_group(self, Name: str) -> Reply:
        """GetScheduleGroup."""
        return self.group(Name)

    def show_groups(
        self, NamePrefix: str = "", NextToken: str | None = None, MaxResults: int = PAGE
    ) -> Reply:
        """ListScheduleGroups, sorted by name."""
        found = [each for name, each in self.groups.items() if name.startswith(NamePrefix)]
        page, token = cut(found, lambda each: str(each["Name"]), MaxResults, NextToken, WRONG_TOKEN)
        return {"ScheduleGroups": page, "NextToken": token}

    def drop_group(self, Name: str, ClientToken: str = "") -> Reply:
        """DeleteScheduleGroup: deletes the group with its schedules, but not the default group.

        Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_DeleteScheduleGroup.html
        """
        del ClientToken
        if Name == DEFAULT:
            raise invalid("Cannot delete the default schedule group.")
        group = self.group(Name)
        for place in [each for each in self.kept if each[0] == Name]:
            del self.kept[place]
        self.tagger.delete_all_tags_for_resource(group["Arn"])
        del self.groups[Name]
        return {}

    def group(self, name: str) -> dict[str, Any]:
        """Return a group; refuse one that does not exist."""
        if name not in self.groups:
            raise absent(f"Schedule group {name} does not exist.")
        return self.groups[name]

    def _new_group(self, name: str) -> dict[str, Any]:
        made = {"Arn": self._arn(f"schedule-group/{name}"), "Name": name, "State": "ACTIVE"}
        return made if name == DEFAULT else {**made, "CreationDate": now(), "LastModificationDate": now()}

    # -- tags and tokens ---------------------------------------------------------------------------------------------------

    def tag(self, ResourceArn: str, Tags: Rows) -> Reply:
        """TagResource; an existing key gets the new value."""
        self._check_tagged(ResourceArn)
        together = {
            **self.tagger.get_tag_dict_for_resource(ResourceArn),
            **{e["Key"]: e["Value"] for e in Tags},
        }
        rows = self.tagger.convert_dict_to_tags_input(together)
        _check_tags(rows)
        self.tagger.tag_resource(ResourceArn, rows)
        return {}

    def untag(self, ResourceArn: str, TagKeys: list[str]) -> Reply:
        """UntagResource; missing keys are accepted."""
        self._check_tagged(ResourceArn)
        self.tagger.untag_resource_using_names(ResourceArn, TagKeys)
        return {}

    def tags_of(self, ResourceArn: str) -> Reply:
        """ListTagsForResource."""
        self._check_tagged(ResourceArn)
        return self.tagger.list_tags_for_resource(ResourceArn)

    def _check_tagged(self, arn: str) -> None:
        if not any(each["Arn"] == arn for each in self.groups.values()):
            raise absent(f"Schedule group {arn.rpartition('/')[2]} does not exist.")

    def _is_repeated(self, token: str, arn: str, asked: dict[str, Any]) -> bool:
        return token != "" and self.made.get(token) == (arn, asked)

    def _note(self, token: str, arn: str, asked: dict[str, Any]) -> None:
        if token:
            self.made[token] = (arn, asked)

    def _arn(self, resource: str) -> str:
        return f"arn:{self.partition}:scheduler:{self.region_name}:{self.account_id}:{resource}"


def invalid(text: str) -> SandboxError:
    """Return the error of an invalid request."""
    return SandboxError("ValidationException", text)


def absent(text: str) -> SandboxError:
    """Return the error of a missing schedule or group."""
    return SandboxError("ResourceNotFoundException", text, http_status=404)


WRONG_TOKEN = invalid("Invalid NextToken.")


def now() -> datetime:
    """Return the present time of the sandbox."""
    return datetime.fromtimestamp(current().clock(), UTC)


def _stored(settings: Mapping[str, Any]) -> dict[str, Any]:
    """All settings, with AWS's defaults."""
    target = {"RetryPolicy": RETRIES, **settings["Target"]}
    times = {name: _in_utc(settings[name]) for name in ("StartDate", "EndDate") if name in settings}
    return {**SYSTEM_DEFAULTS, **settings, **times, "Target": target}


def _problems(settings: Mapping[str, Any]) -> Iterator[str]:
    """The mistakes in the settings of a schedule.

    Sources: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html,
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """
    expression, window = settings["ScheduleExpression"], settings["FlexibleTimeWindow"]
    once = is_time(expression)
    if not (once or RATE.fullmatch(expression) or is_cron(expression)):
        yield f"Invalid Schedule Expression {expression}."
    if settings.get("ScheduleExpressionTimezone", "UTC") not in available_timezones():
        yield "Invalid Schedule Expression Timezone."
    if (window["Mode"] == "FLEXIBLE") != ("MaximumWindowInMinutes" in window):
        yield "MaximumWindowInMinutes is required for a flexible time window, and not allowed otherwise."
    start, end = (_in_utc(settings.get(name)) for name in ("StartDate", "EndDate"))
    if start is not None and not once and start < now() - LATEST:
        yield "The StartDate you specify cannot be earlier than 5 minutes ago."
    if start is not None and end is not None and end <= start:
        yield "The StartDate must be before the EndDate."


def _in_utc(moment: datetime | None) -> datetime | None:
    """A time of a request, which has no time zone after parsing."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def is_time(expression: str) -> bool:
    """Return whether an expression is a single time."""
    found = re.fullmatch(r"at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)", expression)
    try:
        return found is not None and bool(datetime.fromisoformat(found[1]))
    except ValueError:
        return False


def _check_tags(tags: Rows) -> None:
    """Refuse too many tags, and keys that AWS keeps."""
    if len({tag["Key"] for tag in tags}) > MOST_TAGS:
        raise invalid(f"A resource can have at most {MOST_TAGS} tags.")
    if any(tag["Key"].lower().startswith("aws:") for tag in tags):
        raise invalid("Tag keys cannot start with aws:")

"""Trails: their settings, logging and tags."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.cloudtrail.models import CloudTrailBackend, cloudtrail_backends
from moto.core.resource_tagging import TaggableResourcesMixin, TaggedResource
from moto.organizations.models import organizations_backends

from reconciler.sandbox.moto_patches.cloudtrail.places import check_places
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]
Rows = list[Mapping[str, str]]
NAME = re.compile(r"[A-Za-z0-9]([._-]?[A-Za-z0-9])*")
MOST_TRAILS, MOST_TAGS = 5, 50
"""Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html"""
DEFAULTS: Mapping[str, Any] = {
    "IncludeGlobalServiceEvents": True,
    "IsMultiRegionTrail": False,
    "LogFileValidationEnabled": False,
    "IsOrganizationTrail": False,
    "RecursiveLogging": True,
}
CLEARED = ("S3KeyPrefix", "SnsTopicName", "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn", "KmsKeyId")
"""The settings that an empty text removes.

Source: https://github.com/go-to-k/cdkd/issues/1533
"""


class Trails(CloudTrailBackend, TaggableResourcesMixin):
    """The trails of one Region."""

    SERVICE_NAMESPACE = "cloudtrail"

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.kept: dict[str, dict[str, Any]] = {}
        """By name: the members that DescribeTrails shows."""
        self.logging: dict[str, dict[str, Any]] = {}
        """By name: the members that GetTrailStatus shows."""

    def make(self, Name: str, S3BucketName: str, TagsList: Rows | None = None, **settings: Any) -> Reply:
        """CreateTrail: a new trail logs nothing yet.

        Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
        """
        if not 3 <= len(Name) <= 128 or not NAME.fullmatch(Name):
            raise SandboxError("InvalidTrailNameException", f"Trail name {Name} is not valid.")
        if Name in self.kept:
            text = f"Trail {Name} already exists for customer: {self.account_id}"
            raise SandboxError("TrailAlreadyExistsException", text)
        if len(self.kept) >= MOST_TRAILS:
            text = f"User: {self.account_id} already has {MOST_TRAILS} trails in {self.region_name}"
            raise SandboxError("MaximumNumberOfTrailsExceededException", text)
        trail = {
            "Name": Name,
            "TrailARN": self.arn(Name),
            "HomeRegion": self.region_name,
            **DEFAULTS,
            **self._stored({"S3BucketName": S3BucketName, **settings}),
        }
        self._check(trail)
        self.kept[Name], self.logging[Name] = trail, {"IsLogging": False}
        self.tagging_service.tag_resource(trail["TrailARN"], _rows(TagsList or []))
        return _made(trail)

    def change(self, Name: str, **settings: Any) -> Reply:
        """UpdateTrail: keeps what the request leaves out; an empty text removes a setting.

        Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html
        """
        before = self.trail(Name)
        trail = {**before, **self._stored(settings)}
        gone = [name for name in CLEARED if trail.get(name) == ""]
        if "SnsTopicName" in gone:
            gone.append("SnsTopicARN")
        trail = {name: value for name, value in trail.items() if name not in gone}
        self._check(trail)
        self.kept[before["Name"]] = trail
        return _made(trail)

    def drop(self, Name: str) -> Reply:
        """DeleteTrail."""
        trail = self.trail(Name)
        self.tagging_service.delete_all_tags_for_resource(trail["TrailARN"])
        del self.kept[trail["Name"]], self.logging[trail["Name"]]
        return {}

    def show(self, Name: str) -> Reply:
        """GetTrail."""
        return {"Trail": self.shown(self.trail(Name))}

    def show_all(self, trailNameList: list[str] | None = None, includeShadowTrails: bool = True) -> Reply:
        """DescribeTrails: those of this Region, and the others of all Regions as shadows."""
        own = [*self.kept.values()]
        others = [
            trail
            for region, backend in cloudtrail_backends[self.account_id].items()
            for trail in (backend.kept.values() if region != self.region_name else ())  # type: ignore[attr-defined]
            if trail["IsMultiRegionTrail"]
        ]
        found = [*own, *(others if includeShadowTrails else ())]
        if trailNameList:
            found = [each for each in found if {each["Name"], each["TrailARN"]} & {*trailNameList}]
        return {"trailList": [self.shown(each) for each in found]}

    def names(self, NextToken: str | None = None) -> Reply:
        """ListTrails."""
        del NextToken
        listed = self.show_all()["trailList"]
        return {
            "Trails": [{name: each[name] for name in ("Name", "TrailARN", "HomeRegion")} for each in listed]
        }

    def show_status(self, Name: str) -> Reply:
        """GetTrailStatus."""
        return self.logging[self.trail(Name)["Name"]]

    def start(self, Name: str) -> Reply:
        """StartLogging."""
        self.logging[self.trail(Name)["Name"]] = {"IsLogging": True, "StartLoggingTime": now()}
        return {}

    def stop(self, Name: str) -> Reply:
        """StopLogging."""
        status = self.logging[self.trail(Name)["Name"]]
        status.update({"IsLogging": False, "StopLoggingTime": now()})
        return {}

    def shown(self, trail: Mapping[str, Any]) -> Reply:
        """A trail as replies show it."""
        return trail

    def trail(self, name: str) -> dict[str, Any]:
        """Return a trail of this Region by its name or ARN; refuse one that does not exist here."""
        own = name.rpartition(":trail/")[2]
        if own in self.kept and name in (own, self.arn(own)):
            return self.kept[own]
        for region, backend in cloudtrail_backends[self.account_id].items():
            if region != self.region_name and own in backend.kept:  # type: ignore[attr-defined]
                text = f"Trail {own} can be changed only in its home Region {region}"
                raise SandboxError("InvalidHomeRegionException", text)
        raise SandboxError(
            "TrailNotFoundException", f"Unknown trail: {self.arn(own)} for the user: {self.account_id}"
        )

    def arn(self, name: str) -> str:
        """Return the ARN of a trail."""
        return f"arn:{self.partition}:cloudtrail:{self.region_name}:{self.account_id}:trail/{name}"

    def _stored(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Settings of a request with the names of replies."""
        stored = dict(settings)
        if "EnableLogFileValidation" in stored:
            stored["LogFileValidationEnabled"] = stored.pop("EnableLogFileValidation")
        topic = stored.get("SnsTopicName")
        if topic:
            whole = topic.startswith("arn:")
            place = f"arn:{self.partition}:sns:{self.region_name}:{self.account_id}"
            stored["SnsTopicARN"] = topic if whole else f"{place}:{topic}"
        return stored

    def _check(self, trail: Mapping[str, Any]) -> None:
        if trail["IsMultiRegionTrail"] and not trail["IncludeGlobalServiceEvents"]:
            text = "Multi-Region trail must include global service events."
            raise SandboxError("InvalidParameterCombinationException", text)
        if (
            trail["IsOrganizationTrail"]
            and organizations_backends[self.account_id][self.partition].org is None
        ):
            text = "Your account is not a member of an organization."
            raise SandboxError("OrganizationsNotInUseException", text)
        check_places(trail, self.account_id, self.partition, self.region_name)

    # -- tags --------------------------------------------------------------------------------------------------------------

    def tag(self, ResourceId: str, TagsList: Rows) -> Reply:
        """AddTags; an existing key gets the new value."""
        self._check_tagged(ResourceId)
        tags = {
            **self.tagging_service.get_tag_dict_for_resource(ResourceId),
            **{each["Key"]: each.get("Value", "") for each in TagsList},
        }
        if len(tags) > MOST_TAGS:
            text = f"The number of tags per trail has exceeded {MOST_TAGS}"
            raise SandboxError("TagsLimitExceededException", text)
        self.tagging_service.tag_resource(ResourceId, _rows(TagsList))
        return {}

    def untag(self, ResourceId: str, TagsList: Rows) -> Reply:
        """RemoveTags; missing keys are accepted."""
        self._check_tagged(ResourceId)
        self.tagging_service.untag_resource_using_names(ResourceId, [each["Key"] for each in TagsList])
        return {}

    def show_tags(self, ResourceIdList: list[str], NextToken: str | None = None) -> Reply:
        """ListTags."""
        del NextToken
        for each in ResourceIdList:
            self._check_tagged(each)
        return {
            "ResourceTagList": [
                {"ResourceId": each, **self.tagging_service.list_tags_for_resource(each)}
                for each in ResourceIdList
            ]
        }

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Yield what the tagging API finds."""
        for trail in self.kept.values():
            arn = trail["TrailARN"]
            tags = self.tagging_service.get_tag_dict_for_resource(arn)
            yield TaggedResource(arn=arn, tags=tags, resource_type="cloudtrail:trail")

    def _check_tagged(self, arn: str) -> None:
        if all(each["TrailARN"] != arn for each in self.kept.values()):
            raise SandboxError("ResourceNotFoundException", f"{arn} does not exist")


def now() -> datetime:
    """Return the present time of the sandbox."""
    return datetime.fromtimestamp(current().clock(), UTC)


def _made(trail: Mapping[str, Any]) -> Reply:
    return {name: value for name, value in trail.items() if name != "HomeRegion"}


def _rows(tags: Rows) -> list[dict[str, str]]:
    return [{"Key": each["Key"], "Value": each.get("Value", "")} for each in tags]

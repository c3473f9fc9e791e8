"""Resources and operations as the plane keeps them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from reconciler.sandbox.lightsail.core.courses import Course

Tags = list[dict[str, str]]


def moment(seconds: float) -> datetime:
    """Return seconds since 1970 as a `datetime`, the form of timestamps in replies."""
    return datetime.fromtimestamp(seconds, tz=UTC)


@dataclass(slots=True, eq=False)
class Record:
    """One resource: its settings by botocore's member names, its states, and the data that it holds.

    `type` is a value of the enum ResourceType. `data` stands for what users and programs have written to its disks.
    """

    type: str
    name: str
    arn: str
    support_code: str
    created: float
    location: dict[str, str]
    settings: dict[str, Any]
    tags: dict[str, str]
    course: Course
    data: dict[str, str] = field(default_factory=dict)

    def shown_tags(self) -> Tags:
        """The tags in the form of replies: a tag without a value has its key only."""
        return [{"key": key, "value": value} if value else {"key": key} for key, value in self.tags.items()]

    def head(self) -> dict[str, Any]:
        """The members that almost all resources have."""
        return {
            "name": self.name,
            "arn": self.arn,
            "supportCode": self.support_code,
            "createdAt": moment(self.created),
            "location": dict(self.location),
            "resourceType": self.type,
            "tags": self.shown_tags(),
        }


@dataclass(slots=True, eq=False)
class Noted:
    """One operation: until its end it is Started, and then Succeeded."""

    id: str
    type: str
    resource: str
    resource_type: str
    location: dict[str, str]
    created: float
    end: float
    details: str

    def shown(self, now: float) -> dict[str, Any]:
        """The operation in the form of replies."""
        ended = now >= self.end
        return {
            "id": self.id,
            "resourceName": self.resource,
            "resourceType": self.resource_type,
            "createdAt": moment(self.created),
            "location": dict(self.location),
            "isTerminal": ended,
            "operationDetails": self.details,
            "operationType": self.type,
            "status": "Succeeded" if ended else "Started",
            "statusChangedAt": moment(max(self.created, self.end) if ended else self.created),
        }

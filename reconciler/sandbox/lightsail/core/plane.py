"""Amazon Lightsail in one account and Region: its resources, its operations, its addresses."""

from __future__ import annotations

import ipaddress
import re
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from moto.core.base_backend import BaseBackend

from reconciler.lightsail_offers import Row, table
from reconciler.sandbox.lightsail.core.courses import GONE, Course, always
from reconciler.sandbox.lightsail.core.records import Noted, Record
from reconciler.sandbox.lightsail.core.refusals import absent, failed, in_setup, invalid, taken
from reconciler.sandbox.lightsail.core.tagging_rules import merged

# Source: the validation that AWS's message describes, "Resource names must be at least 2 characters long and contain only
# alphanumerics, -, _, and ."; CloudFormation's AWS::Lightsail::Instance gives the length and the ends.
NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,252}[A-Za-z0-9]", re.ASCII)
FIRST_ADDRESS = ipaddress.IPv4Address("198.18.0.1")  # a range that is no one's: RFC 2544
FIRST_PRIVATE = ipaddress.IPv4Address("172.26.0.10")
FIRST_V6 = ipaddress.IPv6Address("2001:db8::1")  # for documentation: RFC 3849


class Plane(BaseBackend):
    """The resources of one Region. Its settings can be changed for the class or for one plane."""

    now: Callable[[], float] = staticmethod(time.time)
    settling_seconds: Callable[[], float] = staticmethod(lambda: 0.0)
    """How long a state lasts that is not the last one."""
    page_size: int = 50
    """The rows of a page. AWS publishes a number for GetOperations only."""
    account_setup_seconds: float = 0
    """How long after the first request AWS refuses all requests of the account."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.records: dict[str, Record] = {}
        self.noted: list[Noted] = []
        self.first_request: float | None = None
        self.given_addresses = 0
        self.quotas: dict[str, int] = {}
        self.peered_vpc: str | None = None

    @property
    def region(self) -> Row:
        """The row of this Region in the catalogue."""
        return next(row for row in table("regions") if row["name"] == self.region_name)

    def elsewhere(self, region: str) -> Plane:
        """Return the plane of the account in a Region."""
        raise NotImplementedError(region)

    def begin(self) -> None:
        """Prepare the plane for a request: resources whose deletion has ended are gone.

        Raises:
            SandboxError: AccountSetupInProgressException.
        """
        now = self.now()
        if self.first_request is None:
            self.first_request = now
        if now < self.first_request + self.account_setup_seconds:
            raise in_setup()
        for record in [each for each in self.records.values() if each.course.at(now) == GONE]:
            del self.records[record.name]

    def every(self, type_: str) -> list[Record]:
        """Return all resources of a type, oldest first."""
        return [record for record in self.records.values() if record.type == type_]

    def find(self, type_: str, name: str) -> Record | None:
        """Return a resource; None if there is none of this type and name."""
        record = self.records.get(name)
        return record if record is not None and record.type == type_ else None

    def get(self, type_: str, name: str) -> Record:
        """Return a resource.

        Raises:
            SandboxError: NotFoundException.
        """
        record = self.find(type_, name)
        if record is None:
            raise absent(type_, name)
        return record

    def get_any(self, name: str) -> Record:
        """Return a resource of any type.

        Raises:
            SandboxError: NotFoundException.
        """
        record = self.records.get(name)
        if record is None:
            raise absent("Resource", name)
        return record

    def require_free(self, names: Iterable[str]) -> None:
        """Refuse names that are not valid, that occur twice, or that another resource has."""
        seen: set[str] = set()
        for name in names:
            if not NAME.fullmatch(name):
                text = "Resource names must be at least 2 characters long and contain only alphanumerics, -, _, and ."
                raise invalid(f"{name} is not a valid resource name. {text}")
            if name in self.records or name in seen:
                raise taken(name)
            seen.add(name)

    def zone(self, name: str, column: str = "zones") -> dict[str, str]:
        """Return the location of an Availability Zone of this Region; refuse others."""
        if name.removeprefix(self.region_name) not in self.region[column]:
            raise invalid(f"The Availability Zone is not valid in {self.region_name}: {name}")
        return {"availabilityZone": name, "regionName": self.region_name}

    def everywhere(self) -> dict[str, str]:
        """Return the location of a resource of the whole Region."""
        return {"availabilityZone": "all", "regionName": self.region_name}

    def add(
        self,
        type_: str,
        name: str,
        settings: Mapping[str, Any],
        *,
        location: Mapping[str, str] | None = None,
        tags: Iterable[Mapping[str, str]] = (),
        course: Course | None = None,
    ) -> Record:
        """Create a resource; its name must be free."""
        self.require_free([name])
        record = self.new_record(type_, name, settings, location=location, tags=tags, course=course)
        self.records[name] = record
        return record

    def new_record(
        self,
        type_: str,
        name: str,
        settings: Mapping[str, Any],
        *,
        location: Mapping[str, str] | None = None,
        tags: Iterable[Mapping[str, str]] = (),
        course: Course | None = None,
    ) -> Record:
        """Return a new resource that another one contains: its name need not be unique in the Region."""
        return Record(
            type=type_,
            name=name,
            arn=f"arn:{self.partition}:lightsail:{self.region_name}:{self.account_id}:{type_}/{uuid.uuid4()}",
            support_code=f"{self.account_id}/{name}",
            created=self.now(),
            location=dict(location or self.everywhere()),
            settings=dict(settings),
            tags=merged({}, tags),
            course=course or always("available"),
        )

    def remove(self, record: Record, state: str | None = None) -> None:
        """Delete a resource: at once, or after it has been in a state."""
        record.course = self.course(state, then=GONE) if state else Course((), GONE)
        if record.course.at(self.now()) == GONE:
            del self.records[record.name]

    def course(self, *states: str, then: str) -> Course:
        """Return states that last for the sandbox's `settling_seconds` each, and then one that stays."""
        each, now = self.settling_seconds(), self.now()
        steps = [(state, now + each * (number + 1)) for number, state in enumerate(states)]
        return Course(tuple(steps) if each else (), then)

    def state(self, record: Record) -> str:
        """Return the present state of a resource."""
        return record.course.at(self.now())

    def require_state(self, record: Record, allowed: Collection[str]) -> None:
        """Refuse a request if the resource is in another state."""
        state = self.state(record)
        if state not in allowed:
            wanted = " or ".join(allowed)
            text = f"The {record.type} {record.name} is in the state {state}; the operation needs {wanted}."
            raise failed(text)

    def note(self, operation: str, record: Record, details: str = "") -> dict[str, Any]:
        """Keep an operation on a resource, which lasts as long as its present states, and return it for the reply."""
        now = self.now()
        noted = Noted(
            id=str(uuid.uuid4()),
            type=operation,
            resource=record.name,
            resource_type=record.type,
            location=record.location,
            created=now,
            end=max(now, record.course.end),
            details=details,
        )
        self.noted.append(noted)
        return noted.shown(now)

    def next_addresses(self) -> tuple[str, str, str]:
        """Return a public, a private and an IPv6 address that no other resource of this plane has had."""
        number = self.given_addresses
        self.given_addresses += 1
        v6 = (FIRST_V6 + number).exploded.upper()
        return str(FIRST_ADDRESS + number), str(FIRST_PRIVATE + number), v6

"""The generic operations (describe, list, search, update, delete) from which most kinds are built."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from botocore import xform_name

from reconciler.sandbox import service_models
from reconciler.sandbox.connect.core.criteria import matches, passes
from reconciler.sandbox.connect.core.paging import page
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.resource_types import Kind
from reconciler.sandbox.connect.core.stored_records import Record

Reply: TypeAlias = Mapping[str, Any] | None
Handler: TypeAlias = Callable[..., Reply]
View: TypeAlias = Callable[[Instance, Any], Any]
Keep: TypeAlias = Callable[[Record, Any], bool]
Condition: TypeAlias = Callable[[Instance, Record, Any], bool]

MODEL = service_models.session().get_service_model("connect")
_NAMES = {xform_name(name): name for name in MODEL.operation_names}


@dataclass(frozen=True)
class Found:
    """All rows of a list, and the other members of its reply."""

    rows: Sequence[Any]
    more: Mapping[str, Any]


Rows: TypeAlias = Sequence[Any] | Found


def as_it_is(_place: Any, row: Any) -> Any:
    """Return a row as it is stored."""
    return row


def described(_instance: Instance, record: Record) -> dict[str, Any]:
    """Return a record in the form of Describe."""
    kind = record.kind
    id_member, arn_member, name_member = kind.shown
    view = {name_member: record.name, **record.settings, **record.stamp()}
    if id_member:
        view[id_member] = record.id
    if arn_member:
        view |= {arn_member: record.arn, "Tags": dict(record.tags)}
    for member in kind.hidden:
        view.pop(member, None)
    return view


def summarised(_instance: Instance, record: Record) -> dict[str, Any]:
    """Return a record in the form of most List operations."""
    return {"Id": record.id, "Arn": record.arn, record.kind.listed_name: record.name, **record.stamp()}


def created(record: Record) -> dict[str, str]:
    """Return the reply of a Create operation."""
    id_member, arn_member = record.kind.created
    return {id_member: record.id, arn_member: record.arn}


class Operations:
    """Handlers by operation; each takes the instance (or the plane) and botocore's members."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {}
        self.of_plane: set[str] = set()

    def on_instance(self, handler: Handler) -> Handler:
        """Register a handler `create_queue(instance, **members)` as CreateQueue."""
        self.handlers[_NAMES[handler.__name__]] = handler
        return handler

    def on_plane(self, handler: Handler) -> Handler:
        """Register a handler `claim_phone_number(plane, **members)`, which reads InstanceId itself."""
        self.of_plane.add(_NAMES[handler.__name__])
        return self.on_instance(handler)

    def describe(self, name: str, kind: Kind, key: str, view: View = described) -> None:
        """Add a Describe operation; its reply has the record as the member `key`."""

        def handler(instance: Instance, **asked: str) -> Reply:
            return {key: view(instance, instance.get(kind, asked[kind.asked]))}

        self.handlers[name] = handler

    def paged(
        self, name: str, key: str, rows_of: Callable[..., Rows], *, most: int, view: View = as_it_is
    ) -> None:
        """Add a list with pages: `rows_of` returns all rows, `view` converts those of a page."""

        def handler(
            place: Any, NextToken: str | None = None, MaxResults: int | None = None, **asked: Any
        ) -> Reply:
            found = rows_of(place, **asked)
            rows, more = (found.rows, found.more) if isinstance(found, Found) else (found, {})
            where = place.id if isinstance(place, Instance) else place.region_name
            shown, token = page(
                rows,
                scope=(name, where, asked),
                now=place.now(),
                token=NextToken,
                size=MaxResults,
                most=most,
            )
            return {key: [view(place, row) for row in shown], **more, **token}

        self.handlers[name] = handler

    def pages(
        self, key: str, *, most: int, view: View = as_it_is, on_plane: bool = False
    ) -> Callable[[Callable[..., Rows]], Callable[..., Rows]]:
        """Register `list_queues(instance, **members)`, which returns all rows, as ListQueues with pages."""

        def register(rows_of: Callable[..., Rows]) -> Callable[..., Rows]:
            name = _NAMES[rows_of.__name__]
            self.paged(name, key, rows_of, most=most, view=view)
            if on_plane:
                self.of_plane.add(name)
            return rows_of

        return register

    def list_all(
        self,
        name: str,
        kind: Kind,
        key: str,
        *,
        view: View = summarised,
        most: int = 1000,
        keep: Mapping[str, Keep] | None = None,
    ) -> None:
        """Add a List operation with summaries; `keep` has the filters by member of the request."""
        filters = keep or {}

        def rows_of(instance: Instance, **asked: Any) -> Rows:
            rows = instance.rows(kind)
            for member, wanted in asked.items():
                rows = [record for record in rows if filters[member](record, wanted)]
            return rows

        self.paged(name, key, rows_of, most=most, view=view)

    def search(
        self,
        name: str,
        kind: Kind,
        key: str,
        *,
        view: View = described,
        most: int = 100,
        without: Collection[str] = (),
        conditions: Mapping[str, Condition] | None = None,
    ) -> None:
        """Add a Search operation with full rows, without the members that AWS leaves empty."""
        special = conditions or {}

        def rows_of(
            instance: Instance,
            SearchCriteria: Mapping[str, Any] | None = None,
            SearchFilter: Mapping[str, Any] | None = None,
        ) -> Rows:
            rows = instance.rows(kind, max(instance.plane.search_lag, instance.plane.visibility_lag))
            tests = {member: partial(test, instance) for member, test in special.items()}
            if SearchCriteria:
                rows = [record for record in rows if matches(record, SearchCriteria, tests)]
            if SearchFilter:
                rows = [record for record in rows if passes(record, SearchFilter, tests)]
            return Found(rows, {"ApproximateTotalCount": len(rows)})

        def shown(instance: Instance, record: Record) -> dict[str, Any]:
            return lacking(view(instance, record), without)

        self.paged(name, key, rows_of, most=most, view=shown)

    def list_children(
        self, name: str, kind: Kind, key: str, member: str, *, view: View = as_it_is, most: int = 100
    ) -> None:
        """Add a List operation of a record's children, which Describe does not show."""

        def rows_of(instance: Instance, **asked: str) -> Rows:
            record = instance.get(kind, asked[kind.asked])
            return Found(record.settings.get(member, ()), record.stamp(member))

        self.paged(name, key, rows_of, most=most, view=view)

    def update(self, name: str, kind: Kind, *members: str, clears: bool = False) -> None:
        """Add an Update operation: it replaces the members in the request; with `clears` it removes the other members."""

        def handler(instance: Instance, **asked: Any) -> Reply:
            record = instance.get(kind, asked[kind.asked])
            changes = {member: asked.get(member) for member in members if clears or member in asked}
            instance.change(record, {k: v for k, v in changes.items() if k != "Name"}, changes.get("Name"))
            return None

        self.handlers[name] = handler

    def delete(self, name: str, kind: Kind) -> None:
        """Add a Delete operation; it refuses records that AWS owns or that are in use."""

        def handler(instance: Instance, **asked: str) -> Reply:
            instance.remove(instance.get(kind, asked[kind.asked]))
            return None

        self.handlers[name] = handler


def lacking(view: dict[str, Any], without: Collection[str]) -> dict[str, Any]:
    """Return a view without some members."""
    for member in without:
        view.pop(member, None)
    return view

"""A small AWS service in memory with faults, and its three kinds."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, TypeAlias

from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Assigned,
    Attribute,
    Calls,
    CannotDelete,
    Change,
    Create,
    Delete,
    Reads,
    Request,
    RowsIn,
    Sends,
    Sighting,
    Tagging,
    Wired,
)
from reconciler.errors import Absent, Busy, CallError, InUse, Late, Refused, Taken, Unsure
from reconciler.model import Ref, Resource, Unordered, Wire
from reconciler.planning.ownership import KEY_MARK, STACK_MARK
from reconciler.runtime.clock import VirtualClock
from reconciler.service import Service as Declared
from reconciler.stack import Key
from tests.engine.small_faults import Crash, Fault

ACCOUNT = "111111111111"
MAIN = Key("toy.centre", "Main")

# -- the kinds -------------------------------------------------------------------------------------------------------------


class Centre(Resource):
    """The parent of the others; AWS needs some time to create one."""

    size: int | None = None


class Hours(Resource):
    zone: str | None = None


class Queue(Resource):
    hours: Annotated[str | None, Ref("toy.hours"), Wire("HoursId")] = None
    limit: int | None = None
    note: str | None = None
    overflow: Annotated[str | None, Ref("toy.queue"), Wire("OverflowId")] = None
    labels: Annotated[list[str] | None, Unordered()] = None
    notes: dict[str, str | None] | None = None


TAGGING = Tagging(
    created_with=lambda tags: {"Tags": dict(tags)},
    read=lambda api, seen: api.call("list_tags", Arn=seen.arn),
    change=lambda seen, before, after: [
        *([Request("tag", {"Arn": seen.arn, "Tags": new})] if (new := _news(before, after)) else []),
        *(
            [Request("untag", {"Arn": seen.arn, "Keys": gone})]
            if (gone := [*(before.keys() - after)])
            else []
        ),
    ],
    operations=("list_tags", "tag", "untag"),
)


def _news(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    return {tag: value for tag, value in after.items() if before.get(tag) != value}


Updates: TypeAlias = tuple[Sends | Calls, ...]
TOY = Declared(name="toy")
ARNS = ("arn:{partition}:toy:{region}:{account}:{name}",)


class Toy(Adapter[Any]):
    """A kind that is listed, found by name and described."""

    service = TOY
    identity: ClassVar[Assigned] = Assigned(address="Id", arn_in="Arn", arns=ARNS)
    parent: ClassVar[str | None] = "toy.centre"
    tagging: ClassVar[Tagging | None] = TAGGING

    @property
    def family(self) -> str:
        return self.kind.partition(".")[2]

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        return [self.seen(api, scope, row) for row in api.pages(f"list_{self.family}", **scope)]

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        rows = api.pages(f"search_{self.family}", **scope)
        return next((self.seen(api, scope, row) for row in rows if row["Name"] == name), None)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        return Sighting(row["Name"], self.identity.at(scope, row["Id"]), row["Arn"], settings=row)

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        return api.call(f"describe_{self.family}", **sighting.address)


class CentreAdapter(Toy):
    kind, model, parent = "toy.centre", Centre, None
    identity = Assigned(address="CentreId", id_in="Id", arn_in="Arn", arns=ARNS)
    create = Create("create_centre", ("size",))
    updates: ClassVar[Updates] = (Sends("update_centre", ("size",)),)
    delete = Delete("delete_centre", protected=True)

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        status = api.call("describe_centre", **sighting.address)["Status"]
        return None if status == "ACTIVE" else f"centre is {status}"


class HoursAdapter(Toy):
    kind = "toy.hours"
    model: ClassVar[type[Resource]] = Hours
    create = Create("create_hours", ("zone",), needed=frozenset({"zone"}), fixed=frozenset({"zone"}))
    updates: ClassVar[Updates] = (Sends("update_hours_name", ("name",)),)
    delete = Delete("delete_hours")
    reads = Reads(listed=frozenset({"zone"}))


def set_labels(change: Change) -> Iterator[Request]:
    """Add labels before removing others, one a request, so that the change can be interrupted."""
    wanted, found = change.desired.get("Labels") or [], change.observed.get("Labels") or []
    for label in wanted:
        if label not in found:
            yield Request("add_queue_label", {**change.address, "Label": label})
    for label in found:
        if label not in wanted:
            yield Request("remove_queue_label", {**change.address, "Label": label})


def first_label(api: Api, sighting: Sighting) -> str | None:
    """An attribute that only a queue with labels has."""
    labels = api.call("describe_queue", **sighting.address).get("Labels")
    return labels[0] if labels else None


def without_labels(settings: Mapping[str, Any]) -> str:
    return "it has no labels; write one" if settings.get("labels", ...) in (None, []) else ""


class QueueAdapter(Toy):
    kind, model = "toy.queue", Queue
    create = Create(
        "create_queue",
        ("hours", "limit", "note", "overflow"),
        needed=frozenset({"hours"}),
        deferrable={"overflow": None},
    )
    updates: ClassVar[Updates] = (
        Sends("update_queue", ("name", "limit", "note")),
        Sends("update_queue_hours", ("hours",)),
        Sends("update_queue_overflow", ("overflow",)),
        Calls(set_labels, ("labels",), ("add_queue_label", "remove_queue_label")),
        Sends("update_queue_notes", ("notes",)),
    )
    delete: ClassVar[Delete | CannotDelete] = Delete("delete_queue")
    reads = Reads(listed=frozenset({"hours", "limit", "overflow"}))
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "first_label": Attribute("the first of its labels", first_label, ("labels",), without_labels)
    }


KINDS: Mapping[str, Adapter[Any]] = {
    each.kind: each() for each in (CentreAdapter, HoursAdapter, QueueAdapter)
}

# -- the service -----------------------------------------------------------------------------------------------------------

MEMBERS = {
    "update_centre": ("Size",),
    "update_hours_name": ("Name",),
    "update_queue": ("Name", "Limit", "Note"),
    "update_queue_hours": ("HoursId",),
    "update_queue_overflow": ("OverflowId",),
    "update_queue_notes": ("Notes",),
}
"""By update operation: its members; those that a request omits are cleared."""
LISTED = ("Id", "Arn", "Name", "Zone", "HoursId", "Limit", "OverflowId")
"""The members that a list shows; only a description shows the others."""
REPLY_ONLY = ("Id", "Arn", "Status")
"""The members that no request accepts."""
READS = ("list_", "search_", "describe_")


@dataclass
class ToyResource:
    """One live resource. `members` has its name and all settings."""

    family: str
    id: str
    scope: str | None
    members: dict[str, Any]
    tags: dict[str, str]
    born: float
    died: float | None = None

    @property
    def name(self) -> str:
        return str(self.members["Name"])

    @property
    def arn(self) -> str:
        return f"arn:toy:{self.family}/{self.id}"


def _texts(members: Mapping[str, Any]) -> Iterator[str]:
    return (each for each in members.values() if isinstance(each, str))


@dataclass
class Service:
    """A service with centres, hours and queues; it enforces its rules for every caller."""

    clock: VirtualClock
    account: str = ACCOUNT
    region: str = "eu-west-2"
    partition: str = "aws"
    live_resources: list[ToyResource] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    """Every call that was received."""
    journal: list[str] = field(default_factory=list)
    """Every change that took effect: `create queue Sales`."""
    list_lag: float = 0.0
    """The seconds until a list shows a new resource, or no longer shows a deleted one."""
    describe_lag: float = 0.0
    """The seconds until a new resource can be described or changed."""
    busy_for: float = 0.0
    """The seconds until a new centre is ready."""
    brings: tuple[str, ...] = ()
    """The names of the hours that are created with a new centre."""
    use_lag: float = 0.0
    """The seconds until a deleted resource no longer counts as a reference to others."""
    cascades: bool = False
    """Whether the deletion of a centre deletes its contents."""
    ends: float | None = None
    """The time from which calls are refused."""
    watch: Callable[["Service"], None] = lambda _service: None
    """Called after every change."""
    _late: list[tuple[float, Callable[[], Any]]] = field(default_factory=list)

    # -- for adapters ---------------------------------------------------------------------------------------------------

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        if self.ends is not None and self.clock.now() >= self.ends:
            raise Late(operation, "PassDeadline", "pass deadline")
        self._land()
        self.calls.append(operation)
        parameters = json.loads(json.dumps(parameters))  # a copy, so that nothing is shared with the caller
        fault = next((each for each in self.faults if each.strikes(operation)), None)
        if fault is None:
            return self._do(operation, parameters)
        match fault.sort:
            case "throttled":
                raise Busy(operation, "ThrottlingException", "rate exceeded")
            case "denied":
                raise Refused(operation, "AccessDeniedException", "not authorized")
            case "crash before":
                raise Crash(operation)
            case "ignored":
                return {}
            case "late":
                self._late.append((self.clock.now() + 60, lambda: self._do(operation, parameters)))
            case "lost with effect" | "crash after":
                with suppress(CallError):
                    self._do(operation, parameters)
        if fault.sort == "crash after":
            raise Crash(operation)
        raise Unsure(operation, "ReadTimeoutError", "the connection broke after the request was sent")

    def beside(self, service: str) -> Api:
        raise AssertionError(f"there is no {service} here")

    def pages(self, operation: str, *, rows_in: RowsIn = None, **parameters: Any) -> Iterator[Any]:
        yield from self.call(operation, **parameters)["Rows"]

    def wall(self) -> float:
        return self.clock.wall()

    def once(self) -> "Service":
        return self  # it never retries

    def hide(self, *values: str) -> None:
        del values  # nothing here is secret

    def taken(self, operation: str, members: Mapping[str, Any]) -> dict[str, Any]:
        del operation
        return {name: value for name, value in members.items() if name not in REPLY_ONLY}

    # -- for tests ------------------------------------------------------------------------------------------------------

    @property
    def mutating(self) -> list[str]:
        """The mutating calls."""
        return [each for each in self.calls if not each.startswith(READS)]

    def live(self, name: str) -> ToyResource:
        """The live resource with this name."""
        (resource,) = (each for each in self.live_resources if each.name == name and each.died is None)
        return resource

    def names(self, family: str) -> list[str]:
        """The names of the live resources of a family, in the order of their creation."""
        return [each.name for each in self.live_resources if each.family == family and each.died is None]

    def add(
        self, family: str, name: str, tags: Mapping[str, str] | None = None, **members: Any
    ) -> ToyResource:
        """Create a resource as another client."""
        scope = None if family == "centre" else self.live("Main").id
        resource = ToyResource(
            family,
            f"{family}-{len(self.live_resources)}",
            scope,
            {"Name": name, **members},
            dict(tags or {}),
            -1e9,
        )
        self.live_resources.append(resource)
        return resource

    def state(self) -> dict[str, Any]:
        """All live resources by family and name, with names instead of ids, so that equal states are equal."""
        names = {each.id: each.name for each in self.live_resources}
        return {
            f"{each.family} {each.name}": (
                {
                    member: sorted(value) if isinstance(value, list) else names.get(value, value)
                    for member, value in sorted(each.members.items())
                },
                dict(sorted(each.tags.items())),
            )
            for each in sorted(self.live_resources, key=lambda it: (it.family, it.name))
            if each.died is None
        }

    def faultless(self) -> None:
        """End all faults, and complete pending effects."""
        self.faults.clear()
        self.clock.sleep(120)
        self._land()

    # -- the operations ---------------------------------------------------------------------------------------------------

    def _land(self) -> None:
        due = [effect for at, effect in self._late if at <= self.clock.now()]
        self._late = [(at, effect) for at, effect in self._late if at > self.clock.now()]
        for effect in due:
            with suppress(CallError):  # AWS refuses it, but no caller gets the error
                effect()

    def _do(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if operation in ("list_tags", "tag", "untag"):
            return self._tags(operation, parameters)
        verb, _, rest = operation.partition("_")
        family = rest.partition("_")[0]
        scope = parameters.pop("CentreId", None)
        if verb in ("list", "search"):
            return {"Rows": [self._row(each) for each in self._listed(family, scope, verb)]}
        if verb == "create":
            return self._create(family, scope, parameters)
        resource = self._live(operation, parameters.pop("Id", scope))
        if verb == "describe":
            ready = self.clock.now() >= resource.born + self.busy_for
            return {**resource.members, "Status": "ACTIVE" if ready else "CREATING"}
        found: dict[str, Any] = getattr(self, f"_{verb}")(operation, resource, parameters)
        return found

    def _listed(self, family: str, scope: str | None, verb: str) -> Iterator[ToyResource]:
        lag, now = (self.list_lag if verb == "list" else 0.0), self.clock.now()
        for each in self.live_resources:
            shown = now >= each.born + lag and (each.died is None or now < each.died + lag)
            if (each.family, each.scope if family != "centre" else None) == (family, scope) and shown:
                yield each

    @staticmethod
    def _row(resource: ToyResource) -> dict[str, Any]:
        known = {"Id": resource.id, "Arn": resource.arn, **resource.members}
        return {member: known[member] for member in LISTED if member in known}

    def _create(self, family: str, scope: str | None, members: dict[str, Any]) -> dict[str, Any]:
        operation, name = f"create_{family}", members["Name"]
        if any((each.family, each.name, each.died) == (family, name, None) for each in self.live_resources):
            raise Taken(operation, "DuplicateResourceException", f"{name} exists")
        self._check_references(operation, members)
        tags = members.pop("Tags", {})
        resource = ToyResource(
            family, f"{family}-{len(self.live_resources)}", scope, members, tags, self.clock.now()
        )
        self.live_resources.append(resource)
        for default in self.brings if family == "centre" else ():
            self.live_resources.append(
                ToyResource(
                    "hours", f"default-{default}", resource.id, {"Name": default}, {}, self.clock.now()
                )
            )
        self._note(f"create {family} {name}")
        return {"Id": resource.id, "Arn": resource.arn}

    def _update(self, operation: str, resource: ToyResource, members: dict[str, Any]) -> dict[str, Any]:
        self._check_references(operation, members)
        name = members.get("Name", resource.name)
        same_names = (each for each in self.live_resources if each.died is None and each is not resource)
        if any((each.family, each.name) == (resource.family, name) for each in same_names):
            raise Taken(operation, "DuplicateResourceException", f"{name} exists")
        for member in MEMBERS[operation]:
            if member in members:
                resource.members[member] = members[member]
            else:
                resource.members.pop(member, None)
        self._note(f"{operation.replace('_', ' ')} {resource.name}")
        return {}

    def _add(self, _operation: str, resource: ToyResource, members: dict[str, Any]) -> dict[str, Any]:
        labels = resource.members.setdefault("Labels", [])
        labels += [members["Label"]] if members["Label"] not in labels else []
        self._note(f"label {resource.name} {members['Label']}")
        return {}

    def _remove(self, _operation: str, resource: ToyResource, members: dict[str, Any]) -> dict[str, Any]:
        resource.members["Labels"] = [
            each for each in resource.members.get("Labels", []) if each != members["Label"]
        ]
        self._note(f"unlabel {resource.name} {members['Label']}")
        return {}

    def _delete(self, operation: str, resource: ToyResource, _members: dict[str, Any]) -> dict[str, Any]:
        inside = [each for each in self.live_resources if self.cascades and each.scope == resource.id]
        for other in self.live_resources:
            if (
                other is not resource
                and other not in inside
                and (other.died is None or self.clock.now() < other.died + self.use_lag)
                and not {resource.id, resource.arn}.isdisjoint((*_texts(other.members), other.scope))
            ):
                raise InUse(operation, "ResourceInUseException", f"{other.name} uses {resource.name}")
        for each in (resource, *inside):
            each.died = self.clock.now() if each.died is None else each.died
        self._note(f"delete {resource.family} {resource.name}")
        return {}

    def _tags(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        resource = self._live(operation, parameters["Arn"].rpartition("/")[2])
        if operation == "list_tags":
            return dict(resource.tags)
        for tag in parameters.get("Keys", ()):
            resource.tags.pop(tag, None)
        resource.tags |= parameters.get("Tags", {})
        self._note(f"{operation} {resource.name}")
        return {}

    def _live(self, operation: str, identity: str) -> ToyResource:
        for each in self.live_resources:
            if (
                each.id == identity
                and each.died is None
                and self.clock.now() >= each.born + self.describe_lag
            ):
                return each
        raise Absent(operation, "ResourceNotFoundException", identity)

    def _check_references(self, operation: str, members: Mapping[str, Any]) -> None:
        alive = {each.id for each in self.live_resources if each.died is None}
        for member, value in members.items():
            if member.endswith("Id") and value not in alive:
                raise Refused(operation, "InvalidParameterException", f"{member} {value} is not there")

    def _note(self, change: str) -> None:
        self.journal.append(change)
        bearers = Counter(
            (each.family, each.tags[KEY_MARK])
            for each in self.live_resources
            if each.died is None and each.tags.get(STACK_MARK) == "shop/dev"
        )
        assert max(bearers.values(), default=0) <= 1, f"made twice: {bearers}"
        self.watch(self)

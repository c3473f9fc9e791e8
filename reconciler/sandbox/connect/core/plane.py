"""The control plane of an account and Region: its settings, its instances and their records."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from moto.connect.models import ConnectBackend

from reconciler.sandbox.connect.core.reference_paths import rewritten, values_at
from reconciler.sandbox.connect.core.refusals import absent, in_use, invalid, quota_reached
from reconciler.sandbox.connect.core.resource_types import BY_NOUN, KINDS, Kind
from reconciler.sandbox.connect.core.stored_records import Record, Store, moment
from reconciler.sandbox.connect.core.tag_rules import merged

NO_HOLDERS: Mapping[str, Record] = {}


class Instance:
    """An instance with all its records."""

    def __init__(self, plane: Plane, settings: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        self.plane = plane
        self.id = plane.new_id()
        self.arn = f"arn:aws:connect:{plane.region_name}:{plane.account_id}:instance/{self.id}"
        self.settings = dict(settings)
        self.tags = merged({}, tags)
        self.created = plane.now()
        self.attributes: dict[str, str] = {}
        self.lists: dict[str, dict[str, dict[str, Any]]] = {}
        self._stores = {kind.noun: Store() for kind in KINDS}
        self._holders: dict[str, dict[str, dict[str, Record]]] = {}

    @property
    def alias(self) -> str | None:
        """The alias, which is part of its access URL."""
        return self.settings.get("InstanceAlias")

    @property
    def status(self) -> str:
        """CREATION_IN_PROGRESS until the plane's `instance_creation_seconds` have passed."""
        busy = self.plane.now() < self.created + self.plane.instance_creation_seconds
        return "CREATION_IN_PROGRESS" if busy else "ACTIVE"

    @property
    def created_time(self) -> Any:
        """The time of its creation; moto sorts by it."""
        return moment(self.created)

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return self.plane.now()

    def store(self, kind: Kind) -> Store:
        """Return all records of a kind, including those that are not visible yet."""
        return self._stores[kind.noun]

    def rows(self, kind: Kind, lag: float | None = None) -> list[Record]:
        """Return the visible records of a kind, oldest first."""
        lag = self.plane.lag if lag is None else lag
        if not lag:
            return list(self.store(kind))
        now = self.plane.now()
        return [record for record in self.store(kind) if record.created + lag <= now]

    def find(self, kind: Kind, reference: str) -> Record | None:
        """Return a record by its id or ARN; None if there is none."""
        record = self.store(kind).get(reference.rsplit("/", 1)[-1] if kind.shown[1] else reference)
        if record is None or (reference.startswith("arn:") and reference != record.arn):
            return None
        if self.plane.lag and self.plane.now() < record.created + self.plane.lag:
            return None
        return record

    def get(self, kind: Kind, reference: str) -> Record:
        """Return a record by its id or ARN.

        Raises:
            SandboxError: ResourceNotFoundException.
        """
        record = self.find(kind, reference)
        if record is None:
            raise absent(kind.noun, reference)
        return record

    def holders(self, record: Record, noun: str) -> Mapping[str, Record]:
        """Return the records of a kind that refer to this record, by id."""
        return self._holders.get(record.id, {}).get(noun, NO_HOLDERS)

    def add(
        self,
        kind: Kind,
        name: str,
        settings: Mapping[str, Any],
        *,
        tags: Mapping[str, str] | None = None,
        scope: str = "",
        aws_owned: bool = False,
    ) -> Record:
        """Create a record. Its name must be free, and its references must exist."""
        store, plane = self.store(kind), self.plane
        resolved = self._resolved(settings, kind.refers)
        store.require_free(kind, name, scope)
        most = plane.quotas.get(kind.noun, kind.most)
        if most is not None and not aws_owned and sum(not each.shared for each in store) >= most:
            raise quota_reached(kind.noun, most)
        record_id = plane.new_id() if kind.created[0] else name
        beneath = self.arn.rpartition("instance/")[0] if kind.of_account else f"{self.arn}/"
        arn = f"{beneath}{kind.word}/{record_id}"
        record = Record(
            kind=kind,
            id=record_id,
            arn=arn,
            name=name,
            region=plane.region_name,
            settings=dict(resolved),
            tags=merged({}, tags or {}),
            created=plane.now(),
            modified=plane.tick(),
            scope=scope,
            aws_owned=aws_owned,
        )
        store.add(record)
        self._link(record)
        return record

    def change(self, record: Record, changes: Mapping[str, Any], name: str | None = None) -> None:
        """Replace settings; None removes a setting."""
        self._replace(record, changes, name)
        record.modified = self.plane.tick()
        for member in record.kind.hidden.intersection(changes):
            record.children_modified[member] = record.modified

    def change_children(self, record: Record, member: str, children: Any) -> None:
        """Replace a list of children. AWS stores their time of change separately from that of the record."""
        self._replace(record, {member: children}, None)
        record.children_modified[member] = self.plane.tick()
        if self.plane.children_touch_parent:
            record.modified = record.children_modified[member]

    def remove(self, record: Record) -> None:
        """Delete a record, unless AWS owns it or it is in use."""
        kind = record.kind
        if record.aws_owned:
            raise invalid(f"{kind.noun} {record.name} is a default resource and cannot be deleted.")
        for noun in kind.held_by:
            for holder in self.holders(record, noun).values():
                text = f"{kind.noun} {record.name} is in use by {noun} {holder.name}."
                raise in_use(text, record.id, kind.in_use_type)
        self.forget(record)

    def forget(self, record: Record) -> None:
        """Delete a record, even if it is in use."""
        self._unlink(record)
        self.store(record.kind).remove(record)

    def adopt(self, record: Record) -> None:
        """Add a record of another instance: phone numbers can be moved."""
        self.store(record.kind).add(record)
        self._link(record)

    def _replace(self, record: Record, changes: Mapping[str, Any], name: str | None) -> None:
        kind = record.kind
        touched = {
            path: noun for path, noun in kind.refers.items() if path.split(".")[0].rstrip("[]") in changes
        }
        resolved = self._resolved(changes, touched)
        if name is not None:
            self.store(kind).rename(record, name)
        for member, value in resolved.items():
            # Replies omit an empty description: their shapes do not allow "".
            if value is None or (member == "Description" and value == ""):
                record.settings.pop(member, None)
            else:
                record.settings[member] = value
        if touched:
            self._unlink(record)
            self._link(record)

    def _resolved(self, settings: Mapping[str, Any], paths: Mapping[str, str]) -> Mapping[str, Any]:
        for path, noun in paths.items():
            settings = rewritten(settings, path, partial(self._id_of, BY_NOUN[noun]))
        return settings

    def _id_of(self, kind: Kind, reference: str) -> str:
        return self.get(kind, reference).id

    def _link(self, record: Record) -> None:
        record.targets = frozenset(
            target for path in record.kind.refers for target in values_at(record.settings, path)
        )
        for target in record.targets:
            self._holders.setdefault(target, {}).setdefault(record.kind.noun, {})[record.id] = record

    def _unlink(self, record: Record) -> None:
        for target in record.targets:
            self._holders[target][record.kind.noun].pop(record.id, None)


class Plane(ConnectBackend):
    """Amazon Connect in one account and Region. Its settings can be changed for the class or for one plane."""

    now: Callable[[], float] = staticmethod(time.time)
    uuids: Callable[[], uuid.UUID] = staticmethod(uuid.uuid4)
    instance_creation_seconds: float = 0
    """The seconds that a new instance is CREATION_IN_PROGRESS."""
    number_claim_seconds: float = 0
    """The seconds that a phone number is IN_PROGRESS after a claim or a change."""
    number_cool_down_seconds: float = 180 * 24 * 3600.0
    """The seconds that a released number cannot be claimed."""
    token_memory_seconds: float = 7 * 24 * 3600.0
    """The seconds that a ClientToken is stored. AWS documents seven days for contacts, and nothing for other operations."""
    replication_seconds: float = 0
    """The seconds until a new replica of an instance is complete."""
    traffic_group_seconds: float = 0
    """The seconds that the creation, change or deletion of a traffic distribution group takes."""
    vocabulary_seconds: float = 0
    """The seconds that the creation or deletion of a vocabulary takes."""
    form_validation_seconds: float = 0
    """The seconds that the validation of an evaluation form takes."""
    visibility_lag: float = 0
    """The seconds until a new resource can be read or changed."""
    describe_lag: float = 0
    """The seconds until Describe shows a new resource."""
    list_lag: float = 0
    """The seconds until List shows a new resource."""
    search_lag: float = 0
    """The seconds until Search shows a new resource."""
    stale_reads: bool = False
    """Whether delayed reads also show the state before a change, and deleted resources."""
    default_quotas: Mapping[str, int] = MappingProxyType({})
    """By kind: the most resources in a new plane."""
    search_shows_flow_content: bool = True
    children_touch_parent: bool = False
    """Whether a change of children (such as a queue's quick connects) changes the parent's LastModifiedTime."""
    saml_users_have_email: bool = False
    """Whether a SAML instance accepts an e-mail address; AWS's documentation is contradictory."""
    queues_want_known_addresses: bool = False
    """Whether a queue refuses an e-mail address that is not in its instance."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.quotas: dict[str, int] = dict(self.default_quotas)
        self.reading_lag: float = 0
        self.failing_numbers: dict[str, str] = {}
        self.released_numbers: dict[str, float] = {}
        self.numbers = Store()
        self.offered_numbers: dict[str, tuple[str, str]] = {}
        self.allow_listed: set[str] = set()
        self.replies: dict[tuple[str, str], tuple[str, Mapping[str, Any] | None, float]] = {}
        self.centres: dict[str, Instance] = {}
        # moto's own operations find instances here. They read id, arn and created_time, which ours have.
        self.instances = self.centres  # type: ignore[assignment]  # see above
        self.siblings: Callable[[], Iterable[Plane]] = tuple
        self._last_tick = 0.0

    @property
    def lag(self) -> float:
        """The seconds by which the current operation lags behind the last change."""
        return max(self.reading_lag, self.visibility_lag)

    def lag_of(self, operation: str) -> float:
        """The seconds by which an operation lags behind the last change."""
        if operation.startswith("List"):
            own = self.list_lag
        else:
            own = self.search_lag if operation.startswith("Search") else self.describe_lag
        return max(own, self.visibility_lag)

    def tick(self) -> float:
        """Return the time in seconds, rounded to milliseconds as in replies, and later than every earlier result."""
        self._last_tick = max(round(self.now(), 3), round(self._last_tick + 0.001, 3))
        return self._last_tick

    @property
    def caller(self) -> str:
        """The ARN of the caller, for kinds that store who changed them."""
        return f"arn:aws:iam::{self.account_id}:user/sandbox"

    def new_id(self) -> str:
        """Return a new id."""
        return str(self.uuids())

    def instance(self, reference: str) -> Instance:
        """Return an instance by its id or ARN."""
        found = self.centres.get(reference.rsplit("/", 1)[-1])
        if found is None or (reference.startswith("arn:") and reference != found.arn):
            raise absent("Instance", reference)
        return found

    def every_plane(self) -> set[Plane]:
        """All planes of the process, including this one: aliases and phone numbers are unique across planes."""
        return {self, *self.siblings()}

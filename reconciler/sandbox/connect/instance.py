"""One Connect instance: its records, and the rules that hold for every kind of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from reconciler.sandbox.connect.kind import Kind
from reconciler.sandbox.connect.kinds import BY_NOUN, KINDS
from reconciler.sandbox.connect.records import Record, Store, moment
from reconciler.sandbox.connect.references import rewritten, values_at
from reconciler.sandbox.connect.refusals import absent, in_use, invalid, quota_reached
from reconciler.sandbox.connect.tags import merged

if TYPE_CHECKING:
    from reconciler.sandbox.connect.plane import ConnectPlane

NO_HOLDERS: Mapping[str, Record] = {}


class Instance:
    """A contact centre: named, with everything that lives in it."""

    def __init__(self, plane: ConnectPlane, settings: Mapping[str, Any], tags: Mapping[str, str]) -> None:
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
        """The name in its access URL."""
        return self.settings.get("InstanceAlias")

    @property
    def status(self) -> str:
        """CREATION_IN_PROGRESS until the plane's `instance_creation_seconds` have passed."""
        busy = self.plane.now() < self.created + self.plane.instance_creation_seconds
        return "CREATION_IN_PROGRESS" if busy else "ACTIVE"

    @property
    def created_time(self) -> Any:
        """When it was created; moto's own operations sort by it."""
        return moment(self.created)

    def now(self) -> float:
        """Tell the time, in seconds."""
        return self.plane.now()

    def store(self, kind: Kind) -> Store:
        """All records of a kind, whether they can be seen yet or not."""
        return self._stores[kind.noun]

    def rows(self, kind: Kind, lag: float | None = None) -> list[Record]:
        """Give the records of a kind that a read can see, oldest first."""
        lag = self.plane.lag if lag is None else lag
        if not lag:
            return list(self.store(kind))
        now = self.plane.now()
        return [record for record in self.store(kind) if record.created + lag <= now]

    def find(self, kind: Kind, reference: str) -> Record | None:
        """Find a record by id, or by its ARN in this instance."""
        record = self.store(kind).get(reference.rsplit("/", 1)[-1] if kind.shown[1] else reference)
        if record is None or (reference.startswith("arn:") and reference != record.arn):
            return None
        if self.plane.lag and self.plane.now() < record.created + self.plane.lag:
            return None
        return record

    def get(self, kind: Kind, reference: str) -> Record:
        """Find a record or raise ResourceNotFoundException."""
        record = self.find(kind, reference)
        if record is None:
            raise absent(kind.noun, reference)
        return record

    def holders(self, record: Record, noun: str) -> Mapping[str, Record]:
        """Give the records of a kind that refer to this one, by id."""
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
        """Create a record, once its name is free and all that it refers to exists."""
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
        """Replace settings whole; None takes a setting away."""
        self._replace(record, changes, name)
        record.modified = self.plane.tick()
        for member in record.kind.hidden.intersection(changes):
            record.children_modified[member] = record.modified

    def change_children(self, record: Record, member: str, children: Any) -> None:
        """Replace a list of children, whose time of change AWS keeps apart from the record's own."""
        self._replace(record, {member: children}, None)
        record.children_modified[member] = self.plane.tick()
        if self.plane.children_touch_parent:
            record.modified = record.children_modified[member]

    def remove(self, record: Record) -> None:
        """Delete a record that AWS does not own and that nothing holds."""
        kind = record.kind
        if record.aws_owned:
            raise invalid(f"{kind.noun} {record.name} is a default resource and cannot be deleted.")
        for noun in kind.held_by:
            for holder in self.holders(record, noun).values():
                text = f"{kind.noun} {record.name} is in use by {noun} {holder.name}."
                raise in_use(text, record.id, kind.in_use_type)
        self.forget(record)

    def forget(self, record: Record) -> None:
        """Delete a record, whoever refers to it."""
        self._unlink(record)
        self.store(record.kind).remove(record)

    def adopt(self, record: Record) -> None:
        """Take in a record that was made elsewhere: phone numbers move between instances."""
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
            # An empty description comes back as none: the replies' shapes do not allow "".
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

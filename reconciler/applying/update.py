"""Updates a live resource: sends each group of fields by its own operation."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from reconciler.applying.executor import Sender
from reconciler.contract import Adapter, Calls, Change, Request, Sends
from reconciler.errors import Absent, Busy, CallError, Refused, Unsure, Waiting
from reconciler.field_schema import Shape, fields_of, holds_archive, is_empty
from reconciler.members import drop_member, get_member, set_member
from reconciler.planning.action import DELETION
from reconciler.planning.plan import NAME, TAGS, Action, managed_fields, wanted_tags
from reconciler.runtime.retrying import IMPATIENT, PATIENT, ResourceWaits
from reconciler.stack import Desired, Key
from reconciler.unlisted_fields import unread

Group = Sends | Calls


@dataclass
class Failures:
    """The groups of fields that AWS refused; the other groups are sent anyway."""

    errors: list[CallError] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    """The fields of the groups that did not succeed."""
    untried: list[str] = field(default_factory=list)
    """The fields that are left to the next pass because AWS does not answer."""

    @property
    def silent(self) -> bool:
        """Whether AWS does not answer: each further call would only wait."""
        return any(isinstance(each, Unsure | Busy) for each in self.errors)

    @property
    def waits(self) -> ResourceWaits:
        """Seconds to wait for AWS between tries; after one group has waited, the groups after it do not."""
        return IMPATIENT if any(not isinstance(each, Refused) for each in self.errors) else PATIENT

    def note(self, fields: Iterable[str], error: CallError) -> None:
        """Note that a group did not succeed."""
        self.errors.append(error)
        self.fields.update(fields)

    def tell(self) -> None:
        """Raise the failures as one error, if there are any.

        Raises:
            CallError: the worst failure, with the messages of all groups.
        """
        if not self.errors:
            return
        first, *others = sorted(self.errors, key=_weight)
        if others or self.untried:
            told = "; ".join(first.details) or first.message
            left = [f"not tried: {', '.join(self.untried)}"] if self.untried else []
            details = (told, *map(str, others), *left)
            raise type(first)(first.operation, first.code, first.message, details)
        raise first


def _weight(error: CallError) -> int:
    """The rank of an error: the worst comes first."""
    ranks = (Unsure, Refused, Waiting, Absent)
    return next((rank for rank, kind in enumerate(ranks) if isinstance(error, kind)), 1)


@dataclass
class PendingUpdate:
    """The changes of one resource that are to be sent."""

    desired: Desired
    names: set[str]
    """The fields that differ."""
    members: dict[str, Any]
    """The members that AWS shows, with AWS's names; completed as they are needed."""
    failures: Failures = field(default_factory=Failures)
    again: set[str] = field(default_factory=set)
    """The fields that do not differ but are sent again, because another call overwrites them."""
    taken_away: set[str] = field(default_factory=set)
    """The fields that a call of this update has overwritten."""

    @property
    def key(self) -> Key:
        """The key of the resource."""
        return self.desired.key


@dataclass(frozen=True)
class Updater:
    """Changes settings and tags."""

    sender: Sender

    def fill_new(self, key: Key) -> None:
        """Send the fields that the create request could not contain."""
        adapter, desired = self.sender.kinds[key.kind], self.sender.stack.resources[key]
        # What is ignored later on is sent now, too.
        left_out = {*adapter.create.write_only, *self.sender.made[key], TAGS}
        work = self._planned_anew(desired, desired.settings.keys() - left_out)
        self._change(work)
        work.failures.tell()

    def _planned_anew(self, desired: Desired, names: Collection[str]) -> PendingUpdate:
        """Read these fields of the live resource, and plan which of them to change."""
        observed = self.sender.observed(desired, self.sender.sighting_of(desired.key), names)
        return PendingUpdate(
            desired, {*self.sender.replanner.differing(desired, observed)}, dict(observed.members)
        )

    def update(self, action: Action) -> None:
        """Send every group of fields that differs, and the tags; a refused group does not stop the others.

        Raises:
            CallError: AWS refused a group; the error names all refused groups.
        """
        key, adapter = action.key, self.sender.kinds[action.key.kind]
        names = {each.top for each in action.differences} - {TAGS, DELETION}
        work = PendingUpdate(
            self.sender.stack.resources[key], names, dict(self.sender.world.observed[key].members)
        )
        if any(each.field == DELETION for each in action.differences):
            self._restore(work, adapter)
        if adapter.tagging and (
            action.verb == "adopt" or any(each.top == TAGS for each in action.differences)
        ):
            try:
                self._tag(key, adapter)
            except CallError as error:
                if action.verb == "adopt":
                    raise  # nothing is changed on a resource that is not ours yet
                work.failures.note([TAGS], error)
        self._change(work)
        work.failures.tell()

    def _restore(self, work: PendingUpdate, adapter: Adapter[Any]) -> None:
        """Cancel the deletion of a resource, and compare again: AWS may not have shown its other settings until then.

        Raises:
            CallError: AWS did not cancel it, or refused a change after it.
        """
        _, api = self.sender.adapter(work.key)
        sighting, restore = self.sender.sighting_of(work.key), adapter.restore
        first, *others = restore.requests(sighting, work.desired.settings) if restore else ()
        try:
            self.sender.send(adapter, sighting, [first])
        except Refused:
            # A reply may have been lost, or another client was faster.
            if self.sender.patiently(partial(adapter.scheduled, api, sighting), sighting).deletion:
                raise
        self.sender.send(adapter, sighting, others)
        renamed = work.names & {NAME}
        anew = self._planned_anew(work.desired, dict(managed_fields(work.desired, adapter)).keys())
        work.names, work.members = anew.names | renamed, anew.members

    def set_instead(self, desired: Desired) -> None:
        """Set the given values on a resource that the files no longer have, as far as they differ.

        Raises:
            CallError: AWS refused a group; the error names all refused groups.
        """
        work = self._planned_anew(desired, desired.settings.keys())
        self._change(work)
        work.failures.tell()

    def _tag(self, key: Key, adapter: Adapter[Any]) -> None:
        """Set the tags that the stack manages."""
        observed, desired = self.sender.world.observed[key], self.sender.stack.resources[key]
        tagging = self.sender.tagging(adapter, observed.sighting)
        if tagging is None:
            return
        api = self.sender.api_of(adapter.service.name)
        before = self.sender.tags_before(tagging, api, observed.sighting)
        wanted = {**before, **wanted_tags(self.sender.stack, desired)}
        after = self.sender.encoder.tags(wanted, before)
        self.sender.send(adapter, observed.sighting, tagging.change(observed.sighting, before, after))

    def _change(self, work: PendingUpdate) -> None:
        """Send every group of fields that differs, and send again the fields that such a group overwrites."""
        adapter, failures = self.sender.kinds[work.key.kind], work.failures
        for group in self._groups(adapter, work.names):
            work.again |= self._overwritten(work, group)
        sent = work.names | work.again
        for group in self._groups(adapter, sent):
            if failures.silent and work.again.isdisjoint(group.fields):
                failures.untried += sorted(sent & {*group.fields})
                continue
            try:
                self._send(work, group)
            except CallError as error:
                failures.note(group.fields, error)
            work.taken_away |= group.overwrites.keys()

    def _send(self, work: PendingUpdate, group: Group) -> None:
        """Send one group.

        Raises:
            Waiting: AWS refused a field that the group needs.
            Refused: a field differs, but no request can change it.
        """
        adapter, desired = self.sender.kinds[work.key.kind], work.desired
        lacking = sorted(work.failures.fields & {*group.needs})
        if lacking:
            raise Waiting(group.operations[0], "NotYet", f"it needs {', '.join(lacking)}")
        if isinstance(group, Sends) and group.whole:
            self._read_anew(work, group)
        self._complete(work.key, group, work.members)
        # What the policy ignores goes back as it was observed, not as the files write it.
        written = work.names | (work.again - {*desired.policy.ignore})
        # AWS shows only the digest of an archive, and no write-only field. So both are sent as written, even if nothing differs.
        shapes = fields_of(adapter.model)
        hidden = {name for name, shape in shapes.items() if shape.secret or holds_archive(shape)}
        hidden |= adapter.create.write_only
        written |= hidden & {*group.fields} & desired.settings.keys()
        if isinstance(group, Calls) and group.whole:
            written |= ({*group.fields} & desired.settings.keys()) - {*desired.policy.ignore}
        requests = list(self._requests(work, group, written))
        if not requests:
            self._require_no_difference(work, group)
        sighting = self.sender.sighting_of(work.key)
        self.sender.send(adapter, sighting, requests, work.failures.waits)

    def _require_no_difference(self, work: PendingUpdate, group: Group) -> None:
        """Refuse a change that no request can make, unless the field is as desired by now."""
        changing, sighting = (work.names & {*group.fields}) - {NAME}, self.sender.sighting_of(work.key)
        observed = self.sender.replanner.observed(work.desired, sighting, changing, work.members)
        wrong = sorted(self.sender.replanner.differing(work.desired, observed))
        if wrong:
            why = f"no request changes {', '.join(wrong)} of the live resource; write the fields that it depends on as well"
            raise Refused(group.operations[0], "NothingToSend", why)

    def _overwritten(self, work: PendingUpdate, group: Group) -> set[str]:
        """The fields that AWS resets when this group is sent, and that must be sent again.

        Unknown values are read now: afterwards they would be lost.
        """
        if not group.overwrites:
            return set()
        adapter, desired = self.sender.kinds[work.key.kind], work.desired
        shapes = fields_of(adapter.model)
        for each in adapter.updates:
            if not group.overwrites.keys().isdisjoint(each.fields):
                self._complete(work.key, each, work.members)
        return {
            name
            for name, rivals in group.overwrites.items()
            if not is_empty(desired.settings.get(name))
            or not (
                is_empty(get_member(work.members, shapes[name].wire or name))
                or any(_is_written(desired.settings, path) for path in rivals)
            )
        }

    @staticmethod
    def _groups(adapter: Adapter[Any], names: set[str]) -> Iterator[Group]:
        """The groups with a changing field; groups with the same operation share one request."""
        together: dict[object, list[Group]] = {}
        for group in adapter.updates:
            if not names.isdisjoint(group.fields):
                shared = isinstance(group, Sends) and not group.cleared_by
                together.setdefault(group.operations if shared else group, []).append(group)
        for first, *others in together.values():
            fields = tuple(name for each in (first, *others) for name in each.fields)
            needs = tuple(name for each in (first, *others) for name in each.needs)
            overwrites = dict(pair for each in (first, *others) for pair in each.overwrites.items())
            yield replace(first, fields=fields, needs=needs, overwrites=overwrites)

    def _complete(self, key: Key, group: Group, members: dict[str, Any]) -> None:
        """Read the unknown present values that are needed to send the group whole."""
        adapter, api = self.sender.adapter(key)
        missing = unread(adapter, group.fields, members)
        if missing:
            members |= adapter.get_fields(api, self.sender.sighting_of(key), missing)

    def _read_anew(self, work: PendingUpdate, group: Sends) -> None:
        """Read all values that the group replaces right before sending, so that changes by others are not reverted.

        Raises:
            Absent: the resource no longer exists; an upsert would create another one.
            Refused: it was replaced by another one, which an upsert would overwrite.
        """
        adapter, api = self.sender.adapter(work.key)
        sighting = self.sender.sighting_of(work.key)
        read = partial(adapter.get_fields, api, sighting, frozenset(group.fields) - {NAME})
        work.members |= self.sender.patiently(read, sighting)
        upsert = adapter.create.upsert and group.operation == adapter.create.operation
        if upsert and adapter.tagging and sighting.arn not in self.sender.fresh:
            self.sender.require_ours(self.sender.tags_now(adapter.tagging, api, sighting), group.operation)

    def _requests(self, work: PendingUpdate, group: Group, names: set[str]) -> Iterable[Request]:
        """The requests of one group; `names` are the fields that are sent as the files write them."""
        key, members = work.key, work.members
        adapter = self.sender.kinds[key.kind]
        desired, sighting = work.desired, self.sender.sighting_of(key)
        shapes = {name: shape for name, shape in fields_of(adapter.model).items() if name in group.fields}
        written = {name: value for name, value in desired.settings.items() if name in names}
        if isinstance(group, Sends) and group.whole:
            whole = self._whole(work, group, shapes, written)
            if NAME in group.fields and adapter.identity.name:
                set_member(whole, adapter.identity.name, desired.aws_name)
            return [Request(group.operation, {**whole, **group.address(sighting.address)})]
        after = self.sender.encoder.members(shapes, written, members)
        if NAME in group.fields and adapter.identity.name:
            set_member(after, adapter.identity.name, desired.aws_name)
        if isinstance(group, Calls):
            there = {name: shape for name, shape in shapes.items() if name not in work.taken_away}
            before = self.sender.encoder.members(there, {}, members)
            everything = frozenset(desired.settings)
            change = Change(sighting.address, sighting.arn, before, after, members, everything)
            return group.requests(self._looked(key, group, change))
        if group.cleared_by and all(written.get(name, 0) is None for name in group.fields):
            return [Request(group.cleared_by, group.address(sighting.address))]
        return [Request(group.operation, {**group.address(sighting.address), **after})]

    def _looked(self, key: Key, group: Calls, change: Change) -> Change:
        """A change with what the group reads right before its requests are made."""
        if group.looks is None:
            return change
        _, api = self.sender.adapter(key)
        seen = self.sender.patiently(partial(group.looks, api, change), self.sender.sighting_of(key))
        return replace(change, reported={**change.reported, **seen})

    def _whole(
        self, work: PendingUpdate, group: Sends, shapes: Mapping[str, Shape], written: Mapping[str, Any]
    ) -> dict[str, Any]:
        """All values that AWS shows and the operation takes, overwritten by the values of the files."""
        _, api = self.sender.adapter(work.key)
        shown = dict(work.members)
        for name in group.ruled_out(work.desired.settings):
            drop_member(shown, shapes[name].wire or name)
        encoder = replace(self.sender.encoder, keeps_unknown=True)
        after = api.taken(group.operation, encoder.members(shapes, written, shown))
        return {name: value for name, value in after.items() if value != []}


def _is_written(settings: Mapping[str, Any], path: str) -> bool:
    """Whether the files give a field a value, by its dotted path."""
    value: Any = settings
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return not is_empty(value)

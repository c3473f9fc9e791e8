"""Makes the settings of a live resource hold: each group of fields by its own operation."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from reconciler.applying.sending import Sender
from reconciler.contract import Adapter, Calls, Change, Request, Sends, Wired
from reconciler.planning.diff import differences
from reconciler.planning.plan import NAME, TAGS, Action, wanted_tags
from reconciler.shapes import fields_of
from reconciler.stack import Key
from reconciler.wire import Decoder, get_member


@dataclass(frozen=True)
class Filler:
    """Changes settings and tags."""

    sender: Sender

    def fill_new(self, key: Key) -> None:
        """Send what the create request could not carry."""
        adapter, api = self.sender.adapter(key)
        desired, sighting = self.sender.stack.resources[key], self.sender.world.sightings[key]
        # What is ignored later on is sent now, too.
        left_out = {*adapter.write_only, *self.sender.made[key], TAGS}
        shapes = fields_of(adapter.model)
        rest = {name: shapes[name] for name in desired.settings if name not in left_out}
        if not rest:
            return
        members = dict(self.sender.patiently(partial(adapter.read, api, sighting, frozenset(rest)), sighting))
        settings = Decoder(self.sender.world.name_of).fields(rest, members)
        wrong = {
            name
            for name, shape in rest.items()
            if any(differences(name, shape, desired.settings[name], settings.get(name)))
        }
        self._change(key, wrong, members)

    def update(self, action: Action) -> None:
        key = action.key
        adapter, api = self.sender.adapter(key)
        observed = self.sender.world.observed[key]
        desired = self.sender.stack.resources[key]
        if adapter.tagging and (
            action.verb == "adopt" or any(each.top == TAGS for each in action.differences)
        ):
            before = self.sender.tags_before(adapter.tagging, api, observed.sighting)
            wanted = {**before, **wanted_tags(self.sender.stack, desired)}
            after = {tag: value for tag, value in wanted.items() if value is not None}
            self.sender.send(
                adapter,
                api,
                observed.sighting,
                adapter.tagging.change(observed.sighting, before, after),
            )
        names = {each.top for each in action.differences} - {TAGS}
        self._change(key, names, dict(observed.members))

    def _change(self, key: Key, names: set[str], members: dict[str, Any]) -> None:
        """Send every group of fields that holds one of these."""
        adapter, api = self.sender.adapter(key)
        sighting = self.sender.world.sightings[key]
        for group in self._groups(adapter, names):
            missing = frozenset(self._unknown(adapter, group, members))
            if missing:
                members |= adapter.read(api, sighting, missing)
            self.sender.send(adapter, api, sighting, self._requests(key, group, names, members))

    @staticmethod
    def _groups(adapter: Adapter[Any], names: set[str]) -> Iterable[Sends | Calls]:
        """The groups that hold a changing field; those that share an operation travel in one request."""
        together: dict[object, list[Sends | Calls]] = {}
        for group in adapter.updates:
            if not names.isdisjoint(group.fields):
                shared = isinstance(group, Sends) and not group.cleared_by
                together.setdefault(group.operations if shared else group, []).append(group)
        for first, *others in together.values():
            fields = tuple(name for each in (first, *others) for name in each.fields)
            yield replace(first, fields=fields)

    def _unknown(self, adapter: Adapter[Any], group: Sends | Calls, members: Wired) -> Iterable[str]:
        """Fields of a group whose present value has to be read before the group can be sent whole."""
        shapes = fields_of(adapter.model)
        for name in group.fields:
            if name == NAME or name in adapter.write_only:
                continue
            if name in adapter.partial or (
                name not in adapter.sighted and get_member(members, shapes[name].wire or name) is None
            ):
                yield name

    def _requests(self, key: Key, group: Sends | Calls, names: set[str], members: Wired) -> Iterable[Request]:
        adapter = self.sender.kinds[key.kind]
        desired, sighting = self.sender.stack.resources[key], self.sender.world.sightings[key]
        shapes = {name: shape for name, shape in fields_of(adapter.model).items() if name in group.fields}
        written = {name: value for name, value in desired.settings.items() if name in names}
        after = self.sender.encoder.members(shapes, written, members)
        if NAME in group.fields and adapter.named_by:
            after[adapter.named_by] = adapter.called(key.name, desired.settings)
        if isinstance(group, Calls):
            before = self.sender.encoder.members(shapes, {}, members)
            return group.requests(Change(sighting.address, sighting.arn, before, after, members))
        if group.cleared_by and all(written.get(name, 0) is None for name in group.fields):
            return [Request(group.cleared_by, dict(sighting.address))]
        return [Request(group.operation, {**sighting.address, **after})]

"""Creates a resource once, also when the reply is lost."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from reconciler.applying.executor import Sender, explained
from reconciler.contract import Adapter, Address, Api, Sighting, Wired
from reconciler.errors import CallError, Refused, Taken, Unsure, Waiting
from reconciler.field_schema import fields_of
from reconciler.members import set_member
from reconciler.observing.tag_reader import with_tags
from reconciler.planning.ownership import KEY_MARK, MARKS, Owner, marks_of, name_in, owner_of
from reconciler.planning.plan import managed_fields, wanted_tags
from reconciler.planning.tag_encoding import marks_for
from reconciler.planning.text_references import Resolver
from reconciler.planning.world import Observed
from reconciler.runtime.retrying import AFTER_CREATE, CHOICES, CREATES, PATIENT, at_once, look_after
from reconciler.stack import Desired, Key


@dataclass(frozen=True)
class Creator:
    """Creates resources."""

    sender: Sender
    old: Sighting | None = None
    """The resource that is replaced and whose data the new one gets."""

    def make(self, key: Key, cut: frozenset[str]) -> None:
        adapter, api = self.sender.adapter(key)
        desired = self.sender.stack.resources[key]
        scope = self.sender.world.scope_of(desired.scope)
        if scope is None:
            if desired.scope is not None:
                self.sender.never_there(desired.scope)
            raise Waiting("create", "NotYet", f"{desired.scope} does not exist yet")
        # Empty values are not sent; if AWS sets a default instead, it is cleared afterwards.
        written = {name for name, value in desired.settings.items() if value is not None}
        sent = frozenset(adapter.create.fields) & written - cut - adapter.create.begins.keys()
        plain = {**scope, **self._create_parameters(desired, adapter, sent, cut)}
        sighting = self._chosen(desired, adapter, plain, scope)
        self.sender.world.remember(key, sighting)
        if key in self.sender.adopted:
            return
        copies = adapter.create.copies if self.old else None
        taken = sent if copies is None or copies.fields is None else sent & copies.fields
        self.sender.made[key] = taken - adapter.create.partly
        self.sender.fresh.add(sighting.arn)
        if adapter.tagging and adapter.tagging.after_create:
            self._tag_new(desired, adapter, sighting)
        self.sender.until_ready(adapter, api, sighting)

    def _tag_new(self, desired: Desired, adapter: Adapter[Any], sighting: Sighting) -> None:
        """Set the tags that the create request does not take, before any other call: only the tags show the owner.

        Raises:
            CallError: AWS refused the tags; the message says that the resource exists.
        """
        tagging = self.sender.tagging(adapter, sighting)
        tags = self._tags(desired)
        requests = [*tagging.change(sighting, {}, tags)] if tagging else []
        try:
            for request in requests:
                self.sender.send_at_once(adapter, sighting, request)
        except CallError as error:
            told = "; ".join(error.details) or error.message
            error.details = (f"{told}; {sighting.arn} exists, but has no mark yet",)
            raise

    def _chosen(
        self, desired: Desired, adapter: Adapter[Any], plain: dict[str, Any], scope: Wired
    ) -> Sighting:
        """Let the kind choose a value that only AWS can offer, and choose again if another client was quicker."""
        api, lost_race = self.sender.api_of(adapter.service.name), adapter.create.lost_race
        parameters = plain

        def choose() -> Sighting:
            nonlocal parameters
            parameters = plain  # a kind that could not choose has lost no race
            copied = self._copied(adapter, api, dict(plain))
            parameters = copied or adapter.prepare(api, dict(plain))
            return self._create(desired, adapter, api, parameters, scope)

        def lost(error: BaseException) -> bool:
            refused = isinstance(error, Refused) and lost_race is not None and lost_race in error.message
            return refused and parameters != plain

        return at_once(CHOICES, after_error=lost)(choose)

    def _copied(self, adapter: Adapter[Any], api: Api, plain: dict[str, Any]) -> dict[str, Any] | None:
        """The parameters that make a copy of the old resource, once AWS is ready for it; None if nothing is copied.

        Raises:
            Waiting: AWS is still at work on what comes before; the next pass continues.
        """
        copies, old = adapter.create.copies, self.old
        if copies is None or old is None:
            return None
        self.sender.send(adapter, old, copies.first(api, old))
        ready = partial(copies.parameters, api, old, plain)
        return self.sender.patiently(ready, old, PATIENT.ready)

    def _create_parameters(
        self, desired: Desired, adapter: Adapter[Any], sent: frozenset[str], cut: frozenset[str]
    ) -> dict[str, Any]:
        shapes = fields_of(adapter.model)
        members = self.sender.encoder.members({name: shapes[name] for name in sent}, desired.settings, {})
        if adapter.identity.name and desired.aws_name is not None:
            set_member(members, adapter.identity.name, desired.aws_name)
        begins = adapter.create.begins
        members |= self.sender.encoder.members({name: shapes[name] for name in begins}, begins, {})
        for name in cut:
            shell = adapter.create.deferrable[name]
            if shell:
                plain = self.sender.encoder.members({n: shapes[n] for n in sent}, desired.settings, {})
                set_member(members, shapes[name].wire or name, shell(plain))
        if adapter.tagging:
            members = adapter.tagging.joined(members, self._tags(desired))
        # A new resource begins with empty values; some operations refuse to take them, and others require them.
        needed = {
            (shapes[name].wire or name).partition(".")[0] for name in adapter.create.needed & shapes.keys()
        }
        members = {name: value for name, value in members.items() if value != [] or name in needed}
        if adapter.create.token:
            members[adapter.create.token] = self._token(desired, adapter)
        return members

    def _tags(self, desired: Desired) -> dict[str, str]:
        """Every tag that a new resource gets, our marks among them."""
        return self.sender.encoder.tags(wanted_tags(self.sender.stack, desired), {})

    def _token(self, desired: Desired, adapter: Adapter[Any]) -> str:
        """The create token: the same for every try at the same resource, so that AWS treats a second try as the first.

        Other fixed fields give another token: that resource is a new one that replaces a deleted one.
        """
        stack, place = self.sender.stack, self.sender.world.scope_of(desired.scope) or {}
        fixed = [repr(desired.settings.get(name)) for name in sorted(adapter.create.fixed)]
        what = "\0".join((stack.name, stack.environment, *desired.key, *place.values(), *fixed))
        return hashlib.sha256(what.encode()).hexdigest()[:36]

    def _create(
        self, desired: Desired, adapter: Adapter[Any], api: Api, parameters: dict[str, Any], scope: Wired
    ) -> Sighting:
        """Create it once, even if the reply is lost."""
        untold = is_unmarked_after_create(adapter)
        tries = 1 if creates_once(adapter) else CREATES
        for attempt in range(1, tries + 1):
            last = attempt == tries
            try:
                return self.sender.patiently(
                    partial(self._ask, desired, adapter, api, parameters, scope), None
                )
            except (Taken, Unsure) as error:
                found = self._look_again(desired, adapter, api, scope, error)
                if found:
                    return found
                if untold:
                    self._require_no_lookalike(desired, adapter, api, scope)
                if last and is_anonymous(adapter) and isinstance(error, Taken):
                    # What is in its way is not ours.
                    raise Refused(error.operation, error.code, error.message) from None
                if last:
                    raise Unsure(
                        error.operation, error.code, f"{error.message}; not found by name since"
                    ) from None
        raise AssertionError("unreachable")

    def _ask(
        self, desired: Desired, adapter: Adapter[Any], api: Api, parameters: dict[str, Any], scope: Wired
    ) -> Sighting:
        """Send the create request; if it could overwrite or duplicate a live resource, look for that one right before."""
        there = self._before_create(desired, adapter, api, scope)
        if there:
            return there
        if adapter.create.upsert:
            api = api.once()
        copies = adapter.create.copies if self.old else None
        operation = copies.operation if copies else adapter.create.operation
        reply = explained(adapter, api, operation, parameters)
        address, arn = _created(adapter, api, scope, reply, parameters)
        return Sighting(desired.called, address, arn)

    def _before_create(
        self, desired: Desired, adapter: Adapter[Any], api: Api, scope: Wired
    ) -> Sighting | None:
        """The live resource that a create would overwrite or duplicate, found by name or mark; None if there is none.

        Raises:
            Refused: it is not ours and must not be adopted.
            Waiting: another resource of ours must be renamed first; or AWS did not answer, and nothing was sent.
        """
        operation = adapter.create.operation
        try:
            if is_unmarked_after_create(adapter):
                self._require_no_lookalike(desired, adapter, api, scope)
            if not (adapter.create.upsert or is_doubled(adapter)):
                return None
            found = self._same_name(desired, adapter, api, scope)
        except Unsure as error:
            raise Waiting(error.operation, error.code, error.message) from None
        taken = Taken(operation, "AlreadyThere", "another resource took this name after the plan was made")
        seen = self._judged(desired, adapter, found, taken)
        if seen and desired.key not in self.sender.adopted and adapter.tagging:
            # Another pass of ours made it: what differs is changed.
            action = self.sender.replanner.adoption(desired, self._observed(desired, adapter, seen))
            if action:
                self.sender.adopted[desired.key] = action
        return seen

    def _look_again(
        self, desired: Desired, adapter: Adapter[Any], api: Api, scope: Wired, error: CallError
    ) -> Sighting | None:
        """The resource that a create without a known reply may have made; None if none has that name.

        Raises:
            Refused: a resource of that name exists, is not ours and must not be adopted.
            Waiting: another resource of ours must be renamed first.
            Unsure: the read itself failed.
        """

        def look() -> Sighting | None:
            try:
                found = self._same_name(desired, adapter, api, scope)
            except CallError as failed:
                why = f"{error.message}; and then {failed}"
                raise Unsure(error.operation, error.code, why) from None
            return self._judged(desired, adapter, found, error)

        return look_after(self.sender.clock, AFTER_CREATE, look, lambda there: there is None)

    def _require_no_lookalike(self, desired: Desired, adapter: Adapter[Any], api: Api, scope: Wired) -> None:
        """Refuse to create a resource that an earlier try may have made: no name, mark or token would show it.

        Raises:
            Refused: an unmarked resource is as this create request would make it.
        """
        seen = (with_tags(adapter, api, each) for each in adapter.list(api, scope))
        free = [each for each in seen if owner_of(each.tags or {}, self.sender.stack.mark) is Owner.FREE]
        for each in free:
            observed = self._observed(desired, adapter, each)
            if adapter.create.always_sent.isdisjoint(self.sender.replanner.differing(desired, observed)):
                marks = marks_of(self.sender.stack.mark, desired)
                told = ", ".join(f"{tag}={value}" for tag, value in marks.items() if value)
                why = (
                    f"{each.arn} has no mark and has the same settings; a pass that ended between create and tagging may "
                    f"have created it: to keep it, set its tags {told}; otherwise delete it"
                )
                raise Refused(adapter.create.operation, "Lookalike", why)

    def _judged(
        self, desired: Desired, adapter: Adapter[Any], found: Iterable[Sighting], error: CallError
    ) -> Sighting | None:
        """Decide which of these is the resource; `error` is the reason for the search.

        Raises:
            Refused, Waiting: as `_look_again` says.
        """
        for seen in found:
            tags = seen.tags or {}
            ours = self.sender.is_ours(tags)
            if adapter.tagging is None or (ours and tags.get(KEY_MARK) in marks_for(desired.key.name)):
                return seen
            if ours:
                why = f'"{name_in(tags)}" of this stack has this name for now'
                raise Waiting(error.operation, error.code, why)
            if seen.name == desired.aws_name:
                self._adopt(desired, adapter, seen, error)
                return seen
        return None

    def _adopt(self, desired: Desired, adapter: Adapter[Any], seen: Sighting, error: CallError) -> None:
        """Decide on an existing resource of that name as a plan would: a new instance, for example, comes with profiles.

        Raises:
            Refused: it belongs to another stack, or its settings differ and the files do not set `adopt: true`.
        """
        self.sender.world.remember(desired.key, seen)  # its settings may name itself
        action = self.sender.replanner.adoption(desired, self._observed(desired, adapter, seen))
        if action is None or action.refusal:
            self.sender.world.forget(desired.key)
            why = action.refusal if action else "it exists already"
            raise Refused(error.operation, error.code, str(why))
        self.sender.adopted[desired.key] = action

    def _observed(self, desired: Desired, adapter: Adapter[Any], seen: Sighting) -> Observed:
        """Read the managed fields of a live resource, as a plan needs them."""
        return self.sender.observed(desired, seen, [name for name, _ in managed_fields(desired, adapter)])

    def _same_name(self, desired: Desired, adapter: Adapter[Any], api: Api, scope: Wired) -> list[Sighting]:
        # If two have one name, only our mark shows which one was created.
        several = adapter.identity.shares_names or (
            adapter.create.before_delete and adapter.tagging is not None
        )
        if desired.aws_name is not None and not several:
            settings = Resolver(self.sender.stack, self.sender.world, self.sender.kinds).resolved(
                desired, adapter
            )
            found = adapter.find_in_place(api, scope, desired.aws_name, settings)
            if found:
                return [with_tags(adapter, api, found)]
            if adapter.identity.name is not None:
                return []
        # It has no name of its own in AWS: only our mark shows that it was created.
        seen = (with_tags(adapter, api, each) for each in adapter.list(api, scope))
        marks = wanted_tags(self.sender.stack, desired)
        found_by_mark = [
            each for each in seen if all((each.tags or {}).get(mark) == marks.get(mark) for mark in MARKS)
        ]
        return [each for each in found_by_mark if not adapter.scheduled(api, each).deletion]


def is_anonymous(adapter: Adapter[Any]) -> bool:
    """Whether AWS creates another one for each request, because neither a unique name nor a create token identifies it."""
    identity = adapter.identity
    return (identity.name is None or identity.shares_names) and adapter.create.token is None


def is_unmarked_after_create(adapter: Adapter[Any]) -> bool:
    """Whether a resource cannot be recognised as ours between its create and the call that sets its tags."""
    return is_anonymous(adapter) and adapter.tagging is not None and adapter.tagging.after_create


def creates_once(adapter: Adapter[Any]) -> bool:
    """Whether a pass sends one create request at most: where AWS allows two resources, the first may take effect late."""
    several = adapter.create.before_delete or is_doubled(adapter)
    return is_unmarked_after_create(adapter) or (several and adapter.create.token is None)


def is_doubled(adapter: Adapter[Any]) -> bool:
    """Whether AWS creates another one for each request, and our mark in that request, or the name, identifies it."""
    marked = adapter.tagging is not None and not adapter.tagging.after_create
    return adapter.create.once or (is_anonymous(adapter) and marked and not adapter.create.before_delete)


def _created(
    adapter: Adapter[Any], api: Api, scope: Wired, reply: Wired, parameters: dict[str, Any]
) -> tuple[Address, str]:
    """Address and ARN of the resource that was just created.

    Raises:
        Unsure: the reply does not contain them; it was cut short.
    """
    try:
        return adapter.created(api, scope, reply, parameters)
    except (KeyError, TypeError):
        why = "the reply does not name the new resource"
        raise Unsure(adapter.create.operation, "EmptyReply", why) from None

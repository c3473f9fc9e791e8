"""Sends requests when AWS is ready for them, and sends them again while the resource is busy."""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from reconciler.contract import Adapter, Api, ApiOf, Delete, Request, Sighting, Tagging, Wired
from reconciler.encoder import Encoder
from reconciler.errors import Absent, AlreadyDone, CallError, InUse, Late, Refused, Unsure, Waiting
from reconciler.interpolation import ALWAYS
from reconciler.model import Ref, Secret
from reconciler.observing.tag_reader import with_tags
from reconciler.planning.existing import matching, not_there
from reconciler.planning.graph import kinds_known_to
from reconciler.planning.ownership import Owner, owner_of
from reconciler.planning.plan import Action
from reconciler.planning.replanning import Replanner
from reconciler.planning.text_references import name_of, written_attribute
from reconciler.planning.world import Observed, World
from reconciler.runtime.clock import Clock
from reconciler.runtime.retrying import PATIENT, Pauses, ResourceWaits, retrying
from reconciler.stack import Desired, Key, Stack

T = TypeVar("T")


@dataclass
class Sender:
    """Sends requests for one stack to one account and Region."""

    stack: Stack
    world: World
    kinds: Mapping[str, Adapter[Any]]
    api_of: ApiOf
    reveal: Callable[[Secret], str]
    clock: Clock
    made: dict[Key, frozenset[str]] = field(default_factory=dict)
    """The fields that each create request contained."""
    fresh: set[str] = field(default_factory=set)
    """The ARNs of resources that this pass created: AWS may take minutes to know them everywhere."""
    changed: set[str] = field(default_factory=set)
    """The ARNs of resources that a request has changed."""
    adopted: dict[Key, Action] = field(default_factory=dict)
    """By resource that was to be created but already existed: the action that adopts it instead."""
    dropped: set[Key] = field(default_factory=set)
    """The deleted resources."""
    let_go: list[str] = field(default_factory=list)
    """The kinds of deleted or changed resources, in that order: they may have used other resources until then."""
    used: set[Key] = field(default_factory=set)
    """Resources that are deleted after the resources that refer to them have changed."""

    def __post_init__(self) -> None:
        # If two live resources have the same mark, the first is deleted first.
        self._strays = {stray.key: stray for stray in reversed(self.world.strays)}

    def sighting_of(self, key: Key) -> Sighting:
        """The sighting of a live resource, desired or not."""
        return self.world.sightings.get(key) or self._strays[key].sighting

    def going(self, key: Key) -> Sighting:
        """The live resource to delete: the old one, if another one has replaced it."""
        return next(iter(self.world.replaced.get(key, ())), None) or self.sighting_of(key)

    def scope_of_stray(self, key: Key) -> Key | None:
        """The desired resource in which a stray lives."""
        return self._strays[key].scope if key in self._strays else None

    def begun(self, key: Key) -> bool:
        """Whether a part of an action was carried out."""
        sighting = self.world.sightings.get(key)
        return key in self.made or (sighting is not None and sighting.arn in self.changed)

    def freed(self, key: Key, since: int = 0) -> bool:
        """Whether a resource that may have used this one was deleted or changed since then."""
        let_go = set(self.let_go[since:])
        return bool(let_go) and (
            key in self.used or any(key.kind in kinds_known_to(self.kinds[each]) for each in let_go)
        )

    def adapter(self, key: Key) -> tuple[Adapter[Any], Api]:
        adapter = self.kinds[key.kind]
        return adapter, self.api_of(adapter.service.name)

    @property
    def replanner(self) -> Replanner:
        """The planner for resources that are read while the plan is applied."""
        return Replanner(self.stack, self.world, self.kinds)

    def observed(self, desired: Desired, sighting: Sighting, names: Collection[str]) -> Observed:
        """A live resource with these fields as AWS shows them now."""
        adapter, api = self.adapter(desired.key)
        read = partial(adapter.get_fields, api, sighting, frozenset(names))
        members = self.patiently(read, sighting) if names else {}
        return self.replanner.observed(desired, sighting, names, dict(members))

    @property
    def encoder(self) -> Encoder:
        return Encoder(self._resolve, self.reveal)

    def _resolve(self, ref: Ref, key: Key) -> str:
        if ref.outside and key not in self.stack.resources:
            return key.name
        if ref.by == "name":
            return name_of(self.stack, self.world, self.kinds, key)
        sighting = self.world.sightings.get(key) or self._find_existing(key)
        if sighting is None:
            self.never_there(key)
            raise Waiting("resolve", "NotYet", f"{key} does not exist yet")
        if ref.by in ALWAYS and ref.by not in self.kinds[key.kind].attributes:
            return sighting.arn if ref.by == "arn" else sighting.id
        return self._attribute(key, ref.by, sighting)

    def _attribute(self, key: Key, attribute: str, sighting: Sighting) -> str:
        """An attribute of a live resource; it is read if this pass changed the resource or has not read it.

        Raises:
            Waiting: AWS does not show it yet, but may do so after the changes of this pass.
            Refused: AWS does not show it, and nothing in this pass changes that.
        """
        adapter, api = self.adapter(key)
        why = f"{key} has no {attribute}"
        written = written_attribute(self.stack, self.kinds, key, attribute)
        if written is not None:
            has = partial(adapter.attributes[attribute].has, api, sighting, written)
            if self.patiently(has, sighting):
                return written
            raise Waiting("resolve", "NotYet", f"{why} {written} yet, which the files declare")
        value = self.world.attributes.get((key, attribute))
        changing = sighting.arn in self.fresh or sighting.arn in self.changed
        if value is None or changing:
            value = self.patiently(partial(adapter.attribute, api, sighting, attribute), sighting)
            self.world.attributes[key, attribute] = value
        if value is not None:
            return value
        if changing:
            raise Waiting("resolve", "NotYet", f"{why} yet")
        raise Refused("resolve", "NotThere", why)

    def never_there(self, key: Key) -> None:
        """Check that a missing resource may still be created by this pass.

        Raises:
            Refused: this pass does not create it.
        """
        desired = self.stack.resources.get(key)
        if desired and desired.existing and desired.scope not in self.made and key not in self.world.unseen:
            if self.world.scope_of(desired.scope) is None and desired.scope is not None:
                return self.never_there(desired.scope)
            raise Refused("resolve", "NotThere", f"{key} does not exist: {not_there(desired)}")
        return None

    def _find_existing(self, key: Key) -> Sighting | None:
        """Find a resource that came with one that this pass created: the default content of an instance."""
        desired = self.stack.resources.get(key)
        scope = self.world.scope_of(desired.scope) if desired else None
        if desired is None or not desired.existing or scope is None:
            return None
        adapter, api = self.adapter(key)
        name = desired.aws_name
        found = adapter.find_in_place(api, scope, name, desired.settings) if name else None
        if desired.chosen is not None:
            seen = (with_tags(adapter, api, each) for each in adapter.list(api, scope))
            several = matching(adapter, desired, None, seen)
            found = several[0] if len(several) == 1 else None
        if found:
            self.world.remember(key, found)
        return found

    def until_ready(
        self, adapter: Adapter[Any], api: Api, sighting: Sighting, waits: ResourceWaits = PATIENT
    ) -> None:
        """Wait until AWS accepts changes, for at most five minutes.

        Raises:
            Waiting: AWS is still working on the resource; the next pass continues.
        """

        def look() -> str | None:
            return self.patiently(partial(adapter.waiting_for, api, sighting), sighting, waits.held)

        self._until(look, waits)

    def _until(self, look: Callable[[], str | None], waits: ResourceWaits) -> None:
        """Look until AWS is doing nothing more.

        Raises:
            Waiting: it is still at work; the next pass continues.
        """
        doing = retrying(self.clock, waits.ready, after_result=lambda doing: doing is not None)(look)
        if doing is not None:
            raise Waiting("wait", "NotReady", doing)

    def send(
        self,
        adapter: Adapter[Any],
        sighting: Sighting,
        requests: Iterable[Request],
        waits: ResourceWaits = PATIENT,
    ) -> None:
        """Send each request when AWS is ready for it."""
        api = self.api_of(adapter.service.name)
        for request in requests:
            self.until_ready(adapter, api, sighting, waits)
            reply: Wired | None = None
            try:
                reply = self._send(adapter, api, sighting, request, waits.held)
            except AlreadyDone:
                for part in request.apart:
                    with suppress(AlreadyDone):
                        self._send(adapter, api, sighting, part, waits.held)
            self.changed.add(sighting.arn)
            self.let_go.append(adapter.kind)
            if request.then and reply is not None:
                self.send(adapter, sighting, request.then(reply), waits)

    def send_at_once(self, adapter: Adapter[Any], sighting: Sighting, request: Request) -> None:
        """Send a request at once, although AWS still works on a new resource; wait only if AWS refuses it until then.

        It is sent again if the reply is lost, so sending it twice must do no harm.
        """
        api = self.api_of(adapter.service.name)
        send = partial(self._send, adapter, api, sighting, request, PATIENT.held)
        with suppress(AlreadyDone):
            try:
                _twice(send)
            except Waiting:
                self.until_ready(adapter, api, sighting)
                send()
        self.changed.add(sighting.arn)

    def _send(
        self, adapter: Adapter[Any], api: Api, sighting: Sighting, request: Request, pauses: Pauses
    ) -> Wired:
        place, parameters = _api_for(request, api), _parameters(request, api)
        return self.patiently(
            partial(explained, adapter, place, request.operation, parameters), sighting, pauses
        )

    def send_delete(
        self, key: Key, delete: Delete, sighting: Sighting, still_meant: Callable[[], bool]
    ) -> bool:
        """Send a delete when AWS is ready for it, after the requests that its kind puts before it.

        It is sent again for a while if AWS may not have noticed yet that the users of the resource are deleted. If there
        are requests before it, `still_meant` is asked between them and the delete. Returns whether it was deleted.

        Raises:
            InUse: another resource uses it, and nothing that this pass did can have changed that.
        """
        adapter, api = self.adapter(key)
        self.until_ready(adapter, api, sighting)
        call = partial(self._delete, adapter, api, delete, sighting, still_meant)
        try:
            deleted = self.patiently(call, sighting, despite_users=self.freed(key))
        except InUse:
            if self.patiently(partial(adapter.waiting_for, api, sighting), sighting) is None:
                raise
            self.until_ready(adapter, api, sighting)
            deleted = self.patiently(call, sighting)
        if deleted:
            self.changed.add(sighting.arn)
            self.let_go.append(adapter.kind)
        return deleted

    def _delete(
        self,
        adapter: Adapter[Any],
        api: Api,
        delete: Delete,
        sighting: Sighting,
        still_meant: Callable[[], bool],
    ) -> bool:
        """One try: the delete, with the requests before and after it, if there are any. Returns whether it was sent."""
        before = delete.before(api, sighting) if delete.before else ()
        if self._send_around(adapter, api, sighting, before) and not still_meant():
            return False
        request, after = delete.request(sighting), delete.after(sighting) if delete.after else ()
        send = partial(api.call, request.operation, **request.parameters)
        try:
            # No later pass sends what comes after the delete of a resource that is gone.
            reply = _twice(send) if delete.after else send()
        except Absent:
            # An earlier try may have deleted it.
            self._send_around(adapter, api, sighting, after)
            raise
        if delete.progress:
            self._until(partial(delete.progress, api, {**request.parameters, **reply}), PATIENT)
        self._send_around(adapter, api, sighting, after)
        return True

    def _send_around(
        self, adapter: Adapter[Any], api: Api, sighting: Sighting, requests: Iterable[Request]
    ) -> bool:
        """Send requests before or after a delete; a part that is already gone does no harm. Returns whether there were any."""
        sent = False
        for each in requests:
            place, parameters = _api_for(each, api), _parameters(each, api)
            with suppress(Absent):
                _twice(partial(explained, adapter, place, each.operation, parameters))
            self.changed.add(sighting.arn)
            sent = True
        return sent

    def is_ours(self, tags: Mapping[str, str]) -> bool:
        """Whether these tags contain the mark of the stack."""
        return owner_of(tags, self.stack.mark) is Owner.OURS

    def require_ours(self, tags: Mapping[str, str], operation: str) -> None:
        """Check that the resource still has the mark of the stack before this operation is sent.

        Raises:
            Refused: it no longer has the mark.
        """
        if not self.is_ours(tags):
            why = "it no longer has the mark of this stack; it is left alone"
            raise Refused(operation, "NotOurs", why)

    def tagging(self, adapter: Adapter[Any], sighting: Sighting) -> Tagging | None:
        """How the tags of this resource are changed; None if it has no tags."""
        tagging, api = adapter.tagging, self.api_of(adapter.service.name)
        if tagging is None or tagging.instead is None:
            return tagging
        return self.patiently(partial(tagging.instead, api, sighting), sighting) or tagging

    def tags_before(self, tagging: Tagging, api: Api, sighting: Sighting) -> Mapping[str, str]:
        """The tags before a change: as listed, or read again if the change would lose newer tags."""
        return self.tags_now(tagging, api, sighting) if tagging.whole else sighting.tags or {}

    def tags_now(self, tagging: Tagging, api: Api, sighting: Sighting) -> Mapping[str, str]:
        """The tags, read again."""
        return self.patiently(partial(tagging.read, api, sighting), sighting)

    def patiently(
        self,
        call: Callable[[], T],
        sighting: Sighting | None,
        pauses: Pauses = PATIENT.held,
        *,
        despite_users: bool = True,
    ) -> T:
        """Call again while the resource is busy, or while AWS does not know a new resource yet.

        Without `despite_users` a resource in use is not tried again: that state does not end by itself.
        """

        def passes(error: BaseException) -> bool:
            if isinstance(error, Absent):
                return sighting is None or sighting.arn in self.fresh
            return isinstance(error, Waiting) and not (
                isinstance(error, Late) or (isinstance(error, InUse) and not despite_users)
            )

        return retrying(self.clock, pauses, after_error=passes)(call)


def _twice(send: Callable[[], Wired]) -> Wired:
    """The reply to a request that may be sent a second time, as it is if no reply came."""
    try:
        return send()
    except Unsure:
        return send()


def explained(adapter: Adapter[Any], api: Api, operation: str, parameters: Wired) -> dict[str, Any]:
    """Call one operation; an error of AWS about the request is put in the kind's words.

    Raises:
        CallError: one of its six reasons, as `api.call` does.
    """
    try:
        return api.call(operation, **parameters)
    except CallError as error:
        error.details = tuple(adapter.explain(each, parameters) for each in error.details)
        raise


def _api_for(request: Request, api: Api) -> Api:
    return api.beside(request.service) if request.service else api


def _parameters(request: Request, api: Api) -> Mapping[str, Any]:
    account = {request.account_in: api.account} if request.account_in else {}
    return {**request.parameters, **account}

"""How a kind is created, changed and deleted: each as data, or as a pure function from a change to requests."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.contract.calls import Address, Api, Request, Sighting, Wired, at_its_address
from reconciler.members import get_member


@dataclass(frozen=True, slots=True)
class Change:
    """What a `Calls` works from: where the resource is, and its values before and after, in AWS's words.

    `observed` holds every field of the group in full; `desired` is `observed` with the wanted values laid over it.
    `reported` is what AWS said, with the members that the model does not know. `written` names the fields of the
    resource that the author wrote: what is in no other is nobody's wish.
    """

    address: Address
    arn: str
    observed: Wired
    desired: Wired
    reported: Wired
    written: frozenset[str] = frozenset()

    def differs(self, member: str) -> bool:
        """Whether one member is to change."""
        return bool(self.observed.get(member) != self.desired.get(member))


@dataclass(frozen=True)
class Create:
    """The operation that makes a resource, and the fields that it sends.

    `needed` are fields without which AWS creates nothing. `fixed` are fields that no update sends: a change means
    replace. `write_only` are fields that AWS never reports: they are sent on create and never compared. `token` is the
    member that makes a second try the same try.

    `deferrable` are fields that may follow in a second step when references form a ring, and what the create request
    carries in their place (None: it goes without). `one_at_a_time` says that AWS would offer the same thing to several
    who ask at once; `lost_race` is part of what it says when somebody else was quicker: `prepare` then chooses again.

    `upsert` says that AWS never answers that a name is taken: the operation changes whatever has the name (PutMetricAlarm).
    Then the engine looks for the name once more right before it sends this, and judges what it finds as a plan would; and
    an update by the same operation is sent only to what is there and bears our mark right before.

    `before_delete` is for a kind of which two may have the same name, or that has none: where a resource is replaced, the
    new one is made first, then all that refers to the old one is changed, and then the old one is deleted. The one that
    goes is marked before the new one is made: by a tag, or by another name where the kind has no tags. Nothing else may
    live in a resource of such a kind; otherwise it is deleted first all the same.
    """

    operation: str
    fields: tuple[str, ...] = ()
    needed: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    write_only: frozenset[str] = frozenset()
    token: str | None = None
    deferrable: Mapping[str, Callable[[Wired], Any] | None] = field(default_factory=dict, hash=False)
    one_at_a_time: bool = False
    lost_race: str | None = None
    upsert: bool = False
    before_delete: bool = False

    @property
    def always_sent(self) -> frozenset[str]:
        """The fields that the request carries whenever they are written: all but those that may follow."""
        return frozenset(self.fields) - self.deferrable.keys()

    @property
    def operations(self) -> tuple[str, ...]:
        """Every operation that it may call."""
        return (self.operation,)


@dataclass(frozen=True)
class Sends:
    """One operation, and the fields that always travel in it together.

    The group is sent whole: members that nobody manages are filled from what was observed. `cleared_by` is the
    operation that takes the fields away where the first one cannot. `addressed_as` is, by the member of the address,
    what these operations call it.

    `overwrites` names fields of later groups that AWS takes away when this operation is called. The engine sends them
    again right after it, as the files write them or as they were observed. Each comes with the paths of this group's
    own fields that say the same thing: where one of those is written, and the overwritten field is not, it is not sent
    again. `needs` names fields of earlier groups without which AWS refuses this one: while one of them is refused,
    this group waits.

    `whole` says that AWS resets what a request leaves out, members included that the kind does not know. Then the request
    is made of what AWS shows right before, as far as the operation takes it (botocore's model says), with the written
    fields laid over it; empty lists are left out. The kind's `get_fields` gives the reply whole for that. `alternatives`
    are fields that exclude each other: one tuple for each choice, which holds a tuple of fields for each side. Where the
    files write a side, what AWS shows of the others is not sent again.
    """

    operation: str
    fields: tuple[str, ...]
    cleared_by: str | None = None
    overwrites: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    needs: tuple[str, ...] = ()
    addressed_as: Mapping[str, str] = field(default_factory=dict, hash=False)
    whole: bool = False
    alternatives: tuple[tuple[tuple[str, ...], ...], ...] = ()

    @property
    def operations(self) -> tuple[str, ...]:
        """Every operation that it may call."""
        return (self.operation, self.cleared_by) if self.cleared_by else (self.operation,)

    def ruled_out(self, written: Mapping[str, Any]) -> frozenset[str]:
        """The fields that cannot stand beside what is written (null writes nothing), and are not written themselves."""
        there = {name for name, value in written.items() if value is not None}
        chosen = [
            (side, sides) for sides in self.alternatives for side in sides if not there.isdisjoint(side)
        ]
        others = {name for side, sides in chosen for each in sides if each != side for name in each}
        return frozenset(others - there)

    def address(self, address: Address) -> dict[str, str]:
        """The address of a resource as these operations spell it."""
        return {self.addressed_as.get(member, member): value for member, value in address.items()}


@dataclass(frozen=True)
class Calls:
    """A change that no table expresses, as a pure function from the change to the requests that make it.

    The requests are sent in order, and each only when AWS is ready for it; additions come before removals. A change
    for which no request comes out is refused. `overwrites` and `needs` are as in `Sends`.
    """

    requests: Callable[[Change], Iterable[Request]]
    fields: tuple[str, ...]
    operations: tuple[str, ...]
    overwrites: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    needs: tuple[str, ...] = ()


def one_request_per_member(
    operation: str, spelled: Mapping[str, Callable[[Any], Wired]]
) -> Callable[[Change], Iterable[Request]]:
    """For `Calls`: one request for each member that differs, where AWS takes one at a time.

    `spelled` tells by member which parameters set it to a value; the value is None where there is to be none. A member may
    be dotted.
    """

    def requests(change: Change) -> Iterable[Request]:
        for name, parameters in spelled.items():
            before, after = (get_member(side, name) for side in (change.observed, change.desired))
            if before != after:
                yield Request(operation, {**change.address, **parameters(after)})

    return requests


def patch_list(
    operation: str, paths: Mapping[str, str], *, member: str = "patchOperations"
) -> Callable[[Change], Iterable[Request]]:
    """For `Calls`: one request with a patch for each member that differs, as Amazon API Gateway takes them.

    `paths` tells by member at which path it is; a member may be dotted. What is to be nothing is removed.
    """

    def requests(change: Change) -> Iterable[Request]:
        patches = [
            _patch(path, after)
            for name, path in paths.items()
            for before, after in [[get_member(side, name) for side in (change.observed, change.desired)]]
            if before != after
        ]
        if patches:
            yield Request(operation, {**change.address, member: patches})

    return requests


def _patch(path: str, value: Any) -> dict[str, str]:
    """One patch; its value is a text, whatever it stands for."""
    if value is None:
        return {"op": "remove", "path": path}
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return {"op": "replace", "path": path, "value": text}


@dataclass(frozen=True)
class Restore:
    """How a deletion that is scheduled is called off: the requests, from the resource and its written fields.

    The first one calls it off; the others make the resource what it was before. Then all that is written is compared anew.
    """

    requests: Callable[[Sighting, Mapping[str, Any]], Iterable[Request]]
    operations: tuple[str, ...]


def no_steps_before(_sighting: Sighting) -> Iterable[Request]:
    """No step comes before a delete."""
    return ()


@dataclass(frozen=True)
class Delete:
    """The operation that deletes a resource, called with its address.

    `parameters` makes the request of another form, from the resource with its tags as they are right before.

    `restore` says that the operation only schedules the deletion, for days later: until then the resource is there and
    of no use. `Adapter.scheduled` tells it. Where the files want it, it is restored, not made anew; where they do not, it
    is left alone. `frees` makes the requests that free its names right before; it is asked only where another one is made
    in its place, because these names may be all that others know of it. Its operations are among those of `updates`.

    `protected` resources are never deleted or replaced unless their policy says `protect: false`. `keeps_defaults` is
    part of what AWS says when it refuses to delete what it made itself (compare `Adapter.made_by_aws`).

    `before` makes the requests that have to go ahead of it, from what AWS shows right then; what is gone already does no
    harm. `calls` are all operations that it needs, to read too. Where AWS is going to refuse the delete whatever goes ahead
    of it, `before` raises `InUse` or `Refused` itself: nothing has been taken away by then.

    `lets_go` is for a kind whose resources may refer to each other in a ring, so that AWS deletes none of them first. It
    gives the requests by which a resource that goes too refers no longer to one that is about to be deleted; none where
    it does not refer to that. Their operations are among those of `updates`.
    """

    operation: str
    protected: bool = False
    keeps_defaults: str | None = None
    parameters: Callable[[Sighting], Wired] = at_its_address
    before: Callable[[Api, Sighting], Iterable[Request]] | None = None
    calls: tuple[str, ...] = ()
    lets_go: Callable[[Sighting, Sighting], Iterable[Request]] | None = None
    """Called with the sightings of the one that refers, and of the one that is about to be deleted."""
    restore: Restore | None = None
    frees: Callable[[Sighting], Iterable[Request]] = no_steps_before

    def request(self, sighting: Sighting) -> Request:
        """The call that deletes this resource."""
        return Request(self.operation, self.parameters(sighting))

    @property
    def frees_names(self) -> bool:
        """Whether names have to be freed before another one may be made in its place."""
        return self.frees is not no_steps_before

    @property
    def operations(self) -> tuple[str, ...]:
        """Every operation that it may call, that of the delete itself first."""
        return (self.operation, *self.calls)


@dataclass(frozen=True)
class CannotDelete:
    """AWS has no way to delete a resource of this kind.

    Where the files name it no more and the stack prunes, its fields are set to `instead`, in the words of desired
    state, and our marks are taken from it. Without `instead` it stays as it is, marks included, and the plan says so.
    """

    instead: Mapping[str, Any] = field(default_factory=dict, hash=False)
    protected: bool = False

    @property
    def operations(self) -> tuple[str, ...]:
        """None."""
        return ()

"""How a kind is created, changed and deleted: each as data, or as a pure function from a change to requests."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from reconciler.contract.calls import Address, Api, Request, Sighting, Wired, at_its_address
from reconciler.members import get_member


@dataclass(frozen=True, slots=True)
class Change:
    """The input of a `Calls`: the resource, and its values before and after, with AWS's names.

    `observed` holds every field of the group in full; `desired` is `observed` overwritten by the wanted values.
    `reported` is AWS's reply, with members that the model does not know. `written` names the fields of the resource that
    the author wrote; values of other fields are not wanted by the files.
    """

    address: Address
    arn: str
    observed: Wired
    desired: Wired
    reported: Wired
    written: frozenset[str] = frozenset()

    def differs(self, member: str) -> bool:
        """Whether one member changes."""
        return bool(self.observed.get(member) != self.desired.get(member))


@dataclass(frozen=True)
class Copying:
    """How a replacement is made with the data of the resource that it replaces, which stays until `destroy`.

    For a kind with `Create.before_delete` and tags, whose id is its name: the copy has another name, and references to `#name` mean
    that one. `first` makes the requests that come before the copy, such as a snapshot,
    from what AWS shows at that time: none if an earlier pass has sent them. `parameters` turns those of a create request into
    those of `operation`; it raises `Waiting` until AWS is ready. `fields` are those that they contain (None: all of the create);
    others are compared after it. `retires` gets the old and the new resource, and makes the requests that switch the old one off
    once nothing refers to it. `calls` are all operations that they need, including reads, and `says` what is done, in words.
    """

    operation: str
    first: Callable[[Api, Sighting], Iterable[Request]]
    parameters: Callable[[Api, Sighting, dict[str, Any]], dict[str, Any]]
    retires: Callable[[Api, Sighting, Sighting], Iterable[Request]]
    calls: tuple[str, ...]
    says: str
    fields: frozenset[str] | None = None


@dataclass(frozen=True)
class Create:
    """The operation that creates a resource, and the fields that it sends.

    `needed` are fields that AWS requires on create. `fixed` are fields that no update sends: changing one means a replace.
    `write_only` are fields that AWS never reports: they are sent on create and never compared. If one of them is in a group of
    updates, it is sent with the other fields of the group, and create need not take it. `token` is the member for a
    create token, with which AWS treats a second try as the first.

    `deferrable` are fields that can be set in a second step if references form a cycle, each with the value that the create
    request sends instead (None: no value). `one_at_a_time` means that AWS would offer the same value to several clients
    at once; `lost_race` is a part of its message when another client was quicker: `prepare` then chooses again.

    `partly` are fields of which the request takes only a part: they are compared after it, and the rest follows.

    `begins` are fields that a new resource has with another value until it has our marks: by field, the value that the create
    request sends in the words of desired state. The written value follows like any other change.

    `upsert` means that AWS never reports a name as taken: the operation changes the resource with that name
    (PutMetricAlarm). Then the engine looks for the name right before it sends the request, and decides about a found
    resource as a plan would. An update by the same operation is sent only if the resource exists and has our mark.

    `once` is for a kind that is found by its name although AWS lets several resources have one name, and whose marks are set
    after the create. A pass looks for the name right before it sends the request, and sends it once at most: a request without
    a reply may still take effect later.

    `before_delete` is for a kind without names, or with names that two resources may share. To replace a resource, the
    new one is created, all references to the old one are changed, and the old one is deleted. The old one is marked
    before the new one is created: by a tag, or by another name if the kind has no tags. A resource of such a kind cannot
    have contents; otherwise it is deleted first. With `copies` the new one gets the data of the old one, which is switched
    off and not deleted.
    """

    operation: str
    fields: tuple[str, ...] = ()
    needed: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    write_only: frozenset[str] = frozenset()
    token: str | None = None
    deferrable: Mapping[str, Callable[[Wired], Any] | None] = field(default_factory=dict, hash=False)
    partly: frozenset[str] = frozenset()
    begins: Mapping[str, Any] = field(default_factory=dict, hash=False)
    one_at_a_time: bool = False
    lost_race: str | None = None
    upsert: bool = False
    once: bool = False
    before_delete: bool = False
    copies: Copying | None = None

    @property
    def always_sent(self) -> frozenset[str]:
        """The fields that the request contains as the files write them: all but the deferrable ones and those that begin otherwise."""
        return frozenset(self.fields) - self.deferrable.keys() - self.begins.keys()

    @property
    def operations(self) -> tuple[str, ...]:
        """Every operation that it may call."""
        return (self.operation, *((self.copies.operation, *self.copies.calls) if self.copies else ()))


@dataclass(frozen=True)
class Sends:
    """One operation, and the fields that are always sent in it together.

    The group is sent whole: members that the files do not manage get their observed values. `cleared_by` is the operation
    that clears the fields if the first one cannot. `addressed_as` maps a member of the address to its name in these
    operations.

    `overwrites` names fields of later groups that AWS resets when this operation is called. The engine sends them again
    right after it, as the files write them or as they were observed. Each has the paths of this group's own fields with
    the same meaning: if one of these is written, and the overwritten field is not, it is not sent again. `needs` names
    fields of earlier groups that AWS requires for this one: while one of them is refused, this group waits.

    `whole` means that AWS resets every value that a request leaves out, also members that the kind does not know. Then the
    request is made of what AWS shows right before, as far as botocore's model of the operation has it, overwritten by the
    written fields; empty lists are left out. For this the kind's `get_fields` returns the whole reply. `alternatives` are
    fields that exclude each other: one tuple for each choice, with a tuple of fields for each side. If the files write one
    side, the live values of the others are not sent again.
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
        """The fields that the written ones exclude (null counts as not written), and that are not written themselves."""
        there = {name for name, value in written.items() if value is not None}
        chosen = [
            (side, sides) for sides in self.alternatives for side in sides if not there.isdisjoint(side)
        ]
        others = {name for side, sides in chosen for each in sides if each != side for name in each}
        return frozenset(others - there)

    def address(self, address: Address) -> dict[str, str]:
        """The address of a resource with the parameter names of these operations."""
        return {self.addressed_as.get(member, member): value for member, value in address.items()}


@dataclass(frozen=True)
class Calls:
    """A change that no table can express, as a pure function from the change to its requests.

    The requests are sent in order, and each only when AWS is ready for it; additions come before removals. A change
    without a request is refused. `overwrites` and `needs` are as in `Sends`.

    `looks` reads, right before, what no read of the resource shows: things that the wanted values name. The members that it
    returns are added to `reported`. Its operations are among those of `reads`, or in `looks_with` if nothing else reads with them.
    """

    requests: Callable[[Change], Iterable[Request]]
    fields: tuple[str, ...]
    operations: tuple[str, ...]
    overwrites: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    needs: tuple[str, ...] = ()
    looks: Callable[[Api, Change], Wired] | None = None
    looks_with: tuple[str, ...] = ()
    whole: bool = False
    """Whether its fields only have a meaning together: then `desired` has all of them as the files write them, not only those
    that differ."""


def one_request_per_member(
    operation: str, spelled: Mapping[str, Callable[[Any], Wired]]
) -> Callable[[Change], Iterable[Request]]:
    """For `Calls`: one request for each member that differs, if AWS takes one at a time.

    `spelled` maps a member to a function that returns the parameters which set its value; None clears it. A member may
    have dots.
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

    `paths` maps a member to its path; a member may have dots. A value of None removes it.
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
    """One patch; its value is always a text."""
    if value is None:
        return {"op": "remove", "path": path}
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return {"op": "replace", "path": path, "value": text}


@dataclass(frozen=True)
class Restore:
    """How a scheduled deletion is cancelled: the requests, made from the resource and its written fields.

    The first one cancels it; the others restore the resource's former state. Then all written fields are compared again.
    """

    requests: Callable[[Sighting, Mapping[str, Any]], Iterable[Request]]
    operations: tuple[str, ...]


def no_steps_before(_sighting: Sighting) -> Iterable[Request]:
    """Return no requests before a delete."""
    return ()


class Stored(NamedTuple):
    """One thing in a resource that AWS deletes only when it is empty."""

    noun: str
    """The plural name of its type, such as `object versions`."""
    name: str
    kept: str | None = None
    """Why AWS does not delete it, if that is known."""


@dataclass(frozen=True)
class Emptying:
    """How a resource is emptied that AWS deletes only when it is empty. Only `reconciler destroy` does so, if it is asked to.

    `look` yields what is in it, lazily: the engine takes as much as a report shows. `requests` makes the requests that
    empty it, lazily too: each may depend on what the former ones left. Their `then` raises `Refused` if the reply names a part
    that AWS does not delete.

    `calls` are all operations on the resource that both need, and `calls_within` those on the things in it, including reads.
    `within` is what the ARN of such a thing has after that of the resource, and `asks` are further actions on it that IAM
    checks.
    """

    look: Callable[[Api, Sighting], Iterable[Stored]]
    requests: Callable[[Api, Sighting], Iterable[Request]]
    calls: tuple[str, ...]
    calls_within: tuple[str, ...] = ()
    within: str = "/*"
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delete:
    """The operation that deletes a resource, called with its address.

    `parameters` makes a request of another form, from the resource with its present tags.

    `restore` means that the operation only schedules the deletion for some days later: until then the resource exists but
    cannot be used. `Adapter.scheduled` detects this. If the files want the resource, it is restored and not created again;
    if not, it is left alone. `frees` makes the requests that free its names right before; it is called only if another
    resource replaces it, because others may know it only by these names. Its operations are among those of `updates`.

    `protected` resources are never deleted or replaced unless their policy is `protect: false`. `keeps_defaults` is a part
    of AWS's message when it refuses to delete a resource that it created itself (compare `Adapter.made_by_aws`).

    `before` makes the requests that must come before the delete, from what AWS shows at that time; a part that is already
    deleted does no harm. `calls` are all operations that it needs, including reads. If AWS would refuse the delete in any
    case, `before` raises `InUse` or `Refused` itself: nothing has been removed by then.

    `after` makes the requests that come after the delete, from the resource with its tags right before: they remove what
    belongs to it and is kept elsewhere. What a pass that ends in between leaves there must do no harm. Their operations are
    in `calls` as well.

    `lets_go` is for a kind whose resources may refer to each other in a cycle, so that AWS deletes none of them first. It
    returns the requests that remove the reference from a resource that is deleted too to one that is about to be deleted;
    none if there is no reference. Their operations are among those of `updates`.

    `loses` says what is lost with it and cannot be had again ("its number can be claimed by others"): `reconciler destroy`
    deletes it only if the user names it. `emptying` is for a kind whose resources AWS deletes only when they are empty.
    """

    operation: str
    protected: bool = False
    keeps_defaults: str | None = None
    parameters: Callable[[Sighting], Wired] = at_its_address
    before: Callable[[Api, Sighting], Iterable[Request]] | None = None
    after: Callable[[Sighting], Iterable[Request]] | None = None
    calls: tuple[str, ...] = ()
    lets_go: Callable[[Sighting, Sighting], Iterable[Request]] | None = None
    """Called with the sightings of the referring resource, and of the one that is about to be deleted."""
    progress: Callable[[Api, Wired], str | None] | None = None
    """For an operation that only starts the deletion: called with the members of its request and of its reply until it returns
    None. Until then it returns what AWS is doing. It raises `InUse` or `Refused` if the deletion has failed."""
    restore: Restore | None = None
    frees: Callable[[Sighting], Iterable[Request]] = no_steps_before
    loses: str = ""
    emptying: Emptying | None = None

    def request(self, sighting: Sighting) -> Request:
        """The call that deletes this resource."""
        return Request(self.operation, self.parameters(sighting))

    @property
    def frees_names(self) -> bool:
        """Whether names must be freed before another resource can replace it."""
        return self.frees is not no_steps_before

    @property
    def operations(self) -> tuple[str, ...]:
        """Every operation that it may call, that of the delete itself first."""
        return (self.operation, *self.calls)


@dataclass(frozen=True)
class CannotDelete:
    """AWS has no way to delete a resource of this kind.

    If the files no longer name a resource and the stack prunes, its fields are set to `instead`, in the words of desired
    state, and our marks are removed. Without `instead` it stays as it is, with its marks, and the plan says so.
    """

    instead: Mapping[str, Any] = field(default_factory=dict, hash=False)
    protected: bool = False

    @property
    def operations(self) -> tuple[str, ...]:
        """No operations."""
        return ()

"""The contract: all that one kind of AWS resource must say about itself.

An adapter is a declaration plus, at most, one or two short reads. The engine does the rest: ownership, ordering,
diffing, pacing, retries, unknown outcomes, pruning, confirming and reporting.
"""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Protocol, TypeAlias, TypeVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.declarations import check_declaration
from reconciler.forms import Form
from reconciler.model import Finding, Resource, Settings
from reconciler.permissions import GrantedFor
from reconciler.service import Service

Address: TypeAlias = Mapping[str, str]
"""The parameters that single out one live resource; the last of them is its id."""

Wired: TypeAlias = Mapping[str, Any]
"""Values in AWS's own words: the members of a request or a reply."""

R = TypeVar("R", bound=Resource)


class Api(Protocol):
    """One AWS service in one account and Region, paced and with its errors sorted (`reconciler.errors`)."""

    account: str
    region: str
    partition: str

    def beside(self, service: str) -> "Api":
        """Another service, as boto3 spells it, in the same account and Region."""
        ...

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call one operation, spelled as boto3 spells it. Raises one of the six reasons."""
        ...

    def pages(self, operation: str, **parameters: Any) -> Iterator[Any]:
        """Every item of a paged operation, page after page."""
        ...


@dataclass(frozen=True, slots=True)
class Sighting:
    """One live resource as the widest bulk read shows it.

    `settings` holds the members that this read carried, in AWS's words; absent means unknown, never null.
    `version` is a change token where AWS gives one. `tags` is None where the bulk read carries no tags. `complete`
    names fields that are known in full from an earlier look, although no bulk read shows them.
    """

    name: str
    address: Address
    arn: str
    version: str | None = None
    settings: Wired = field(default_factory=dict)
    tags: Mapping[str, str] | None = None
    complete: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The id that AWS gave it: the last member of its address."""
        return list(self.address.values())[-1]


@dataclass(frozen=True, slots=True)
class Request:
    """One call to make: an operation and its parameters.

    `service` is another service than the kind's, as boto3 spells it; `account_in` is the parameter in which it wants the
    account id.
    """

    operation: str
    parameters: Mapping[str, Any]
    service: str | None = None
    account_in: str | None = None


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


@dataclass(frozen=True, slots=True)
class InFiles:
    """One resource as the files write it, each field valid for itself, and what stands beside it."""

    name: str
    settings: Settings
    new: bool
    """Whether AWS is to create it where it has none: it is not `adopt: true`, and was not renamed."""
    home: Settings | None
    """Of the resource that it lives in; None where the files do not say its settings."""
    others: Callable[[str, str], Settings | None]
    """The settings of another resource by kind and name; None where the files do not say them."""

    def lacks(self, *names: str) -> bool:
        """Whether it is new, and the files write none of these fields."""
        return self.new and all(self.settings.get(name) is None for name in names)


@dataclass(frozen=True)
class Sends:
    """One operation, and the fields that always travel in it together.

    The group is sent whole: members that nobody manages are filled from what was observed. `cleared_by` is the
    operation that takes the fields away where the first one cannot. `token` is the member that makes a second try
    the same try.

    `overwrites` names fields of later groups that AWS takes away when this operation is called. The engine sends them
    again right after it, as the files write them or as they were observed. Each comes with the paths of this group's
    own fields that say the same thing: where one of those is written, and the overwritten field is not, it is not sent
    again. `needs` names fields of earlier groups without which AWS refuses this one: while one of them is refused,
    this group waits.
    """

    operation: str
    fields: tuple[str, ...]
    cleared_by: str | None = None
    token: str | None = None
    overwrites: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    needs: tuple[str, ...] = ()

    @property
    def operations(self) -> tuple[str, ...]:
        """Every operation that it may call."""
        return (self.operation, self.cleared_by) if self.cleared_by else (self.operation,)


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


@dataclass(frozen=True)
class Tagging:
    """How one service writes and reads tags.

    `created_with` gives the parameters that carry tags in a create request; `read` reads a live resource's tags;
    `change` makes the requests that turn all its tags of before into all its tags of after.
    """

    created_with: Callable[[Mapping[str, str]], Wired]
    read: Callable[[Api, Sighting], Mapping[str, str]]
    change: Callable[[Sighting, Mapping[str, str], Mapping[str, str]], Iterable[Request]]
    operations: tuple[str, ...]
    """Those of all ways; one of another service as `s3control:tag_resource`."""
    whole: bool = False
    """Whether a change replaces all tags at once: then those that are there are read right before."""
    instead: "Callable[[Api, Sighting], Tagging | None] | None" = None
    """Asked right before a change: in which other way this resource is tagged; None: in this one."""


@dataclass(frozen=True)
class Unmanaged:
    """What lives in a resource and is deleted with it, although no kind of ours stands for it.

    It is listed where a plan deletes or replaces that resource, and only said: nothing is done about it.
    """

    noun: str
    """What there are several of: `prompts`."""
    operation: str
    """What lists all of it; the address of the resource that it lives in is all that it asks for."""
    named_by: tuple[str, ...] = ("Name",)
    """The members of a row that may hold its name; the first that does is told."""
    made_by_aws: tuple[str, tuple[Any, ...]] | None = None
    """The member of a row by which AWS tells what it made itself, and its values there; that is no loss."""
    with_defaults: bool = False
    """Whether AWS makes some itself, and no reply tells which."""


class Adapter(ABC, Generic[R]):
    """One kind of resource. Fields are named as in desired state, operations as boto3 names them.

    A class that says which `kind` it is is checked when it is made (`reconciler.declarations`).
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "kind" in vars(cls):
            declared = (inspect.get_annotations(each) for each in cls.__mro__)
            check_declaration(cls, frozenset(name for names in declared for name in names))

    kind: ClassVar[str]
    """As desired state spells it: `connect.user`."""
    service: ClassVar[Service]
    beside: ClassVar[tuple[Service, ...]] = ()
    """Other services that it calls."""
    arns: ClassVar[tuple[str, ...]]
    """The patterns of its ARNs, with `{partition}`, `{region}`, `{account}`, and `{name}` where AWS's name is in it."""
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {}
    """By field: what AWS asks of the caller because of a value that an author wrote."""
    model: ClassVar[type[Resource]]
    summary: ClassVar[str] = ""
    """What it is, in one line, for `reconciler kinds`."""
    parent: ClassVar[str | None] = None
    """The kind of the resource that it lives in; its address is part of this one's."""
    named_by: ClassVar[str | None] = "Name"
    """The request member that carries the name; None where AWS has no name for it."""
    name_in_between: ClassVar[str] = "{name:.40}-renaming-{digest}"
    """How a resource is called while others of its kind exchange names with it. It has to fit AWS's rule for names:
    `name` is a name that AWS takes, `digest` are 8 hexadecimal digits, and as a whole it has up to 58 characters."""
    identified_by: ClassVar[tuple[str, str]] = ("Id", "Arn")
    """The members of the create reply that hold the id and the ARN."""
    cloudformation: ClassVar[CloudFormation | None] = None
    """What CloudFormation calls the kind; None where it has no such type."""
    appearance: ClassVar[Appearance] = Appearance()
    name_forms: ClassVar[tuple[Form, ...]] = ()
    """What AWS takes as a name; of those that a name does not have, the first is told."""
    create: ClassVar[Sends]
    needed: ClassVar[frozenset[str]] = frozenset()
    """Fields without which AWS creates nothing."""
    updates: ClassVar[tuple[Sends | Calls, ...]] = ()
    """Each changeable field is in exactly one; `name` is a field where AWS can rename."""
    delete: ClassVar[str | None]
    fixed: ClassVar[frozenset[str]] = frozenset()
    """Only create sends them; a change means replace."""
    write_only: ClassVar[frozenset[str]] = frozenset()
    """AWS never reports them; they are sent on create and never diffed."""
    deferrable: ClassVar[Mapping[str, Callable[[Wired], Any] | None]] = {}
    """Fields of create that may follow in a second step when references form a ring, and what a shell carries in
    their place (None: it goes without)."""
    listed_fields: ClassVar[frozenset[str]] = frozenset()
    """Fields that `list` carries in full: absent there means null."""
    partially_listed: ClassVar[frozenset[str]] = frozenset()
    """Structures of which `list` carries only some members."""
    one_at_a_time: ClassVar[bool] = False
    """Whether AWS would offer the same thing to several who ask at once."""
    lost_race: ClassVar[str | None] = None
    """What AWS says when somebody else was quicker; `prepare` then chooses again."""
    unmanaged: ClassVar[tuple[Unmanaged, ...]] = ()
    """What lives in it beside other kinds' resources."""
    protected: ClassVar[bool] = False
    """Never deleted or replaced unless the resource's policy says `protect: false`."""
    keeps_defaults: ClassVar[str | None] = None
    """Part of what AWS says when it refuses to delete what it made itself (compare `made_by_aws`)."""
    tagging: ClassVar[Tagging | None] = None
    tagging_api_type: ClassVar[str | None] = None
    """What the Resource Groups Tagging API calls the kind, where no bulk read of its own shows tags."""
    page: ClassVar[int] = 100
    """How many resources one page of `list` holds."""
    joined: ClassVar[frozenset[str]] = frozenset()
    """Operations by which `list` completes what another operation lists: a row of these that cannot be read may be
    anybody's, so that the whole look fails; of all others it costs its own resource."""
    gets_one: ClassVar[bool] = False
    """Whether `get` shows one resource as `list` would."""
    reads: ClassVar[tuple[str, ...]] = ()
    """Every operation that its methods may call to read; one of another service as `kms:describe_key`."""

    @property
    def changes(self) -> frozenset[str]:
        """Every operation by which it is created, changed, tagged or deleted; those that read tags are among them."""
        groups = [each for group in (self.create, *self.updates) for each in group.operations]
        tagging = self.tagging.operations if self.tagging else ()
        return frozenset((*groups, *tagging, *filter(None, [self.delete])))

    @abstractmethod
    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        """Every live resource of this kind in the scope, in the fewest calls."""

    @abstractmethod
    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        """Those of these fields that AWS reports, in its words; a field left out of the reply is null."""

    def list_versions(self, api: Api, scope: Address) -> Iterable[Sighting] | None:
        """Every live resource with its version and little else, in fewer calls than `list`.

        None where there is no such read, or where it carries no version.
        """
        del api, scope
        return None

    def list_tagged(self, api: Api, scope: Address, tag: str, value: str) -> Iterable[Sighting] | None:
        """Like `list`, but only what bears this tag, in fewer calls; None where AWS cannot filter by tags."""
        del api, scope, tag, value
        return None

    def get(self, api: Api, sighting: Sighting) -> Sighting:
        """One resource that `list_versions` showed, with all that `list` would show of it."""
        raise NotImplementedError

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        """One live resource by AWS's name for it, by another way than `list` where there is one."""
        return next((seen for seen in self.list(api, scope) if seen.name == name), None)

    def elsewhere(self, api: Api, scope: Address) -> Iterable[tuple[Sighting, str]]:
        """Every live resource of this kind outside the scope, and in words where it lives.

        Asked only where something is missing in its scope. Nothing, where AWS moves no resource of this kind.
        """
        del api, scope
        return ()

    def moved_to(self, api: Api, sighting: Sighting) -> str | None:
        """Where a resource lives by now, in words; None while it is where it was sighted. Asked before a delete."""
        del api, sighting
        return None

    def aws_name(self, name: str, settings: Mapping[str, Any]) -> str | None:
        """What AWS calls the resource that desired state calls `name`; None when only our mark can tell."""
        del settings
        return name

    def problems(self, files: InFiles) -> Iterable[Finding]:
        """What AWS would refuse of what the files write, where several fields or resources decide it together.

        The path of a finding begins with a field; one that is empty means the resource as a whole.
        """
        del files
        return ()

    def impossible(self, field: str, written: Settings, reported: Wired) -> str:
        """Why AWS cannot bring the field at this path to what is written, and what to do; empty where it can.

        Not even a replace is offered then. `written` holds the resource's written fields; `reported` is what AWS said.
        """
        del field, written, reported
        return ""

    def compared(self, field: str, value: Any, written: Settings, reported: Wired) -> Any:
        """What is compared with a written field: the observed value, in the words of desired state.

        A kind overrides it where AWS derives part of the value from something that nobody wrote, or gives the value
        another form. `written` holds the resource's written fields; `reported` is what AWS said, in its words.
        """
        del field, written, reported
        return value

    def deletes(self, field: str, written: Settings, reported: Wired) -> str:
        """What AWS deletes when the field at this path is brought to what is written; empty where nothing goes.

        What is deleted and made anew counts as well. Rows that are taken out of a list need not be told here.
        """
        del field, written, reported
        return ""

    def made_by_aws(self, sighting: Sighting) -> bool:
        """Whether AWS made it together with what it lives in: such a resource is never deleted by itself."""
        del sighting
        return False

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        """The parameters of create, completed with what only AWS can say."""
        del api
        return parameters

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        """Address and ARN of what was just created."""
        del api, parameters
        member, arn = self.identified_by
        return {**scope, member: reply[member]}, reply[arn]

    def explain(self, problem: str, parameters: Wired) -> str:
        """One of AWS's problems with a request, in words that say what in the request it is about."""
        del parameters
        return problem

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        """What AWS is still doing to it ("table is CREATING"); None when it takes changes.

        Raises:
            Refused: it will never be ready.
        """
        del api, sighting
        return None

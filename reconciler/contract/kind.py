"""One kind of resource: its declaration, and the methods that it may override."""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract.attributes import Attribute
from reconciler.contract.calls import Address, Api, Sighting, Wired
from reconciler.contract.changes import Calls, CannotDelete, Create, Delete, Restore, Sends
from reconciler.contract.checks import Check
from reconciler.contract.contents import Unmanaged
from reconciler.contract.costs import Costs
from reconciler.contract.files import InFiles
from reconciler.contract.identity import Identity, Named
from reconciler.contract.reads import Reads
from reconciler.contract.tagging import Tagging
from reconciler.contract.unused import Unused
from reconciler.declarations import check_declaration
from reconciler.errors import Absent
from reconciler.model import Finding, Resource, Settings
from reconciler.permissions import GrantedFor
from reconciler.service import Service
from reconciler.terraform import TerraformType

R = TypeVar("R", bound=Resource)

EXPECTED: Mapping[str, type | tuple[type, ...]] = {
    "service": Service,
    "identity": Identity,
    "create": Create,
    "delete": (Delete, CannotDelete),
    "reads": Reads,
}
"""The declarations of each kind, with their types."""


class Adapter(Generic[R]):
    """One kind of resource. Fields are named as in desired state, operations as boto3 names them.

    A class that sets `kind` is checked when it is defined (`reconciler.declarations`).
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "kind" in vars(cls):
            declared = (inspect.get_annotations(each) for each in cls.__mro__)
            check_declaration(cls, frozenset(name for names in declared for name in names), EXPECTED)

    kind: ClassVar[str]
    """The name of the kind in desired state, such as `connect.user`."""
    summary: ClassVar[str] = ""
    """A description in one line, for `reconciler kinds`."""
    model: ClassVar[type[Resource]]
    service: ClassVar[Service]
    beside: ClassVar[tuple[Service, ...]] = ()
    """Other services that it calls."""
    identity: ClassVar[Identity]
    parent: ClassVar[str | None] = None
    """The kind of the resource that it lives in; its address is part of this one's."""
    listed_after: ClassVar[str | None] = None
    """The kind that is listed first, because `same_place` compares a reference to one of its resources."""
    relies_on: ClassVar[frozenset[str]] = frozenset()
    """Kinds whose resources AWS needs although no field names them: the internet gateway of the VPC of a NAT gateway. Their
    changes are made first, and they are deleted later. If its own kind is among them, only a refusal of AWS tells which of its
    resources needs another one: a refused step is tried again after the others."""
    create: ClassVar[Create]
    updates: ClassVar[tuple[Sends | Calls, ...]] = ()
    """The groups of changeable fields; each field is in exactly one. `name` is a field if AWS can rename. Groups are sent in
    this order, and neighbours with the same operation in one request."""
    delete: ClassVar[Delete | CannotDelete]
    reads: ClassVar[Reads] = Reads()
    tagging: ClassVar[Tagging | None] = None
    tagging_api_type: ClassVar[str | None] = None
    """The name of the kind in the Resource Groups Tagging API; None if that does not know it. The API gives tags that no
    bulk read shows, and finds resources with our mark of kinds that the files do not name."""
    unmanaged: ClassVar[tuple[Unmanaged, ...]] = ()
    """Its contents of types that no kind manages."""
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {}
    """By field: the IAM grants that the caller needs because of a written value."""
    cloudformation: ClassVar[CloudFormation | None] = None
    """The CloudFormation type of the kind; None if there is none."""
    terraform: ClassVar[TerraformType | None] = None
    """The type of the kind in Terraform's AWS provider, if `import-terraform` reads it."""
    compared: ClassVar[Mapping[str, Callable[[Any, Settings, Wired], Any]]] = {}
    """By field: a function that returns the value to compare with the written one, if AWS adds to the value or gives it
    another form. It takes the observed value in the words of desired state, the resource's written fields, and AWS's
    reply."""
    appearance: ClassVar[Appearance] = Appearance()
    defaults: ClassVar[Settings] = {}
    """By field: the value that AWS gives a new resource if the create request does not set it, in the words of desired state.
    An export leaves such values out. For a structure, members by name may be given."""
    console: ClassVar[str] = ""
    """The address of its page in AWS's console, with `{region}`, `{account}`, `{name}` for its name in AWS, `{id}`, `{arn}`, and
    `{parent}` for the name in AWS of the resource that it lives in; empty if no source shows one. Values are percent-encoded;
    `{name_twice}` is the name encoded twice, with `$` for `%`, as CloudWatch's console takes it."""
    attributes: ClassVar[Mapping[str, Attribute]] = {}
    """The attributes that texts may refer to, besides `arn`, `id` and `name`, which every resource has. `arn` is declared here
    if a change of the resource gives it another one."""
    checks: ClassVar[Mapping[str, Check]] = {}
    """By name: the checks of `reconciler smoke` that a live resource works, besides that it exists."""
    costs: ClassVar[Costs | None] = None
    """What AWS charges for a resource, for `reconciler cost`; `FREE` if nothing; None if it is not known here."""
    rows_key: ClassVar[str] = ""
    """The key of desired state under which rows of CSV files are resources of the kind, such as `users_from`; empty if none."""
    unused: ClassVar[Unused | None] = None
    """When a live resource is a candidate for removal, for `reconciler unused`; None if nothing shows it."""

    @property
    def changes(self) -> frozenset[str]:
        """Every operation that creates, changes, tags or deletes it, including those that read tags."""
        further = (self.tagging, self.restore)
        groups = (self.create, self.delete, *(each for each in further if each))
        return frozenset(operation for group in groups for operation in group.operations).union(
            self.update_calls
        )

    @property
    def update_calls(self) -> tuple[str, ...]:
        """Every operation that its updates call, with those that they only look with."""
        looks = (name for group in self.updates if isinstance(group, Calls) for name in group.looks_with)
        return (*(name for group in self.updates for name in group.operations), *looks)

    @property
    def computes_names(self) -> bool:
        """Whether the name in AWS depends on settings: then a resource with our mark may have another name than the files give."""
        return type(self).aws_name is not Adapter.aws_name

    @property
    def restore(self) -> Restore | None:
        """How a scheduled deletion is cancelled; None if AWS deletes at once."""
        return self.delete.restore if isinstance(self.delete, Delete) else None

    @property
    def loses(self) -> str:
        """What a delete loses that cannot be had again; empty if nothing."""
        return self.delete.loses if isinstance(self.delete, Delete) else ""

    def listed_before(self, api: Api, known: Iterable[Sighting]) -> Iterable[Sighting] | None:
        """These resources as `list` shows them now, in fewer calls; None: they must be listed.

        Called if a search for our mark shows exactly the resources that an earlier pass has listed: `known`, without members of
        rows. By default they are all that a list of names would show.
        """
        del api
        reads = self.reads
        more = reads.listed or reads.partly_listed or reads.changed_in or self.restore
        return None if more or type(self).list_versions is not Adapter.list_versions else known

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        """List every live resource of this kind in the scope, with the fewest calls."""
        reads = self.reads
        for row in api.pages(reads.list, rows_in=reads.rows_in, **scope, **reads.list_with):
            yield self.seen(api, scope, row)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        """One row of the list as a sighting."""
        settings = self.shown(row) if self.reads.listed or self.reads.partly_listed else {}
        return self.identity.seen(api, scope, row, settings=settings)

    def shown(self, row: Any) -> Wired:
        """The members of a resource in a reply, with the names of requests."""
        shown: Wired = row
        return shown

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        """Read these fields, with AWS's names; a field that is not in the reply is null."""
        alone = self.reads.alone
        found = dict(self.describe(api, sighting)) if fields - alone.keys() else {}
        for each in dict.fromkeys(alone[name] for name in sorted(fields & alone.keys())):
            found |= each.read(api, sighting)
        return found

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        """Read all fields of a resource that one reply shows, with the names of requests."""
        return (
            self.shown(self._got(api, sighting.address))
            if self.reads.get
            else self.get(api, sighting).settings
        )

    def _got(self, api: Api, address: Address) -> Any:
        """The reply for the resource at an address."""
        reply = api.call(self.reads.get, **address)
        return reply[self.reads.shown_in] if self.reads.shown_in else reply

    def attribute(self, api: Api, sighting: Sighting, name: str) -> str | None:
        """Read the value of one of `attributes`; None while the resource has none."""
        value_of = self.attributes[name].value_of
        if not isinstance(value_of, str):
            return value_of(api, sighting)
        found: str | None = self.describe(api, sighting).get(value_of)
        return found

    def written_attribute(self, name: str, settings: Mapping[str, Any]) -> str | None:
        """The value of one of `attributes` as the files determine it; None if only AWS knows it."""
        declared = self.attributes.get(name)
        return declared.written(settings) if declared else None

    def list_versions(self, api: Api, scope: Address) -> Iterable[Sighting] | None:
        """List every live resource with its version and little else, in fewer calls than `list`.

        None if there is no such read, or if it shows no version.
        """
        del api, scope
        return None

    def list_tagged(self, api: Api, scope: Address, tag: str, value: str) -> Iterable[Sighting] | None:
        """Like `list`, but only resources with this tag, in fewer calls; None if AWS cannot filter by tags."""
        del api, scope, tag, value
        return None

    def get(self, api: Api, sighting: Sighting) -> Sighting:
        """Read one resource that was listed before, with all that `list` would show; for kinds without a parent.

        Raises:
            Absent: it no longer exists.
        """
        found = self.find_by_name(api, {}, sighting.name)
        if found is None:
            raise Absent("get", "NotListed", f"AWS has no {self.kind} named {sighting.name}")
        return found

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        """Find one live resource by its name in AWS, without `list` if there is another way."""
        reads = self.reads
        if reads.named:
            rows = api.pages(reads.list, rows_in=reads.rows_in, **reads.named(name), **reads.list_with)
            return next((seen for row in rows if (seen := self.seen(api, scope, row)).name == name), None)
        if reads.get and isinstance(self.identity, Named):
            try:
                return self.seen(api, scope, self._got(api, {**scope, self.identity.name: name}))
            except Absent:
                return None
        return next((seen for seen in self.list(api, scope) if seen.name == name), None)

    def same_place(self, settings: Settings, sighting: Sighting) -> bool:
        """Whether a live resource is in the place that the files want, for kinds whose names are unique in a part of an account.

        The names of security groups are unique in their VPC. `settings` are the resource's own, as written.
        """
        del settings, sighting
        return True

    def find_in_place(self, api: Api, scope: Address, name: str, settings: Settings) -> Sighting | None:
        """Find one live resource by its name in AWS, in the place that the files want."""
        found = self.find_by_name(api, scope, name)
        if found is None or self.same_place(settings, found):
            return found
        others = (seen for seen in self.list(api, scope) if seen.name == name)
        return next((seen for seen in others if self.same_place(settings, seen)), None)

    def elsewhere(self, api: Api, scope: Address) -> Iterable[tuple[Sighting, str]]:
        """List every live resource of this kind outside the scope, with its place in words.

        Called only if a resource is missing in its scope. Empty if AWS cannot move resources of this kind.
        """
        del api, scope
        return ()

    def moved_to(self, api: Api, sighting: Sighting) -> str | None:
        """The new place of a resource, in words; None if it has not moved. Called before a delete."""
        del api, sighting
        return None

    def aws_name(self, name: str, settings: Mapping[str, Any]) -> str | None:
        """The name in AWS of the resource that desired state calls `name`; None if only our mark identifies it.

        `settings` are its valid settings, with the name of the resource that it lives in.
        """
        del settings
        return name

    def problems(self, files: InFiles) -> Iterable[Finding]:
        """Find settings that AWS would refuse because of several fields or resources together.

        The path of a finding begins with a field; an empty path means the resource as a whole.
        """
        del files
        return ()

    def impossible(self, field: str, written: Settings, reported: Wired) -> str:
        """Why AWS cannot change the field at this path to the written value, and what to do; empty if it can.

        In that case a replace is not offered either. `written` holds the resource's written fields; `reported` is AWS's
        reply.
        """
        del field, written, reported
        return ""

    def replaces(self, field: str, written: Settings, reported: Wired) -> bool:
        """Whether AWS changes the field at this path to the written value only by a replace, for fields that it can change in part.

        A field that it can never change is `Create.fixed`. `written` holds the resource's written fields; `reported` is AWS's
        reply.
        """
        del field, written, reported
        return False

    def remarks(self, written: Settings, reported: Wired) -> Iterable[str]:
        """Remarks of a report on a live resource, about states that a pass cannot change.

        For example, an e-mail subscription that waits for its confirmation is not a difference, but the user should know
        it. `written` holds the resource's written fields; `reported` is AWS's reply.
        """
        del written, reported
        return ()

    def deletes(self, field: str, written: Settings, reported: Wired) -> str:
        """What AWS deletes when the field at this path is changed to the written value; empty if nothing is deleted.

        Parts that are deleted and created again count too. Rows that are removed from a list need not be named here.
        """
        del field, written, reported
        return ""

    def made_by_aws(self, sighting: Sighting) -> bool:
        """Whether AWS created it together with its parent: such a resource is never deleted on its own."""
        del sighting
        return False

    def not_manageable(self, api: Api) -> Iterable[tuple[str, str]]:
        """Live resources that `list` leaves out because only AWS manages them: the name of each, and why. An export names them."""
        del api
        return ()

    def not_written(self, sighting: Sighting) -> Collection[str]:
        """The fields of a live resource that an export leaves out, because AWS computes them when it creates the same again."""
        del sighting
        return ()

    def scheduled(self, api: Api, sighting: Sighting) -> Sighting:
        """The resource with `deletion` set if AWS will delete it later, and with other values that this read shows.

        Called for resources with our mark or a wanted name, if a deletion can be cancelled.
        """
        del api
        return sighting

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        """The parameters of create, completed with values that only AWS knows."""
        del api
        return parameters

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        """Address and ARN of the resource that was just created.

        Raises:
            KeyError: the reply does not have them.
        """
        return self.identity.created(api, scope, reply, parameters)

    def explain(self, problem: str, parameters: Wired) -> str:
        """An error of AWS about a request, in words that name the part of the request."""
        del parameters
        return problem

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        """What AWS is still doing with it ("table is CREATING"); None if it accepts changes.

        Raises:
            Refused: it will never be ready.
        """
        del api, sighting
        return None


def declared_services(kinds: Iterable[Adapter[Any]]) -> Sequence[Service]:
    """Every service that kinds call; the declaration of the service's own kinds has priority."""
    adapters = [*kinds]
    found = {each.name: each for adapter in adapters for each in adapter.beside}
    found |= {adapter.service.name: adapter.service for adapter in adapters}
    return list(found.values())

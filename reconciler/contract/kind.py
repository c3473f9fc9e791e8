"""One kind of resource: its declaration, and the methods that it may override."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract.attributes import Attribute
from reconciler.contract.calls import Address, Api, Sighting, Wired
from reconciler.contract.changes import Calls, CannotDelete, Create, Delete, Restore, Sends
from reconciler.contract.contents import Unmanaged
from reconciler.contract.files import InFiles
from reconciler.contract.identity import Identity, Named
from reconciler.contract.reads import Reads
from reconciler.contract.tagging import Tagging
from reconciler.declarations import check_declaration
from reconciler.errors import Absent
from reconciler.model import Finding, Resource, Settings
from reconciler.permissions import GrantedFor
from reconciler.service import Service

R = TypeVar("R", bound=Resource)

EXPECTED: Mapping[str, type | tuple[type, ...]] = {
    "service": Service,
    "identity": Identity,
    "create": Create,
    "delete": (Delete, CannotDelete),
    "reads": Reads,
}
"""What each kind declares, and of which type."""


class Adapter(Generic[R]):
    """One kind of resource. Fields are named as in desired state, operations as boto3 names them.

    A class that says which `kind` it is is checked when it is made (`reconciler.declarations`).
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "kind" in vars(cls):
            declared = (inspect.get_annotations(each) for each in cls.__mro__)
            check_declaration(cls, frozenset(name for names in declared for name in names), EXPECTED)

    kind: ClassVar[str]
    """As desired state spells it: `connect.user`."""
    summary: ClassVar[str] = ""
    """What it is, in one line, for `reconciler kinds`."""
    model: ClassVar[type[Resource]]
    service: ClassVar[Service]
    beside: ClassVar[tuple[Service, ...]] = ()
    """Other services that it calls."""
    identity: ClassVar[Identity]
    parent: ClassVar[str | None] = None
    """The kind of the resource that it lives in; its address is part of this one's."""
    create: ClassVar[Create]
    updates: ClassVar[tuple[Sends | Calls, ...]] = ()
    """Each changeable field is in exactly one; `name` is a field where AWS can rename. They are sent in this order,
    and neighbours of the same operation in one request."""
    delete: ClassVar[Delete | CannotDelete]
    reads: ClassVar[Reads] = Reads()
    tagging: ClassVar[Tagging | None] = None
    tagging_api_type: ClassVar[str | None] = None
    """What the Resource Groups Tagging API calls the kind; None where it does not know it. Tags that no bulk read shows are
    swept there, and what bears our mark is found where a pass prunes a kind that the files do not name."""
    unmanaged: ClassVar[tuple[Unmanaged, ...]] = ()
    """What lives in it beside other kinds' resources."""
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {}
    """By field: what AWS asks of the caller because of a value that an author wrote."""
    cloudformation: ClassVar[CloudFormation | None] = None
    """What CloudFormation calls the kind; None where it has no such type."""
    compared: ClassVar[Mapping[str, Callable[[Any, Settings, Wired], Any]]] = {}
    """By field: what is compared with its written value, where AWS derives part of the value from something that nobody
    wrote, or gives it another form. Made of the observed value in the words of desired state, the resource's written
    fields, and what AWS said in its own words."""
    appearance: ClassVar[Appearance] = Appearance()
    attributes: ClassVar[Mapping[str, Attribute]] = {}
    """What texts may refer to of it, beside `arn`, `id` and `name`, which every resource has."""

    @property
    def changes(self) -> frozenset[str]:
        """Every operation by which it is created, changed, tagged or deleted; those that read tags are among them."""
        further = (self.tagging, self.restore)
        groups = (self.create, *self.updates, self.delete, *(each for each in further if each))
        return frozenset(operation for group in groups for operation in group.operations)

    @property
    def computes_names(self) -> bool:
        """Whether AWS's name depends on settings: what bears our mark may have another name than the files say now."""
        return type(self).aws_name is not Adapter.aws_name

    @property
    def restore(self) -> Restore | None:
        """How a deletion that is scheduled is called off; None where AWS deletes at once."""
        return self.delete.restore if isinstance(self.delete, Delete) else None

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        """Every live resource of this kind in the scope, in the fewest calls."""
        reads = self.reads
        for row in api.pages(reads.list, rows_in=reads.rows_in, **scope, **reads.list_with):
            yield self.seen(api, scope, row)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        """One row of the list as a sighting."""
        settings = self.shown(row) if self.reads.listed or self.reads.partly_listed else {}
        return self.identity.seen(api, scope, row, settings=settings)

    def shown(self, row: Any) -> Wired:
        """What a reply shows of a resource, in the words of requests."""
        shown: Wired = row
        return shown

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        """Those of these fields that AWS reports, in its words; a field left out of the reply is null."""
        alone = self.reads.alone
        found = dict(self.describe(api, sighting)) if fields - alone.keys() else {}
        for each in dict.fromkeys(alone[name] for name in sorted(fields & alone.keys())):
            found |= each.read(api, sighting)
        return found

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        """What one reply shows of a resource, in the words of requests: all fields that are not read alone."""
        return (
            self.shown(self._got(api, sighting.address))
            if self.reads.get
            else self.get(api, sighting).settings
        )

    def _got(self, api: Api, address: Address) -> Any:
        """What AWS shows of the resource at an address."""
        reply = api.call(self.reads.get, **address)
        return reply[self.reads.shown_in] if self.reads.shown_in else reply

    def attribute(self, api: Api, sighting: Sighting, name: str) -> str | None:
        """The value of one of `attributes`; None while it has none."""
        value_of = self.attributes[name].value_of
        if not isinstance(value_of, str):
            return value_of(api, sighting)
        found: str | None = self.describe(api, sighting).get(value_of)
        return found

    def written_attribute(self, name: str, settings: Mapping[str, Any]) -> str | None:
        """The value of one of `attributes` by what the files say; None where only AWS knows it."""
        declared = self.attributes.get(name)
        return declared.written(settings) if declared else None

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
        """One resource that was listed before, with all that `list` would show of it; of a kind that lives in no other.

        Raises:
            Absent: it is gone.
        """
        found = self.find_by_name(api, {}, sighting.name)
        if found is None:
            raise Absent("get", "NotListed", f"AWS has no {self.kind} named {sighting.name}")
        return found

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        """One live resource by AWS's name for it, by another way than `list` where there is one."""
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
        """Whether a live resource is where the files want theirs, for a kind whose names are unique in a part of an account.

        The names of security groups are unique in their VPC. `settings` are the resource's own, as written.
        """
        del settings, sighting
        return True

    def find_in_place(self, api: Api, scope: Address, name: str, settings: Settings) -> Sighting | None:
        """One live resource by AWS's name for it, where the files want theirs."""
        found = self.find_by_name(api, scope, name)
        if found is None or self.same_place(settings, found):
            return found
        others = (seen for seen in self.list(api, scope) if seen.name == name)
        return next((seen for seen in others if self.same_place(settings, seen)), None)

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

    def remarks(self, written: Settings, reported: Wired) -> Iterable[str]:
        """What a report says of a live resource beside its differences: what only time or somebody else can change.

        An e-mail subscription that waits for its confirmation is no difference, but somebody has to know of it. `written`
        holds the resource's written fields; `reported` is what AWS said.
        """
        del written, reported
        return ()

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

    def scheduled(self, api: Api, sighting: Sighting) -> Sighting:
        """The resource, with `deletion` where AWS deletes it later on; and with what else the read for that shows.

        Asked of what bears our mark or has a wanted name, where `delete` can be called off.
        """
        del api
        return sighting

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        """The parameters of create, completed with what only AWS can say."""
        del api
        return parameters

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        """Address and ARN of what was just created.

        Raises:
            KeyError: the reply does not say.
        """
        return self.identity.created(api, scope, reply, parameters)

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


def declared_services(kinds: Iterable[Adapter[Any]]) -> Sequence[Service]:
    """Every service that kinds call: as kinds of its own declare it, otherwise as those that call it beside theirs."""
    adapters = [*kinds]
    found = {each.name: each for adapter in adapters for each in adapter.beside}
    found |= {adapter.service.name: adapter.service for adapter in adapters}
    return list(found.values())

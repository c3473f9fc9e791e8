"""What all kinds of Amazon Connect have in common: how they are tagged, searched, listed and described."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, TypeVar

from pydantic import Field

from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Assigned,
    Reads,
    Sighting,
    TagWords,
    Wired,
    tagging,
)
from reconciler.forms import Form
from reconciler.model import Cleared, Ref, Resource
from reconciler.resources.connect.service import CONNECT
from reconciler.resources.lasting import LASTS

R = TypeVar("R", bound=Resource)
T = TypeVar("T")

IN_INSTANCE = "arn:{partition}:connect:{region}:{account}:instance/*"
"""Where an instance and all that lives in it are: the id of an instance is not in the files."""
NAMES = (Form(r".{1,127}", "1 to 127 characters"),)
"""What most kinds take as a name."""
Channel: TypeAlias = Literal["VOICE", "CHAT", "TASK", "EMAIL"]
Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=127)]
Clearable: TypeAlias = Annotated[str | None, Cleared(""), Field(max_length=250)]
"""A description that an empty text clears."""
Lasting: TypeAlias = Annotated[str | None, Field(min_length=1, max_length=250), LASTS]
"""A description that can be changed and never cleared: AWS wants at least one character."""


class InInstance(Resource):
    """A resource that lives in a Connect instance."""

    instance: Annotated[str | None, Ref("connect.instance")] = None
    """The alias of its instance; may be left out when the stack has exactly one."""


TAGGING = tagging(TagWords(at="resourceArn", shown="tags", tags="tags", keys="tagKeys"))


KEPT = "default resource"
"""Part of what Amazon Connect says when it refuses to delete what came with an instance."""


@dataclass(frozen=True, kw_only=True)
class Apart:
    """A field that neither Search nor Describe shows: the list that does, and the member that its rows fill."""

    operation: str
    member: str
    page: int | None = 100
    """How many rows are asked for at once; None where AWS cannot be asked."""
    of_row: Callable[[Any], Any] = lambda row: row
    """What of each row is the value."""


@dataclass(frozen=True, kw_only=True)
class ConnectReads(Reads):
    """A Search operation, a List operation and a Describe operation."""

    search: str
    list: str
    describe: str
    shown_as: str
    """The member of the reply to Describe that holds the resource."""
    row: tuple[str, str] = ("Id", "Arn")
    """The members of a search row that hold the id and the ARN."""
    apart: Mapping[str, Apart] = field(default_factory=dict, hash=False)
    list_with: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Further parameters of the List operation."""
    versioned: bool = True
    """Whether the List operation carries the time of the last change."""
    gets_one: bool = True

    @property
    def operations(self) -> tuple[str, ...]:
        apart = (each.operation for each in self.apart.values())
        return (self.search, self.list, self.describe, *apart, *self.called)


class ConnectAdapter(Adapter[R]):
    """A kind that has a Search operation, a List operation and a Describe operation."""

    service = CONNECT
    parent = "connect.instance"
    identity: ClassVar[Assigned]
    reads: ClassVar[ConnectReads]
    tagging = TAGGING
    made_with_instance: ClassVar[frozenset[str]] = frozenset()
    """The names of what a new instance comes with (Amazon Connect Administrator Guide, "Default flows", "Default
    security profiles"; `BasicQueue` and `Basic Routing Profile` as a new instance shows them)."""

    def made_by_aws(self, sighting: Sighting) -> bool:
        return sighting.name in self.made_with_instance

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        for row in api.pages(self.reads.search, **scope, MaxResults=self.reads.page):
            yield self.seen(row, scope)

    def seen(self, row: Wired, scope: Address) -> Sighting:
        """A search row as a sighting."""
        member, arn = self.reads.row
        address, name = self.identity.at(scope, row[member]), row[self.identity.name or "Name"]
        return Sighting(name, address, row[arn], settings=row, tags=row.get("Tags") or {})

    def listed(self, api: Api, scope: Address) -> Iterable[Sighting]:
        """Every resource from the list, which is another index than the search's."""
        for row in api.pages(self.reads.list, **scope, **self.reads.list_with, MaxResults=1000):
            changed = row.get("LastModifiedTime")
            version = changed.isoformat() if changed else None
            name = row[self.identity.name if self.identity.name in row else "Name"]
            yield Sighting(name, self.identity.at(scope, row["Id"]), row["Arn"], version)

    def list_versions(self, api: Api, scope: Address) -> Iterable[Sighting] | None:
        return self.listed(api, scope) if self.reads.versioned else None

    def get(self, api: Api, sighting: Sighting) -> Sighting:
        row = self.describe(api, sighting)
        complete = frozenset(self.model.model_fields) - self.reads.apart.keys()
        name = row.get(self.identity.name or "Name", sighting.name)
        return replace(sighting, name=name, settings=row, tags=row.get("Tags") or {}, complete=complete)

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        return next((each for each in self.listed(api, scope) if each.name == name), None)

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        found: dict[str, Any] = {}
        if fields - self.reads.apart.keys():
            found |= self.describe(api, sighting)
        for apart in (self.reads.apart[name] for name in sorted(fields & self.reads.apart.keys())):
            page: dict[str, Any] = {"MaxResults": apart.page} if apart.page else {}
            rows = api.pages(apart.operation, **sighting.address, **page)
            found[apart.member] = [apart.of_row(row) for row in rows]
        return found

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        """The resource as Describe shows it."""
        described: Wired = api.call(self.reads.describe, **sighting.address)[self.reads.shown_as]
        return described


def chunks(items: Sequence[T], size: int) -> Iterable[list[T]]:
    """The items, so many at a time."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])

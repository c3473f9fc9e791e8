"""Shared by all kinds of Amazon Connect: tags, and the Search, List and Describe operations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, TypeVar

from pydantic import Field

from reconciler.contract import FREE, Adapter, Address, Api, Assigned, Reads, Sighting, TagOperations, tagging
from reconciler.forms import Form
from reconciler.model import Cleared, Ref, Resource
from reconciler.resources.connect.service import CONNECT
from reconciler.resources.lasting import LASTS

R = TypeVar("R", bound=Resource)
T = TypeVar("T")

IN_INSTANCE = "arn:{partition}:connect:{region}:{account}:instance/*"
"""The pattern of the ARNs of an instance and its contents. The id of an instance is not in the files."""
WEBSITE = "https://{parent}.my.connect.aws/home"
"""The administration website of an instance, for kinds whose own page has no documented address."""
NAMES = (Form(r".{1,127}", "1 to 127 characters"),)
"""The rules of most kinds for names."""
Channel: TypeAlias = Literal["VOICE", "CHAT", "TASK", "EMAIL"]
Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=127)]
Clearable: TypeAlias = Annotated[str | None, Cleared(""), Field(max_length=250)]
"""A description that an empty text clears."""
Lasting: TypeAlias = Annotated[str | None, Field(min_length=1, max_length=250), LASTS]
"""A description that can be changed but not cleared: AWS requires at least one character."""


class InInstance(Resource):
    """A resource of a Connect instance."""

    instance: Annotated[str | None, Ref("connect.instance")] = None
    """The alias of its instance; may be left out if the stack has exactly one instance."""


TAGGING = tagging(TagOperations(at="resourceArn", shown="tags", tags="tags", keys="tagKeys"))


KEPT = "default resource"
"""A part of Amazon Connect's error message if a resource that was created with the instance cannot be deleted."""


@dataclass(frozen=True, kw_only=True)
class ConnectReads(Reads):
    """A Search operation (`list`), a List operation and a Describe operation (`get`)."""

    list_versions: str
    """The List operation, which uses another index than the search."""
    versions_with: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Further parameters of the List operation."""
    versioned: bool = True
    """Whether the List operation shows the time of the last change."""
    gets_one: bool = True

    @property
    def operations(self) -> tuple[str, ...]:
        return (*super().operations, self.list_versions)


class ConnectAdapter(Adapter[R]):
    """A kind that has a Search operation, a List operation and a Describe operation."""

    service = CONNECT
    parent = "connect.instance"
    console = WEBSITE
    costs = FREE
    identity: ClassVar[Assigned]
    reads: ClassVar[ConnectReads]
    tagging = TAGGING
    made_with_instance: ClassVar[frozenset[str]] = frozenset()
    """The names of resources that AWS creates with an instance.

    Sources: "Default flows", "Default security profiles" (Amazon Connect Administrator Guide); `BasicQueue` and `Basic Routing
    Profile` were observed in a new instance."""

    def made_by_aws(self, sighting: Sighting) -> bool:
        return sighting.name in self.made_with_instance

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        for row in api.pages(self.reads.list, **scope, **self.reads.list_with, MaxResults=self.reads.page):
            yield self.seen(api, scope, row)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        del api
        return self._named(scope, row, settings=self.shown(row), tags=row.get("Tags") or {})

    def _named(self, scope: Address, row: Any, **shown: Any) -> Sighting:
        """The id and ARN of a row; in some rows these members have the names of the reply to create."""
        own = self.identity
        id_, arn = (row["Id" if "Id" in row else own.address], row["Arn" if "Arn" in row else own.arn_in])
        return Sighting(row[own.name if own.name in row else "Name"], own.at(scope, id_), arn, **shown)

    def listed(self, api: Api, scope: Address) -> Iterable[Sighting]:
        """Every resource from the List operation."""
        reads = self.reads
        for row in api.pages(reads.list_versions, **scope, **reads.versions_with, MaxResults=1000):
            changed = row.get("LastModifiedTime")
            version = changed.isoformat() if changed else None
            yield self._named(scope, row, version=version)

    def list_versions(self, api: Api, scope: Address) -> Iterable[Sighting] | None:
        return self.listed(api, scope) if self.reads.versioned else None

    def get(self, api: Api, sighting: Sighting) -> Sighting:
        row = self.describe(api, sighting)
        complete = frozenset(self.model.model_fields) - self.reads.alone.keys()
        name = row.get(self.identity.name or "Name", sighting.name)
        return replace(sighting, name=name, settings=row, tags=row.get("Tags") or {}, complete=complete)

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        return next((each for each in self.listed(api, scope) if each.name == name), None)

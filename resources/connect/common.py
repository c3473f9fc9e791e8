"""What all kinds of Amazon Connect have in common: how they are tagged, searched, listed and described."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, TypeVar

from pydantic import Field

from reconciler.contract import Adapter, Address, Api, Request, Sighting, Tagging, Wired
from reconciler.forms import Form
from reconciler.model import Cleared, Ref, Resource
from reconciler.resources.connect.service import CONNECT
from reconciler.resources.lasting import LASTS

R = TypeVar("R", bound=Resource)
T = TypeVar("T")

IN_INSTANCE = "arn:{partition}:connect:{region}:{account}:instance/*"
"""Where an instance and all that lives in it are: the id of an instance is not in the files."""
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


def _read_tags(api: Api, sighting: Sighting) -> dict[str, str]:
    return dict(api.call("list_tags_for_resource", resourceArn=sighting.arn)["tags"])


def _change_tags(
    sighting: Sighting, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterable[Request]:
    changed = {key: value for key, value in after.items() if before.get(key) != value}
    if changed:
        yield Request("tag_resource", {"resourceArn": sighting.arn, "tags": changed})
    gone = [key for key in before if key not in after]
    if gone:
        yield Request("untag_resource", {"resourceArn": sighting.arn, "tagKeys": gone})


TAGGING = Tagging(
    created_with=lambda tags: {"Tags": dict(tags)},
    read=_read_tags,
    change=_change_tags,
    operations=("list_tags_for_resource", "tag_resource", "untag_resource"),
)


class ConnectAdapter(Adapter[R]):
    """A kind that has a Search operation, a List operation and a Describe operation."""

    service = CONNECT
    arns: ClassVar[tuple[str, ...]] = (IN_INSTANCE,)
    parent = "connect.instance"
    tagging = TAGGING
    gets_one = True
    keeps_defaults = "default resource"
    name_forms: ClassVar[tuple[Form, ...]] = (Form(r".{1,127}", "1 to 127 characters"),)

    made_with_instance: ClassVar[frozenset[str]] = frozenset()
    """The names of what a new instance comes with (Amazon Connect Administrator Guide, "Default flows", "Default
    security profiles"; `BasicQueue` and `Basic Routing Profile` as a new instance shows them)."""
    searched_by: ClassVar[str]
    listed_by: ClassVar[str]
    list_filter: ClassVar[Mapping[str, Any]] = {}
    described_by: ClassVar[tuple[str, str]]
    """The Describe operation, and the member of its reply that holds the resource."""
    row: ClassVar[tuple[str, str]] = ("Id", "Arn")
    """The members of a search row that hold the id and the ARN."""
    row_name: ClassVar[str | None] = None
    """The member of a search row that holds the name, where it is not `named_by`."""
    apart: ClassVar[frozenset[str]] = frozenset()
    """Fields that neither Search nor Describe shows, each with a read of its own."""
    versioned: ClassVar[bool] = True
    """Whether the List operation carries the time of the last change."""

    def made_by_aws(self, sighting: Sighting) -> bool:
        return sighting.name in self.made_with_instance

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        for row in api.pages(self.searched_by, **scope, MaxResults=self.page):
            yield self.seen(row, scope)

    def seen(self, row: Wired, scope: Address) -> Sighting:
        """A search row as a sighting."""
        member, arn = self.row
        address = {**scope, self.identified_by[0]: row[member]}
        name = row[self.row_name or self.named_by or "Name"]
        return Sighting(name, address, row[arn], settings=row, tags=row.get("Tags") or {})

    def listed(self, api: Api, scope: Address) -> Iterable[Sighting]:
        """Every resource from the list, which is another index than the search's."""
        for row in api.pages(self.listed_by, **scope, **self.list_filter, MaxResults=1000):
            name = row[self.named_by if self.named_by in row else "Name"]
            changed = row.get("LastModifiedTime")
            version = changed.isoformat() if changed else None
            yield Sighting(name, {**scope, self.identified_by[0]: row["Id"]}, row["Arn"], version)

    def list_versions(self, api: Api, scope: Address) -> Iterable[Sighting] | None:
        return self.listed(api, scope) if self.versioned else None

    def get(self, api: Api, sighting: Sighting) -> Sighting:
        row = self.describe(api, sighting)
        complete = frozenset(self.model.model_fields) - self.apart
        name = row.get(self.named_by or "Name", sighting.name)
        return replace(sighting, name=name, settings=row, tags=row.get("Tags") or {}, complete=complete)

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        return next((each for each in self.listed(api, scope) if each.name == name), None)

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        found: dict[str, Any] = {}
        if fields - self.apart:
            found |= self.describe(api, sighting)
        for name in sorted(fields & self.apart):
            found |= self.read_apart(api, sighting, name)
        return found

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        """The resource as Describe shows it."""
        operation, member = self.described_by
        described: Wired = api.call(operation, **sighting.address)[member]
        return described

    def read_apart(self, api: Api, sighting: Sighting, field: str) -> Wired:
        """One of the fields that have a read of their own."""
        raise NotImplementedError


def chunks(items: Sequence[T], size: int) -> Iterable[list[T]]:
    """The items, so many at a time."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])

"""Shared by the kinds of Lightsail: names are addresses, replies show tags, and members begin with a small letter."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, TypeVar

from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Assigned,
    Request,
    Sighting,
    Tagging,
    Wired,
    tag_changes,
    tag_list,
    tags_in,
)
from reconciler.errors import Absent
from reconciler.forms import Form
from reconciler.model import Resource
from reconciler.resources.lasting import LASTS
from reconciler.resources.lightsail.service import LIGHTSAIL

R = TypeVar("R", bound=Resource)

LOWER = ("key", "value")
"""The members of a tag."""
TAG, UNTAG = "tag_resource", "untag_resource"
ANY = "arn:{{partition}}:lightsail:{{region}}:{{account}}:{}/{{id}}"
NAME = Form(
    r"[A-Za-z0-9][A-Za-z0-9_\-]{0,252}[A-Za-z0-9]",
    "2 to 254 of a-z, A-Z, 0-9, _ and -, with a letter or a digit at both ends",
)
"""The names of all resources of a Region are unique together."""
ZONE = Form(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}[a-z]", "an Availability Zone such as ap-northeast-1a")
Zone = Annotated[Annotated[str, ZONE] | None, LASTS]


def identity(type_: str, address: str, *further: str, named: str = "") -> Assigned:
    """The identity of resources of a type: their names; ARNs end with ids that only replies show.

    `named` is the member of the create request with the name, if that is not the address.
    """
    return Assigned(
        name=named or address,
        address=address,
        arns=tuple(ANY.format(each) for each in (type_, *further)),
        forms=(NAME,),
    )


class LightsailAdapter(Adapter[R]):
    """A kind of Lightsail."""

    service = LIGHTSAIL

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        del api, scope
        tags = tags_in(row["tags"], LOWER) if "tags" in row else None
        address = {self.identity.id: row["name"]}
        return Sighting(row["name"], address, row["arn"], settings=self.shown(row), tags=tags)

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        del scope, reply
        address = {self.identity.id: self.name_made(parameters)}
        return address, str(self._got(api, address)["arn"])

    def name_made(self, parameters: Wired) -> str:
        """The name of the resource that a create request makes."""
        return str(parameters[self.identity.id])

    def get(self, api: Api, sighting: Sighting) -> Sighting:
        return self.seen(api, {}, self._got(api, sighting.address))

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        try:
            return self.seen(api, scope, self._got(api, {self.identity.id: name}))
        except Absent:
            return None


def tag_requests(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Request]:
    """The requests that give a resource the tags `after`."""
    new, gone = tag_changes(before, after)
    if new:
        yield Request(TAG, {"resourceName": name, "tags": tag_list(new, LOWER)})
    if gone:
        yield Request(UNTAG, {"resourceName": name, "tagKeys": gone})


def tagging_by(operation: str, row_of: Callable[[Api, Sighting], Wired]) -> Tagging:
    """The tags of a type; `row_of` shows a resource by one call of `operation`."""
    return Tagging(
        created_with=lambda tags: {"tags": tag_list(tags, LOWER)},
        read=lambda api, sighting: tags_in(row_of(api, sighting).get("tags"), LOWER),
        change=lambda sighting, before, after: tag_requests(sighting.id, before, after),
        operations=(operation, TAG, UNTAG),
    )


def tagging(operation: str, shown_in: str) -> Tagging:
    """The tags of a type, which its Get operation shows."""

    def row_of(api: Api, sighting: Sighting) -> Wired:
        row: Wired = api.call(operation, **sighting.address)[shown_in]
        return row

    return tagging_by(operation, row_of)

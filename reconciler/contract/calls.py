"""What a kind sees of AWS: one service to call, the requests it makes, and one live resource."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

Address: TypeAlias = Mapping[str, str]
"""The parameters that single out one live resource; the last of them is its id."""

Wired: TypeAlias = Mapping[str, Any]
"""Values in AWS's own words: the members of a request or a reply."""


class Api(Protocol):
    """One AWS service in one account and Region, paced and with its errors sorted (`reconciler.errors`)."""

    account: str
    region: str
    partition: str

    def wall(self) -> float:
        """The time of day in seconds since 1970, to compare with the times that AWS shows."""
        ...

    def beside(self, service: str) -> "Api":
        """Another service, as boto3 spells it, in the same account and Region."""
        ...

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call one operation, spelled as boto3 spells it. Raises one of the six reasons."""
        ...

    def pages(self, operation: str, *, rows_in: str | None = None, **parameters: Any) -> Iterator[Any]:
        """Every item of a paged operation, page after page.

        `rows_in` is the member of the reply that holds the items; None: the first list that botocore pages.
        """
        ...

    def once(self) -> "Api":
        """The same service, which repeats no call whose outcome is unknown."""
        ...

    def taken(self, operation: str, members: Wired) -> dict[str, Any]:
        """Those of these members, and of the members within, that the request of an operation has."""
        ...


ApiOf: TypeAlias = Callable[[str], Api]
"""The API of a service, as boto3 spells it."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One live resource as the widest bulk read shows it.

    `settings` holds the members that this read carried, in AWS's words; absent means unknown, never null.
    `version` is a change token where AWS gives one. `tags` is None where the bulk read carries no tags. `complete`
    names fields that are known in full from an earlier look, although no bulk read shows them. `also` are further names
    by which it may be found; `deletion` says in words when AWS deletes it, where that is scheduled (`Adapter.scheduled`).
    """

    name: str
    address: Address
    arn: str
    version: str | None = None
    settings: Wired = field(default_factory=dict)
    tags: Mapping[str, str] | None = None
    complete: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()
    deletion: str | None = None
    id: str = field(init=False, repr=False, compare=False)
    """The id that AWS gave it: the last member of its address."""

    def __post_init__(self) -> None:
        # Asked a dozen times a pass of each of thousands.
        object.__setattr__(self, "id", [*self.address.values()][-1] if self.address else "")


def at_its_address(sighting: Sighting) -> Wired:
    """The parameters that single out one resource for most operations."""
    return dict(sighting.address)


@dataclass(frozen=True, slots=True)
class Request:
    """One call to make: an operation and its parameters.

    `service` is another service than the kind's, as boto3 spells it; `account_in` is the parameter in which it wants the
    account id. `apart` is the same work in parts: where AWS answers to the whole that some of it is so already and does
    nothing (`reconciler.errors.AlreadySo`), each part is sent by itself.

    `then` makes the requests that need something of the reply: the id of a new revision, which becomes the current one.
    A pass may end before they are sent. So whoever makes a revision looks in what AWS shows for one that an earlier pass
    has made and not used.
    """

    operation: str
    parameters: Mapping[str, Any]
    service: str | None = None
    account_in: str | None = None
    apart: tuple["Request", ...] = ()
    then: "Callable[[Wired], Iterable[Request]] | None" = None

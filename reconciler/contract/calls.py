"""What a kind uses of AWS: an API to call, requests, and sightings of live resources."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

Address: TypeAlias = Mapping[str, str]
"""The parameters that identify one live resource; the last of them is its id."""

Wired: TypeAlias = Mapping[str, Any]
"""The members of a request or a reply, with AWS's names."""


RowsIn: TypeAlias = str | tuple[str, ...] | None
"""The member of a reply that holds the items of a list; several: each item comes with its member; None: the first list that
botocore pages."""


class Api(Protocol):
    """One AWS service in one account and Region; calls are paced, and errors are sorted (`reconciler.errors`)."""

    account: str
    region: str
    partition: str

    def wall(self) -> float:
        """The time of day in seconds since 1970, to compare with the times that AWS shows."""
        ...

    def beside(self, service: str) -> "Api":
        """Another service, in boto3's spelling, in the same account and Region."""
        ...

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call one operation, in boto3's spelling. Raises one of the six errors of `reconciler.errors`."""
        ...

    def pages(self, operation: str, *, rows_in: RowsIn = None, **parameters: Any) -> Iterator[Any]:
        """Every item of a paged operation, page after page.

        `rows_in` is the member of the reply that holds the items (`RowsIn`). Several members yield pairs of the member and the
        item.
        """
        ...

    def once(self) -> "Api":
        """The same service, but without a second try of calls with an unknown outcome."""
        ...

    def hide(self, *values: str) -> None:
        """Hide these secrets that were read, from now on, in all texts."""
        ...

    def taken(self, operation: str, members: Wired) -> dict[str, Any]:
        """The members of a value, at any depth, that the request of an operation has."""
        ...


ApiOf: TypeAlias = Callable[[str], Api]
"""Returns the API of a service, in boto3's spelling."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One live resource as the widest bulk read shows it.

    `settings` holds the members of this read, with AWS's names; a missing member is unknown, not null. `version` is a
    change token if AWS gives one. `tags` is None if the bulk read does not show tags. `complete` names fields that are
    fully known from an earlier read, although no bulk read shows them. `also` are further names by which it may be found.
    `deletion` is a text that says when AWS deletes it, if that is scheduled (`Adapter.scheduled`).
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
    """The parameters that identify one resource in most operations."""
    return dict(sighting.address)


@dataclass(frozen=True, slots=True)
class Request:
    """One call to make: an operation and its parameters.

    `service` is another service than the kind's, in boto3's spelling; `account_in` is the parameter that takes the account
    id. `apart` is the same work in parts: if AWS answers that a part is already done, and does nothing
    (`reconciler.errors.AlreadyDone`), each part is sent separately.

    `then` makes the requests that need a value of the reply, such as the id of a new revision that becomes the current
    one. A pass may end before they are sent. So a kind that creates revisions first looks for one that an earlier pass has
    created and not used.
    """

    operation: str
    parameters: Mapping[str, Any]
    service: str | None = None
    account_in: str | None = None
    apart: tuple["Request", ...] = ()
    then: "Callable[[Wired], Iterable[Request]] | None" = None

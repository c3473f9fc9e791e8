"""How a kind's resources are identified: by the name, by an id of AWS, or only by our mark."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.contract.calls import Address, Api, Sighting, Wired
from reconciler.forms import Form


@dataclass(frozen=True, kw_only=True)
class Identity(ABC):
    """The base class of all three ways."""

    arns: tuple[str, ...]
    """The patterns of its ARNs, with `{partition}`, `{region}`, `{account}`, `{name}` for its name in AWS, and `{id}` for the
    id that AWS gives."""
    unwritten: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By field whose value is also part of the ARN, as `{path}` in a pattern: the value if the files do not set it."""
    name: str | None = "Name"
    """The request member with the name, with dots for nested members; None if AWS has no name for it."""
    in_arn: Callable[[str], str] = str
    """Returns the name as ARNs contain it, if they do not contain the name itself: `/a/b` is `a/b` in the ARN of a parameter."""
    ignores_case: bool = False
    """Whether AWS treats names that differ only in upper and lower case as one."""
    shares_names: bool = False
    """Whether several resources may have the same name, such as the tag `Name` of a VPC: then a resource with the mark of
    another stack is not found by its name, unless the files say `adopt: true`."""
    forms: tuple[Form, ...] = ()
    """The rules of AWS for a name; the first rule that a name breaks is reported."""
    chosen_by: frozenset[str] = frozenset()
    """The keys that `existing` takes to find a resource other than by its name: `id`, `name`, `tags`, and fields that
    `list` shows."""
    in_between: str = "{name:.40}-renaming-{digest}"
    """The pattern of the temporary name of a resource while others exchange names with it. The result must be a valid name
    in AWS: `name` is a valid name, `digest` has 8 hexadecimal digits, and the whole has up to 58 characters."""

    @property
    @abstractmethod
    def id(self) -> str:
        """The last member of its address."""

    @abstractmethod
    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        """Address and ARN of the resource that a create request with these parameters has just made.

        Raises:
            KeyError: the reply does not have them.
        """

    @abstractmethod
    def seen(self, api: Api, scope: Address, row: Any, **shown: Any) -> Sighting:
        """The sighting of one row of a list, which may be only its name; `shown` are further fields of the sighting.

        Raises:
            KeyError: the row does not identify it.
        """


@dataclass(frozen=True, kw_only=True)
class Named(Identity):
    """Resources whose address is the name that the author chooses, and whose ARN is made of it."""

    name: str
    shown_in: str | None = None
    """The member of the create reply that holds its ARN, with dots for nested members; None if there is none."""

    @property
    def id(self) -> str:
        return self.name

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        made = self.sighting(api, scope, parameters[self.name])
        return made.address, made.arn if self.shown_in is None else member(reply, self.shown_in)

    def seen(self, api: Api, scope: Address, row: Any, **shown: Any) -> Sighting:
        seen = self.sighting(api, scope, row if isinstance(row, str) else row[self.name], **shown)
        # If the ARN has more parts than its name, the row shows them.
        return replace(seen, arn=row[_last(self.shown_in)]) if self.unwritten and self.shown_in else seen

    def sighting(self, api: Api, scope: Address, name: str, **shown: Any) -> Sighting:
        """The live resource of this name; `shown` are further fields of the sighting."""
        place = {"partition": api.partition, "region": api.region, "account": api.account}
        arn = self.arns[0].format(**self.unwritten, **place, name=self.in_arn(name))
        return Sighting(name, {**scope, self.name: name}, arn, **shown)


@dataclass(frozen=True, kw_only=True)
class Assigned(Identity):
    """Resources with an id that AWS gives."""

    address: str
    """The member with the id in every later request."""
    id_in: str | None = None
    """The member of the create reply that holds the id, with dots for nested members; None: as in its address."""
    arn_in: str | None = None
    """The member of the create reply that holds the ARN, with dots for nested members; None: no reply holds it, and it is
    made of the first pattern and the id."""
    stands_alone: bool = False
    """Whether its address is only its id, although it lives in another resource."""

    @property
    def id(self) -> str:
        return self.address

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        del parameters
        id_ = member(reply, self.id_in or self.address)
        return self.at(scope, id_), member(reply, self.arn_in) if self.arn_in else self.arn(api, id_)

    def seen(self, api: Api, scope: Address, row: Any, **shown: Any) -> Sighting:
        # A row has the same names for the id and the ARN as the reply to create.
        id_ = row[_last(self.id_in or self.address)]
        arn = row[_last(self.arn_in)] if self.arn_in else self.arn(api, id_)
        return Sighting(row[_last(self.name)] if self.name else id_, self.at(scope, id_), arn, **shown)

    def arn(self, api: Api, id_: str) -> str:
        """The ARN of the resource with this id, if it has no other part that only AWS knows."""
        return self.arns[0].format(partition=api.partition, region=api.region, account=api.account, id=id_)

    def at(self, scope: Address, id_: str) -> Address:
        """The address of the resource with this id."""
        return {**({} if self.stands_alone else scope), self.address: id_}


@dataclass(frozen=True, kw_only=True)
class Marked(Assigned):
    """Resources with an id of AWS and without a name: only our mark identifies them."""

    name: None = None


def member(values: Wired, path: str) -> Any:
    """A member of nested structures, with dots between the names.

    Raises:
        KeyError: the member does not exist.
    """
    found: Any = values
    for name in path.split("."):
        found = found[name]
    return found


def _last(path: str) -> str:
    return path.rpartition(".")[2]

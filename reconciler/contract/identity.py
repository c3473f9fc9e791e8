"""How one live resource is told from the others of its kind: by its name, by an id of AWS's, or by our mark alone."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.contract.calls import Address, Api, Sighting, Wired
from reconciler.forms import Form


@dataclass(frozen=True, kw_only=True)
class Identity(ABC):
    """What all three ways share."""

    arns: tuple[str, ...]
    """The patterns of its ARNs, with `{partition}`, `{region}`, `{account}`, `{name}` where AWS's name is in it, and
    `{id}` where the id is in it that AWS gives."""
    unwritten: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By field whose value is in the ARN too, as `{path}` in a pattern: what stands there where nobody wrote it."""
    name: str | None = "Name"
    """The request member that carries the name; None where AWS has no name for it."""
    ignores_case: bool = False
    """Whether names that differ by case alone are the same name to AWS."""
    forms: tuple[Form, ...] = ()
    """What AWS takes as a name; of those that a name does not have, the first is told."""
    chosen_by: frozenset[str] = frozenset()
    """By what an author may choose one that exists already, beside its name: `id`, `name`, `tags`, and fields that `list`
    shows."""
    in_between: str = "{name:.40}-renaming-{digest}"
    """How a resource is called while others of its kind exchange names with it. It has to fit AWS's rule for names:
    `name` is a name that AWS takes, `digest` are 8 hexadecimal digits, and as a whole it has up to 58 characters."""

    @property
    @abstractmethod
    def id(self) -> str:
        """The last member of its address."""

    @abstractmethod
    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        """Address and ARN of what a create request with these parameters has just made.

        Raises:
            KeyError: the reply does not say.
        """

    @abstractmethod
    def seen(self, api: Api, scope: Address, row: Any, **shown: Any) -> Sighting:
        """The resource of one row of a list, which may be its name alone; `shown` are further fields of the sighting.

        Raises:
            KeyError: the row does not say which one it is.
        """


@dataclass(frozen=True, kw_only=True)
class Named(Identity):
    """Its address is the name that the author chooses, and its ARN is made of that."""

    name: str
    shown_in: str | None = None
    """The member of the create reply that holds its ARN, with dots for members within; None where none does."""

    @property
    def id(self) -> str:
        return self.name

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        made = self.sighting(api, scope, parameters[self.name])
        return made.address, made.arn if self.shown_in is None else member(reply, self.shown_in)

    def seen(self, api: Api, scope: Address, row: Any, **shown: Any) -> Sighting:
        seen = self.sighting(api, scope, row if isinstance(row, str) else row[self.name], **shown)
        # Where more than its name is in the ARN, the row shows it.
        return replace(seen, arn=row[_last(self.shown_in)]) if self.unwritten and self.shown_in else seen

    def sighting(self, api: Api, scope: Address, name: str, **shown: Any) -> Sighting:
        """The live resource of this name; `shown` are further fields of the sighting."""
        place = {"partition": api.partition, "region": api.region, "account": api.account}
        arn = self.arns[0].format(**self.unwritten, **place, name=name)
        return Sighting(name, {**scope, self.name: name}, arn, **shown)


@dataclass(frozen=True, kw_only=True)
class Assigned(Identity):
    """AWS gives it an id."""

    address: str
    """The member that carries the id in every later request."""
    id_in: str | None = None
    """The member of the create reply that holds the id, with dots for members within; None: as in its address."""
    arn_in: str | None = None
    """The member of the create reply that holds the ARN, with dots for members within; None: no reply holds it, and it
    is made of the first pattern and the id."""
    stands_alone: bool = False
    """Whether its address is its id alone, although it lives in another resource."""

    @property
    def id(self) -> str:
        return self.address

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        del parameters
        id_ = member(reply, self.id_in or self.address)
        return self.at(scope, id_), member(reply, self.arn_in) if self.arn_in else self.arn(api, id_)

    def seen(self, api: Api, scope: Address, row: Any, **shown: Any) -> Sighting:
        # A row calls the id and the ARN as the reply to create does.
        id_ = row[_last(self.id_in or self.address)]
        arn = row[_last(self.arn_in)] if self.arn_in else self.arn(api, id_)
        return Sighting(row[self.name] if self.name else id_, self.at(scope, id_), arn, **shown)

    def arn(self, api: Api, id_: str) -> str:
        """The ARN of the resource with this id, where it is made of nothing else that only AWS knows."""
        return self.arns[0].format(partition=api.partition, region=api.region, account=api.account, id=id_)

    def at(self, scope: Address, id_: str) -> Address:
        """The address of the resource with this id."""
        return {**({} if self.stands_alone else scope), self.address: id_}


@dataclass(frozen=True, kw_only=True)
class Marked(Assigned):
    """AWS gives it an id and knows no name for it: only our mark tells which one it is."""

    name: None = None


def member(values: Wired, path: str) -> Any:
    """A member of nested structures, with dots between the names.

    Raises:
        KeyError: it is not there.
    """
    found: Any = values
    for name in path.split("."):
        found = found[name]
    return found


def _last(path: str) -> str:
    return path.rpartition(".")[2]

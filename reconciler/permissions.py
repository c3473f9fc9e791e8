"""IAM grants: actions on resources, and the account and Region of these."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

Condition: TypeAlias = tuple[tuple[str, str, tuple[str, ...]], ...]
"""Conditions as operator, key and values: `("StringEquals", "kms:ViaService", ("ssm.eu-west-2.amazonaws.com",))`."""

ANY = "*"
"""The wildcard of policies: every resource, or any part of a name."""
NO_FIELDS: Mapping[str, str] = {}


class Grant(NamedTuple):
    """One action that is allowed on one resource."""

    action: str
    resource: str
    condition: Condition = ()
    reason: str = ""
    """Why it is allowed on `*`; empty if it names a resource."""


@dataclass(frozen=True)
class Location:
    """The account and the Region of a resource."""

    partition: str
    region: str
    account: str

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource in this account and Region; `service` has the spelling of ARNs."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def filled(self, pattern: str, name: str = ANY, fields: Mapping[str, str] = NO_FIELDS) -> str:
        """A pattern of ARNs with `{partition}`, `{region}`, `{account}`, `{name}` and these fields filled in, and any id."""
        place = {"partition": self.partition, "region": self.region, "account": self.account}
        return pattern.format(**fields, **place, name=name, id=ANY)

    def key(self, name: str) -> str:
        """The ARN of a KMS key; of any key if it is given by an alias, which IAM does not take."""
        if name.startswith("arn:"):
            return name if ":key/" in name else self.arn("kms", "key/*")
        return self.arn("kms", "key/*" if name.startswith("alias/") else f"key/{name}")

    def via(self, service: str) -> Condition:
        """The condition that AWS KMS is called through this service."""
        return (("StringEquals", "kms:ViaService", (f"{service}.{self.region}.amazonaws.com",)),)


GrantedFor: TypeAlias = Callable[[Any, Location], Iterable[Grant]]
"""A function that returns the grants needed for a written value, given in the words of desired state."""

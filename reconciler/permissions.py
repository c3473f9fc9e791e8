"""What IAM is asked to allow: actions on resources, and where these are."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

Condition: TypeAlias = tuple[tuple[str, str, tuple[str, ...]], ...]
"""Operator, key and values: `("StringEquals", "kms:ViaService", ("ssm.eu-west-2.amazonaws.com",))`."""

ANY = "*"
"""Every resource, as a policy says it; in a name, any part of it."""
NO_FIELDS: Mapping[str, str] = {}


class Grant(NamedTuple):
    """One action that is allowed on one resource."""

    action: str
    resource: str
    condition: Condition = ()
    reason: str = ""
    """Why it is allowed on `*`; empty where it names a resource."""


@dataclass(frozen=True)
class Location:
    """The account and the Region in which something lives."""

    partition: str
    region: str
    account: str

    def arn(self, service: str, resource: str) -> str:
        """The ARN of something in this account and Region; `service` as ARNs spell it."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def filled(self, pattern: str, name: str = ANY, fields: Mapping[str, str] = NO_FIELDS) -> str:
        """A pattern of ARNs with `{partition}`, `{region}`, `{account}`, `{name}` and these fields filled in, and any id."""
        place = {"partition": self.partition, "region": self.region, "account": self.account}
        return pattern.format(**fields, **place, name=name, id=ANY)

    def key(self, name: str) -> str:
        """The ARN of a KMS key; of any key where it is named by an alias, which IAM does not take."""
        if name.startswith("arn:"):
            return name if ":key/" in name else self.arn("kms", "key/*")
        return self.arn("kms", "key/*" if name.startswith("alias/") else f"key/{name}")

    def via(self, service: str) -> Condition:
        """That AWS KMS is asked through this service."""
        return (("StringEquals", "kms:ViaService", (f"{service}.{self.region}.amazonaws.com",)),)


GrantedFor: TypeAlias = Callable[[Any, Location], Iterable[Grant]]
"""What has to be granted because of a written value, in words of desired state."""

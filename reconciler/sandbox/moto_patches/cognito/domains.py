"""Domains of Amazon Cognito's user pools: prefixes of Amazon's own, and custom ones with a certificate.

Sources: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html,
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain.html
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from moto.cognitoidp.models import cognitoidp_backends

from reconciler.sandbox.moto_patches.cognito.clients import Clients
from reconciler.sandbox.moto_patches.cognito.pool import Pool
from reconciler.sandbox.moto_patches.cognito.pools import Reply
from reconciler.sandbox.moto_patches.cognito.refusals import absent, invalid, not_in_tier

RESERVED = ("aws", "amazon", "cognito")
CERTIFICATES = "us-east-1"
"""The only Region of certificates for custom domains."""
CLASSIC, MANAGED = 1, 2
"""The versions of the pages of a domain."""


@dataclass
class PoolDomain:
    """A domain of a pool; `custom` is the configuration of a custom one."""

    name: str
    user_pool_id: str
    account: str
    custom: dict[str, Any] | None
    version: int
    routing: dict[str, Any] | None

    @property
    def domain(self) -> str:
        """Its name, as moto calls it."""
        return self.name

    @property
    def distribution(self) -> str:
        """The domain of its CloudFront distribution."""
        return f"d{hashlib.sha256(self.name.encode()).hexdigest()[:13]}.cloudfront.net"

    def shown(self) -> dict[str, Any]:
        """DescribeUserPoolDomain's reply."""
        found = {
            "UserPoolId": self.user_pool_id,
            "AWSAccountId": self.account,
            "Domain": self.name,
            "CloudFrontDistribution": self.distribution,
            "Status": "ACTIVE",
            "CustomDomainConfig": self.custom or {},
            "ManagedLoginVersion": self.version,
            "Routing": self.routing,
        }
        return {name: value for name, value in found.items() if value is not None}


class Domains(Clients):
    """The operations on domains."""

    user_pool_domains: dict[str, PoolDomain]  # type: ignore[assignment]  # moto's lacks the version

    def make_domain(
        self,
        UserPoolId: str,
        Domain: str,
        CustomDomainConfig: Mapping[str, Any] | None = None,
        ManagedLoginVersion: int = CLASSIC,
        Routing: Mapping[str, Any] | None = None,
    ) -> Reply:
        """CreateUserPoolDomain: prefixes are unique in a Region, custom domains everywhere."""
        pool = self.pool(UserPoolId)
        _check(Domain, CustomDomainConfig, ManagedLoginVersion, pool)
        taken = [self.user_pool_domains] if CustomDomainConfig is None else [*_everywhere()]
        if any(Domain in each for each in taken):
            raise invalid("Domain already associated with another user pool.")
        if any((each.custom is None) == (CustomDomainConfig is None) for each in pool.domains()):
            raise invalid(f"User pool {pool.id} already has a domain of this type configured.")
        config = None if CustomDomainConfig is None else dict(CustomDomainConfig)
        routing = dict(Routing) if Routing else None
        made = PoolDomain(Domain, UserPoolId, self.account_id, config, ManagedLoginVersion, routing)
        self.user_pool_domains[Domain] = made
        return _answer(made)

    def change_domain(
        self,
        UserPoolId: str,
        Domain: str,
        CustomDomainConfig: Mapping[str, Any] | None = None,
        ManagedLoginVersion: int | None = None,
        Routing: Mapping[str, Any] | None = None,
    ) -> Reply:
        """UpdateUserPoolDomain: another certificate, or other pages."""
        pool, found = self.pool(UserPoolId), self.domain(UserPoolId, Domain)
        if (CustomDomainConfig is None) != (found.custom is None):
            raise invalid("CustomDomainConfig is required for a custom domain, and not allowed otherwise.")
        version = CLASSIC if ManagedLoginVersion is None else ManagedLoginVersion
        _check(Domain, CustomDomainConfig, version, pool)
        found.custom = None if CustomDomainConfig is None else dict(CustomDomainConfig)
        found.version, found.routing = version, dict(Routing) if Routing else None
        return _answer(found)

    def show_domain(self, Domain: str) -> Reply:
        """DescribeUserPoolDomain; a missing domain has an empty description."""
        found = self.user_pool_domains.get(Domain)
        return {"DomainDescription": found.shown() if found else {}}

    def drop_domain(self, UserPoolId: str, Domain: str) -> Reply:
        """DeleteUserPoolDomain."""
        self.pool(UserPoolId)
        del self.user_pool_domains[self.domain(UserPoolId, Domain).name]
        return {}

    def domain(self, pool: str, name: str) -> PoolDomain:
        """Return a domain of a pool; refuse one that does not exist."""
        found = self.user_pool_domains.get(name)
        if found is None or found.user_pool_id != pool:
            raise absent(f"No such domain: {name}")
        return found


def _answer(domain: PoolDomain) -> Reply:
    shown = {"ManagedLoginVersion": domain.version}
    return {**shown, "CloudFrontDomain": domain.distribution} if domain.custom else shown


def _everywhere() -> Iterator[Mapping[str, PoolDomain]]:
    for regions in cognitoidp_backends.values():
        for backend in regions.values():
            domains = cast("dict[str, PoolDomain]", backend.user_pool_domains)
            yield {name: each for name, each in domains.items() if each.custom}


def _check(name: str, config: Mapping[str, Any] | None, version: int, pool: Pool) -> None:
    if version not in (CLASSIC, MANAGED):
        raise invalid("ManagedLoginVersion must be 1 or 2.")
    if version == MANAGED and pool.extended_config["UserPoolTier"] == "LITE":
        raise not_in_tier("Managed login is not available in the LITE tier.")
    if config is None:
        reserved = next((each for each in RESERVED if each in name), None)
        if reserved:
            raise invalid(f"Domain cannot contain reserved word: {reserved}")
        if "." in name:
            raise invalid("A prefix domain cannot contain dots.")
        return
    if config["CertificateArn"].split(":")[2:4] != ["acm", CERTIFICATES]:
        raise invalid(f"The certificate must be in ACM in {CERTIFICATES}.")

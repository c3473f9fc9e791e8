"""The settings of a domain of a user pool.

Source: CreateUserPoolDomain, UpdateUserPoolDomain (Amazon Cognito User Pools API Reference).
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.model import Cleared, Part
from reconciler.resources.cognito.in_pool import InPool
from reconciler.resources.identifiers import Arn


class CustomDomainConfig(Part):
    """The certificate of a custom domain, in ACM in us-east-1."""

    certificate_arn: Arn
    security_policy: Literal["TLS_V1", "TLS_V1_2_2021", "TLS_V1_3_2025"] | None = None


class Failover(Part):
    """Another Region, for a pool with a replica."""

    secondary_region: Annotated[str, Field(min_length=5, max_length=32)]
    primary_route53_health_check_id: Annotated[str, Field(min_length=1, max_length=64)]


class Routing(Part):
    """Where requests go."""

    failover: Failover | None = None


class UserPoolDomain(InPool):
    """A domain: a prefix of Amazon's own, such as `rally`, or a custom one with a certificate, such as `id.example.com`."""

    custom_domain_config: CustomDomainConfig | None = None
    managed_login_version: Annotated[int | None, Field(ge=1, le=2), Cleared(1)] = None
    """The pages: 1 for the classic ones, 2 for managed login."""
    routing: Routing | None = None

"""The settings of an identity provider of a user pool.

Source: CreateIdentityProvider, UpdateIdentityProvider (Amazon Cognito User Pools API Reference).
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Secret, Unordered, Whole
from reconciler.resources.cognito.in_pool import InPool
from reconciler.resources.cognito.user_pool_parts import PRINTABLE
from reconciler.resources.lasting import LASTS

SECRETS = {"client_secret": "ClientSecret", "private_key": "PrivateKey"}
"""By detail that is a secret: the member that stands for it here."""


class IdentityProvider(InPool):
    """A provider: SAML, OIDC, or a social one, which is called as its type."""

    provider_type: Annotated[
        Literal["SAML", "Facebook", "Google", "LoginWithAmazon", "SignInWithApple", "OIDC"] | None, LASTS
    ] = None
    provider_details: Annotated[dict[str, str | None] | None, LASTS] = None
    """Settings with AWS's names, such as `client_id`; only the written ones are managed."""
    client_secret: Annotated[Secret | None, LASTS] = None
    """The detail `client_secret`."""
    private_key: Annotated[Secret | None, LASTS] = None
    """The detail `private_key` of Sign in with Apple."""
    attribute_mapping: (
        dict[Annotated[str, Field(min_length=1, max_length=32)], Annotated[str, Field(min_length=1)] | None]
        | None
    ) = None
    """By attribute of the pool: the attribute of the provider."""
    idp_identifiers: Annotated[
        list[Annotated[str, Form(r"[\w\s+=.@-]{1,40}", "1 to 40 letters, digits, spaces and + = . @ - _")]]
        | None,
        Unordered(),
        Field(max_length=50),
    ] = None
    acr_mapping: Annotated[
        dict[
            Annotated[str, Form(r"Level[1-4]", "Level1 to Level4")],
            Annotated[str, Field(max_length=64), PRINTABLE],
        ]
        | None,
        Whole(),
    ] = None

"""The settings of an identity pool.

Source: CreateIdentityPool, UpdateIdentityPool, SetIdentityPoolRoles, SetPrincipalTagAttributeMap (Amazon Cognito Federated Identities
API Reference).
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Cleared, Part, Resource, Rows, Unordered, Whole, Wire
from reconciler.resources.identifiers import Arn, RoleArn
from reconciler.resources.lasting import LASTS

Provider: TypeAlias = Annotated[str, Field(min_length=1, max_length=128)]


class CognitoIdentityProvider(Part):
    """A client of a user pool whose users may get credentials."""

    provider_name: Annotated[str, Form(r"[\w._:/-]{1,128}", "the name of a user pool as a provider")]
    """`${cognito.user_pool:NAME#provider_name}`."""
    client_id: Annotated[str, Form(r"\w{1,128}", "the id of a client")]
    """`${cognito.user_pool_client:NAME#id}`."""
    server_side_token_check: Annotated[bool | None, Cleared(value=False)] = None


class Rule(Part):
    """A role for users whose token has a value."""

    claim: Annotated[str, Form(r"\S{1,64}", "1 to 64 characters without spaces")]
    match_type: Literal["Equals", "Contains", "StartsWith", "NotEqual"]
    value: Annotated[str, Field(min_length=1, max_length=128)]
    role_arn: Annotated[RoleArn, Wire("RoleARN")]


class RulesConfiguration(Part):
    """Rules in their order; the first that fits counts."""

    rules: Annotated[list[Rule], Field(min_length=1, max_length=400)]


class RoleMapping(Part):
    """How users of one provider get their role: from their token, or by rules."""

    type: Literal["Token", "Rules"]
    ambiguous_role_resolution: Literal["AuthenticatedRole", "Deny"]
    rules_configuration: RulesConfiguration | None = None


class PrincipalTags(Part):
    """The tags of sessions of one provider's users."""

    use_defaults: Annotated[bool | None, Cleared(value=False)] = None
    """The tags `username` and `client`, of the claims `sub` and `aud`."""
    tags: Annotated[
        dict[
            Annotated[str, Field(min_length=1, max_length=128)],
            Annotated[str, Field(min_length=1, max_length=256)],
        ]
        | None,
        Whole(),
        Field(max_length=50),
        Wire("PrincipalTags"),
        Cleared({}),
    ] = None
    """By tag: the claim of the token that becomes its value."""


class IdentityPool(Resource):
    """A pool of identities, which get credentials of AWS."""

    allow_unauthenticated_identities: Annotated[bool | None, LASTS] = None
    allow_classic_flow: Annotated[bool | None, Cleared(value=False)] = None
    supported_login_providers: Annotated[
        dict[Provider, Annotated[str, Form(r"[\w.;_/-]{1,128}", "the id of an application")]] | None,
        Field(max_length=10),
        Whole(),
    ] = None
    """By provider (`accounts.google.com`): the id of your application there."""
    developer_provider_name: Annotated[
        Annotated[str, Form(r"[\w._-]{1,128}", "1 to 128 of a-z, A-Z, 0-9, ., _ and -")] | None, LASTS
    ] = None
    """AWS cannot change it once it is set."""
    open_id_connect_provider_arns: Annotated[
        list[Arn] | None, Unordered(), Wire("OpenIdConnectProviderARNs")
    ] = None
    cognito_identity_providers: Annotated[
        list[CognitoIdentityProvider] | None, Rows(("provider_name", "client_id"))
    ] = None
    saml_provider_arns: Annotated[list[Arn] | None, Unordered(), Wire("SamlProviderARNs")] = None
    roles: Annotated[dict[Literal["authenticated", "unauthenticated"], RoleArn] | None, Whole()] = None
    """The roles of users with and without a sign-in."""
    role_mappings: Annotated[dict[Provider, RoleMapping] | None, Whole(), Field(max_length=10)] = None
    """By provider, such as `${cognito.user_pool:NAME#provider_name}:${cognito.user_pool_client:NAME#id}`."""
    principal_tags: Annotated[dict[Provider, PrincipalTags | None] | None, Wire("PrincipalTagMaps")] = None
    """By provider, such as `${cognito.user_pool:NAME#provider_name}`: what policies know of a user as `aws:PrincipalTag/TAG`.
    Null removes those of a provider."""

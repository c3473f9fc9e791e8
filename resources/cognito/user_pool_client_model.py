"""The settings of a client of a user pool.

Source: CreateUserPoolClient, UpdateUserPoolClient (Amazon Cognito User Pools API Reference).
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Cleared, Part, Secret, Unordered, Wire
from reconciler.resources.cognito.in_pool import InPool
from reconciler.resources.cognito.user_pool_parts import PRINTABLE, Grant
from reconciler.resources.identifiers import Arn, RoleArn
from reconciler.resources.lasting import LASTS

Unit: TypeAlias = Literal["seconds", "minutes", "hours", "days"]
Address: TypeAlias = Annotated[
    str,
    Form(
        r"(?=.{1,1024}$)(?:(?!(?i:http):)[A-Za-z][A-Za-z0-9+.\-]*:|http://(?:localhost|127\.0\.0\.1|\[::1\])(?![\w.\-]))[^\s#]*",
        "an address with https:// or the scheme of an app and without #; http:// only for localhost",
    ),
]
"""Of a redirect. Source: "Application-specific settings with app clients" (Amazon Cognito Developer Guide)."""
Flow: TypeAlias = Literal[
    "ADMIN_NO_SRP_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY",
    "USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_TOKEN_EXCHANGE_DELEGATION",
    "ALLOW_TOKEN_EXCHANGE_IMPERSONATION",
]


class TokenValidityUnits(Part):
    """The units of the validities."""

    access_token: Unit | None = None
    id_token: Unit | None = None
    refresh_token: Unit | None = None


class AnalyticsConfiguration(Part):
    """Events for Amazon Pinpoint."""

    application_id: Annotated[str, Form(r"[0-9a-fA-F]+", "hexadecimal digits")] | None = None
    application_arn: Arn | None = None
    role_arn: RoleArn | None = None
    external_id: str | None = None
    user_data_shared: bool | None = None


class RefreshTokenRotation(Part):
    """Whether each refresh gives a new refresh token."""

    feature: Literal["ENABLED", "DISABLED"]
    retry_grace_period_seconds: Annotated[int | None, Field(ge=0, le=60)] = None


class UserPoolClient(InPool):
    """An application that signs users in.

    AWS resets what UpdateUserPoolClient leaves out, so each change sends everything else as it lives.
    """

    generate_secret: Annotated[bool | None, LASTS] = None
    """Whether AWS makes a secret; no command shows it."""
    client_secret: Annotated[Secret | None, LASTS] = None
    """A secret of your own, instead of one that AWS makes; only for a new client."""
    refresh_token_validity: Annotated[int | None, Field(ge=0, le=315_360_000), Cleared(30)] = None
    access_token_validity: Annotated[int | None, Field(ge=1, le=86_400)] = None
    id_token_validity: Annotated[int | None, Field(ge=1, le=86_400)] = None
    token_validity_units: TokenValidityUnits | None = None
    read_attributes: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=2048)]] | None, Unordered()
    ] = None
    write_attributes: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=2048)]] | None, Unordered()
    ] = None
    explicit_auth_flows: Annotated[list[Flow] | None, Unordered()] = None
    supported_identity_providers: Annotated[
        list[Annotated[str, Form(r"[^\n\r\t]{1,32}", "1 to 32 characters")]] | None, Unordered()
    ] = None
    """`COGNITO`, and `${cognito.identity_provider:NAME#name}`."""
    callback_urls: Annotated[
        list[Address] | None, Unordered(), Field(max_length=100), Wire("CallbackURLs")
    ] = None
    logout_urls: Annotated[list[Address] | None, Unordered(), Field(max_length=100), Wire("LogoutURLs")] = (
        None
    )
    default_redirect_uri: Annotated[Address | None, Wire("DefaultRedirectURI")] = None
    allowed_oauth_flows: Annotated[list[Grant] | None, Unordered(), Wire("AllowedOAuthFlows")] = None
    allowed_oauth_scopes: Annotated[
        list[Annotated[str, PRINTABLE]] | None, Unordered(), Field(max_length=50), Wire("AllowedOAuthScopes")
    ] = None
    """Standard scopes, and `${cognito.resource_server:NAME#name}/SCOPE`."""
    allowed_oauth_flows_user_pool_client: Annotated[
        bool | None, Wire("AllowedOAuthFlowsUserPoolClient"), Cleared(value=False)
    ] = None
    analytics_configuration: AnalyticsConfiguration | None = None
    prevent_user_existence_errors: Literal["LEGACY", "ENABLED"] | None = None
    enable_token_revocation: Annotated[bool | None, Cleared(value=True)] = None
    enable_propagate_additional_user_context_data: Annotated[bool | None, Cleared(value=False)] = None
    auth_session_validity: Annotated[int | None, Field(ge=3, le=15), Cleared(3)] = None
    """In minutes."""
    refresh_token_rotation: RefreshTokenRotation | None = None

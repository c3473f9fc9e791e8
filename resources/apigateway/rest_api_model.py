"""The settings of a REST API.

Sources: CreateRestApi, RestApi, UpdateRestApi (Amazon API Gateway API Reference); "OpenAPI extensions for API Gateway".
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import (
    CamelPart,
    CamelResource,
    Cleared,
    Document,
    Means,
    NoReferences,
    Unordered,
    Whole,
    Wire,
)
from reconciler.resources.apigateway.api_policy import API_POLICY
from reconciler.resources.apigateway.openapi_problems import check
from reconciler.resources.apigateway.wanted_parts import canonical
from reconciler.resources.identifiers import ACCOUNT, HEX
from reconciler.resources.lasting import LASTS, lasts

LARGEST_COMPRESSION = 10_485_760
SHORTEST_TIMEOUT, LONGEST_TIMEOUT = 50, 300_000
LONGEST_TTL = 3600
LONGEST_AGE = 86_400
SecurityPolicy = Literal[
    "TLS_1_0", "TLS_1_2", "SecurityPolicy_TLS13_1_3_2025_09", "SecurityPolicy_TLS13_1_3_FIPS_2025_09",
    "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09", "SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_Ext2_FIPS_PQ_2025_09", "SecurityPolicy_TLS13_1_2_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_2021_06", "SecurityPolicy_TLS13_2025_EDGE", "SecurityPolicy_TLS12_PFS_2025_EDGE",
    "SecurityPolicy_TLS12_2018_EDGE",
]  # fmt: skip
Function = Annotated[
    str,
    Form(
        rf"arn:[^:\s]+:lambda:[^:\s]*:{ACCOUNT}:function:.+|[a-zA-Z0-9-_]{{1,64}}",
        "the name of a function of the stack, or the ARN of a Lambda function or of an alias",
    ),
    Means("lambda.function", by_name=True),
    Means("lambda.alias"),
]
PoolArn = Annotated[
    str,
    Form(
        rf"arn:[^:\s]+:cognito-idp:[^:\s]+:{ACCOUNT}:userpool/\S+",
        "the ARN of a user pool, as ${cognito.user_pool:NAME}",
    ),
    Means("cognito.user_pool"),
]
Origin = Annotated[
    str,
    Form(r"\*|https?://[^/\s]+|[a-z][a-z0-9+.-]*://[^/\s]+", "`*`, or an origin, as https://app.example.com"),
]
VpcEndpointId = Annotated[
    str, Form(rf"vpce-{HEX}", "the id of a VPC endpoint"), Means("ec2.vpc_endpoint", "id")
]
HeaderName = Annotated[str, Form(r"\*|[A-Za-z0-9!#$%&'*+.^_`|~-]+", "the name of a header")]


class EndpointConfiguration(CamelPart):
    """Where an API is reached."""

    types: Annotated[
        list[Literal["EDGE", "REGIONAL", "PRIVATE"]] | None, Field(min_length=1, max_length=1), LASTS
    ] = None
    ip_address_type: Annotated[Literal["ipv4", "dualstack"] | None, LASTS] = None
    vpc_endpoint_ids: Annotated[list[VpcEndpointId] | None, Unordered()] = None
    """Of a private API: the endpoints of VPCs through which it is called."""


class Route(CamelPart):
    """A method that invokes a Lambda function, which makes the whole answer (proxy integration)."""

    function: Function
    authorizer: Annotated[str, NoReferences()] | None = None
    """One of `authorizers`."""
    scopes: Annotated[list[str] | None, Unordered()] = None
    """Of an access token of a user pool: one of these is needed. Without them, API Gateway takes ID tokens."""
    authorization: Literal["NONE", "AWS_IAM"] | None = None
    api_key_required: bool | None = None
    timeout_in_millis: Annotated[int | None, Field(ge=SHORTEST_TIMEOUT, le=LONGEST_TIMEOUT)] = None


class Authorizer(CamelPart):
    """Who may call: users of Cognito user pools, or those that a Lambda function lets in."""

    user_pools: Annotated[list[PoolArn] | None, Unordered(), Field(min_length=1)] = None
    function: Function | None = None
    type: Literal["TOKEN", "REQUEST"] | None = None
    """What the function gets: the token of a header (TOKEN, which holds if it is not written), or the request."""
    identity_source: str | None = None
    """Where the token is; without it, the header Authorization."""
    result_ttl_in_seconds: Annotated[int | None, Field(ge=0, le=LONGEST_TTL)] = None


class Cors(CamelPart):
    """Which web pages may call the API: each path without a method OPTIONS gets one that answers their browsers."""

    allow_origins: Annotated[list[Origin], Field(min_length=1)]
    allow_methods: Annotated[
        list[Literal["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "*"]] | None,
        Field(min_length=1),
    ] = None
    """Without it, the methods of the path."""
    allow_headers: Annotated[list[HeaderName] | None, Field(min_length=1)] = None
    """Without it, those that clients of API Gateway use: Content-Type, Authorization, X-Api-Key and X-Amz-*."""
    max_age: Annotated[int | None, Field(ge=0, le=LONGEST_AGE)] = None
    """How long a browser remembers the answer, in seconds."""
    allow_credentials: bool | None = None
    on_errors: bool | None = None
    """Whether pages may also read the error messages of API Gateway itself, such as 401."""


class RestApi(CamelResource):
    """A REST API. Its parts are written as `openapi` or as `routes`."""

    description: Annotated[str | None, Cleared("")] = None
    version: Annotated[str | None, LASTS] = None
    binary_media_types: Annotated[list[str] | None, Unordered()] = None
    """Types of which API Gateway passes bodies on as bytes, such as image/png."""
    minimum_compression_size: Annotated[int | None, Field(ge=0, le=LARGEST_COMPRESSION)] = None
    """From how many bytes on answers are compressed; without it, none is."""
    api_key_source: Annotated[Literal["HEADER", "AUTHORIZER"] | None, lasts("api_key_source: HEADER")] = None
    endpoint_configuration: Annotated[EndpointConfiguration | None, LASTS] = None
    resource_policy: Annotated[dict[str, Any] | None, API_POLICY, Wire("policy")] = None
    """Who may call the API. `execute-api:/*` stands for all of it."""
    disable_execute_api_endpoint: Annotated[bool | None, lasts("disable_execute_api_endpoint: false")] = None
    security_policy: Annotated[SecurityPolicy | None, LASTS] = None
    endpoint_access_mode: Annotated[
        Literal["BASIC", "STRICT"] | None, lasts("endpoint_access_mode: BASIC")
    ] = None
    openapi: Annotated[dict[str, Any] | None, Document(canonical, check=check, text=False), LASTS] = None
    """An OpenAPI 3.0 document with AWS's extensions: inline, or as `{file: ...}`."""
    routes: Annotated[dict[str, Route] | None, Whole()] = None
    """Instead of a document: by verb and path, the function that answers."""
    authorizers: Annotated[
        dict[Annotated[str, Form(r"[A-Za-z0-9_-]{1,128}", "a name of letters, digits, - and _")], Authorizer]
        | None,
        Whole(),
    ] = None
    """By name: the authorizers of `routes`; those of a document are in the document."""
    cors: Annotated[Cors | None, Whole()] = None
    publish: Annotated[bool | None, lasts("publish: false")] = None
    """Whether each change of the API is deployed. `${apigateway.rest_api:NAME#deployment}` is the newest deployment."""
    kept_deployments: Annotated[int | None, Field(ge=1), LASTS] = None
    """How many deployments of ours are kept, besides those that a stage has; 5 if this is not written."""


DEFAULTS: Mapping[str, Any] = {
    "api_key_source": "HEADER",
    "disable_execute_api_endpoint": False,
    "endpoint_access_mode": "BASIC",
    "endpoint_configuration": {"types": ["EDGE"], "ip_address_type": "ipv4"},
    "security_policy": "TLS_1_0",
    "version": "1.0",
}
"""What a new API has; an import gives it the version."""

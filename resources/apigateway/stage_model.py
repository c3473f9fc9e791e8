"""The settings of a stage.

Sources: CreateStage, UpdateStage, MethodSetting, CanarySettings (Amazon API Gateway API Reference).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import CamelPart, CamelResource, Cleared, Means, Ref, Whole
from reconciler.resources.identifiers import ACCOUNT
from reconciler.resources.lasting import LASTS, lasts

LONGEST_TTL = 3600
DeploymentId = Annotated[
    str,
    Form(r"[a-z0-9]+", "the id of a deployment, as ${apigateway.rest_api:NAME#deployment}"),
    Means("apigateway.rest_api", "deployment"),
]
LogTarget = Annotated[
    str,
    Form(
        rf"arn:[^:\s]+:logs:[^:\s]+:{ACCOUNT}:log-group:[^:\s]+"
        rf"|arn:[^:\s]+:firehose:[^:\s]+:{ACCOUNT}:deliverystream/amazon-apigateway-\S+",
        "the ARN of a log group, or of a Firehose stream whose name begins with amazon-apigateway-",
    ),
    Means("logs.log_group"),
    Means("firehose.delivery_stream"),
]
VariableValue = Annotated[
    str, Form(r"[A-Za-z0-9\-._~:/?#&=,]+", "a value of a-z, A-Z, 0-9, -, ., _, ~, :, /, ?, #, &, = and ,")
]
ANEW = lasts("null for the whole entry")


class MethodSetting(CamelPart):
    """What holds for a method, or for all of them. What is not written is left as it is."""

    metrics_enabled: Annotated[bool | None, Cleared(False)] = None
    logging_level: Annotated[Literal["OFF", "ERROR", "INFO"] | None, Cleared("OFF")] = None
    data_trace_enabled: Annotated[bool | None, Cleared(False)] = None
    """Whether whole requests and answers are logged; they may hold secrets."""
    throttling_burst_limit: Annotated[int | None, Field(ge=0), ANEW] = None
    throttling_rate_limit: Annotated[float | None, Field(ge=0), ANEW] = None
    """Requests per second."""
    caching_enabled: Annotated[bool | None, Cleared(False)] = None
    cache_ttl_in_seconds: Annotated[int | None, Field(ge=0, le=LONGEST_TTL), Cleared(300)] = None
    cache_data_encrypted: Annotated[bool | None, Cleared(False)] = None
    require_authorization_for_cache_control: Annotated[bool | None, Cleared(True)] = None
    unauthorized_cache_control_header_strategy: Annotated[
        Literal["FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER"] | None,
        Cleared("SUCCEED_WITH_RESPONSE_HEADER"),
    ] = None


class AccessLogSettings(CamelPart):
    """A line for each request. `apigateway.account` names the role that writes it."""

    destination_arn: LogTarget
    format: Annotated[str, Field(min_length=1, max_length=3072)]
    """With `$context.requestId` or `$context.extendedRequestId`."""


class CanarySettings(CamelPart):
    """A part of the requests goes to another deployment."""

    percent_traffic: Annotated[float | None, Field(ge=0, le=100), Cleared(0)] = None
    deployment_id: Annotated[DeploymentId | None, LASTS] = None
    stage_variable_overrides: Annotated[dict[str, VariableValue] | None, Whole()] = None
    use_stage_cache: Annotated[bool | None, Cleared(False)] = None


class Stage(CamelResource):
    """A stage of an API: a deployment under a name in its URL."""

    rest_api: Annotated[str | None, Ref("apigateway.rest_api")] = None
    """Its API; may be left out if the stack has exactly one."""
    deployment_id: Annotated[DeploymentId | None, LASTS] = None
    """The deployment that it serves; `${apigateway.rest_api:NAME#deployment}` for the newest of ours."""
    description: Annotated[str | None, Cleared("")] = None
    variables: dict[str, VariableValue | None] | None = None
    tracing_enabled: Annotated[bool | None, Cleared(False)] = None
    """Whether X-Ray traces requests."""
    cache_cluster_enabled: Annotated[bool | None, Cleared(False)] = None
    cache_cluster_size: Annotated[
        Literal["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"] | None, LASTS
    ] = None
    """In GB. A cache costs by the hour."""
    documentation_version: Annotated[str | None, Cleared("")] = None
    client_certificate_id: Annotated[str | None, Cleared("")] = None
    """The certificate by which a backend recognises API Gateway."""
    access_log_settings: Annotated[AccessLogSettings | None, Whole()] = None
    method_settings: dict[str, MethodSetting | None] | None = None
    """By verb and path, as `GET /stamps/{id}`; `*` for all methods. Entries that are not written are left alone."""
    canary_settings: CanarySettings | None = None


DEFAULTS: Mapping[str, Any] = {"tracing_enabled": False, "cache_cluster_enabled": False}
"""What AWS gives a new stage."""

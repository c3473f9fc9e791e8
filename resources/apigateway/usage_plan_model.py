"""The settings of a usage plan.

Source: CreateUsagePlan (Amazon API Gateway API Reference).
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import CamelPart, CamelResource, Cleared, Means, Ref, Rows, Unordered, Whole, Wire


class Throttle(CamelPart):
    """How fast a key may call."""

    rate_limit: Annotated[float | None, Field(ge=0)] = None
    """Requests per second."""
    burst_limit: Annotated[int | None, Field(ge=0)] = None


class Quota(CamelPart):
    """How often a key may call in a period."""

    limit: Annotated[int, Field(ge=1)]
    period: Literal["DAY", "WEEK", "MONTH"]
    offset: Annotated[int | None, Field(ge=0), Cleared(0)] = None
    """How many days after its beginning the first period counts from."""


class ApiStage(CamelPart):
    """A stage that the keys of the plan may call."""

    rest_api: Annotated[str, Ref("apigateway.rest_api"), Wire("apiId")]
    stage: Annotated[
        str,
        Form(r"[a-zA-Z0-9_-]{1,128}", "the name of a stage, as ${apigateway.stage:NAME#name}"),
        Means("apigateway.stage", "name"),
    ]
    throttle: Annotated[dict[str, Throttle] | None, Whole()] = None
    """By path and verb, as `/stamps/GET`: limits of single methods."""


class UsagePlan(CamelResource):
    """A usage plan with its stages and keys."""

    description: Annotated[str | None, Cleared("")] = None
    api_stages: Annotated[list[ApiStage] | None, Rows(("rest_api", "stage"))] = None
    throttle: Annotated[Throttle | None, Whole()] = None
    quota: Annotated[Quota | None, Whole()] = None
    product_code: Annotated[str | None, Cleared("")] = None
    """The code of a product of AWS Marketplace."""
    api_keys: Annotated[list[Annotated[str, Ref("apigateway.api_key")]] | None, Unordered()] = None
    """If written, the plan has exactly these keys."""

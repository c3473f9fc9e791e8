"""The settings of an alias of a Lambda function.

Source: CreateAlias, PutProvisionedConcurrencyConfig (AWS Lambda API Reference).
"""

from typing import Annotated

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Cleared, Means, Part, Ref, Resource, Whole
from reconciler.resources.lasting import LASTS

Version = Annotated[
    str,
    Form(r"\$LATEST|\d{1,18}", "the number of a version in quotes, or $LATEST"),
    Means("lambda.function", "version"),
]
OtherVersion = Annotated[str, Form(r"\d{1,18}", "the number of a version in quotes")]
Weight = Annotated[float, Field(ge=0, le=1)]


class RoutingConfig(Part):
    """A second version, and its share of the requests."""

    additional_version_weights: Annotated[dict[OtherVersion, Weight], Whole()]
    """By version: its share, from 0 to 1; the version of the alias gets the rest."""


class Alias(Resource):
    """A name for a version of a function."""

    function: Annotated[str | None, Ref("lambda.function")] = None
    """Its function; may be left out if the stack has exactly one."""
    function_version: Annotated[Version | None, LASTS] = None
    """The version; `${lambda.function:NAME#version}` for the newest one."""
    description: Annotated[str | None, Cleared(""), Field(max_length=256)] = None
    routing_config: Annotated[RoutingConfig | None, Whole(), Cleared({})] = None
    provisioned_concurrent_executions: Annotated[int | None, Field(ge=1)] = None
    """How many instances of the function are always ready."""

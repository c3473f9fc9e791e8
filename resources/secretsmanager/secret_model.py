"""The settings of a secret.

Sources: CreateSecret, RotateSecret, GetRandomPassword, ReplicateSecretToRegions (AWS Secrets Manager API Reference).
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Cleared, Codec, Part, Resource, Rows, Secret, Whole, Wire
from reconciler.resources.identifiers import AnyKey, FunctionArn
from reconciler.resources.lasting import LASTS, lasts
from reconciler.resources.policy_document import RESOURCE_POLICY

NAMES = (Form(r"[A-Za-z0-9/_+=.@-]{1,512}", "1 to 512 of a-z, A-Z, 0-9, /, _, +, =, ., @ and -"),)
SHORTEST, LONGEST = 7, 30
"""The limits of the recovery window, in days (DeleteSecret)."""


class Wanted(str):
    """The settings of a value that is still to be generated, as a JSON text; never the value itself."""

    __slots__ = ()


class Generated(Part):
    """A random value. Its settings are those of GetRandomPassword."""

    password_length: Annotated[int, Field(ge=1, le=4096)] | None = None
    exclude_characters: Annotated[str, Field(max_length=4096)] | None = None
    exclude_numbers: bool | None = None
    exclude_punctuation: bool | None = None
    exclude_uppercase: bool | None = None
    exclude_lowercase: bool | None = None
    include_space: bool | None = None
    require_each_included_type: bool | None = None
    secret_string_template: Annotated[str, Field(min_length=1)] | None = None
    """A JSON object as text, to which the generated value is added."""
    generate_string_key: Annotated[str, Field(min_length=1)] | None = None
    """The member of the JSON object that holds the generated value."""


def wanted(settings: Mapping[str, Any]) -> Wanted:
    """The settings in place of the value; `SecretAdapter.prepare` replaces them by a value."""
    return Wanted(json.dumps(settings))


class Replica(Part):
    """A copy of the secret in another Region."""

    region: Annotated[str, Form(r"[a-z]+(-[a-z]+)+-\d+", "a Region, such as eu-west-1")]
    kms_key_id: Annotated[AnyKey | None, lasts("kms_key_id: alias/aws/secretsmanager")] = None


class Rotation(Part):
    """Who changes the value, and when. Either `automatically_after_days` or `schedule_expression` is written."""

    rotation_lambda_arn: Annotated[FunctionArn, Wire("RotationLambdaARN")]
    automatically_after_days: Annotated[int, Field(ge=1, le=1000)] | None = None
    schedule_expression: (
        Annotated[str, Form(r"(rate|cron)\(.+\)", "rate(10 days), or cron(0 16 1,15 * ? *)")] | None
    ) = None
    duration: Annotated[str, Form(r"\d{1,2}h", "hours, such as 3h")] | None = None
    """The length of the window in which AWS rotates."""
    rotate_immediately: bool | None = None
    """Whether AWS rotates at once when these settings are sent; without it, it does."""


class ManagedSecret(Resource):
    """A secret. Its value is sent on create, and never read or compared."""

    description: Annotated[str | None, Field(max_length=2048), Cleared("")] = None
    kms_key_id: Annotated[AnyKey | None, lasts("kms_key_id: alias/aws/secretsmanager")] = None
    secret_value: Annotated[Secret | None, LASTS, Wire("SecretString")] = None
    """The place where the first value is kept."""
    generated: Annotated[
        Generated | None, LASTS, Codec(wanted, lambda _value: None), Wire("SecretString")
    ] = None
    """How the first value is generated, once."""
    resource_policy: Annotated[dict[str, Any] | None, RESOURCE_POLICY] = None
    """Who else may use the secret."""
    replicas: Annotated[list[Replica] | None, Rows(("region",)), Wire("AddReplicaRegions")] = None
    rotation: Annotated[Rotation | None, Whole()] = None
    recovery_window_in_days: Annotated[int, Field(ge=SHORTEST, le=LONGEST)] | None = None
    """How long a deleted secret can be restored. A tag of the secret holds it."""

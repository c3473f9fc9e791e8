"""The settings of a bucket of Lightsail.

Sources: CreateBucket, UpdateBucket, UpdateBucketBundle, SetResourceAccessForBucket (Amazon Lightsail API Reference).
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import CamelPart, CamelResource, Cleared, Means, Settings, Unordered, Whole, Wire
from reconciler.resources.lasting import LASTS, lasts
from reconciler.resources.lightsail.common import NAME

BUCKET_NAME = Form(
    r"[a-z0-9][a-z0-9-]{1,52}[a-z0-9]",
    "3 to 54 of a-z, 0-9 and -, with a letter or a digit at both ends; no other bucket of AWS may have it",
)
ACCOUNT = Form(r"[0-9]{12}", "the id of an AWS account, 12 digits")
PREFIX = Form(r"[A-Za-z0-9_/!.*')(-]{1,100}", "up to 100 of a-z, A-Z, 0-9, _, /, !, ., *, ', (, ) and -")
BUNDLE = Form(r"\S+", "the id of a bundle such as small_1_0")
Instance = Annotated[str, NAME, Means("lightsail.instance", "name")]
Destination = Annotated[str, BUCKET_NAME, Means("lightsail.bucket", "name")]
Texts = Annotated[list[Annotated[str, Field(min_length=1)]] | None, Unordered()]


class AccessRules(CamelPart):
    """Who may read objects without keys."""

    get_object: Annotated[Literal["public", "private"] | None, lasts("private")] = None
    """`public` lets everybody in the world read all objects."""
    allow_public_overrides: Annotated[bool | None, lasts("false")] = None
    """Whether single objects may be made public."""


class AccessLog(CamelPart):
    """Where requests to the bucket are logged."""

    enabled: bool
    destination: Destination | None = None
    """A bucket of Lightsail in the Region."""
    prefix: Annotated[str, PREFIX] | None = None


class CorsRule(CamelPart):
    """What pages of other origins may do."""

    id: Annotated[str | None, Field(min_length=1, max_length=255)] = None
    allowed_methods: Annotated[
        list[Literal["GET", "PUT", "POST", "DELETE", "HEAD"]], Field(min_length=1), Unordered()
    ]
    allowed_origins: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1), Unordered()]
    allowed_headers: Texts = None
    expose_headers: Texts = None
    max_age_seconds: Annotated[int | None, Field(ge=0)] = None


class Bucket(CamelResource):
    """A bucket for objects. Its access keys are made by people: AWS shows the secret part of a key once, and nobody here keeps it."""

    bundle_id: Annotated[Annotated[str, BUNDLE] | None, LASTS] = None
    """The plan, such as `small_1_0`. AWS changes it once in a billing month."""
    access_rules: Annotated[AccessRules | None, LASTS] = None
    versioning: Annotated[Literal["Enabled", "Suspended"] | None, lasts("Suspended")] = None
    """Whether earlier versions of objects are kept."""
    readonly_access_accounts: Annotated[
        list[Annotated[str, ACCOUNT]] | None, Field(max_length=10), Unordered(), Cleared([])
    ] = None
    """Other accounts that may read all objects."""
    access_log_config: Annotated[AccessLog | None, Whole(), Cleared({"enabled": False})] = None
    cors_rules: Annotated[list[CorsRule] | None, Field(max_length=20), Wire("cors.rules"), Cleared([])] = None
    resources_receiving_access: Annotated[list[Instance] | None, Unordered(), Cleared([])] = None
    """The instances that use the bucket without keys."""


DEFAULTS: Settings = {
    "access_rules": {"get_object": "private", "allow_public_overrides": False},
    "access_log_config": {"enabled": False},
    "cors_rules": [],
    "readonly_access_accounts": [],
    "resources_receiving_access": [],
}
"""What AWS gives a new bucket."""

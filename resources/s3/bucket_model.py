"""The settings of an S3 bucket.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from reconciler.model import (
    Cleared,
    Codec,
    Part,
    Resource,
    Rows,
    Settings,
    Unordered,
    Whole,
    Wire,
)
from reconciler.resources.identifiers import (
    AnyKey,
)
from reconciler.resources.lasting import lasts
from reconciler.resources.policy_document import RESOURCE_POLICY
from reconciler.resources.s3.bucket_delivery_model import Logging, Notification, Website
from reconciler.resources.s3.bucket_rules_model import Days, LifecycleRule, Replication, Switch

Texts = Annotated[list[str], Unordered(), Field(min_length=1)]


class Versioning(Part):
    """Whether overwritten and deleted objects are kept."""

    status: Literal["Enabled", "Suspended"]
    mfa_delete: Annotated[Switch | None, Wire("MFADelete")] = None
    """Only the root user with its MFA device can change it; here it is only compared."""


class EncryptionRule(Part):
    """How new objects are encrypted; a bucket has one rule."""

    sse_algorithm: Annotated[
        Literal["AES256", "aws:kms", "aws:kms:dsse"], Wire("ApplyServerSideEncryptionByDefault.SSEAlgorithm")
    ]
    kms_master_key_id: Annotated[AnyKey | None, Wire("ApplyServerSideEncryptionByDefault.KMSMasterKeyID")] = (
        None
    )
    bucket_key_enabled: Annotated[bool | None, Cleared(False)] = None
    blocked_encryption_types: Annotated[
        list[Literal["NONE", "SSE-C"]] | None, Unordered(), Wire("BlockedEncryptionTypes.EncryptionType")
    ] = None


class Encryption(Part):
    """The default encryption of new objects."""

    rules: Annotated[list[EncryptionRule], Field(min_length=1, max_length=1)]


class PublicAccessBlock(Part):
    """Four settings that keep the bucket and its objects from becoming public."""

    block_public_acls: Annotated[bool | None, Cleared(False)] = None
    ignore_public_acls: Annotated[bool | None, Cleared(False)] = None
    block_public_policy: Annotated[bool | None, Cleared(False)] = None
    restrict_public_buckets: Annotated[bool | None, Cleared(False)] = None


class CorsRule(Part):
    """What browsers on other origins may do; the first matching rule applies."""

    id: Annotated[str | None, Wire("ID")] = None
    allowed_origins: Texts
    allowed_methods: Annotated[
        list[Literal["GET", "PUT", "POST", "DELETE", "HEAD"]], Unordered(), Field(min_length=1)
    ]
    allowed_headers: Texts | None = None
    expose_headers: Texts | None = None
    max_age_seconds: Annotated[int | None, Field(ge=0)] = None


class EventHold(Part):
    """How long an object stays locked after its event."""

    days: Days | None = None
    years: Days | None = None


class DefaultRetention(Part):
    """How long new objects are locked, in days or in years."""

    mode: Literal["GOVERNANCE", "COMPLIANCE"]
    days: Days | None = None
    years: Days | None = None
    default_event_hold: EventHold | None = None

    @model_validator(mode="after")
    def _one_period(self) -> Self:
        if (self.days is None) == (self.years is None):
            raise ValueError("write either days or years")
        return self


class Bucket(Resource):
    """An S3 bucket; its name is unique in all accounts of a partition."""

    object_lock_enabled: Annotated[bool | None, Wire("ObjectLockEnabledForBucket"), lasts()] = None
    """Whether objects can be locked. S3 can turn it on for a versioned bucket, and can never turn it off."""
    public_access_block: Annotated[PublicAccessBlock | None, Wire("PublicAccessBlockConfiguration")] = None
    # In the API, a list of exactly one rule.
    object_ownership: Annotated[
        Literal["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"] | None,
        Wire("OwnershipControls.Rules"),
        Codec(
            encode=lambda who: [{"ObjectOwnership": who}], decode=lambda rules: rules[0]["ObjectOwnership"]
        ),
    ] = None
    versioning: Annotated[Versioning | None, Wire("VersioningConfiguration"), lasts("status: Suspended")] = (
        None
    )
    encryption: Annotated[
        Encryption | None,
        Wire("ServerSideEncryptionConfiguration"),
        lasts("rules: [{sse_algorithm: AES256}]"),
    ] = None
    # Not named `policy`, because that is the controller's own setting of a resource.
    bucket_policy: Annotated[dict[str, Any] | None, Wire("Policy"), RESOURCE_POLICY] = None
    cors: Annotated[list[CorsRule] | None, Wire("CORSConfiguration.CORSRules"), Field(min_length=1)] = None
    lifecycle: Annotated[
        list[LifecycleRule] | None, Rows(("id",)), Wire("LifecycleConfiguration.Rules"), Field(min_length=1)
    ] = None
    transition_default_minimum_object_size: Annotated[
        Literal["varies_by_storage_class", "all_storage_classes_128K"] | None,
        Cleared("all_storage_classes_128K"),
    ] = None
    notification: Annotated[Notification | None, Wire("NotificationConfiguration"), Cleared({})] = None
    logging: Annotated[Logging | None, Wire("BucketLoggingStatus.LoggingEnabled")] = None
    website: Annotated[Website | None, Wire("WebsiteConfiguration"), Whole()] = None
    acceleration: Annotated[
        Literal["Enabled", "Suspended"] | None, Wire("AccelerateConfiguration.Status"), Cleared("Suspended")
    ] = None
    abac: Annotated[Switch | None, Wire("AbacStatus.Status"), Cleared("Disabled")] = None
    """Attribute-based access control: whether policies may decide by the tags of the bucket."""
    request_payment: Annotated[
        Literal["BucketOwner", "Requester"] | None,
        Wire("RequestPaymentConfiguration.Payer"),
        Cleared("BucketOwner"),
    ] = None
    default_retention: Annotated[
        DefaultRetention | None, Wire("ObjectLockConfiguration.Rule.DefaultRetention"), Whole()
    ] = None
    replication: Annotated[Replication | None, Wire("ReplicationConfiguration")] = None


DEFAULTS: Settings = {
    "object_lock_enabled": False,
    "object_ownership": "BucketOwnerEnforced",
    "public_access_block": {
        "block_public_acls": True,
        "ignore_public_acls": True,
        "block_public_policy": True,
        "restrict_public_buckets": True,
    },
    "encryption": {
        "rules": [
            {
                "sse_algorithm": "AES256",
                "bucket_key_enabled": False,
                "blocked_encryption_types": ["SSE-C"],
            }
        ]
    },
    "acceleration": "Suspended",
    "abac": "Disabled",
    "request_payment": "BucketOwner",
}
"""What S3 gives a new bucket.

Source: "Default settings for new S3 buckets FAQ" (Amazon S3 User Guide).
"""

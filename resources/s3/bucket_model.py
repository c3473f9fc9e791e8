"""The settings of an S3 bucket.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from reconciler.forms import Day, Form
from reconciler.model import (
    Cleared,
    Codec,
    Part,
    Ref,
    Resource,
    Rows,
    Settings,
    Supplied,
    Unordered,
    Whole,
    Wire,
)
from reconciler.resources.identifiers import (
    BUCKET_NAME,
    AccountId,
    AnyKey,
    FunctionArn,
    QueueArn,
    RoleArn,
    TopicArn,
)
from reconciler.resources.lasting import LASTS, lasts
from reconciler.resources.policy_document import RESOURCE_POLICY

Switch = Literal["Enabled", "Disabled"]
ColdClass = Literal[
    "GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"
]
Texts = Annotated[list[str], Unordered(), Field(min_length=1)]
Days = Annotated[int, Field(ge=1)]


class Tag(Part):
    """A tag that an object must have."""

    key: Annotated[str, Field(min_length=1)]
    value: str


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


class ReplicationFilter(Part):
    """The objects that a rule applies to: those that meet all conditions."""

    prefix: Annotated[str | None, Wire("And.Prefix")] = None
    tags: Annotated[list[Tag] | None, Rows(("key",)), Wire("And.Tags")] = None


class LifecycleFilter(ReplicationFilter):
    """The objects that a lifecycle rule applies to; sizes in bytes."""

    object_size_greater_than: Annotated[int | None, Field(ge=0), Wire("And.ObjectSizeGreaterThan")] = None
    object_size_less_than: Annotated[int | None, Field(ge=1), Wire("And.ObjectSizeLessThan")] = None


Date = Annotated[
    Day,
    Codec(encode=lambda day: f"{day}T00:00:00Z", decode=lambda moment: moment[:10]),
]
"""A day, such as 2027-04-01; S3 acts at midnight UTC."""


class Expiration(Part):
    """When objects are deleted; exactly one of the fields is written."""

    days: Days | None = None
    date: Date | None = None
    expired_object_delete_marker: bool | None = None


class Transition(Part):
    """When objects move to a colder class: `days` after their creation or at a `date`."""

    storage_class: ColdClass
    days: Annotated[int | None, Field(ge=0)] = None
    date: Date | None = None


class NoncurrentTransition(Part):
    """When overwritten versions move to a colder class."""

    storage_class: ColdClass
    noncurrent_days: Annotated[int | None, Field(ge=0)] = None
    newer_noncurrent_versions: Annotated[int | None, Field(ge=1, le=100)] = None


class NoncurrentExpiration(Part):
    """When overwritten versions are deleted."""

    noncurrent_days: Days | None = None
    newer_noncurrent_versions: Annotated[int | None, Field(ge=1, le=100)] = None


class AbortUpload(Part):
    """When the parts of an upload that was never completed are deleted."""

    days_after_initiation: Days


class LifecycleRule(Part):
    """What happens to objects as they age; without a filter, to all objects."""

    id: Annotated[str, Wire("ID"), Field(min_length=1, max_length=255)]
    status: Switch
    filter: Annotated[LifecycleFilter | None, Whole()] = None
    expiration: Annotated[Expiration | None, Whole()] = None
    transitions: Annotated[list[Annotated[Transition, Whole()]] | None, Rows(("storage_class",))] = None
    noncurrent_version_expiration: NoncurrentExpiration | None = None
    noncurrent_version_transitions: Annotated[list[NoncurrentTransition] | None, Rows(("storage_class",))] = (
        None
    )
    abort_incomplete_multipart_upload: AbortUpload | None = None


class FilterRule(Part):
    """A prefix or a suffix of the keys of objects."""

    name: Literal["prefix", "suffix"]
    value: str


Event = Annotated[str, Form(r"s3:\w+(:[\w*]+)?", "an event of S3, such as s3:ObjectCreated:*")]


class Target(Part):
    """A target of notifications, and its events. Each subclass adds the ARN of the target."""

    id: str
    events: Annotated[list[Event], Unordered(), Field(min_length=1)]
    filter_rules: Annotated[
        list[FilterRule] | None, Rows(("name",)), Wire("Filter.Key.FilterRules"), Field(min_length=1)
    ] = None


class TopicTarget(Target):
    """An SNS topic that gets notifications."""

    topic_arn: TopicArn


class QueueTarget(Target):
    """An SQS queue that gets notifications."""

    queue_arn: QueueArn


class FunctionTarget(Target):
    """A Lambda function that S3 calls; the policy of the function must allow it."""

    lambda_function_arn: FunctionArn


class Notification(Part):
    """Who gets notifications of events, such as created or deleted objects."""

    topic_configurations: Annotated[list[TopicTarget] | None, Rows(("id",))] = None
    queue_configurations: Annotated[list[QueueTarget] | None, Rows(("id",))] = None
    lambda_function_configurations: Annotated[list[FunctionTarget] | None, Rows(("id",))] = None
    # In the API, an empty structure means on, and no structure means off.
    event_bridge: Annotated[
        Literal[True] | None,
        Wire("EventBridgeConfiguration"),
        Codec(encode=lambda _: {}, decode=lambda _: True),
    ] = None
    """`true`, or null to turn it off."""


class LoggingGrant(Part):
    """A permission for log objects; only if the object ownership of the target bucket allows ACLs."""

    type: Annotated[Literal["CanonicalUser", "Group"], Wire("Grantee.Type")]
    # S3 also accepts an e-mail address, but reports the canonical id: this would differ in every pass.
    id: Annotated[str | None, Wire("Grantee.ID")] = None
    """The canonical id of an account."""
    uri: Annotated[str | None, Wire("Grantee.URI")] = None
    """The URI of one of S3's groups."""
    permission: Literal["FULL_CONTROL", "READ", "WRITE"]

    @model_validator(mode="after")
    def _one_grantee(self) -> Self:
        if (self.id is None, self.uri is None) != (self.type == "Group", self.type == "CanonicalUser"):
            raise ValueError("a CanonicalUser has an id, and a Group a uri; each has only that")
        return self


class Logging(Part):
    """Where S3 writes the access log; the policy of the target bucket must allow the logging service to write."""

    target_bucket: Annotated[
        str, Ref("s3.bucket", outside=True, settled=True), Form(BUCKET_NAME, "the name of a bucket")
    ]
    """A bucket of the stack, or another bucket in the same account and Region. The settings of the former are sent first."""
    target_prefix: str
    partition_date_source: Annotated[
        Literal["EventTime", "DeliveryTime"] | None,
        Wire("TargetObjectKeyFormat.PartitionedPrefix.PartitionDateSource"),
    ] = None
    """With a value, keys of log objects contain account, Region, bucket and day; with null, only the prefix."""
    target_grants: Annotated[list[LoggingGrant] | None, Rows(("permission", "id", "uri"))] = None
    """Who else may read or write the log objects."""


class IndexDocument(Part):
    """The page for the root and for each folder."""

    suffix: str


class ErrorDocument(Part):
    """The page for errors, such as a missing object."""

    key: Annotated[str, Field(min_length=1)]


class RedirectAll(Part):
    """The host that all requests are redirected to."""

    host_name: str
    protocol: Literal["http", "https"] | None = None


class RoutingCondition(Part):
    """The requests that a routing rule applies to."""

    http_error_code_returned_equals: str | None = None
    key_prefix_equals: str | None = None


class Redirect(Part):
    """Where a routing rule redirects a request."""

    host_name: str | None = None
    http_redirect_code: str | None = None
    protocol: Literal["http", "https"] | None = None
    replace_key_prefix_with: str | None = None
    replace_key_with: str | None = None


class RoutingRule(Part):
    """Redirects some requests; the first matching rule applies."""

    condition: RoutingCondition | None = None
    redirect: Redirect


class Website(Part):
    """The bucket as a web site: an index document and rules, or `redirect_all_requests_to` alone."""

    index_document: IndexDocument | None = None
    error_document: ErrorDocument | None = None
    redirect_all_requests_to: RedirectAll | None = None
    routing_rules: list[RoutingRule] | None = None


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


class ReplicationTime(Part):
    """S3 Replication Time Control: replicas within 15 minutes."""

    status: Switch
    minutes: Annotated[Literal[15], Wire("Time.Minutes")]


class ReplicationMetrics(Part):
    """Metrics about the progress of the replication."""

    status: Switch
    minutes: Annotated[Literal[15] | None, Wire("EventThreshold.Minutes")] = None


class Destination(Part):
    """The destination of replicas."""

    bucket: Annotated[
        str,
        Ref("s3.bucket", by="arn", outside=True, settled=True),
        Form(rf"(arn:[^:]+:s3:::)?{BUCKET_NAME}", "the name of a bucket, or its ARN"),
    ]
    """The name or the ARN of a bucket of the stack, or the ARN of another bucket. The settings of the former are sent first."""
    account: AccountId | None = None
    storage_class: ColdClass | Literal["STANDARD", "REDUCED_REDUNDANCY"] | None = None
    owner: Annotated[Literal["Destination"] | None, Wire("AccessControlTranslation.Owner")] = None
    replica_kms_key_id: Annotated[AnyKey | None, Wire("EncryptionConfiguration.ReplicaKmsKeyID")] = None
    replication_time: ReplicationTime | None = None
    metrics: ReplicationMetrics | None = None


class ReplicationRule(Part):
    """The objects to replicate, and their destination.

    A live rule in S3's old form (a prefix, no filter, no priority) replicates delete markers. It continues to do so unless
    `delete_marker_replication` is written.
    """

    id: Annotated[str, Wire("ID"), Field(min_length=1, max_length=255)]
    status: Switch
    priority: Annotated[int | None, Field(ge=0), Supplied(0), LASTS] = None
    """If two rules match an object, the rule with the higher number applies."""
    filter: Annotated[ReplicationFilter | None, Whole()] = None
    destination: Destination
    delete_marker_replication: Annotated[
        Switch | None, Wire("DeleteMarkerReplication.Status"), Cleared("Disabled"), Supplied("Disabled")
    ] = None
    existing_object_replication: Annotated[Switch | None, Wire("ExistingObjectReplication.Status")] = None
    sse_kms_encrypted_objects: Annotated[
        Switch | None, Wire("SourceSelectionCriteria.SseKmsEncryptedObjects.Status")
    ] = None
    replica_modifications: Annotated[
        Switch | None, Wire("SourceSelectionCriteria.ReplicaModifications.Status")
    ] = None


class Replication(Part):
    """Copies of new objects in other buckets; source and destination need versioning."""

    role: RoleArn
    rules: Annotated[list[ReplicationRule], Rows(("id",)), Field(min_length=1)]


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
    "encryption": {"rules": [{"sse_algorithm": "AES256", "bucket_key_enabled": False}]},
    "acceleration": "Suspended",
    "abac": "Disabled",
    "request_payment": "BucketOwner",
}
"""What S3 gives a new bucket.

Source: "Default settings for new S3 buckets FAQ" (Amazon S3 User Guide).
"""

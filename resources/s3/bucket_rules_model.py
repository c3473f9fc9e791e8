"""The settings of an S3 bucket's rules for its objects: lifecycle and replication.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.forms import Day, Form
from reconciler.model import Cleared, Codec, Part, Ref, Rows, Supplied, Whole, Wire
from reconciler.resources.identifiers import BUCKET_NAME, AccountId, AnyKey, RoleArn
from reconciler.resources.lasting import LASTS

Switch = Literal["Enabled", "Disabled"]
ColdClass = Literal[
    "GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"
]
Days = Annotated[int, Field(ge=1)]


class Tag(Part):
    """A tag that an object must have."""

    key: Annotated[str, Field(min_length=1)]
    value: str


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

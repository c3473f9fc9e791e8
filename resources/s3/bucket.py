"""s3.bucket: a bucket with its configurations."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Attribute,
    Check,
    Create,
    Delete,
    Named,
    Reads,
    Sends,
    Sighting,
)
from reconciler.errors import Absent
from reconciler.model import Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.s3 import bucket_changes, bucket_problems, costs, terraform, unused
from reconciler.resources.s3.bucket_cloudformation import CLOUDFORMATION
from reconciler.resources.s3.bucket_drill import RESTORE
from reconciler.resources.s3.bucket_emptying import EMPTYING
from reconciler.resources.s3.bucket_grants import for_replication
from reconciler.resources.s3.bucket_model import DEFAULTS, Bucket
from reconciler.resources.s3.bucket_names import ATTRIBUTES, NAMES
from reconciler.resources.s3.bucket_reading import FACETS
from reconciler.resources.s3.bucket_tags import TAGGING
from reconciler.resources.s3.service import S3, S3_CONTROL


class BucketAdapter(Adapter[Bucket]):
    """CreateBucket, and an operation for each configuration. No operation reads several configurations."""

    kind = "s3.bucket"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="storage", column=2)
    attributes: ClassVar[Mapping[str, Attribute]] = ATTRIBUTES
    service = S3
    beside = (S3_CONTROL,)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"replication": for_replication}
    terraform = terraform.BUCKET
    model = Bucket
    costs = costs.BUCKET
    summary = "an S3 bucket with its policy, encryption, versions, life cycle, CORS and events"
    console = "https://{region}.console.aws.amazon.com/s3/buckets/{name}?region={region}"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = Named(name="Bucket", arns=("arn:{partition}:s3:::{name}",), forms=NAMES)
    create = Create("create_bucket", ("object_lock_enabled",))
    # In this order: the public access block before the policy that it may refuse; versioning before settings that need it.
    updates = (
        Sends("put_public_access_block", ("public_access_block",), cleared_by="delete_public_access_block"),
        Sends(
            "put_bucket_ownership_controls",
            ("object_ownership",),
            cleared_by="delete_bucket_ownership_controls",
        ),
        Sends("put_bucket_versioning", ("versioning",)),
        Sends("put_bucket_encryption", ("encryption",)),
        Sends("put_bucket_policy", ("bucket_policy",), cleared_by="delete_bucket_policy"),
        Sends("put_bucket_cors", ("cors",), cleared_by="delete_bucket_cors"),
        bucket_changes.LIFECYCLE,
        Sends("put_bucket_notification_configuration", ("notification",)),
        bucket_changes.LOGGING,
        Sends("put_bucket_website", ("website",), cleared_by="delete_bucket_website"),
        Sends("put_bucket_accelerate_configuration", ("acceleration",)),
        Sends("put_bucket_request_payment", ("request_payment",)),
        Sends("put_bucket_abac", ("abac",)),
        *(bucket_changes.OBJECT_LOCK, bucket_changes.REPLICATION),
    )
    delete = Delete("delete_bucket", protected=True, emptying=EMPTYING)
    reads = Reads(list="list_buckets", called=("head_bucket",), alone=FACETS)
    tagging = TAGGING
    tagging_api_type = "s3"  # an ARN of a bucket has no resource type
    checks: ClassVar[Mapping[str, Check]] = {"restore": RESTORE}
    unused = unused.BUCKET
    problems = staticmethod(bucket_problems.problems)
    compared = {"replication": bucket_changes.replication_as_written}
    impossible = staticmethod(bucket_changes.impossible)

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        for bucket in api.pages("list_buckets", BucketRegion=api.region):
            if bucket.get("BucketRegion", api.region) == api.region:
                yield self.identity.sighting(api, scope, bucket["Name"])

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        try:
            reply = api.call("head_bucket", Bucket=name)
        except Absent:
            return None
        ours = reply.get("BucketRegion", api.region) == api.region
        return self.identity.sighting(api, scope, name) if ours else None

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        # S3 refuses us-east-1 as a LocationConstraint: it is the default.
        if api.region == "us-east-1":
            return parameters
        configuration = {**parameters.get("CreateBucketConfiguration", {}), "LocationConstraint": api.region}
        return {**parameters, "CreateBucketConfiguration": configuration}

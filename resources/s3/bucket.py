"""S3 buckets."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Attribute,
    Calls,
    Create,
    Delete,
    InFiles,
    Named,
    Reads,
    Sends,
    Sighting,
    Wired,
)
from reconciler.errors import Absent
from reconciler.forms import Form
from reconciler.model import Finding, Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.s3 import bucket_changes, bucket_problems, lifecycle_rules
from reconciler.resources.s3.bucket_cloudformation import CLOUDFORMATION
from reconciler.resources.s3.bucket_grants import for_replication
from reconciler.resources.s3.bucket_model import Bucket
from reconciler.resources.s3.bucket_reading import FACETS
from reconciler.resources.s3.bucket_tags import TAGGING
from reconciler.resources.s3.service import S3, S3_CONTROL

KEPT_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
KEPT_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
NAMES = (
    Form(r".{3,63}", "a bucket name of 3 to 63 characters"),
    Form(r"[a-z0-9.-]*", "a bucket name of a-z, 0-9, . and - alone"),
    Form(r"[a-z0-9].*[a-z0-9]", "a bucket name that begins and ends with a letter or a digit"),
    Form(r"(?!.*\.\.).*", "a bucket name without two dots in a row"),
    Form(r"(?!\d+\.\d+\.\d+\.\d+$).*", "a bucket name that is no IP address"),
    Form(
        f"(?!{'|'.join(KEPT_PREFIXES)}).*",
        f"a bucket name that begins with none of {', '.join(KEPT_PREFIXES)}, which S3 keeps",
    ),
    Form(
        f"(?!.*({'|'.join(map(re.escape, KEPT_SUFFIXES))})$).*",
        f"a bucket name that ends with none of {', '.join(KEPT_SUFFIXES)}, which S3 keeps",
    ),
)
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""


def _domain(pattern: str, summary: str) -> Attribute:
    """A name of a bucket in the domain name system: https://docs.aws.amazon.com/general/latest/gr/s3.html."""

    def value(api: Api, sighting: Sighting) -> str:
        of = "amazonaws.com.cn" if api.partition == "aws-cn" else "amazonaws.com"
        return f"{pattern.format(bucket=sighting.name, region=api.region)}.{of}"

    return Attribute(summary, value)


ATTRIBUTES = {
    "domain_name": _domain("{bucket}.s3", "its domain name without a Region"),
    "regional_domain_name": _domain("{bucket}.s3.{region}", "its domain name in its Region"),
    "dual_stack_domain_name": _domain("{bucket}.s3.dualstack.{region}", "its domain name for IPv4 and IPv6"),
}


def _replication_as_written(value: Any, written: Settings, _reported: Wired) -> Any:
    """The bucket that replicas go to may be written by its name or by its ARN."""
    if not value or not written["replication"]:
        return value
    wanted = {each["id"]: each["destination"]["bucket"] for each in written["replication"]["rules"]}
    return {**value, "rules": [_as_written(rule, wanted.get(rule["id"])) for rule in value["rules"]]}


class BucketAdapter(Adapter[Bucket]):
    """An S3 bucket: one operation a facet, and none that reads several."""

    kind = "s3.bucket"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="storage", column=2)
    attributes: ClassVar[Mapping[str, Attribute]] = ATTRIBUTES
    service = S3
    beside = (S3_CONTROL,)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"replication": for_replication}
    model = Bucket
    summary = "an S3 bucket with its policy, encryption, versions, life cycle, CORS and events"
    identity = Named(
        name="Bucket",
        arns=("arn:{partition}:s3:::{name}",),
        forms=NAMES,
    )
    create = Create(
        "create_bucket",
        ("object_lock_enabled",),
    )
    # The guards come before the policy that they may refuse; versioning before what needs it.
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
        Calls(
            bucket_changes.lifecycle,
            ("lifecycle", "transition_default_minimum_object_size"),
            ("put_bucket_lifecycle_configuration", "delete_bucket_lifecycle"),
        ),
        Sends("put_bucket_notification_configuration", ("notification",)),
        Calls(bucket_changes.logging, ("logging",), ("put_bucket_logging",)),
        Sends("put_bucket_website", ("website",), cleared_by="delete_bucket_website"),
        Sends("put_bucket_accelerate_configuration", ("acceleration",)),
        Sends("put_bucket_request_payment", ("request_payment",)),
        Sends("put_bucket_abac", ("abac",)),
        Calls(
            bucket_changes.object_lock,
            ("object_lock_enabled", "default_retention"),
            ("put_object_lock_configuration",),
        ),
        Calls(
            bucket_changes.replication,
            ("replication",),
            ("put_bucket_replication", "delete_bucket_replication"),
        ),
    )
    delete = Delete("delete_bucket", protected=True)
    reads = Reads(list="list_buckets", called=("head_bucket",), alone=FACETS)
    tagging = TAGGING
    compared = {"replication": _replication_as_written}
    tagging_api_type = "s3"  # the ARN of a bucket has no resource type

    def problems(self, files: InFiles) -> Iterable[Finding]:
        yield from bucket_problems.problems(files)
        yield from lifecycle_rules.problems(files.settings, new=files.new)

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
        # us-east-1 is where S3 creates by default, and the one Region that it refuses to be told.
        if api.region == "us-east-1":
            return parameters
        configuration = {
            **parameters.get("CreateBucketConfiguration", {}),
            "LocationConstraint": api.region,
        }
        return {**parameters, "CreateBucketConfiguration": configuration}

    def impossible(self, field: str, written: Settings, reported: Wired) -> str:
        """S3 takes the lock off no bucket, and no bucket is to be deleted for that."""
        unlocks = field == "object_lock_enabled" and reported.get(bucket_changes.LOCK)
        return bucket_changes.UNLOCKED if unlocks and not written[field] else ""


def _as_written(rule: Mapping[str, Any], bucket: str | None) -> Mapping[str, Any]:
    """A rule with its bucket as the author wrote it, where that is the same one."""
    destination = rule["destination"]
    if bucket is None or _name(bucket) != _name(destination["bucket"]):
        return rule
    return {**rule, "destination": {**destination, "bucket": bucket}}


def _name(bucket: str) -> str:
    return bucket.rpartition(":")[2]

"""Finds mistakes that S3 would refuse and that depend on several fields of a bucket, or on other buckets."""

from collections.abc import Iterator, Mapping

from reconciler.contract import InFiles
from reconciler.model import Finding, Settings
from reconciler.resources.s3 import lifecycle_rules

UNVERSIONED = "S3 replicates only from buckets with versioning; write versioning: {status: Enabled}"


def problems(files: InFiles) -> Iterator[Finding]:
    """All mistakes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html."""
    replication = files.settings.get("replication")
    if replication is not None:
        if _unversioned(files.settings, new=files.new):
            yield Finding(f"{UNVERSIONED} as well", ("replication",))
        for number, rule in enumerate(replication["rules"]):
            name = rule["destination"]["bucket"].rpartition(":")[2]
            other = files.others("s3.bucket", name)
            if other is not None and _unversioned(other, new=False):
                path = ("replication", "rules", number, "destination", "bucket")
                yield Finding(
                    f"S3 replicates only to buckets with versioning, and {name} has versioning off", path
                )
    if files.settings.get("object_lock_enabled") and _unversioned(files.settings, new=False):
        yield Finding(
            "a bucket with object lock needs versioning; write versioning: {status: Enabled}", ("versioning",)
        )
    yield from lifecycle_rules.problems(files.settings, new=files.new)


def _unversioned(settings: Settings, *, new: bool) -> bool:
    """Whether versioning is off in the files, or not written for a new bucket without object lock, which turns it on."""
    versioning = settings.get("versioning")
    if isinstance(versioning, Mapping) and "status" in versioning:
        return bool(versioning["status"] != "Enabled")
    if versioning is not None:
        return False  # another check reports this value
    return new and not settings.get("object_lock_enabled")

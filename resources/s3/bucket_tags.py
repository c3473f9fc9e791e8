"""How S3 writes and reads the tags of a bucket."""

from collections.abc import Iterable, Mapping

from reconciler.contract import Api, Request, Sighting, Tagging, Wired
from reconciler.resources.s3.bucket_reading import configured


def created_with(tags: Mapping[str, str]) -> Wired:
    """The parameters of create_bucket that carry tags."""
    return {"CreateBucketConfiguration": {"Tags": _pairs(tags)}}


def read(api: Api, sighting: Sighting) -> Mapping[str, str]:
    """All tags of a bucket, AWS's own included."""
    reply = configured(api, "get_bucket_tagging", sighting.address)
    return {tag["Key"]: tag.get("Value", "") for tag in reply.get("TagSet", ())}


def change(sighting: Sighting, _before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Request]:
    """The request that leaves a bucket with exactly these tags: S3 writes all of them at once."""
    if after:
        yield Request("put_bucket_tagging", {**sighting.address, "Tagging": {"TagSet": _pairs(after)}})
    else:
        yield Request("delete_bucket_tagging", {**sighting.address})


def _pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


TAGGING = Tagging(
    created_with,
    read,
    change,
    ("get_bucket_tagging", "put_bucket_tagging", "delete_bucket_tagging"),
    whole=True,
)

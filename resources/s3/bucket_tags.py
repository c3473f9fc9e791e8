"""How S3 writes and reads the tags of a bucket."""

from collections.abc import Iterable, Mapping

from reconciler.contract import Api, Request, Sighting, Tagging, Wired, tag_changes, tag_list, tags_in
from reconciler.resources.s3.bucket_reading import configured

CONTROL = "s3control"


def created_with(tags: Mapping[str, str]) -> Wired:
    """The parameters of create_bucket that carry tags."""
    return {"CreateBucketConfiguration": {"Tags": tag_list(tags)}}


def read(api: Api, sighting: Sighting) -> Mapping[str, str]:
    """All tags of a bucket, AWS's own included."""
    reply = configured(api, "get_bucket_tagging", sighting.address)
    return tags_in(reply.get("TagSet"))


def change(sighting: Sighting, _before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Request]:
    """The request that leaves a bucket with exactly these tags: S3 writes all of them at once."""
    if after:
        yield Request("put_bucket_tagging", {**sighting.address, "Tagging": {"TagSet": tag_list(after)}})
    else:
        yield Request("delete_bucket_tagging", {**sighting.address})


def change_by_key(
    sighting: Sighting, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterable[Request]:
    """The requests that turn the tags of before into those of after, each key by itself."""
    where = {"ResourceArn": sighting.arn}
    new, gone = tag_changes(before, after)
    if new:
        yield Request("tag_resource", {**where, "Tags": tag_list(new)}, CONTROL, "AccountId")
    if gone:
        yield Request("untag_resource", {**where, "TagKeys": gone}, CONTROL, "AccountId")


def instead(api: Api, sighting: Sighting) -> Tagging | None:
    """With attribute-based access control, S3 takes tags by their keys alone.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAbac.html
    """
    status = api.call("get_bucket_abac", **sighting.address).get("AbacStatus", {}).get("Status")
    return BY_KEY if status == "Enabled" else None


OPERATIONS = (
    "get_bucket_tagging",
    "put_bucket_tagging",
    "delete_bucket_tagging",
    "get_bucket_abac",
    f"{CONTROL}:tag_resource",
    f"{CONTROL}:untag_resource",
)
TAGGING = Tagging(created_with, read, change, OPERATIONS, whole=True, instead=instead)
# Read anew all the same: tags are taken away only by who knows what is there.
BY_KEY = Tagging(created_with, read, change_by_key, OPERATIONS, whole=True)

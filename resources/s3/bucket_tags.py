"""Reads and writes the tags of a bucket."""

from collections.abc import Iterable, Mapping

from reconciler.contract import Api, Request, Sighting, Tagging, Wired, tag_changes, tag_list, tags_in
from reconciler.resources.s3.bucket_reading import configured

CONTROL = "s3control"


def created_with(tags: Mapping[str, str]) -> Wired:
    """The parameters of create_bucket with these tags."""
    return {"CreateBucketConfiguration": {"Tags": tag_list(tags)}}


def read(api: Api, sighting: Sighting) -> Mapping[str, str]:
    """All tags of a bucket, including those that AWS sets."""
    reply = configured(api, "get_bucket_tagging", sighting.address)
    return tags_in(reply.get("TagSet"))


def change(sighting: Sighting, _before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Request]:
    """The request after which a bucket has exactly these tags: PutBucketTagging replaces all of them."""
    if after:
        yield Request("put_bucket_tagging", {**sighting.address, "Tagging": {"TagSet": tag_list(after)}})
    else:
        yield Request("delete_bucket_tagging", {**sighting.address})


def change_by_key(
    sighting: Sighting, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterable[Request]:
    """The requests that change the tags from `before` to `after`, each key on its own."""
    where = {"ResourceArn": sighting.arn}
    new, gone = tag_changes(before, after)
    if new:
        yield Request("tag_resource", {**where, "Tags": tag_list(new)}, CONTROL, "AccountId")
    if gone:
        yield Request("untag_resource", {**where, "TagKeys": gone}, CONTROL, "AccountId")


def instead(api: Api, sighting: Sighting) -> Tagging | None:
    """The way to tag a bucket with attribute-based access control: S3 then refuses requests that replace all tags.

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
# `whole` makes the engine read the tags again before it writes: only then does it know which keys to remove.
BY_KEY = Tagging(created_with, read, change_by_key, OPERATIONS, whole=True)

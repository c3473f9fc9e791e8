"""The restore drill of a bucket: its objects as they were at a time are copied into another bucket, compared, and deleted there.

Sources: ListObjectVersions, CopyObject (Amazon S3 API Reference); "Restoring previous versions" (Amazon S3 User Guide).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from reconciler.contract import Api, Check, Drill, Look, Seen
from reconciler.errors import Absent
from reconciler.model import Part
from reconciler.permissions import Grant, Location
from reconciler.resources import restore_drill

COPIES = restore_drill.CopyNames("-drill-", 63)
TAG = "reconciler:restore-drill-of"
"""The tag of a copy, with the name of its bucket."""
AT_ONCE = 1000
"""The most objects in one DeleteObjects."""
CHUNK = 1 << 20
"""Bytes of an object that are read at once."""
OPERATIONS = ("get_bucket_versioning", "get_bucket_encryption", "list_object_versions", "list_buckets")
TO_COPY = (
    "CreateBucket", "DeleteBucket", "GetBucketTagging", "ListBucket", "PutBucketTagging", "PutEncryptionConfiguration",
    "TagResource",
)  # fmt: skip
"""What is called on a copy; on the objects in it `TO_COPY_OBJECTS`."""
TO_COPY_OBJECTS = ("DeleteObject", "GetObject", "PutObject", "PutObjectTagging")
TO_READ_OBJECTS = ("GetObjectVersion", "GetObjectVersionTagging")
"""What is called on the objects of the bucket."""


class RestoreDrill(Part):
    """Which objects are restored, and as they were when."""

    minutes_ago: Annotated[int, Field(ge=0)] = 0
    """How many minutes before the drill the objects were so; 0 for as they are."""
    prefix: Annotated[str | None, Field(min_length=1, max_length=1024)] = None
    """Only objects whose keys begin so."""
    rto: Annotated[int | None, Field(ge=1)] = None
    """Seconds within which the copies have to be there (recovery time objective); without it any time is right."""
    most_objects: Annotated[int, Field(ge=1)] = 1000
    """If there are more objects, nothing is restored."""
    most_bytes: Annotated[int, Field(ge=1)] = 100 * 1024 * 1024
    """If the objects are larger together, nothing is restored: each is copied, and read twice."""


class _Version(NamedTuple):
    """One version of an object; a delete marker has no size."""

    key: str
    id: str
    modified: datetime
    size: int | None


def _restore(look: Look) -> Seen:
    name, asked = str(look.sighting.address["Bucket"]), {**RestoreDrill().model_dump(), **look.asked}
    expected = f"equal copies within {asked['rto']} s" if asked["rto"] else "equal copies"
    if look.api.call("get_bucket_versioning", Bucket=name).get("Status") != "Enabled":
        return Seen(False, "a bucket without versioning", expected)
    moment = datetime.fromtimestamp(look.api.wall() - 60 * asked["minutes_ago"], UTC)
    objects = list(_as_of(look.api, name, moment, asked["prefix"]))
    size = sum(each.size or 0 for each in objects)
    if len(objects) > asked["most_objects"] or size > asked["most_bytes"]:
        said = f"{len(objects):,} objects with {size:,} bytes; write a prefix, or raise most_objects and most_bytes"
        return Seen(
            False, said, f"at most {asked['most_objects']:,} objects and {asked['most_bytes']:,} bytes"
        )
    for copy in _copies(look.api, name):
        _delete(look.api, copy)
    copy = COPIES.at(name, look.api.wall())
    began = look.clock.now()
    try:
        _create(look.api, name, copy)
        copied = list(_copy(look, name, copy, objects))
        spent = look.clock.now() - began
        contents = {each.key: _content(look.api, {"Bucket": copy, "Key": each.key}) for each in copied}
        differing = [
            each.key
            for each in copied
            if _content(look.api, {"Bucket": name, "Key": each.key, "VersionId": each.id})
            != contents[each.key]
        ]
    finally:
        left = _delete(look.api, copy)
    seen = f"{len(copied):,} objects, {size:,} bytes, checksum {_checksum(contents)}; as of {moment:%Y-%m-%dT%H:%MZ}, copied in {spent:.0f} s{left}"
    if differing or len(copied) < len(objects):
        lost = f"{len(objects) - len(copied):,} not copied in time, {len(differing):,} differ"
        return Seen(False, f"{lost}: {', '.join(sorted(differing)[:3])}; {seen}", expected)
    return Seen((asked["rto"] is None or spent <= asked["rto"]) and not left, seen, expected)


def _as_of(api: Api, bucket: str, moment: datetime, prefix: str | None) -> Iterator[_Version]:
    """The version of each object that was the current one at a time; deleted objects are left out."""
    newest: dict[str, _Version] = {}
    asked = {"Bucket": bucket, **({"Prefix": prefix} if prefix else {})}
    for rows_in in ("Versions", "DeleteMarkers"):
        for row in api.pages("list_object_versions", rows_in=rows_in, **asked):
            found = _Version(row["Key"], row["VersionId"], row["LastModified"], row.get("Size"))
            known = newest.get(found.key)
            # Times have no fractions of a second; of versions S3 lists the newest first.
            later = known is None or (found.modified, row["IsLatest"]) > (known.modified, False)
            if found.modified <= moment and later:
                newest[found.key] = found
    return (each for each in newest.values() if each.size is not None)


def _copies(api: Api, name: str) -> Iterator[str]:
    """The copies that earlier drills have left."""
    for row in list(api.pages("list_buckets", rows_in="Buckets", Prefix=COPIES.beginning(name))):
        with suppress(Absent):  # a bucket without tags
            tags = api.call("get_bucket_tagging", Bucket=row["Name"])["TagSet"]
            if {"Key": TAG, "Value": name} in tags:
                yield row["Name"]


def _create(api: Api, name: str, copy: str) -> None:
    """Create an empty bucket, encrypted in the same way; S3 blocks public access to each new bucket."""
    place: dict[str, Any] = {} if api.region == "us-east-1" else {"LocationConstraint": api.region}
    configuration = {**place, "Tags": [{"Key": TAG, "Value": name}]}
    api.once().call("create_bucket", Bucket=copy, CreateBucketConfiguration=configuration)
    with suppress(Absent):  # encrypted with keys of S3, as every bucket is
        reply = api.call("get_bucket_encryption", Bucket=name)
        rules = reply["ServerSideEncryptionConfiguration"]
        api.call("put_bucket_encryption", Bucket=copy, ServerSideEncryptionConfiguration=rules)


def _copy(look: Look, name: str, copy: str, objects: Iterable[_Version]) -> Iterator[_Version]:
    """Copy objects one by one, until the drill has to end."""
    for each in objects:
        if look.clock.now() >= look.ends:
            return
        source = {"Bucket": name, "Key": each.key, "VersionId": each.id}
        look.api.call("copy_object", Bucket=copy, Key=each.key, CopySource=source)
        yield each


def _content(api: Api, address: Mapping[str, str]) -> str:
    """The SHA-256 of an object."""
    found, body = sha256(), api.call("get_object", **address)["Body"]
    while chunk := body.read(CHUNK):
        found.update(chunk)
    return found.hexdigest()


def _checksum(contents: Mapping[str, str]) -> str:
    """One checksum of the keys and contents of all objects."""
    return sha256("\n".join(f"{key} {contents[key]}" for key in sorted(contents)).encode()).hexdigest()[:12]


def _delete(api: Api, copy: str) -> str:
    return restore_drill.delete(copy, lambda: _remove(api, copy))


def _remove(api: Api, copy: str) -> None:
    keys = [row["Key"] for row in api.pages("list_objects_v2", rows_in="Contents", Bucket=copy)]
    for first in range(0, len(keys), AT_ONCE):
        rows = [{"Key": key} for key in keys[first : first + AT_ONCE]]
        api.call("delete_objects", Bucket=copy, Delete={"Objects": rows})
    api.call("delete_bucket", Bucket=copy)


def _grants(name: str, location: Location) -> Iterator[Grant]:
    bucket, copies = (
        f"arn:{location.partition}:s3:::{each}" for each in (name, f"{COPIES.beginning(name)}*")
    )
    yield from (Grant(f"s3:{each}", copies) for each in TO_COPY)
    yield from (Grant(f"s3:{each}", f"{copies}/*") for each in TO_COPY_OBJECTS)
    yield from (Grant(f"s3:{each}", f"{bucket}/*") for each in TO_READ_OBJECTS)
    for action in ("Decrypt", "GenerateDataKey"):
        yield Grant(f"kms:{action}", location.arn("kms", "key/*"), location.via("s3"))


RESTORE = Check(
    "can be restored to a point in time",
    _restore,
    OPERATIONS,
    settings=RestoreDrill,
    only_asked=True,
    drill=Drill(restore_drill.TIME_LIMIT, _grants),
)

"""When buckets are candidates for removal.

Source: ListObjectVersions, Bucket (Amazon S3 API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Unused, day


def _empty(look: Considered) -> Iterator[Evidence]:
    found = look.api.call("list_object_versions", **look.sighting.address, MaxKeys=1)
    if not found.get("Versions") and not found.get("DeleteMarkers"):
        rows = look.api.pages("list_buckets", BucketRegion=look.api.region)
        made = next((row.get("CreationDate") for row in rows if row["Name"] == look.sighting.name), None)
        yield Evidence(f"no objects and no earlier versions; created {day(made)}")


BUCKET = Unused(
    "it has no objects, and no earlier versions of any", _empty, ("list_object_versions", "list_buckets")
)

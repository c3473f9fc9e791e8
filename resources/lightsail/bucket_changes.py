"""The requests that change and delete a bucket."""

from collections.abc import Iterator

from reconciler.contract import Api, Calls, Change, Delete, Request, Sends, Sighting
from reconciler.resources.lightsail.bucket_reading import ACCESS, GET, INSTANCES, ROWS, asked, shown
from reconciler.resources.lightsail.listed import one_row

UPDATED = ("access_rules", "versioning", "readonly_access_accounts", "access_log_config", "cors_rules")


def give_access(change: Change) -> Iterator[Request]:
    """Let further instances use the bucket, then stop others."""
    before, after = (side.get(INSTANCES) or [] for side in (change.observed, change.desired))
    for name in [each for each in after if each not in before]:
        yield Request(ACCESS, {**change.address, "resourceName": name, "access": "allow"})
    for name in [each for each in before if each not in after]:
        yield Request(ACCESS, {**change.address, "resourceName": name, "access": "deny"})


def let_nobody_in(api: Api, bucket: Sighting) -> Iterator[Request]:
    """Take away the access of instances: AWS deletes no bucket with it."""
    for name in shown(one_row(api, GET, ROWS, asked(bucket.address)))[INSTANCES]:
        yield Request(ACCESS, {**bucket.address, "resourceName": name, "access": "deny"})


GROUPS: tuple[Sends | Calls, ...] = (
    Sends("update_bucket_bundle", ("bundle_id",)),
    *(Sends("update_bucket", (name,)) for name in UPDATED),
    Calls(give_access, ("resources_receiving_access",), (ACCESS,)),
)
DELETE = Delete("delete_bucket", protected=True, before=let_nobody_in, calls=(GET, ACCESS))

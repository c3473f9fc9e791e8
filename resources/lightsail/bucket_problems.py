"""Finds mistakes in buckets that AWS would refuse."""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.lightsail_offers import table
from reconciler.model import Finding
from reconciler.resources.lightsail.bundles import is_later

BUNDLES, BUNDLE, LOG = "bucket_bundles", "bundle_id", "access_log_config"


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one bucket. The table does not have what AWS offers later: a later generation is AWS's to check."""
    bundle, ids = str(files.settings.get(BUNDLE) or ""), [row[BUNDLE] for row in table(BUNDLES)]
    if bundle and "${" not in bundle and bundle not in ids and not is_later(bundle, ids):
        yield Finding(f"there is no bundle {bundle} for buckets; there are {', '.join(ids)}", (BUNDLE,))
    log = files.settings.get(LOG) or {}
    if log and log["enabled"] and not log.get("destination"):
        yield Finding("write the bucket that gets the log as destination", (LOG,))
    if log and not log["enabled"] and (log.get("destination") or log.get("prefix")):
        yield Finding("leave out destination and prefix, or write enabled: true", (LOG,))

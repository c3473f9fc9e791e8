"""Finds mistakes in buckets that AWS would refuse."""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.lightsail_offers import known, table
from reconciler.model import Finding

BUNDLES, BUNDLE, LOG = "bucket_bundles", "bundle_id", "access_log_config"


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one bucket. The table does not have bundles of later generations."""
    bundle = str(files.settings.get(BUNDLE) or "")
    generations = {row[BUNDLE].partition("_")[2] for row in table(BUNDLES)}
    newer = "_" in bundle and bundle.partition("_")[2] > max(generations)
    if bundle and "${" not in bundle and not newer and not known(BUNDLES, BUNDLE, bundle):
        ids = ", ".join(row[BUNDLE] for row in table(BUNDLES))
        yield Finding(f"there is no bundle {bundle} for buckets; there are {ids}", (BUNDLE,))
    log = files.settings.get(LOG) or {}
    if log and log["enabled"] and not log.get("destination"):
        yield Finding("write the bucket that gets the log as destination", (LOG,))
    if log and not log["enabled"] and (log.get("destination") or log.get("prefix")):
        yield Finding("leave out destination and prefix, or write enabled: true", (LOG,))

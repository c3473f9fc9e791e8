"""What AWS charges for Lightsail.

Sources: https://aws.amazon.com/lightsail/pricing/ and
https://docs.aws.amazon.com/lightsail/latest/userguide/understanding-your-amazon-lightsail-bill.html
No source that we have shows the usage types of databases in AWS's price list.
"""

from collections.abc import Callable, Mapping

from reconciler.contract import HOURS, Charge, Costs, fixed
from reconciler.model import Settings
from reconciler.resources.lightsail.bundles import bundle

BUNDLES = {
    0.5: "BundleUsage:0.5GB",
    1.0: "BundleUsage:1GB",
    2.0: "BundleUsage:2GB",
    4.0: "BundleUsage:4GB",
    8.0: "BundleUsage:8GB",
    16.0: "BundleUsage:16GB",
    32.0: "BundleUsage:32GB",
}
"""By GB of memory: the usage type of an instance. AWS charges an hour at a 744th of the price of a month."""
DATABASES = {
    "micro_2_0": "DatabaseUsage:1GB",
    "small_2_0": "DatabaseUsage:2GB",
    "medium_2_0": "DatabaseUsage:4GB",
    "large_2_0": "DatabaseUsage:8GB",
}
"""By bundle: the usage type of a database."""
BUCKETS = {
    "small_1_0": "ObjectStorage:5GB",
    "medium_1_0": "ObjectStorage:100GB",
    "large_1_0": "ObjectStorage:250GB",
}
"""By bundle: the usage type of a bucket."""


def _instance(settings: Settings) -> str:
    """The usage type of a bundle; one with Windows or without IPv4 has a usage type of its own, whose price is not known."""
    id_ = str(settings.get("bundle_id"))
    row = bundle(id_)
    plain = row and row["supported_platforms"] == "LINUX_UNIX" and row["public_ipv4_address_count"]
    return BUNDLES[row["ram_size_in_gb"]] if row and plain else f"BundleUsage:{id_}"


def _listed(field: str, usage_types: Mapping[str, str], noun: str) -> Callable[[Settings], str]:
    """The usage type of the bundle in a field; one that is not in the table has a usage type whose price is not known."""

    def usage_type(settings: Settings) -> str:
        id_ = str(settings.get(field))
        return usage_types.get(id_, f"{noun}:{id_}")

    return usage_type


def _plan(usage_type: Callable[[Settings], str]) -> Costs:
    return Costs((Charge("plan", "AmazonLightsail", usage_type, "hour", fixed(HOURS), fixed=True),))


STATIC_IP = Costs(
    (
        Charge(
            "while it is free",
            "AmazonLightsail",
            "UnusedStaticIP",
            "hour",
            fixed(HOURS),
            when=lambda settings: not settings.get("attached_to"),
            fixed=True,
        ),
    )
)
INSTANCE = _plan(_instance)
DATABASE = _plan(_listed("relational_database_bundle_id", DATABASES, "DatabaseUsage"))
BUCKET = _plan(_listed("bundle_id", BUCKETS, "ObjectStorage"))
LOAD_BALANCER = _plan(lambda _settings: "LoadBalancerUsage")
DISK = Costs(
    (
        Charge(
            "storage",
            "AmazonLightsail",
            "DiskUsage",
            "GB-month",
            fixed(lambda settings: float(settings.get("size_in_gb") or 0)),
            fixed=True,
        ),
    )
)

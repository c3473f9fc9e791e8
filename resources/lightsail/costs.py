"""What AWS charges for Lightsail.

Sources: https://aws.amazon.com/lightsail/pricing/ and
https://docs.aws.amazon.com/lightsail/latest/userguide/understanding-your-amazon-lightsail-bill.html
"""

from reconciler.contract import HOURS, Charge, Costs, fixed
from reconciler.model import Settings
from reconciler.resources.lightsail.bundles import bundle


def _plan(settings: Settings) -> str:
    """The usage type of a bundle: `BundleUsage:4GB`, with the system and without IPv4 where it has them."""
    row = bundle(str(settings.get("bundle_id")))
    if row is None:
        return f"BundleUsage:{settings.get('bundle_id')}"
    windows = "_win" if row["supported_platforms"] == "WINDOWS" else ""
    without = "" if row["public_ipv4_address_count"] else "_ipv6"
    return f"BundleUsage:{row['ram_size_in_gb']:g}GB{windows}{without}"


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


INSTANCE = Costs((Charge("plan", "AmazonLightsail", _plan, "hour", fixed(HOURS), fixed=True),))
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

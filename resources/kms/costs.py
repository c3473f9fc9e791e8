"""What AWS charges for keys: each key a month, without the two rotations that are charged, and requests with symmetric keys.

Source: https://aws.amazon.com/kms/pricing/
"""

from reconciler.contract import Charge, Costs, Volume, fixed, volume
from reconciler.model import Part

SERVICE = "awskms"


class KeyVolumes(Part):
    """The volumes of a key."""

    requests: Volume = None
    """Requests a month, also those of other services."""


KEY = Costs(
    (
        Charge("key", SERVICE, "KMS-Keys", "key-month", fixed(1), fixed=True),
        Charge("requests", SERVICE, "KMS-Requests", "request", volume("requests")),
    ),
    KeyVolumes,
)

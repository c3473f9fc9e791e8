"""What AWS charges for buckets: their objects in S3 Standard, and requests.

Source: https://aws.amazon.com/s3/pricing/
"""

from reconciler.contract import Charge, Costs, Volume, volume
from reconciler.model import Part

SERVICE = "AmazonS3"


class BucketVolumes(Part):
    """The volumes of a bucket."""

    stored_gb: Volume = None
    """GB stored on average, earlier versions included."""
    puts: Volume = None
    """PUT, COPY, POST and LIST requests a month."""
    gets: Volume = None
    """GET and all other requests a month."""


BUCKET = Costs(
    (
        Charge("storage", SERVICE, "TimedStorage-ByteHrs", "GB-month", volume("stored_gb")),
        Charge("writing requests", SERVICE, "Requests-Tier1", "request", volume("puts")),
        Charge("reading requests", SERVICE, "Requests-Tier2", "request", volume("gets")),
    ),
    BucketVolumes,
)

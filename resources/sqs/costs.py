"""What AWS charges for queues.

Source: https://aws.amazon.com/sqs/pricing/
"""

from reconciler.contract import Charge, Costs, Volume, volume
from reconciler.model import Part, Settings

SERVICE = "AWSQueueService"


class QueueVolumes(Part):
    """The volumes of a queue."""

    requests: Volume = None
    """Requests a month, each of up to 64 KB; empty answers count, too."""


def _usage(settings: Settings) -> str:
    return "Requests-FIFO-Tier1" if settings.get("fifo_queue") else "Requests-Tier1"


QUEUE = Costs((Charge("requests", SERVICE, _usage, "request", volume("requests")),), QueueVolumes)

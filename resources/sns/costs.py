"""What AWS charges for topics: requests; deliveries to functions and queues cost nothing.

Source: https://aws.amazon.com/sns/pricing/
"""

from reconciler.contract import Charge, Costs, Volume, volume
from reconciler.model import Part

SERVICE = "AmazonSNS"


class TopicVolumes(Part):
    """The volumes of a topic."""

    requests: Volume = None
    """Requests a month, each of up to 64 KB."""
    emails: Volume = None
    """Messages that are sent by e-mail, a month."""


TOPIC = Costs(
    (
        Charge("requests", SERVICE, "Requests-Tier1", "request", volume("requests")),
        Charge("e-mails", SERVICE, "DeliveryAttempts-SMTP", "e-mail", volume("emails")),
    ),
    TopicVolumes,
)

"""What AWS charges for event buses: events that are sent to them; events of AWS's services cost nothing.

Source: https://aws.amazon.com/eventbridge/pricing/
"""

from reconciler.contract import Charge, Costs, Volume, volume
from reconciler.model import Part


class BusVolumes(Part):
    """The volumes of an event bus."""

    events: Volume = None
    """Events that are sent to it a month, each of up to 64 KB."""


BUS = Costs((Charge("events", "AWSEvents", "Event-64K-Chunks", "event", volume("events")),), BusVolumes)

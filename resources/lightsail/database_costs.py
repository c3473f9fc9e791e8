"""What AWS charges for a database, and when it is a candidate for removal.

Sources: https://aws.amazon.com/lightsail/pricing/ and StopRelationalDatabase (Amazon Lightsail API Reference). No source that we have shows
the usage types of databases in AWS's price list.
"""

from collections.abc import Iterator

from reconciler.contract import HOURS, Charge, Considered, Costs, Evidence, Unused, fixed
from reconciler.model import Settings
from reconciler.resources.lightsail.costs import DATABASES


def _plan(settings: Settings) -> str:
    id_ = str(settings.get("relational_database_bundle_id"))
    return DATABASES.get(id_, f"DatabaseUsage:{id_}")


def _stopped(look: Considered) -> Iterator[Evidence]:
    if look.sighting.settings.get("state") == "stopped":
        yield Evidence("stopped; AWS starts it again after seven days")


COSTS = Costs((Charge("plan", "AmazonLightsail", _plan, "hour", fixed(HOURS), fixed=True),))
UNUSED = Unused("it is stopped", _stopped)

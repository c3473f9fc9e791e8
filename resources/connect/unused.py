"""When numbers, queues and routing profiles are candidates for removal.

Sources: ListFlowAssociations, SearchRoutingProfiles, RoutingProfile (Amazon Connect API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Unused
from reconciler.resources.connect.checks import serving


def _without_flow(look: Considered) -> Iterator[Evidence]:
    shown = look.sighting.settings
    if not shown.get("ContactFlowId"):
        sort = " ".join(filter(None, (shown.get("PhoneNumberCountryCode"), shown.get("PhoneNumberType"))))
        yield Evidence(f"no flow answers it; {sort or 'number'}, charged for each day that it is claimed")


def _unserved(look: Considered) -> Iterator[Evidence]:
    if not list(serving(look.api, look.sighting)):
        yield Evidence("0 routing profiles serve it")


def _without_users(look: Considered) -> Iterator[Evidence]:
    scope = {"InstanceId": look.sighting.address["InstanceId"]}
    for row in look.api.pages("search_routing_profiles", **scope, MaxResults=500):
        if row["RoutingProfileId"] == look.sighting.id and not row.get("NumberOfAssociatedUsers"):
            yield Evidence("0 users have it")


NUMBER = Unused("no flow answers it", _without_flow)
QUEUE = Unused("no routing profile serves it", _unserved, ("search_routing_profiles",))
ROUTING_PROFILE = Unused("no user has it", _without_users, ("search_routing_profiles",))

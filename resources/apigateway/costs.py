"""What AWS charges for REST APIs: requests, and the caches of stages by size and hour.

Source: https://aws.amazon.com/api-gateway/pricing/
"""

from reconciler.contract import HOURS, Charge, Costs, Volume, fixed, volume
from reconciler.model import Part, Settings

SERVICE = "AmazonApiGateway"
SMALLEST = "0.5"
"""The size of a cache, in GB, where none is written."""


class RestApiVolumes(Part):
    """The volumes of a REST API."""

    requests: Volume = None
    """Requests a month, on all its stages."""


REST_API = Costs(
    (Charge("requests", SERVICE, "ApiGatewayRequest", "request", volume("requests")),),
    RestApiVolumes,
)


def _cached(settings: Settings) -> bool:
    return bool(settings.get("cache_cluster_enabled"))


def _cache(settings: Settings) -> str:
    return f"ApiGatewayCacheUsage:{settings.get('cache_cluster_size') or SMALLEST}GB"


STAGE = Costs((Charge("cache", SERVICE, _cache, "hour", fixed(HOURS), when=_cached, fixed=True),))

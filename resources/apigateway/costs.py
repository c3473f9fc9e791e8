"""What AWS charges for REST APIs.

Source: https://aws.amazon.com/api-gateway/pricing/
"""

from reconciler.contract import Charge, Costs, Volume, volume
from reconciler.model import Part


class RestApiVolumes(Part):
    """The volumes of a REST API."""

    requests: Volume = None
    """Requests a month, on all its stages."""


REST_API = Costs(
    (Charge("requests", "AmazonApiGateway", "ApiGatewayRequest", "request", volume("requests")),),
    RestApiVolumes,
)

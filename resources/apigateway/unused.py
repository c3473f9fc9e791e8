"""When REST APIs are candidates for removal.

Sources: "Amazon API Gateway dimensions and metrics" (Amazon API Gateway Developer Guide); RestApi (API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Metric, Unused, day

REQUESTS = Metric("AWS/ApiGateway", "Count", "ApiName")


def _never_called(look: Considered) -> Iterator[Evidence]:
    if not look.counted(REQUESTS):
        made = day(look.sighting.settings.get("createdDate"))
        yield Evidence(f"no request to an API of this name from {look.period}; created {made}")


REST_API = Unused("it had no requests in the period", _never_called, metrics=(REQUESTS,))

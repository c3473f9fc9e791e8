"""Pages of services that are no operations of an API, and that anybody may read: the keys of Amazon Cognito's user pools."""

import json
import re

from reconciler.sandbox.wire_protocol import Reply

OF_POOLS = re.compile(
    r"/(?P<pool>[\w-]+_[0-9a-zA-Z]+)/\.well-known/(?P<page>jwks\.json|openid-configuration)"
)


def answer(method: str, path: str) -> Reply | None:
    """The page at a path; None if the sandbox has no page there."""
    found = OF_POOLS.fullmatch(path)
    if found is None or method not in {"GET", "HEAD"}:
        return None
    from reconciler.sandbox.moto_patches.cognito.verification import published  # noqa: PLC0415  it takes long

    page = published(found["pool"], found["page"])
    if page is None:
        missing = {
            "code": "ResourceNotFoundException",
            "message": f"User pool {found['pool']} does not exist.",
        }
        return 404, {"Content-Type": "application/json"}, json.dumps(missing)
    headers = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}
    return 200, headers, json.dumps(page)

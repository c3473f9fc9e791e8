"""Reads a bucket from the reply of GetBuckets."""

from typing import Any

from reconciler.contract import Address, Api, FieldRead, Sighting, Wired
from reconciler.resources.lightsail.listed import one_row

GET, ROWS, ACCESS = "get_buckets", "buckets", "set_resource_access_for_bucket"
ADDRESS, INSTANCES = "bucketName", "resourcesReceivingAccess"
NEVER = "NeverEnabled"
CONNECTED: Wired = {"includeConnectedResources": True}


def asked(address: Address) -> Wired:
    """The parameters with which the list shows one, with the instances that have access."""
    return {**address, **CONNECTED}


def shown(row: Any) -> Wired:
    """A bucket with the members of requests."""
    versioning = row.get("objectVersioning")
    found: Wired = row | {
        "versioning": None if versioning == NEVER else versioning,
        INSTANCES: [each["name"] for each in row.get(INSTANCES) or ()],
        "condition": (row.get("state") or {}).get("code"),
    }
    return found


def _cors(api: Api, sighting: Sighting) -> Wired:
    row = one_row(api, GET, ROWS, {**sighting.address, "includeCors": True})
    return {"cors": {"rules": (row.get("cors") or {}).get("rules") or []}}


CORS = FieldRead(_cors, (GET,))

"""The options of an instance's metadata service.

Source: https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_UpdateInstanceMetadataOptions.html
"""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.lightsail.core.courses import Course
from reconciler.sandbox.lightsail.core.operations import Operations, Reply
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import invalid
from reconciler.sandbox.lightsail.instances.attachments import settled_instance

DEFAULT_OPTIONS: Mapping[str, Any] = {
    "httpTokens": "optional",
    "httpEndpoint": "enabled",
    "httpPutResponseHopLimit": 1,
    "httpProtocolIpv6": "disabled",
}
MOST_HOPS = 64
WITH_IPV6 = "eu-north-1"

operations = Operations()


def shown_options(plane: Plane, record: Record) -> dict[str, Any]:
    """Return the options with their state, which is pending for a while after a change of a running instance."""
    course: Course | None = record.settings.get("optionsCourse")
    return {"state": course.at(plane.now()) if course else "applied", **record.settings["metadataOptions"]}


@operations.answers
def update_instance_metadata_options(plane: Plane, instanceName: str, **options: Any) -> Reply:
    """Change options of a running or stopped instance; those that are not given stay, but httpTokens."""
    record = settled_instance(plane, instanceName)
    if not 1 <= options.get("httpPutResponseHopLimit", 1) <= MOST_HOPS:
        raise invalid(f"httpPutResponseHopLimit must be between 1 and {MOST_HOPS}.")
    if options.get("httpProtocolIpv6") == "enabled" and plane.region_name != WITH_IPV6:
        raise invalid(f"httpProtocolIpv6 is available in {WITH_IPV6} only.")
    changed = {"httpTokens": "optional", **options}
    record.settings["metadataOptions"] = {**record.settings["metadataOptions"], **changed}
    record.settings["optionsCourse"] = plane.course("pending", then="applied")
    return {"operation": plane.note("UpdateInstanceMetadataOptions", record)}

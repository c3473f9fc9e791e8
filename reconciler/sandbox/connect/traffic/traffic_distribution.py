"""The distribution of a group's calls, agents and sign-ins over Regions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply
from reconciler.sandbox.connect.core.plane import Plane
from reconciler.sandbox.connect.core.refusals import conflict, not_allowed
from reconciler.sandbox.connect.core.stored_records import Record
from reconciler.sandbox.connect.traffic.traffic_state import UPDATING, begin, get_group, status_of

PARTS = ("TelephonyConfig", "SignInConfig", "AgentConfig")

operations = Operations()


@operations.on_plane
def get_traffic_distribution(plane: Plane, Id: str) -> Reply:
    """Show the distribution; only the default group has sign-ins."""
    _, record = get_group(plane, Id, anywhere=True)
    parts = {part: record.settings[part] for part in PARTS if part in record.settings}
    return {"Id": record.id, "Arn": record.arn, **parts}


@operations.on_plane
def update_traffic_distribution(plane: Plane, Id: str, **parts: Mapping[str, Any]) -> Reply:
    """Start to change the parts of the distribution in the request; each part is replaced as a whole."""
    instance, record = get_group(plane, Id, anywhere=True)
    if status_of(instance, record) != "ACTIVE":
        raise conflict(f"Traffic distribution group {record.name} is being changed.")
    if "SignInConfig" in parts and not record.aws_owned:
        raise not_allowed("SignInConfig can be given for the default traffic distribution group only.")
    for part, given in parts.items():
        for problem in _problems(record, part, given["Distributions"]):
            raise not_allowed(f"{part}: {problem}")
    instance.change(record, parts)
    begin(instance, record, UPDATING)
    return {}


def _problems(record: Record, part: str, shares: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    known = sorted(share["Region"] for share in record.settings[part]["Distributions"])
    if sorted(share["Region"] for share in shares) != known:
        yield f"give each of {', '.join(known)} once."
    if part == "SignInConfig":
        if not any(share["Enabled"] for share in shares):
            yield "one region must be enabled."
    elif sum(share["Percentage"] for share in shares) != 100:
        yield "the percentages must add up to 100."

"""Resources that several samples need."""

from reconciler.testing import Resources


def in_instance(resources: Resources | None = None) -> Resources:
    """These resources in an instance with two levels of hierarchy."""
    instance = {
        "identity_management_type": "CONNECT_MANAGED",
        "inbound_calls_enabled": True,
        "outbound_calls_enabled": True,
        "hierarchy_structure": {"level_one": "Site", "level_two": "Team"},
    }
    return {"connect.instance": {"contract-suite": instance}, **(resources or {})}

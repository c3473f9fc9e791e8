"""What AWS charges for parameters: advanced ones; standard parameters cost nothing at standard throughput.

Source: https://aws.amazon.com/systems-manager/pricing/
"""

from reconciler.contract import Charge, Costs, Volume, fixed, volume
from reconciler.model import Part, Settings

SERVICE = "AWSSystemsManager"


class ParameterVolumes(Part):
    """The volumes of a parameter."""

    requests: Volume = None
    """Requests a month; only of an advanced parameter."""


def _is_advanced(settings: Settings) -> bool:
    return settings.get("tier") == "Advanced"


PARAMETER = Costs(
    (
        Charge(
            "parameter", SERVICE, "PS-Advanced-Param-Tier1", "parameter-month", fixed(1), _is_advanced,
            fixed=True,
        ),
        Charge("requests", SERVICE, "PS-Param-Processed-Tier1", "request", volume("requests"), _is_advanced),
    ),
    ParameterVolumes,
)  # fmt: skip

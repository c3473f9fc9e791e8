"""A client of Lightsail on a clock of its own."""

from typing import Any

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.lightsail.backend import LightsailPlane, plane_of
from tests.sandbox.refusals import REGION, client_of, refusal

SETTLING = 10.0
ZONE = f"{REGION}a"
UBUNTU = {"blueprintId": "ubuntu_22_04", "bundleId": "small_3_0", "availabilityZone": ZONE}


class Servers:
    """The sandbox's Lightsail, its clock and a client without parameter checks."""

    def __init__(self, box: Sandbox, clock: VirtualClock) -> None:
        self.box, self.clock = box, clock
        self.client = client_of(box, "lightsail")

    @property
    def plane(self) -> LightsailPlane:
        return plane_of(self.box.account, REGION)

    def create(self, *names: str, **members: Any) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = self.client.create_instances(
            instanceNames=list(names), **{**UBUNTU, **members}
        )["operations"]
        return made

    def settle(self) -> None:
        """Let every present state pass."""
        self.clock.sleep(SETTLING)

    def shown(self, name: str = "web") -> dict[str, Any]:
        found: dict[str, Any] = self.client.get_instance(instanceName=name)["instance"]
        return found

    def state(self, name: str = "web") -> str:
        return str(self.client.get_instance_state(instanceName=name)["state"]["name"])

    def refused(self, call: str, **members: Any) -> str:
        """The error of a call: code and message."""
        return " ".join(refusal(self.client, call, **members))

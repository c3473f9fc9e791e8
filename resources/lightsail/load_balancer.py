"""lightsail.load_balancer: a load balancer with its certificates and the instances behind it."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import Api, Attribute, Create, Delete, Reads, Sighting, own_fields
from reconciler.model import Settings
from reconciler.resources.lightsail import costs, unused
from reconciler.resources.lightsail.common import LightsailAdapter, identity, tagging
from reconciler.resources.lightsail.load_balancer_changes import (
    COMPARED,
    GROUPS,
    impossible,
    with_first_certificate,
)
from reconciler.resources.lightsail.load_balancer_cloudformation import CLOUDFORMATION
from reconciler.resources.lightsail.load_balancer_model import DEFAULTS, LoadBalancer
from reconciler.resources.lightsail.load_balancer_problems import problems
from reconciler.resources.lightsail.load_balancer_reading import (
    AT_REST,
    ATTRIBUTES,
    CHECKS,
    GET,
    IN,
    LIST,
    OF_CERTIFICATES,
    STATE,
    remarks,
    shown,
)

FIXED = ("instance_port",)
OF_ROWS = ("tls_certificates", "attached_certificate")


class LoadBalancerAdapter(LightsailAdapter[LoadBalancer]):
    """CreateLoadBalancer, UpdateLoadBalancerAttribute; operations for its certificates and its instances."""

    kind = "lightsail.load_balancer"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="network", column=0)
    attributes: ClassVar[Mapping[str, Attribute]] = ATTRIBUTES
    model = LoadBalancer
    costs = costs.LOAD_BALANCER
    unused = unused.LOAD_BALANCER
    summary = "a load balancer of Lightsail with its certificates and the instances behind it"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = identity("LoadBalancer", "loadBalancerName")
    create = Create(
        "create_load_balancer",
        (*FIXED, "health_check_path", "ip_address_type", "tls_policy_name", *OF_ROWS),
        needed=frozenset(FIXED),
        fixed=frozenset(FIXED),
        partly=frozenset(OF_ROWS),
    )
    updates = GROUPS
    # A new one has another DNS name.
    delete = Delete("delete_load_balancer", protected=True, loses="its DNS name, to which DNS records point")
    reads = Reads(
        list=LIST,
        get=GET,
        shown_in=IN,
        alone=dict.fromkeys(OF_ROWS, OF_CERTIFICATES),
        listed=frozenset(own_fields(LoadBalancer, *OF_ROWS)),
        gets_one=True,
    )
    tagging = tagging(GET, IN)
    compared: ClassVar[Mapping[str, Callable[..., Any]]] = COMPARED
    checks = CHECKS
    problems = staticmethod(problems)
    shown = staticmethod(shown)
    remarks = staticmethod(remarks)
    impossible = staticmethod(impossible)

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        del api
        return with_first_certificate(parameters)

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        state = self._got(api, sighting.address)[STATE]
        return None if state in AT_REST else f"load balancer is {state}"

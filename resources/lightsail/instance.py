"""lightsail.instance: a virtual private server with its public ports and automatic snapshots."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    Address,
    Api,
    Attribute,
    Check,
    Create,
    Delete,
    Reads,
    Sighting,
    Wired,
    own_fields,
    state_check,
)
from reconciler.model import Settings
from reconciler.resources.lightsail import costs
from reconciler.resources.lightsail.common import LightsailAdapter, identity, tagging
from reconciler.resources.lightsail.instance_changes import GROUPS, impossible, replaces
from reconciler.resources.lightsail.instance_cloudformation import CLOUDFORMATION
from reconciler.resources.lightsail.instance_copies import COPIES, SNAPSHOTS
from reconciler.resources.lightsail.instance_http import HTTP
from reconciler.resources.lightsail.instance_model import DEFAULTS, Instance
from reconciler.resources.lightsail.instance_problems import problems
from reconciler.resources.lightsail.instance_reading import (
    GOING,
    LIST,
    STATE,
    STATE_NAME,
    at_work,
    shown,
    still_there,
)

GET = "get_instance"
FIXED = ("availability_zone", "blueprint_id", "key_pair_name")
DEFAULT_KEY_PAIR = "LightsailDefaultKeyPair"


class InstanceAdapter(LightsailAdapter[Instance]):
    """CreateInstances for one instance; an operation for each other setting."""

    kind = "lightsail.instance"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="compute", column=1)
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "public_ip": Attribute(
            "its public IPv4 address, which changes unless it has a static one", "publicIpAddress"
        ),
        "private_ip": Attribute("its private IPv4 address", "privateIpAddress"),
    }
    model = Instance
    costs = costs.INSTANCE
    summary = "a virtual private server of Lightsail with its public ports and automatic snapshots"
    console = "https://lightsail.aws.amazon.com/ls/webapp/{region}/instances/{name}/connect"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = identity("Instance", "instanceName", "Disk", named="instanceNames")
    create = Create(
        "create_instances",
        (*FIXED, "bundle_id", "user_data", "ip_address_type", "add_ons"),
        needed=frozenset({"availability_zone", "blueprint_id", "bundle_id"}),
        fixed=frozenset(FIXED),
        write_only=frozenset({"user_data"}),
        before_delete=True,
        copies=COPIES,
    )
    updates = GROUPS
    delete = Delete(
        "delete_instance",
        protected=True,
        loses="its disk with all data, and its automatic snapshots",
        parameters=lambda sighting: {**sighting.address, "forceDeleteAddOns": True},
        before=SNAPSHOTS.removing,
        progress=still_there,
        calls=(LIST, SNAPSHOTS.show, SNAPSHOTS.remove),
    )
    reads = Reads(
        list=LIST,
        get=GET,
        shown_in="instance",
        listed=frozenset(own_fields(Instance, "user_data")),
        called=(STATE,),
        page=50,
        gets_one=True,
    )
    tagging = tagging(GET, "instance")
    checks: ClassVar[Mapping[str, Check]] = {
        "state": state_check(STATE_NAME, ("running",), GET),
        "http": HTTP,
    }
    problems = staticmethod(problems)
    shown = staticmethod(shown)
    replaces = staticmethod(replaces)
    impossible = staticmethod(impossible)

    def list(self, api: Api, scope: Address) -> Iterator[Sighting]:
        for row in api.pages(self.reads.list):
            if row["state"]["name"] not in GOING:
                yield self.seen(api, scope, row)

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        del api
        return {**parameters, "instanceNames": [parameters["instanceNames"]]}

    def name_made(self, parameters: Wired) -> str:
        return str(parameters["instanceNames"][0])

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        return at_work(api, sighting.id)

    def not_written(self, sighting: Sighting) -> Collection[str]:
        return {"key_pair_name"} if sighting.settings.get("keyPairName") == DEFAULT_KEY_PAIR else ()

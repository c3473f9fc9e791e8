"""lightsail.static_ip: a public IPv4 address that stays the same."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Address,
    Api,
    Attribute,
    Calls,
    Change,
    Create,
    Delete,
    InFiles,
    Reads,
    Request,
    Sighting,
    Wired,
    tags_in,
)
from reconciler.model import CamelResource, Finding, Ref, Wire
from reconciler.resources.lightsail import costs, unused
from reconciler.resources.lightsail.common import LOWER, LightsailAdapter, identity
from reconciler.resources.lightsail.static_ip_marks import TAGGING, after_release, key_pair_of

GET, ATTACH, DETACH = "get_static_ip", "attach_static_ip", "detach_static_ip"
KEY_PAIRS, DELETE_KEY_PAIR = "get_key_pairs", "delete_key_pair"


class StaticIp(CamelResource):
    """A static IP address.

    Source: AllocateStaticIp, AttachStaticIp, DetachStaticIp (Amazon Lightsail API Reference).
    """

    attached_to: Annotated[str | None, Ref("lightsail.instance"), Wire("attachedTo")] = None
    """The instance that has it; null for none. If left out, attachments are not touched."""


def move(change: Change) -> Iterator[Request]:
    """Take the address from an instance and give it to another one."""
    if change.reported.get("attachedTo"):
        yield Request(DETACH, change.address)
    if change.desired.get("attachedTo"):
        yield Request(ATTACH, {**change.address, "instanceName": change.desired["attachedTo"]})


def detached(api: Api, sighting: Sighting) -> Iterator[Request]:
    """Take the address from its instance, before it is released."""
    if api.call(GET, **sighting.address)["staticIp"].get("attachedTo"):
        yield Request(DETACH, sighting.address)


def problems(files: InFiles) -> Iterator[Finding]:
    """A mistake if another address of the files is for the same instance, which can have one."""
    own = files.settings.get("attached_to")
    for name, other in files.every("lightsail.static_ip").items():
        if own is None or name == files.name:
            return
        if other.get("attached_to") == own:
            said = (
                f"lightsail.static_ip/{name} is for the same instance, which can have one; keep one of them"
            )
            yield Finding(said, ("attached_to",))


class StaticIpAdapter(LightsailAdapter[StaticIp]):
    """AllocateStaticIp; AttachStaticIp and DetachStaticIp for its instance."""

    kind = "lightsail.static_ip"
    cloudformation = CloudFormation(
        type="AWS::Lightsail::StaticIp",
        called={"StaticIpName": "name"},
        not_granted={"lightsail:GetInstance": "the address itself shows its instance"},
    )
    appearance = Appearance(sort="network", column=2)
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "ip_address": Attribute("the address itself", "ipAddress")
    }
    model = StaticIp
    costs = costs.STATIC_IP
    unused = unused.STATIC_IP
    summary = "a public IPv4 address that an instance of Lightsail keeps"
    identity = identity("StaticIp", "staticIpName", "KeyPair")
    create = Create("allocate_static_ip")
    updates = (Calls(move, ("attached_to",), (DETACH, ATTACH)),)
    # Another account may get a released address.
    delete = Delete(
        "release_static_ip",
        protected=True,
        loses="its address cannot be had again",
        before=detached,
        after=after_release,
        calls=(GET, DETACH, DELETE_KEY_PAIR),
    )
    reads = Reads(
        list="get_static_ips",
        get=GET,
        shown_in="staticIp",
        listed=frozenset({"attached_to"}),
        called=(KEY_PAIRS,),
        joined=frozenset({KEY_PAIRS}),
        gets_one=True,
    )
    tagging = TAGGING
    problems = staticmethod(problems)

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        tags = {row["name"]: tags_in(row.get("tags"), LOWER) for row in api.pages(KEY_PAIRS)}
        for each in super().list(api, scope):
            yield replace(each, tags=tags.get(key_pair_of(each.name), {}))

    def shown(self, row: Any) -> Wired:
        """An address; one that is free has no instance."""
        shown: Wired = row | {"attachedTo": row.get("attachedTo")}
        return shown

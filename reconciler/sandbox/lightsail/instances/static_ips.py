"""Static IP addresses. They have no tags.

Source: https://docs.aws.amazon.com/lightsail/latest/userguide/understanding-static-ip-addresses-in-amazon-lightsail.html
"""

from typing import Any

from reconciler.sandbox.lightsail.core.operations import Operations, Reply, Shown, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import failed
from reconciler.sandbox.lightsail.instances.attachments import (
    HOLDER,
    INSTANCE,
    SETTLED,
    STATIC_IP,
    attached_to,
    release,
    require_attached,
    require_released,
    settled_instance,
)

NOUN = "static IP"
MOST = 5
"""Of a Region, by AWS's default quota."""


def view(_plane: Plane, record: Record) -> dict[str, Any]:
    """Show a static IP address."""
    shown = record.head()
    del shown["tags"]
    holder = record.settings.get(HOLDER)
    attached = {"attachedTo": holder} if holder else {}
    return {**shown, "ipAddress": record.settings["ipAddress"], "isAttached": bool(holder), **attached}


operations = Operations(Shown(STATIC_IP, view, get="GetStaticIp", list="GetStaticIps"))


@operations.answers
def allocate_static_ip(plane: Plane, staticIpName: str) -> Reply:
    """Create an address."""
    plane.require_free([staticIpName])
    if len(plane.every(STATIC_IP)) >= plane.quotas.get(STATIC_IP, MOST):
        raise failed(f"You have reached the maximum number of static IPs: {MOST}")
    record = plane.add(STATIC_IP, staticIpName, {"ipAddress": plane.next_addresses()[0]})
    return done(plane, "AllocateStaticIp", record)


@operations.answers
def release_static_ip(plane: Plane, staticIpName: str) -> Reply:
    """Delete an address; it must not be attached."""
    record = plane.get(STATIC_IP, staticIpName)
    require_released(record, NOUN)
    plane.remove(record)
    return done(plane, "ReleaseStaticIp", record)


@operations.answers
def attach_static_ip(plane: Plane, staticIpName: str, instanceName: str) -> Reply:
    """Attach a free address to a running or stopped instance that has none.

    Whether AWS moves an address that is attached is not documented, so this is refused.
    """
    record, instance = plane.get(STATIC_IP, staticIpName), plane.get(INSTANCE, instanceName)
    require_released(record, NOUN)
    plane.require_state(instance, SETTLED)
    if instance.settings["ipAddressType"] == "ipv6":
        raise failed(f"The instance {instance.name} is IPv6-only and cannot have a static IP.")
    others = [each.name for each in attached_to(plane, STATIC_IP, instance)]
    if others:
        raise failed(f"The instance {instance.name} already has the static IP {others[0]}; detach it first.")
    record.settings[HOLDER] = instance.name
    return done(plane, "AttachStaticIp", record, instance.name)


@operations.answers
def detach_static_ip(plane: Plane, staticIpName: str) -> Reply:
    """Detach an address; its instance gets another one."""
    record = plane.get(STATIC_IP, staticIpName)
    holder = require_attached(record, NOUN)
    instance = settled_instance(plane, holder)
    release(record)
    instance.settings["publicIpAddress"] = plane.next_addresses()[0]
    return done(plane, "DetachStaticIp", record, holder)

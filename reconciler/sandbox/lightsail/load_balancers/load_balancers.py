"""Load balancers: their settings, and the instances behind them. Known-lossy: no request reaches an instance, so a running one is healthy.

Sources: https://docs.aws.amazon.com/lightsail/latest/userguide/understanding-lightsail-load-balancers.html and the descriptions of
the operations in the API Reference. The limits of the cookie's duration are those of Elastic Load Balancing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.lightsail_offers import known, table
from reconciler.sandbox.lightsail.certificates.domains import valid_names
from reconciler.sandbox.lightsail.core.operations import Operations, Reply, Shown, done
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import failed, invalid
from reconciler.sandbox.lightsail.instances.attachments import INSTANCE
from reconciler.sandbox.lightsail.load_balancers.tls_certificates import (
    ATTACHED,
    CERTIFICATES,
    LOAD_BALANCER,
    add_certificate,
)

MOST = 10
"""Of a Region, by AWS's default quota."""
INSTANCES, REDIRECTS, POLICY = "instances", "httpsRedirectionEnabled", "tlsPolicyName"
STICKY, DURATION = "SessionStickinessEnabled", "SessionStickiness_LB_CookieDurationSeconds"
LONGEST = 7 * 24 * 3600
POLICIES = "tls_policies"
FLAGS = ("true", "false")
OF_CERTIFICATE = ("certificateName", "certificateDomainName")


def view(plane: Plane, record: Record) -> dict[str, Any]:
    """Show a load balancer."""
    settings = record.settings
    attached = settings[ATTACHED]
    return {
        **record.head(),
        "dnsName": f"{record.arn.rpartition('/')[2]}.{plane.region_name}.elb.amazonaws.com",
        "state": plane.state(record),
        "protocol": "HTTP_HTTPS" if attached else "HTTP",
        "publicPorts": [80, 443] if attached else [80],
        "healthCheckPath": settings["healthCheckPath"],
        "instancePort": settings["instancePort"],
        "instanceHealthSummary": [_health(plane, record, each) for each in behind(plane, record)],
        "tlsCertificateSummaries": [
            {"name": name, "isAttached": name == attached} for name in settings[CERTIFICATES]
        ],
        "configurationOptions": {STICKY: settings[STICKY], DURATION: settings[DURATION]},
        "ipAddressType": settings["ipAddressType"],
        REDIRECTS: settings[REDIRECTS],
        POLICY: settings[POLICY],
    }


operations = Operations(Shown(LOAD_BALANCER, view, get="GetLoadBalancer", list="GetLoadBalancers"))


def behind(plane: Plane, record: Record) -> list[Record]:
    """Return the instances behind a load balancer; a deleted one is not, although another may have its name."""
    attached = record.settings[INSTANCES]
    found = (plane.find(INSTANCE, name) for name in attached)
    return [each for each in found if each and each.arn == attached[each.name][0]]


@operations.answers
def create_load_balancer(
    plane: Plane, loadBalancerName: str, tags: Sequence[Mapping[str, str]] = (), **members: Any
) -> Reply:
    """Create a load balancer without instances, and possibly a certificate of it."""
    if len({*OF_CERTIFICATE} & members.keys()) == 1:
        raise invalid(f"{' and '.join(OF_CERTIFICATE)} must be specified together.")
    if len(plane.every(LOAD_BALANCER)) >= plane.quotas.get(LOAD_BALANCER, MOST):
        raise failed(f"You have reached the maximum number of load balancers: {MOST}")
    if members["instancePort"] < 0:
        raise invalid(f"The instance port is not valid: {members['instancePort']}")
    name, domain = (members.get(each) for each in OF_CERTIFICATE)
    names = valid_names(domain, members.get("certificateAlternativeNames", ())) if domain else []
    default = next(row["name"] for row in table(POLICIES) if row["is_default"])
    settings = {
        "instancePort": members["instancePort"],
        "healthCheckPath": _path(members.get("healthCheckPath", "/")),
        "ipAddressType": members.get("ipAddressType", "dualstack"),
        REDIRECTS: False,
        POLICY: _policy(members.get(POLICY, default)),
        STICKY: "false",
        DURATION: "86400",
        INSTANCES: {},
        CERTIFICATES: {},
        ATTACHED: None,
    }
    course = plane.course("provisioning", then="active")
    record = plane.add(LOAD_BALANCER, loadBalancerName, settings, tags=tags, course=course)
    if name:
        add_certificate(plane, record, name, names)
    return done(plane, "CreateLoadBalancer", record)


@operations.answers
def update_load_balancer_attribute(
    plane: Plane, loadBalancerName: str, attributeName: str, attributeValue: str
) -> Reply:
    """Change one setting."""
    record = plane.get(LOAD_BALANCER, loadBalancerName)
    plane.require_state(record, ("active",))
    settings = record.settings
    if attributeName == "HealthCheckPath":
        settings["healthCheckPath"] = _path(attributeValue)
    elif attributeName == "TlsPolicyName":
        settings[POLICY] = _policy(attributeValue)
    elif attributeName == DURATION:
        if not attributeValue.isdecimal() or not 1 <= int(attributeValue) <= LONGEST:
            raise invalid(f"The cookie duration must be between 1 and {LONGEST} seconds: {attributeValue}")
        settings[DURATION] = attributeValue
    elif attributeValue not in FLAGS:
        raise invalid(f"{attributeName} must be true or false: {attributeValue}")
    elif attributeName == STICKY:
        settings[STICKY] = attributeValue
    else:
        if attributeValue == FLAGS[0] and not settings[ATTACHED]:
            raise failed(f"Attach a certificate to {record.name} before HTTPS redirection is enabled.")
        settings[REDIRECTS] = attributeValue == FLAGS[0]
    return done(plane, "UpdateLoadBalancerAttribute", record, attributeName)


@operations.answers
def attach_instances_to_load_balancer(
    plane: Plane, loadBalancerName: str, instanceNames: Sequence[str]
) -> Reply:
    """Put running instances behind a load balancer."""
    record = plane.get(LOAD_BALANCER, loadBalancerName)
    plane.require_state(record, ("active",))
    found = [plane.get(INSTANCE, name) for name in instanceNames]
    for each in found:
        plane.require_state(each, ("running",))
    for each in found:
        record.settings[INSTANCES][each.name] = (each.arn, plane.course("initial", then="healthy"))
    return done(plane, "AttachInstancesToLoadBalancer", record, " ".join(instanceNames))


@operations.answers
def detach_instances_from_load_balancer(
    plane: Plane, loadBalancerName: str, instanceNames: Sequence[str]
) -> Reply:
    """Take instances away from a load balancer."""
    record = plane.get(LOAD_BALANCER, loadBalancerName)
    present = [each.name for each in behind(plane, record)]
    for name in instanceNames:
        if name not in present:
            raise invalid(f"The instance {name} is not attached to {record.name}.")
    for name in instanceNames:
        del record.settings[INSTANCES][name]
    return done(plane, "DetachInstancesFromLoadBalancer", record, " ".join(instanceNames))


@operations.answers
def delete_load_balancer(plane: Plane, loadBalancerName: str) -> Reply:
    """Delete a load balancer with its certificates; its instances stay."""
    record = plane.get(LOAD_BALANCER, loadBalancerName)
    plane.remove(record)
    return done(plane, "DeleteLoadBalancer", record)


@operations.pages("tlsPolicies", order=lambda row: str(row["name"]))
def get_load_balancer_tls_policies(plane: Plane) -> Sequence[dict[str, Any]]:
    """List the policies, without their ciphers."""
    del plane
    return [
        {"name": row["name"], "isDefault": row["is_default"], "protocols": list(row["protocols"])}
        for row in table(POLICIES)
    ]


def _health(plane: Plane, record: Record, instance: Record) -> dict[str, str]:
    """The health of an instance."""
    if plane.state(instance) != "running":
        unused = {"instanceHealth": "unused", "instanceHealthReason": "Instance.InvalidState"}
        return {"instanceName": instance.name, **unused}
    state = record.settings[INSTANCES][instance.name][1].at(plane.now())
    why = {} if state == "healthy" else {"instanceHealthReason": "Lb.RegistrationInProgress"}
    return {"instanceName": instance.name, "instanceHealth": state, **why}


def _path(text: str) -> str:
    if not text.startswith("/"):
        raise invalid(f"The health check path must begin with /: {text}")
    return text


def _policy(name: str) -> str:
    if known(POLICIES, "name", name) is None:
        raise invalid(f"The TLS policy does not exist: {name}")
    return name

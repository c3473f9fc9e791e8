"""Finds mistakes that AWS would refuse and that depend on several fields of a VPC endpoint, or on several endpoints.

Sources: CreateVpcEndpoint, DnsOptionsSpecification (Amazon EC2 API Reference); "Gateway endpoints" (AWS PrivateLink).
"""

from collections.abc import Iterator, Mapping

from reconciler.contract import InFiles
from reconciler.interpolation import has_reference, parse_token
from reconciler.model import Finding, Settings
from reconciler.resources.ec2.vpc_endpoint_model import BALANCER, GATEWAY, INTERFACE

KIND = "ec2.vpc_endpoint"
WITH_GROUPS = (INTERFACE, "Resource", "ServiceNetwork", "Tunnel")
TARGETS: Mapping[str, str] = {
    GATEWAY: "service_name",
    INTERFACE: "service_name",
    BALANCER: "service_name",
    "ServiceNetwork": "service_network_arn",
    "Resource": "resource_configuration_arn",
    "Tunnel": "resource_configuration_arn",
}
"""By type: the field of what the endpoint leads to."""
TAKEN_BY: Mapping[str, tuple[str, ...]] = {
    "service_region": (INTERFACE,),
    "policy_document": (GATEWAY, INTERFACE),
    "route_table_ids": (GATEWAY,),
    "subnet_ids": (*WITH_GROUPS, BALANCER),
    "subnet_configurations": (*WITH_GROUPS, BALANCER),
    "security_group_ids": WITH_GROUPS,
    "private_dns_enabled": WITH_GROUPS,
}
"""By field: the types of endpoints that have it."""
ROWS, DNS, INBOUND = "subnet_configurations", "dns_options", "private_dns_only_for_inbound_resolver_endpoint"
PREFERENCE, DOMAINS = "private_dns_preference", "private_dns_specified_domains"


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one endpoint."""
    type_ = files.values.get("vpc_endpoint_type", GATEWAY)
    if "vpc_endpoint_type" in files.wrong or type_ not in TARGETS:
        return
    if files.new or "vpc_endpoint_type" in files.values:
        yield from _of_type(files, type_)
        yield from _dns(files, type_)
    yield from _subnets(files, type_)
    yield from _dns_of_vpc(files)
    yield from _conflicts(files, type_)


def _of_type(files: InFiles, type_: str) -> Iterator[Finding]:
    written, target = files.values, TARGETS[type_]
    kinds = f"{'an' if type_ == INTERFACE else 'a'} {type_} endpoint"
    if files.lacks("vpc_id"):
        yield Finding("a new VPC endpoint needs vpc_id", warning=True)
    if files.lacks(target):
        yield Finding(f"{kinds} needs {target}; write it, or another vpc_endpoint_type", warning=True)
    for name in sorted({*TARGETS.values()} - {target}):
        if name in written:
            yield Finding(
                f"{kinds} leads to {target}; leave this out, or write another vpc_endpoint_type", (name,)
            )
    for name, types in TAKEN_BY.items():
        if written.get(name) and type_ not in types:
            yield Finding(f"only endpoints of the types {', '.join(types)} have this; leave it out", (name,))


def _dns(files: InFiles, type_: str) -> Iterator[Finding]:
    options, private = files.values.get(DNS) or {}, files.values.get("private_dns_enabled")
    if options.get(INBOUND) and private is False:
        yield Finding(
            "it is about private DNS; write `private_dns_enabled: true`, or leave this out", (DNS, INBOUND)
        )
    if options.get(PREFERENCE) and (private is False or type_ not in ("ServiceNetwork", "Resource")):
        said = "only endpoints of the types ServiceNetwork and Resource with private_dns_enabled have this"
        yield Finding(f"{said}; leave it out", (DNS, PREFERENCE))
        return
    with_domains = "SPECIFIED_DOMAINS" in (options.get(PREFERENCE) or "")
    if with_domains and not options.get(DOMAINS):
        yield Finding(f"{options[PREFERENCE]} needs {DOMAINS}", (DNS, PREFERENCE))
    if options.get(DOMAINS) and not with_domains:
        said = "VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS or SPECIFIED_DOMAINS_ONLY"
        yield Finding(f"it is only used with {PREFERENCE} {said}", (DNS, DOMAINS))


def _subnets(files: InFiles, type_: str) -> Iterator[Finding]:
    subnets = files.values.get("subnet_ids")
    if type_ == BALANCER and subnets and len(subnets) > 1:
        yield Finding("a GatewayLoadBalancer endpoint has one subnet", ("subnet_ids",))
    needed = {"dualstack": ("ipv4", "ipv6"), "ipv6": ("ipv6",)}.get(
        files.values.get("ip_address_type", "ipv4"), ("ipv4",)
    )
    told = files.new or "ip_address_type" in files.settings
    for number, row in enumerate(files.values.get(ROWS) or ()):
        if "subnet_ids" not in files.wrong and row.get("subnet_id") not in (subnets or ()):
            yield Finding("write this subnet in subnet_ids too", (ROWS, number, "subnet_id"))
        lacking = [each for each in needed if not row.get(each)]
        if lacking and told:
            yield Finding(
                f"the address of the endpoint is missing: write {' and '.join(lacking)}", (ROWS, number)
            )
        for each in {"ipv4", "ipv6"} - {*needed} if told else ():
            if row.get(each):
                yield Finding(
                    "the ip_address_type of the endpoint has no such addresses; leave this out",
                    (ROWS, number, each),
                )


def _dns_of_vpc(files: InFiles) -> Iterator[Finding]:
    """Private DNS in a VPC of the files that resolves no names."""
    vpc = files.values.get("vpc_id")
    token = parse_token(vpc) if vpc and files.values.get("private_dns_enabled") else None
    settings = files.others("ec2.vpc", token.name) if token and token.word == "ec2.vpc" else None
    for name in ("enable_dns_support", "enable_dns_hostnames"):
        if settings and settings.get(name) is False:
            said = (
                f"private DNS needs `{name}: true` of {vpc}; write it there, or `private_dns_enabled: false`"
            )
            yield Finding(said, ("private_dns_enabled",))


def _conflicts(files: InFiles, type_: str) -> Iterator[Finding]:
    """What an earlier endpoint of the files for the same service has, and only one can have."""
    service = files.values.get("service_name")
    for name, other in files.every(KIND).items():
        if name == files.name:
            return
        if service is None or other.get("service_name") != service or _type(other) != type_:
            continue
        said = f"{KIND}/{name} for the same service has it too"
        tables = set(other.get("route_table_ids") or ()) if type_ == GATEWAY else ()
        for at, table in enumerate(files.values.get("route_table_ids") or ()):
            if table in tables:
                where = f"{table}: " if has_reference(table) else ""
                yield Finding(f"{where}{said}; a table has one route to a service", ("route_table_ids", at))
        both = (files.values, other)
        private = type_ == INTERFACE and all(each.get("private_dns_enabled") for each in both)
        if private and other.get("vpc_id") == files.values.get("vpc_id"):
            yield Finding(f"{said}; only one endpoint of a VPC has it", ("private_dns_enabled",))


def _type(settings: Settings) -> str:
    return str(settings.get("vpc_endpoint_type") or GATEWAY)

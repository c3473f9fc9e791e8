"""The values of VPC endpoints: each type has fields of its own, and only one endpoint of a VPC has private DNS for a service."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.samples.ec2_vpc_endpoint import (
    DOMAINS,
    DYNAMODB,
    INBOUND,
    LOGS,
    NETWORK,
    OTHER_NETWORK,
    OTHER_RESOURCE,
    RESOURCE,
    S3,
    policy,
)
from tests.faults.field_places import FieldValues, KindValues, Settings
from tests.faults.generated_fields import kind_values_of

VPC: Settings = {"vpc_id": "${one_vpc}"}
GATEWAY: Settings = {**VPC, "service_name": DYNAMODB}
INTERFACE: Settings = {**VPC, "vpc_endpoint_type": "Interface", "service_name": LOGS}
QUIET: Settings = {**INTERFACE, "private_dns_enabled": False}
PLACED: Settings = {**QUIET, "subnet_ids": ["${one_subnet}"]}
ROWS, OPTIONS = "subnet_configurations", "dns_options"
FIRST = {"subnet_id": "${one_subnet}", "ipv4": "10.0.1.77"}
BOTH = {**FIRST, "ipv6": "${one_address}"}


def service(region: str) -> Settings:
    """The service of a Region."""
    return {"service_name": f"com.amazonaws.{region}.logs"}


def rows(first: Settings, second: Settings, **more: object) -> FieldValues:
    """Two values of the whole list: an endpoint has an address of each of its types in each of its subnets."""
    one, other = ({"subnet_ids": [row["subnet_id"]]} for row in (first, second))
    turns = (one, one, other)
    return FieldValues(
        [first], [second], tops=True, base={**QUIET, **more}, edges=(), without=ROWS, turns=turns
    )


def vpc_endpoint() -> KindValues:
    kind_values = kind_values_of(known_kinds()["ec2.vpc_endpoint"])
    inbound = {**INTERFACE, "service_name": S3, "private_dns_enabled": True}
    network = {
        **VPC,
        "vpc_endpoint_type": "ServiceNetwork",
        "service_network_arn": NETWORK,
        "private_dns_enabled": True,
    }
    by_path = {
        **kind_values.by_path,
        "vpc_endpoint_type": FieldValues(
            "Interface", "Gateway", base={**VPC, "service_name": S3}, edges=(),
            turns=({}, {"private_dns_enabled": False}, {}),
        ),
        "vpc_id": FieldValues("${one_vpc}", "${another_vpc}", base={"service_name": S3}, edges=()),
        "service_name": FieldValues(S3, DYNAMODB, base=VPC, edges=()),
        "service_region": FieldValues(
            "us-east-1", "us-west-2", base=QUIET, edges=(), turns=(service("eu-west-2"), service("us-east-1"), service("us-west-2")),
        ),
        "service_network_arn": FieldValues(NETWORK, OTHER_NETWORK, base={**VPC, "vpc_endpoint_type": "ServiceNetwork"}, edges=()),
        "resource_configuration_arn": FieldValues(RESOURCE, OTHER_RESOURCE, base={**VPC, "vpc_endpoint_type": "Resource"}, edges=()),
        "policy_document": FieldValues(policy("logs:PutLogEvents"), policy("logs:*"), base=QUIET, edges=()),
        "route_table_ids": FieldValues(["${one_table}"], ["${another_table}"], base=GATEWAY, edges=([],)),
        "subnet_ids": FieldValues(["${one_subnet}"], ["${another_subnet}"], base=QUIET, edges=([],)),
        ROWS: FieldValues([FIRST], [{**FIRST, "ipv4": "10.0.1.78"}], base=PLACED, edges=()),
        f"{ROWS}[].subnet_id": rows(FIRST, {"subnet_id": "${another_subnet}", "ipv4": "10.0.2.77"}),
        f"{ROWS}[].ipv4": rows(FIRST, {**FIRST, "ipv4": "10.0.1.78"}),
        f"{ROWS}[].ipv6": rows(BOTH, {**BOTH, "ipv6": "${other_address}"}, ip_address_type="dualstack"),
        "security_group_ids": FieldValues(["${one_group}"], ["${another_group}"], base=QUIET, edges=()),
        "ip_address_type": FieldValues("dualstack", "ipv6", base=QUIET),
        OPTIONS: FieldValues({"dns_record_ip_type": "dualstack"}, {"dns_record_ip_type": "ipv6"}, base=QUIET, edges=()),
        f"{OPTIONS}.dns_record_ip_type": FieldValues("dualstack", "ipv6", base=QUIET),
        f"{OPTIONS}.{INBOUND}": FieldValues(False, True, base=inbound),
        f"{OPTIONS}.private_dns_preference": FieldValues("ALL_DOMAINS", "VERIFIED_DOMAINS_ONLY", base=network, edges=()),
        f"{OPTIONS}.private_dns_specified_domains": FieldValues(
            DOMAINS, {**DOMAINS, "private_dns_specified_domains": ["example.org"]},
            tops=True, base=network, edges=(), without=OPTIONS,
        ),
        "private_dns_enabled": FieldValues(False, True, base=INTERFACE),
    }  # fmt: skip
    return replace(
        kind_values,
        base=GATEWAY,
        by_path=by_path,
        also={"ip_address_type": (OPTIONS,), ROWS: ("subnet_ids",), "subnet_ids": (ROWS,)},
        needed=frozenset({"service_name", "service_network_arn", "resource_configuration_arn"}),
    )


VALUES_BY_KIND: Mapping[str, KindValues] = {"ec2.vpc_endpoint": vpc_endpoint()}

"""EC2's VPCs, subnets, security groups, route tables, gateways, endpoints, addresses and flow logs; the rest is moto's.

Known-lossy: no address pools (IPAM, BYOIP) and no Outposts; a VPC accepts secondary blocks of every private range; a
group belongs to one VPC (AssociateSecurityGroupVpc is refused with 501); a group of another account cannot be referred
to; rule counts ignore the sizes of prefix lists; a subnet accepts a second IPv6 block, which AWS refuses with an
undocumented code.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property, partial
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.resource_tagging import TaggedResource
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores
from moto.ec2.models import EC2Backend
from moto.ec2.models.amis import Ami
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupRule
from moto.ec2.models.vpcs import VPC
from moto.ec2.responses import EC2Response
from moto.ec2.responses.tags import TagResponse
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix

from reconciler.sandbox import extension, wire_protocol
from reconciler.sandbox.fault_injection.pages import pages_of
from reconciler.sandbox.moto_patches.ec2 import (
    addresses,
    flow_logs,
    groups,
    internet_gateways,
    nat_changes,
    nat_gateways,
    route_tables,
    routes,
    rules,
    subnets,
    vpc_endpoint_changes,
    vpc_endpoints,
    vpcs,
)
from reconciler.sandbox.moto_patches.ec2.requests import Reply, check_tags, page, refused
from reconciler.sandbox.sandbox_error import SandboxError

# By moto's name of a type: its name in ARNs. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
IN_ARNS = {
    "flow-logs": "vpc-flow-log",
    "managed-prefix-list": "prefix-list",
    "nat-gateway": "natgateway",
    "spot-instance-request": "spot-instances-request",
    "vpc-elastic-ip": "elastic-ip",
}
EVERYTHING = rules.Rule("-1", None, None, "group", "")


@cache
def install() -> None:
    """Replace moto's operations once, on the first request to EC2, because EC2 takes long to load."""
    _page_what_moto_describes()
    # mypy allows no assignment to members of a class
    setattr(TagResponse, "create_tags", _create_tags(TagResponse.create_tags))  # noqa: B010
    for kind in (SecurityGroup, SecurityGroupRule):
        setattr(kind, "__getstate__", _state)  # noqa: B010
        setattr(kind, "__setstate__", _take_state)  # noqa: B010
    extension.extend("ec2", Network, "moto.ec2", EC2Response.dispatch)


class Network(EC2Backend):
    """moto's EC2 with our subnets, security groups and route tables."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        del vars(self)["amis"]  # what moto has set hides the property below
        self.operations: Mapping[str, extension.Operation] = {
            name: partial(_answer, self, operation) for name, operation in OPERATIONS.items()
        }

    def _load_amis(self) -> None:
        """Load no images yet: this takes longer than a pass over a small stack."""

    @cached_property
    def amis(self) -> dict[str, Ami]:  # type: ignore[override]  # moto has a plain attribute
        vars(self)["amis"] = {}
        super()._load_amis()
        made: dict[str, Ami] = vars(self)["amis"]
        return made

    def create_security_group(self, *given: Any, **named: Any) -> SecurityGroup:
        """Create a group; moto's own operations call it too. The default group of a VPC allows traffic between its members.

        Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
        """
        group = super().create_security_group(*given, **named)
        if group.is_default:
            within = EVERYTHING._replace(peer=group.id)
            group.ingress_rules.append(rules.made(self, group, within, egress=False))
        return group

    def get_vpc(self, vpc_id: str) -> VPC:
        """Return a VPC; moto's own operations call it too."""
        if vpc_id not in self.vpcs:
            raise refused("InvalidVpcID.NotFound", f"The vpc ID '{vpc_id}' does not exist")
        return self.vpcs[vpc_id]

    def create_nat_gateway(self, subnet_id: str, allocation_id: str, *_: Any, **__: Any) -> Any:
        """Create a NAT gateway; moto's CloudFormation calls it too."""
        asked = {"SubnetId": subnet_id, "AllocationId": allocation_id}
        made = nat_gateways.create(self, asked)["NatGateway"]
        return self.nat_gateways[made["NatGatewayId"]]

    def create_vpc_endpoint(
        self, vpc_id: str, service_name: str, endpoint_type: str | None, *_: Any, **more: Any
    ) -> Any:
        """Create a VPC endpoint; moto's CloudFormation calls it too."""
        lists = {
            "RouteTableIds": "route_table_ids",
            "SubnetIds": "subnet_ids",
            "SecurityGroupIds": "security_group_ids",
        }
        asked = {"VpcId": vpc_id, "ServiceName": service_name, "VpcEndpointType": endpoint_type}
        asked |= {member: more[name] for member, name in lists.items() if more.get(name)}
        made = vpc_endpoints.create(self, asked)["VpcEndpoint"]
        return self.vpc_end_points[made["VpcEndpointId"]]

    def do_resources_exist(self, resource_ids: list[str]) -> bool:
        """Return whether resources exist, including types that moto does not check."""
        for each in resource_ids:
            match get_prefix(each):
                case "sgr":
                    groups.describe_rules(self, {"SecurityGroupRuleIds": [each]})
                case "eipalloc":
                    addresses.address_of(self, each)
                case "fl":
                    flow_logs.require(self, [each])
                case "nat":
                    nat_gateways.gateway_of(self, each)
                case "vpce":
                    vpc_endpoints.endpoint_of(self, each)
        return super().do_resources_exist(resource_ids)

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Yield tagged resources for the Resource Groups Tagging API. To iterate over all resources would load AWS's images."""
        for resource_id, tags in list(self.tags.items()):
            kind = EC2_PREFIX_TO_RESOURCE.get(get_prefix(resource_id), "")
            kind = IN_ARNS.get(kind, kind)
            arn = f"arn:{self.partition}:ec2:{self.region_name}:{self.account_id}:{kind}/{resource_id}"
            if kind and self._is_there(resource_id):
                yield TaggedResource(arn, dict(tags), f"ec2:{kind}")

    def _is_there(self, resource_id: str) -> bool:
        """Return whether a resource exists: moto keeps the tags of some deleted resources."""
        try:
            return self.do_resources_exist([resource_id])
        except (ServiceException, SandboxError):
            return False

    def delete_tags(self, resource_ids: list[str], tags: dict[str, str]) -> bool:
        """DeleteTags; it deletes all tags if the request names none.

        Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
        """
        if tags:
            return super().delete_tags(resource_ids, tags)
        for resource_id in resource_ids:
            if resource_id in self.tags:
                self.tags[resource_id].clear()
        return True


def _state(thing: Any) -> Mapping[str, Any]:
    """Return the state of a group or rule to be pickled; moto's methods in it are replaced by their names."""
    return {**vars(thing), "filters": {key: method.__name__ for key, method in thing.filters.items()}}


def _take_state(thing: Any, state: Mapping[str, Any]) -> None:
    methods = {name: getattr(type(thing), name) for name in dir(type(thing)) if name.startswith("filter_")}
    filters = {key: methods[name].__get__(thing) for key, name in state["filters"].items()}
    vars(thing).update(state, filters=filters)


def _answer(ec2: EC2Backend, operation: Callable[..., Reply], **params: Any) -> Reply:
    nat_gateways.settle(ec2)
    vpc_endpoints.settle(ec2)
    return operation(ec2, params)


OPERATIONS: Mapping[str, Callable[..., Reply]] = {
    "CreateVpc": vpcs.create,
    "DescribeVpcs": vpcs.describe,
    "ModifyVpcAttribute": vpcs.modify,
    "ModifyVpcTenancy": vpcs.modify_tenancy,
    "DeleteVpc": vpcs.delete,
    "AssociateVpcCidrBlock": vpcs.associate,
    "DisassociateVpcCidrBlock": vpcs.disassociate,
    "AssociateDhcpOptions": vpcs.associate_options,
    "CreateInternetGateway": internet_gateways.create,
    "DescribeInternetGateways": internet_gateways.describe,
    "AttachInternetGateway": internet_gateways.attach,
    "DetachInternetGateway": internet_gateways.detach,
    "DeleteInternetGateway": internet_gateways.delete,
    "AllocateAddress": addresses.allocate,
    "DescribeAddresses": addresses.describe,
    "ReleaseAddress": addresses.release,
    "AssociateAddress": addresses.associate,
    "DisassociateAddress": addresses.disassociate,
    "ModifyAddressAttribute": addresses.modify_attribute,
    "ResetAddressAttribute": addresses.reset_attribute,
    "DescribeAddressesAttribute": addresses.describe_attribute,
    "CreateNatGateway": nat_gateways.create,
    "DescribeNatGateways": nat_gateways.describe,
    "DeleteNatGateway": nat_gateways.delete,
    "AssociateNatGatewayAddress": nat_changes.associate,
    "DisassociateNatGatewayAddress": nat_changes.disassociate,
    "AssignPrivateNatGatewayAddress": nat_changes.assign,
    "UnassignPrivateNatGatewayAddress": nat_changes.unassign,
    "CreateVpcEndpoint": vpc_endpoints.create,
    "DescribeVpcEndpoints": vpc_endpoints.describe,
    "ModifyVpcEndpoint": vpc_endpoint_changes.modify,
    "DeleteVpcEndpoints": vpc_endpoints.delete,
    "CreateSubnet": subnets.create,
    "DescribeSubnets": subnets.describe,
    "ModifySubnetAttribute": subnets.modify,
    "DeleteSubnet": subnets.delete,
    "AssociateSubnetCidrBlock": subnets.associate,
    "DisassociateSubnetCidrBlock": subnets.disassociate,
    "CreateSecurityGroup": groups.create,
    "DescribeSecurityGroups": groups.describe,
    "DeleteSecurityGroup": groups.delete,
    "AuthorizeSecurityGroupIngress": partial(groups.authorize, egress=False),
    "AuthorizeSecurityGroupEgress": partial(groups.authorize, egress=True),
    "RevokeSecurityGroupIngress": partial(groups.revoke, egress=False),
    "RevokeSecurityGroupEgress": partial(groups.revoke, egress=True),
    "ModifySecurityGroupRules": groups.modify,
    "UpdateSecurityGroupRuleDescriptionsIngress": partial(groups.redescribe, egress=False),
    "UpdateSecurityGroupRuleDescriptionsEgress": partial(groups.redescribe, egress=True),
    "DescribeSecurityGroupRules": groups.describe_rules,
    "CreateRouteTable": route_tables.create,
    "DescribeRouteTables": route_tables.describe,
    "DeleteRouteTable": route_tables.delete,
    "AssociateRouteTable": route_tables.associate,
    "DisassociateRouteTable": route_tables.disassociate,
    "ReplaceRouteTableAssociation": route_tables.replace,
    "EnableVgwRoutePropagation": route_tables.propagate,
    "DisableVgwRoutePropagation": route_tables.stop_propagation,
    "CreateRoute": routes.create,
    "ReplaceRoute": routes.replace,
    "DeleteRoute": routes.delete,
    "CreateFlowLogs": flow_logs.create,
    "DescribeFlowLogs": flow_logs.describe,
    "DeleteFlowLogs": flow_logs.delete,
}


def _create_tags(made: Callable[[Any], ActionResult]) -> Callable[[Any], ActionResult]:
    """Refuse AWS's tag keys before anything is tagged."""

    def create_tags(asked: Any) -> ActionResult:
        check_tags(tag["Key"] for tag in asked._get_param("Tags", []))  # noqa: SLF001  moto's way of reading a request
        return made(asked)

    return create_tags


def _page_what_moto_describes() -> None:
    """Return pages of the requested size for Describe operations for which moto returns all rows."""
    model = wire_protocol.service_model("ec2")
    for name in model.operation_names if model else ():
        action = camelcase_to_underscores(name)
        described = getattr(EC2Response, action, None)
        pages = pages_of("ec2", name) if described and name.startswith("Describe") else None
        if described and pages and name not in OPERATIONS:
            setattr(EC2Response, action, _paged(described, pages.items))


def _paged(described: Callable[[Any], Any], key: str) -> Callable[[Any], Any]:
    def describe(asked: Any) -> Any:
        answer = described(asked)
        member = asked._get_param  # noqa: SLF001  moto's way of reading a request
        result = answer.result if isinstance(answer, ActionResult) else None
        if not isinstance(result, dict) or "NextToken" in result:  # moto has pages for these
            return answer
        params = {"MaxResults": int(member("MaxResults") or 0), "NextToken": member("NextToken")}
        return ActionResult({**result, **page(key, list(result.get(key) or ()), params)})

    return describe

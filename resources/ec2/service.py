"""The service Amazon EC2.

Sources: "Request throttling for the Amazon EC2 API" (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html);
"Error codes for the Amazon EC2 API" (https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html); "Actions,
resources, and condition keys for Amazon EC2" (Service Authorization Reference).
"""

from reconciler.errors import Absent, AlreadyDone, InUse, Taken, Waiting
from reconciler.service import Rate, Service

VPCS = "arn:{partition}:ec2:{region}:{account}:vpc/*"
RULES = "arn:{partition}:ec2:{region}:{account}:security-group-rule/*"
VPN_GATEWAYS = "arn:{partition}:ec2:{region}:{account}:vpn-gateway/*"
ASSOCIATED = (
    *(
        f"arn:{{partition}}:ec2:{{region}}:{{account}}:{each}/*"
        for each in ("internet-gateway", "ipv4pool-ec2", "subnet")
    ),
    VPN_GATEWAYS,
)
"""The resources that a route table is associated with."""
LOGGED = tuple(
    f"arn:{{partition}}:ec2:{{region}}:{{account}}:{each}/*"
    for each in (
        "natgateway",
        "network-interface",
        "subnet",
        "transit-gateway",
        "transit-gateway-attachment",
        "vpc",
    )
)
"""The resources that a flow log may have."""
ADDRESSES, INSTANCES, INTERFACES, SUBNETS = (
    f"arn:{{partition}}:ec2:{{region}}:{{account}}:{each}/*"
    for each in ("elastic-ip", "instance", "network-interface", "subnet")
)
WITH_ENDPOINTS = (
    *(f"arn:{{partition}}:ec2:{{region}}:{{account}}:{each}/*" for each in ("route-table", "security-group")),
    SUBNETS,
)
"""The resources of a VPC that a VPC endpoint uses."""
DESCRIBES = {
    "DescribeAddresses": "elastic IP addresses",
    "DescribeAddressesAttribute": "reverse DNS records",
    "DescribeFlowLogs": "flow logs",
    "DescribeInternetGateways": "internet gateways",
    "DescribeNatGateways": "NAT gateways",
    "DescribeManagedPrefixLists": "prefix lists",
    "DescribeNetworkAcls": "network ACLs",
    "DescribeNetworkInterfaces": "network interfaces",
    "DescribeRouteTables": "route tables",
    "DescribeSecurityGroups": "security groups",
    "DescribeSubnets": "subnets",
    "DescribeVpcEndpoints": "VPC endpoints",
    "DescribeVpcs": "VPCs",
}

EC2 = Service(
    name="ec2",
    rate=Rate(5, 50),
    rates={
        "create_tags": Rate(10, 100),
        "delete_tags": Rate(10, 100),
        "describe_addresses": Rate(10, 50),
        "describe_addresses_attribute": Rate(20, 100),
        "describe_nat_gateways": Rate(20, 100),
        "describe_route_tables": Rate(20, 100),
        "describe_security_groups": Rate(20, 100),
        "describe_subnets": Rate(20, 100),
        "describe_vpc_attribute": Rate(20, 100),
        "describe_vpc_endpoints": Rate(20, 100),
        "describe_vpcs": Rate(20, 100),
        **dict.fromkeys(("create_vpc_endpoint", "modify_vpc_endpoint", "delete_vpc_endpoints"), Rate(0.3, 4)),
    },
    unscoped={
        **{f"ec2:{action}": f"lists all {what}" for action, what in DESCRIBES.items()},
        "logs:DeleteLogDelivery": "IAM names no log delivery",
    },
    # The VPC of a new subnet or group; a rule is a resource of its own for IAM.
    also_on={
        "ec2:AssociateAddress": (INSTANCES, INTERFACES),
        "ec2:DisassociateAddress": (INTERFACES,),
        "ec2:CreateNatGateway": (ADDRESSES, SUBNETS, VPCS),
        "ec2:AssociateNatGatewayAddress": (ADDRESSES,),
        "ec2:DisassociateNatGatewayAddress": (ADDRESSES, INTERFACES),
        "ec2:AssociateDhcpOptions": ("arn:{partition}:ec2:{region}:{account}:dhcp-options/*",),
        "ec2:AttachInternetGateway": (VPCS,),
        "ec2:DetachInternetGateway": (VPCS,),
        "ec2:CreateFlowLogs": LOGGED,
        "ec2:CreateRouteTable": (VPCS,),
        "ec2:CreateSubnet": (VPCS,),
        "ec2:CreateVpcEndpoint": (*WITH_ENDPOINTS, VPCS),
        "ec2:ModifyVpcEndpoint": WITH_ENDPOINTS,
        "ec2:CreateSecurityGroup": (VPCS,),
        **dict.fromkeys(
            (
                "ec2:AssociateRouteTable",
                "ec2:DisassociateRouteTable",
                "ec2:ReplaceRouteTableAssociation",
            ),
            ASSOCIATED,
        ),
        "ec2:EnableVgwRoutePropagation": (VPN_GATEWAYS,),
        "ec2:DisableVgwRoutePropagation": (VPN_GATEWAYS,),
        "ec2:AuthorizeSecurityGroupIngress": (RULES,),
        "ec2:AuthorizeSecurityGroupEgress": (RULES,),
    },
    # A create request with tags needs it.
    also_asks={
        **dict.fromkeys(
            (
                "AllocateAddress",
                *("CreateFlowLogs", "CreateInternetGateway", "CreateNatGateway", "CreateRouteTable"),
                *("CreateSecurityGroup", "CreateSubnet", "CreateVpc", "CreateVpcEndpoint"),
            ),
            ("ec2:CreateTags",),
        ),
        "DeleteFlowLogs": ("logs:DeleteLogDelivery",),  # the delivery to a bucket or a stream
    },
    failed_in=dict.fromkeys(("CreateFlowLogs", "DeleteFlowLogs", "DeleteVpcEndpoints"), "Unsuccessful"),
    errors={
        "InvalidFlowLogId.NotFound": Absent,
        "InvalidVpcID.NotFound": Absent,
        "InvalidSubnetID.NotFound": Absent,
        "InvalidGroup.NotFound": Absent,
        "InvalidRouteTableID.NotFound": Absent,
        "InvalidSubnetCidrBlockAssociationID.NotFound": Absent,
        "InvalidVpcCidrBlockAssociationID.NotFound": AlreadyDone,
        "InvalidInternetGatewayID.NotFound": Absent,
        "InvalidAllocationID.NotFound": Absent,
        "InvalidSubnet": Absent,
        "InvalidVpcEndpoint.NotFound": Absent,
        "InvalidVpcEndpointId.NotFound": Absent,
        "NatGatewayNotFound": Absent,
        "Gateway.NotAttached": AlreadyDone,
        "DependencyViolation": InUse,
        "InvalidCidrBlock.InUse": InUse,
        "InvalidIPAddress.InUse": InUse,
        "InvalidAddress.Locked": Waiting,  # until its reverse DNS record is removed
        "IdempotentParameterMismatch": Taken,
        "IncorrectState": Waiting,
        "FlowLogAlreadyExists": Taken,
        "InvalidGroup.Duplicate": Taken,
        "InvalidSubnet.Conflict": Taken,
        "InvalidPermission.Duplicate": AlreadyDone,
        "InvalidPermission.NotFound": AlreadyDone,
        "InvalidAssociationID.NotFound": AlreadyDone,
        "InvalidRoute.NotFound": AlreadyDone,
        "RouteAlreadyExists": AlreadyDone,
        # A new gateway may be unknown for some seconds.
        "InvalidGatewayID.NotFound": Waiting,
        "InvalidNatGatewayID.NotFound": Waiting,
    },
    errors_by_message={
        "There is no route defined for": AlreadyDone,
        "Unable to assume given IAM role": Waiting,  # for some seconds after its creation
        "belong to different networks": Waiting,  # until the gateway is attached
        "is not attached to any internet gateway": Waiting,
        # Until another endpoint is deleted, or the gateway endpoint is there.
        "already has a route with destination-prefix-list-id": InUse,
        "already a conflicting DNS domain": InUse,
        "must have a Gateway endpoint for the service": Waiting,
        # A service has the address; a NAT gateway for some seconds after it is deleted, too.
        "You do not have permission to access the specified resource": InUse,
    },
)

"""Requests that create a network, as somebody did by hand."""

from tests.end_to_end.request_steps import PAIRS, REGION, Step

OUT = {"Key": "Name", "Value": "out"}
NETWORK = (
    Step(
        "ec2",
        "describe_vpcs",
        {"Filters": [{"Name": "is-default", "Values": ["true"]}]},
        {"VPC": "Vpcs[0].VpcId"},
    ),
    Step(
        "ec2",
        "create_security_group",
        {
            "GroupName": "lookup",
            "Description": "For lookup",
            "VpcId": "{VPC}",
            "TagSpecifications": [{"ResourceType": "security-group", "Tags": PAIRS}],
        },
        {"GROUP": "GroupId"},
    ),
    Step(
        "ec2",
        "authorize_security_group_ingress",
        {
            "GroupId": "{GROUP}",
            "IpPermissions": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "UserIdGroupPairs": [{"GroupId": "{GROUP}"}],
                }
            ],
        },
    ),
    Step(
        "ec2",
        "create_subnet",
        {
            "VpcId": "{VPC}",
            "CidrBlock": "172.31.240.0/24",
            "AvailabilityZone": f"{REGION}a",
            "TagSpecifications": [{"ResourceType": "subnet", "Tags": PAIRS}],
        },
        {"SUBNET": "Subnet.SubnetId"},
    ),
    Step(
        "ec2",
        "create_route_table",
        {
            "VpcId": "{VPC}",
            "TagSpecifications": [
                {"ResourceType": "route-table", "Tags": [*PAIRS, {"Key": "Name", "Value": "inside"}]}
            ],
        },
        {"TABLE": "RouteTable.RouteTableId"},
    ),
    Step(
        "ec2",
        "create_route",
        {
            "RouteTableId": "{TABLE}",
            "DestinationCidrBlock": "10.9.0.0/16",
            "LocalGatewayId": "lgw-0123456789abcdef0",
        },
    ),
    Step("ec2", "associate_route_table", {"RouteTableId": "{TABLE}", "SubnetId": "{SUBNET}"}),
    Step(
        "ec2",
        "create_vpc",
        {
            "CidrBlock": "10.0.0.0/16",
            "AmazonProvidedIpv6CidrBlock": True,
            "TagSpecifications": [
                {"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "main"}, *PAIRS]}
            ],
        },
        {"MAIN": "Vpc.VpcId"},
    ),
    Step("ec2", "associate_vpc_cidr_block", {"VpcId": "{MAIN}", "CidrBlock": "100.64.0.0/16"}),
    Step("ec2", "modify_vpc_attribute", {"VpcId": "{MAIN}", "EnableDnsHostnames": {"Value": True}}),
    Step(
        "ec2",
        "create_internet_gateway",
        {
            "TagSpecifications": [
                {"ResourceType": "internet-gateway", "Tags": [{"Key": "Name", "Value": "main"}]}
            ]
        },
        {"GATEWAY": "InternetGateway.InternetGatewayId"},
    ),
    Step("ec2", "attach_internet_gateway", {"VpcId": "{MAIN}", "InternetGatewayId": "{GATEWAY}"}),
    Step(
        "ec2",
        "create_subnet",
        {"VpcId": "{MAIN}", "CidrBlock": "10.0.1.0/24", "AvailabilityZone": f"{REGION}a"},
        {"OUTSIDE": "Subnet.SubnetId"},
    ),
    Step(
        "ec2",
        "allocate_address",
        {"Domain": "vpc", "TagSpecifications": [{"ResourceType": "elastic-ip", "Tags": [OUT, *PAIRS]}]},
        {"ADDRESS": "AllocationId"},
    ),
    Step(
        "ec2",
        "create_nat_gateway",
        {
            "SubnetId": "{OUTSIDE}",
            "AllocationId": "{ADDRESS}",
            "TagSpecifications": [{"ResourceType": "natgateway", "Tags": [OUT]}],
        },
    ),
    Step(
        "ec2",
        "create_security_group",
        {"GroupName": "endpoints", "Description": "For endpoints", "VpcId": "{MAIN}"},
        {"ENDPOINTS": "GroupId"},
    ),
    Step(
        "ec2",
        "create_vpc_endpoint",
        {
            "VpcId": "{MAIN}",
            "VpcEndpointType": "Interface",
            "ServiceName": f"com.amazonaws.{REGION}.logs",
            "SubnetIds": ["{OUTSIDE}"],
            "SecurityGroupIds": ["{ENDPOINTS}"],
            "TagSpecifications": [
                {"ResourceType": "vpc-endpoint", "Tags": [{"Key": "Name", "Value": "logs"}, *PAIRS]}
            ],
        },
    ),
    Step(
        "ec2",
        "create_vpc_endpoint",
        {
            "VpcId": "{VPC}",
            "ServiceName": f"com.amazonaws.{REGION}.s3",
            "RouteTableIds": ["{TABLE}"],
            "TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "Name", "Value": "s3"}]}],
        },
    ),
    Step(
        "ec2",
        "create_flow_logs",
        {
            "ResourceType": "VPC",
            "ResourceIds": ["{MAIN}"],
            "TrafficType": "REJECT",
            "LogDestinationType": "s3",
            "LogDestination": "arn:aws:s3:::acme-orders/flows/",
            "TagSpecifications": [
                {"ResourceType": "vpc-flow-log", "Tags": [{"Key": "Name", "Value": "rejected"}, *PAIRS]}
            ],
        },
    ),
)

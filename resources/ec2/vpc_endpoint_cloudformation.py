"""The differences between CloudFormation's schema and the declaration of ec2.vpc_endpoint, with reasons."""

from reconciler.cloudformation import CloudFormation

PLACE = "it is the id of its place, which the files refer to"

CLOUDFORMATION = CloudFormation(
    type="AWS::EC2::VPCEndpoint",
    called={
        "ResourceConfigurationArn": "resource_configuration_arn",
        "ServiceNetworkArn": "service_network_arn",
    },
    not_granted={
        "ec2:DescribeSecurityGroups": PLACE,
        "ec2:DescribeVpcs": PLACE,
        "vpc-lattice:*": "granted for the written service network",
        "vpce:AllowMultiRegion": "granted for a service of another Region",
    },
)

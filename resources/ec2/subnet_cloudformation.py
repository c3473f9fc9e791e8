"""The differences between CloudFormation's schema and the declaration of ec2.subnet, with reasons."""

from reconciler.cloudformation import CloudFormation

CLOUDFORMATION = CloudFormation(
    type="AWS::EC2::Subnet",
    called={"OutpostArn": "outpost_arn"},
    needed={"vpc_id": "without it, the default VPC is used; CloudFormation requires a VPC"},
    fixed={"ipv6_cidr_block": "AssociateSubnetCidrBlock changes it; CloudFormation only under a condition"},
    write_only={"enable_lni_at_device_index": "DescribeSubnets shows it"},
    not_granted={"ec2:DescribeNetworkAcls": "shows the network ACL, which is not a setting of a subnet"},
)

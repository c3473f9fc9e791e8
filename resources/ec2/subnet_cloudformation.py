"""The differences between CloudFormation's schema and the declaration of ec2.subnet, with reasons."""

from reconciler.cloudformation import CloudFormation

CLOUDFORMATION = CloudFormation(
    type="AWS::EC2::Subnet",
    called={"OutpostArn": "outpost_arn"},
    needed={"vpc_id": "without it the default VPC is taken; CloudFormation takes none"},
    fixed={"ipv6_cidr_block": "AssociateSubnetCidrBlock changes it; CloudFormation can under a condition"},
    write_only={"enable_lni_at_device_index": "DescribeSubnets shows it"},
    not_granted={
        "ec2:DescribeNetworkAcls": "tells which network ACL it is associated with, which is no setting of it"
    },
)

"""The differences between CloudFormation's schema and the declaration of ec2.security_group, with reasons."""

from reconciler.cloudformation import CloudFormation

CLOUDFORMATION = CloudFormation(
    type="AWS::EC2::SecurityGroup",
    called={
        "GroupDescription": "description",
        "SecurityGroupIngress": "ingress",
        "SecurityGroupEgress": "egress",
    },
    not_granted={"ec2:DescribeInstances": "only CloudFormation needs it, after a delete that AWS refused"},
)

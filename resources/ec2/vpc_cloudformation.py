"""The differences between CloudFormation's schema and the declaration of ec2.vpc, with reasons."""

from reconciler.cloudformation import CloudFormation

AS_IN_BLOCK = "AWS::EC2::VPCCidrBlock has it"

CLOUDFORMATION = CloudFormation(
    type="AWS::EC2::VPC",
    left_out={
        "VpcEncryptionControl": "a resource with an id, a state and tags of its own (CreateVpcEncryptionControl)"
    },
    fixed={
        "instance_tenancy": "ModifyVpcTenancy changes it to default; CloudFormation only under a condition",
        "ipv6_ipam_pool_id": AS_IN_BLOCK,
        "ipv6_netmask_length": AS_IN_BLOCK,
    },
    write_only={"ipv6_ipam_pool_id": AS_IN_BLOCK, "ipv6_netmask_length": AS_IN_BLOCK},
    not_granted={"ec2:*VpcEncryptionControl*": "the encryption control is a resource of its own"},
)

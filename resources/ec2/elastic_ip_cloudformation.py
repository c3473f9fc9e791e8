"""The differences between CloudFormation's schema and the declaration of ec2.elastic_ip, with reasons."""

from reconciler.cloudformation import CloudFormation

SHOWN = "DescribeAddresses shows it"

CLOUDFORMATION = CloudFormation(
    type="AWS::EC2::EIP",
    left_out={
        "Domain": "AWS has addresses for VPCs alone",
        "TransferAddress": "AcceptAddressTransfer takes the address of another account, once; the files refer to it then",
    },
    fixed={
        "customer_owned_ipv4_pool": "CloudFormation has no addresses of Outposts",
        "public_ipv4_pool": "no operation moves an address to another pool; CloudFormation allocates another one",
    },
    write_only={"address": SHOWN},
    not_granted={"ec2:AcceptAddressTransfer": "addresses are not taken over from another account"},
)

"""ec2.vpc."""

from reconciler.testing import Change, Drift, Given, Sample

MODIFY, ADD, REMOVE = "ModifyVpcAttribute", "AssociateVpcCidrBlock", "DisassociateVpcCidrBlock"
FURTHER, OTHER = {"cidr_block": "100.64.0.0/16"}, {"cidr_block": "100.65.0.0/16"}
OPTIONS = {"DhcpConfigurations": [{"Key": "domain-name", "Values": ["example.com"]}]}
STRUCTURE = "AWS takes one attribute a call, each in a structure of its own, which its group makes"
NO_POOLS = "the sandbox has no pools of addresses"

SAMPLE = Sample(
    name="main",
    least=("cidr_block",),
    given=(
        Given(
            "ec2",
            "create_dhcp_options",
            OPTIONS,
            "one_set",
            "DhcpOptions.DhcpOptionsId",
            like="dopt-01234567",
        ),
        Given(
            "ec2",
            "create_dhcp_options",
            OPTIONS,
            "another_set",
            "DhcpOptions.DhcpOptionsId",
            like="dopt-12345678",
        ),
    ),
    base={
        "cidr_block": "10.0.0.0/16",
        "secondary_cidr_blocks": [FURTHER],
        "amazon_provided_ipv6_cidr_block": True,
        "ipv6_cidr_block_network_border_group": "eu-west-2",
        "instance_tenancy": "dedicated",
        "enable_dns_support": True,
        "enable_dns_hostnames": True,
        "enable_network_address_usage_metrics": True,
        "dhcp_options_id": "${one_set}",
        "tags": {"Name": "main", "Team": "shop"},
    },
    changes=(
        Change("cidr_block", "10.1.0.0/16", refused="AWS cannot change cidr_block"),
        Change("secondary_cidr_blocks", [FURTHER, OTHER], (ADD,), "one more"),
        Change("secondary_cidr_blocks", [OTHER], (ADD, REMOVE), "another"),
        Change("secondary_cidr_blocks", [{"cidr_block": "100.64.0.0/17"}], (REMOVE, ADD), "a part of it"),
        Change(
            "amazon_provided_ipv6_cidr_block",
            False,
            (REMOVE,),
            drops=("ipv6_cidr_block_network_border_group",),
        ),
        Change("ipv6_cidr_block_network_border_group", "eu-west-2-wl1", (ADD, REMOVE)),
        Change(
            "instance_tenancy", "default", ("ModifyVpcTenancy",), one_way="AWS changes it only to default"
        ),
        Change("enable_dns_support", False, (MODIFY,), drops=("enable_dns_hostnames",)),
        Change("enable_dns_hostnames", False, (MODIFY,)),
        Change("enable_network_address_usage_metrics", False, (MODIFY,)),
        Change("dhcp_options_id", "${another_set}", ("AssociateDhcpOptions",)),
        Change("dhcp_options_id", "default", ("AssociateDhcpOptions",), "none"),
        Change("tags", {"Name": "another", "Team": None}, ("CreateTags", "DeleteTags")),
    ),
    drifts=(
        Drift("enable_dns_hostnames", "modify_vpc_attribute", {"EnableDnsHostnames": {"Value": False}}),
        Drift("secondary_cidr_blocks", "associate_vpc_cidr_block", {"CidrBlock": "100.80.0.0/16"}),
    ),
    exempt={
        "ipv4_ipam_pool_id": NO_POOLS,
        "ipv4_netmask_length": NO_POOLS,
        "ipv6_ipam_pool_id": NO_POOLS,
        "ipv6_netmask_length": NO_POOLS,
        "secondary_cidr_blocks[].ipv4_ipam_pool_id": NO_POOLS,
        "ipv6_cidr_blocks": NO_POOLS,
    },
    misfits={
        **{
            f"{field}: bool here, structure there": STRUCTURE
            for field in (
                "enable_dns_hostnames",
                "enable_dns_support",
                "enable_network_address_usage_metrics",
            )
        },
        "instance_tenancy: AWS has host as well": "CreateVpc refuses it",
        "instance_tenancy: AWS has no dedicated": "ModifyVpcTenancy takes only default; the plan refuses dedicated",
    },
)

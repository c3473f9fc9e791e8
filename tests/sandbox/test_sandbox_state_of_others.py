"""IAM and EC2 in a snapshot: both are restored, and continue to work."""

from typing import Any

from reconciler.sandbox import Sandbox
from tests.sandbox.network import REGION, made_vpc, refusal, tagged
from tests.sandbox.test_moto_iam_roles import READS, policy, trust


def listed(iam: Any) -> Any:
    answer = iam.get_account_authorization_details(Filter=["Role", "LocalManagedPolicy"])
    return answer["RoleDetailList"], answer["Policies"], iam.get_policy(PolicyArn=READS)["Policy"]


def shown(ec2: Any) -> Any:
    return (
        ec2.describe_vpcs()["Vpcs"],
        ec2.describe_subnets()["Subnets"],
        ec2.describe_security_groups()["SecurityGroups"],
        ec2.describe_security_group_rules()["SecurityGroupRules"],
        ec2.describe_tags()["Tags"],
    )


def test_roles_and_policies_are_put_back(sandbox: Sandbox) -> None:
    iam = sandbox.session(REGION).client("iam")
    bound = policy(iam, "bound")
    iam.create_role(RoleName="ours", AssumeRolePolicyDocument=trust(), PermissionsBoundary=bound)
    iam.attach_role_policy(RoleName="ours", PolicyArn=READS)
    before, frozen = listed(iam), sandbox.snapshot()
    iam.detach_role_policy(RoleName="ours", PolicyArn=READS)
    iam.delete_role(RoleName="ours")
    policy(iam, "new")
    sandbox.restore(frozen)
    assert listed(iam) == before
    iam.detach_role_policy(RoleName="ours", PolicyArn=READS)
    assert iam.get_policy(PolicyArn=READS)["Policy"]["AttachmentCount"] == 0
    iam.delete_role(RoleName="ours")
    iam.delete_policy(PolicyArn=bound)


def test_networks_are_put_back(sandbox: Sandbox) -> None:
    ec2 = sandbox.session(REGION).client("ec2")
    vpc_id = made_vpc(ec2, ipv6=True)
    subnet_id = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    ec2.modify_subnet_attribute(SubnetId=subnet_id, PrivateDnsHostnameTypeOnLaunch="resource-name")
    specification = tagged("security-group", Team="a")
    group_id = ec2.create_security_group(
        GroupName="web", Description="d", VpcId=vpc_id, TagSpecifications=specification
    )["GroupId"]
    before, frozen = shown(ec2), sandbox.snapshot()
    ec2.delete_subnet(SubnetId=subnet_id)
    ec2.delete_security_group(GroupId=group_id)
    ec2.delete_vpc(VpcId=vpc_id)
    sandbox.restore(frozen)
    assert shown(ec2) == before
    params = {"VpcId": vpc_id, "CidrBlock": "10.0.1.0/24"}
    assert refusal(ec2.create_subnet, **params)[0] == "InvalidSubnet.Conflict"
    ec2.delete_security_group(GroupId=group_id)


def test_what_was_not_there_is_gone_again() -> None:
    with Sandbox() as box:
        frozen = box.snapshot()
        session = box.session(REGION)
        iam, ec2 = session.client("iam"), session.client("ec2")
        policy(iam, "new")
        made_vpc(ec2)
        box.restore(frozen)
        assert iam.list_policies(Scope="Local")["Policies"] == []
        assert [vpc["IsDefault"] for vpc in ec2.describe_vpcs()["Vpcs"]] == [True]

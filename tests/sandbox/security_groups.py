"""Security groups and rules for tests of EC2."""

from typing import Any

ACCOUNT = "123456789012"


def made(ec2: Any, vpc_id: str, name: str = "web", **more: Any) -> str:
    params = {"GroupName": name, "Description": "d", "VpcId": vpc_id}
    group_id: str = ec2.create_security_group(**params, **more)["GroupId"]
    return group_id


def shown(ec2: Any, group_id: str) -> Any:
    (group,) = ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"]
    return group


def port(number: int, *blocks: str, **more: Any) -> dict[str, Any]:
    ranges = [{"CidrIp": block} for block in blocks]
    return {"IpProtocol": "tcp", "FromPort": number, "ToPort": number, "IpRanges": ranges, **more}


def opened(ec2: Any, group_id: str, *permissions: Any, **more: Any) -> list[Any]:
    rules: list[Any] = ec2.authorize_security_group_ingress(
        GroupId=group_id, IpPermissions=permissions, **more
    )["SecurityGroupRules"]
    return rules


def rules_of(ec2: Any, group_id: str, *, egress: bool = False) -> list[Any]:
    found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group_id]}])
    return [rule for rule in found["SecurityGroupRules"] if rule["IsEgress"] == egress]

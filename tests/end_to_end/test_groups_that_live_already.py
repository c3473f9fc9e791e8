"""An unmarked security group with a rule for itself, in a VPC that the files name by a reference."""

from typing import Any

import pytest

from tests.end_to_end.test_references_of_kinds import Harness, harness

assert harness


def stack(subnet: str, **more: Any) -> dict[str, Any]:
    itself = {"ip_protocol": "-1", "referenced_group_id": "${ec2.security_group:web#id}"}
    group = {"vpc_id": "${ec2.subnet:a#vpc_id}", "description": "web", "ingress": [itself], **more}
    return {
        "ec2__subnet": {"a": {"existing": {"id": subnet}}},
        "ec2__security_group": {"web": group},
    }


@pytest.fixture
def subnet(harness: Harness) -> str:
    """The subnet whose VPC has the group."""
    ec2 = harness.client("ec2")
    (found, *_) = ec2.describe_subnets()["Subnets"]
    made = ec2.create_security_group(GroupName="web", Description="web", VpcId=found["VpcId"])["GroupId"]
    itself = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": made}]}
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[itself])
    return str(found["SubnetId"])


def groups(harness: Harness) -> int:
    rows = harness.client("ec2").describe_security_groups(Filters=[{"Name": "group-name", "Values": ["web"]}])
    return len(rows["SecurityGroups"])


def test_the_same_settings_are_adopted(harness: Harness, subnet: str) -> None:
    report = harness.once(**stack(subnet))
    (result,) = report.results.values()
    assert (report.outcome, result.message) == ("settled", "it already existed and is adopted")
    assert harness.once(**stack(subnet)).mutating_calls == 0
    assert groups(harness) == 1


def test_other_settings_are_refused_with_what_to_do(harness: Harness, subnet: str) -> None:
    report = harness.once(**stack(subnet, description="of the shop"))
    (result,) = report.results.values()
    assert (result.outcome, groups(harness)) == ("refused", 1)
    assert "with other settings; `adopt: true` takes it" in result.message

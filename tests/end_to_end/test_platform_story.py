"""The life of connect_platform by commands: made, checked, changed by hand with the AWS CLI, repaired, destroyed, and made again."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from reconciler.sandbox.server import serve
from tests.end_to_end.by_aws_cli import Hands, named_in
from tests.sandbox.aws_cli.installed import required_aws

STACK = "desired_state/connect_platform"
ACCOUNT, REGION, PREFIX = "123456789012", "ap-northeast-1", "acme-dev"
DEEDS: Mapping[str, str] = {
    "kms.key/main key_rotation_enabled": "kms disable-key-rotation --key-id {key}",
    "secretsmanager.secret/acme/dev/pseudonyms resource_policy": (
        "secretsmanager delete-resource-policy --secret-id acme/dev/pseudonyms"
    ),
    f"iam.role/{PREFIX}-connect-handler policies": (
        f"iam delete-role-policy --role-name {PREFIX}-connect-handler --policy-name data"
    ),
    f"dynamodb.table/{PREFIX}-customers point_in_time_recovery": (
        f"dynamodb update-continuous-backups --table-name {PREFIX}-customers"
        " --point-in-time-recovery-specification PointInTimeRecoveryEnabled=false"
    ),
    f"s3.bucket/{PREFIX}-recordings-{ACCOUNT} public_access_block": (
        f"s3api delete-public-access-block --bucket {PREFIX}-recordings-{ACCOUNT}"
    ),
    f"lambda.function/{PREFIX}-connect-handler timeout": (
        f"lambda update-function-configuration --function-name {PREFIX}-connect-handler --timeout 3"
    ),
    f"logs.log_group//vpc/{PREFIX}/flow retention_in_days": (
        f"logs delete-retention-policy --log-group-name /vpc/{PREFIX}/flow"
    ),
    f"cloudwatch.alarm/{PREFIX}-flow-errors actions_enabled": (
        f"cloudwatch disable-alarm-actions --alarm-names {PREFIX}-flow-errors"
    ),
    f"cloudwatch.dashboard/{PREFIX}-center dashboard_body": (
        f'cloudwatch put-dashboard --dashboard-name {PREFIX}-center --dashboard-body {{{{"widgets":[]}}}}'
    ),
    f"sns.topic/{PREFIX}-alerts kms_master_key_id": (
        f"sns set-topic-attributes --topic-arn arn:aws:sns:{REGION}:{ACCOUNT}:{PREFIX}-alerts"
        " --attribute-name KmsMasterKeyId --attribute-value="
    ),
    "ec2.security_group/functions ingress": (
        "ec2 authorize-security-group-ingress --group-id {group} --protocol tcp --port 22 --cidr 0.0.0.0/0"
    ),
    "ec2.route_table/public routes": (
        "ec2 delete-route --route-table-id {routes} --destination-cidr-block 0.0.0.0/0"
    ),
    "ec2.flow_log/all": "ec2 delete-flow-logs --flow-log-ids {flow_log}",
    "connect.queue/Support max_contacts": (
        "connect update-queue-max-contacts --instance-id {instance} --queue-id {queue} --max-contacts 1"
    ),
    f"connect.instance/{PREFIX} lambda_functions": (
        "connect disassociate-lambda-function --instance-id {instance} --function-arn"
        f" arn:aws:lambda:{REGION}:{ACCOUNT}:function:{PREFIX}-connect-handler"
    ),
}
"""By the resource, and the field if it stays, that a plan must name: what somebody does."""
LOOKUPS: Mapping[str, str] = {
    "key": f"kms list-aliases --query Aliases[?AliasName==`alias/{PREFIX}`].TargetKeyId",
    "group": "ec2 describe-security-groups --filters Name=group-name,Values=functions --query SecurityGroups[].GroupId",
    "routes": "ec2 describe-route-tables --query"
    " RouteTables[?Routes[?DestinationCidrBlock==`0.0.0.0/0`&&starts_with(GatewayId||``,`igw-`)]].RouteTableId",
    "flow_log": "ec2 describe-flow-logs --query FlowLogs[].FlowLogId",
    "instance": "connect list-instances --query InstanceSummaryList[].Id",
    "queue": "connect list-queues --instance-id {instance} --queue-types STANDARD"
    " --query QueueSummaryList[?Name==`Support`].Id",
}
"""The ids that the deeds need, each found with those before it."""


@pytest.mark.whole
def test_it_is_made_checked_repaired_destroyed_and_made_again(tmp_path: Path) -> None:
    aws = required_aws()
    with serve(0, ACCOUNT) as server:
        hands = Hands(aws, server.url, REGION, STACK, tmp_path)
        hands.settle()
        assert _checked(hands)
        known = hands.look_up(LOOKUPS)
        for words in DEEDS.values():
            hands.by_hand(words.format(**known))
        code, plan = hands.type("once", "--dry-run")
        assert (code, named_in(plan)) == (2, {*DEEDS})
        hands.settle(len(DEEDS))
        _destroyed(hands)
        hands.settle()
        assert _checked(hands)


def _checked(hands: Hands) -> bool:
    """Whether all checks pass, the invocation of the function among them."""
    code, results = hands.type("smoke")
    return (
        code == 0
        and " 0 failed" in results
        and f"passed  lambda.function/{PREFIX}-connect-handler invoke" in results
    )


def _destroyed(hands: Hands) -> None:
    asked = (
        "--also-protected",
        "--empty-buckets",
        "--release",
        "connect.phone_number/main",
        "--release",
        "ec2.elastic_ip/nat-a",
    )
    code, report = hands.type("destroy", *asked, "--yes", "connect-platform")
    assert code == 0, report
    assert "Nothing of connect-platform/dev is left to delete" in report

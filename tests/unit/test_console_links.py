"""The links to AWS's console have the forms that AWS's pages, or links that its console made, show."""

import pytest

from reconciler.contract import Sighting
from reconciler.inventory.listing import console_link
from reconciler.kinds import known_kinds
from reconciler.stack import Stack

STACK = Stack("s", "dev", "111122223333", "eu-west-2", {})
NAME = "/a b/c"
CONSOLE = "https://eu-west-2.console.aws.amazon.com"
EVERYWHERE = "https://console.aws.amazon.com"
WEBSITE = "https://acme.my.connect.aws"
LINKS = {
    # https://docs.aws.amazon.com/connect/latest/adminguide/quick-connects-delete.html and others name the website's address.
    "connect.queue": ("id", "arn:aws:x", f"{WEBSITE}/home"),
    "connect.contact_flow": ("id", "arn:aws:x/y", f"{WEBSITE}/contact-flows/edit?id=arn%3Aaws%3Ax%2Fy"),
    "connect.instance": (
        "id", "arn:aws:x/y", f"{CONSOLE}/connect/v2/app/settings/overview?region=eu-west-2&id=arn%3Aaws%3Ax%2Fy",
    ),
    "backup.plan": ("0a-1b", "arn:aws:x", f"{CONSOLE}/backup/home?region=eu-west-2#/backupplan/details/0a-1b"),
    "backup.vault": (
        "id", "arn:aws:x", f"{CONSOLE}/backup/home?region=eu-west-2#/backupvaults/details/%2Fa%20b%2Fc",
    ),
    "budgets.budget": (
        "id", "arn:aws:x", f"{EVERYWHERE}/costmanagement/home#/budgets/details?name=%2Fa%20b%2Fc",
    ),
    "cognito.identity_pool": (
        "eu-west-2:1", "arn:aws:x", f"{CONSOLE}/cognito/v2/identity/identity-pools/eu-west-2%3A1/user-statistics?region=eu-west-2",
    ),
    "cognito.user_pool": (
        "eu-west-2_Ab1", "arn:aws:x", f"{CONSOLE}/cognito/v2/idp/user-pools/eu-west-2_Ab1/info/overview?region=eu-west-2",
    ),
    "cloudwatch.alarm": (
        "id", "arn:aws:x", f"{CONSOLE}/cloudwatch/home?region=eu-west-2#alarmsV2:alarm/%2Fa%20b%2Fc",
    ),
    "cloudwatch.composite_alarm": (
        "id", "arn:aws:x", f"{CONSOLE}/cloudwatch/home?region=eu-west-2#alarmsV2:alarm/%2Fa%20b%2Fc",
    ),
    "cloudwatch.dashboard": (
        "id", "arn:aws:x", f"{CONSOLE}/cloudwatch/home?region=eu-west-2#dashboards/dashboard/%2Fa%20b%2Fc",
    ),
    # The console itself encodes names of log groups twice: $252Faws$252Flambda$252F...
    "logs.log_group": (
        "id", "arn:aws:x",
        f"{CONSOLE}/cloudwatch/home?region=eu-west-2#logsV2:log-groups/log-group/$252Fa$2520b$252Fc",
    ),
    "dynamodb.table": ("id", "arn:aws:x", f"{CONSOLE}/dynamodbv2/home?region=eu-west-2#table?name=%2Fa%20b%2Fc"),
    "ec2.route_table": (
        "rtb-1", "arn:aws:x", f"{CONSOLE}/vpcconsole/home?region=eu-west-2#RouteTableDetails:RouteTableId=rtb-1",
    ),
    "ec2.security_group": ("sg-1", "arn:aws:x", f"{CONSOLE}/ec2/home?region=eu-west-2#SecurityGroup:groupId=sg-1"),
    "ec2.subnet": (
        "subnet-1", "arn:aws:x", f"{CONSOLE}/vpcconsole/home?region=eu-west-2#SubnetDetails:subnetId=subnet-1",
    ),
    "events.bus": ("id", "arn:aws:x", f"{CONSOLE}/events/home?region=eu-west-2#/eventbus/%2Fa%20b%2Fc"),
    "ec2.internet_gateway": (
        "igw-1", "arn:aws:x", f"{CONSOLE}/vpcconsole/home?region=eu-west-2#InternetGateway:internetGatewayId=igw-1",
    ),
    "ec2.elastic_ip": (
        "eipalloc-1", "arn:aws:x", f"{CONSOLE}/ec2/home?region=eu-west-2#ElasticIpDetails:AllocationId=eipalloc-1",
    ),
    "ec2.nat_gateway": (
        "nat-1", "arn:aws:x", f"{CONSOLE}/vpcconsole/home?region=eu-west-2#NatGatewayDetails:natGatewayId=nat-1",
    ),
    "ec2.vpc_endpoint": (
        "vpce-1", "arn:aws:x", f"{CONSOLE}/vpcconsole/home?region=eu-west-2#EndpointDetails:vpcEndpointId=vpce-1",
    ),
    "ec2.vpc": ("vpc-1", "arn:aws:x", f"{CONSOLE}/vpcconsole/home?region=eu-west-2#VpcDetails:VpcId=vpc-1"),
    # https://docs.aws.amazon.com/waf/latest/developerguide/using-service-linked-roles.html links to a role.
    "iam.role": ("id", "arn:aws:x", f"{EVERYWHERE}/iam/home#/roles/details/%2Fa%20b%2Fc"),
    # Public documents hold many links of its console in this form.
    "lightsail.instance": (
        "id", "arn:aws:x", "https://lightsail.aws.amazon.com/ls/webapp/eu-west-2/instances/%2Fa%20b%2Fc/connect",
    ),
    "iam.policy": (
        "id", "arn:aws:iam::aws:policy/P", f"{EVERYWHERE}/iam/home#/policies/details/arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FP",
    ),
    "iam.oidc_provider": (
        "id", "arn:aws:iam::1:oidc-provider/a.example",
        f"{EVERYWHERE}/iam/home#/identity_providers/details/OPENID/arn%3Aaws%3Aiam%3A%3A1%3Aoidc-provider%2Fa.example",
    ),
    "iam.service_linked_role": ("AWSServiceRoleForX_a", "arn:aws:x", f"{EVERYWHERE}/iam/home#/roles/details/AWSServiceRoleForX_a"),
    "kms.key": ("0a-1b", "arn:aws:x", f"{CONSOLE}/kms/home?region=eu-west-2#/kms/keys/0a-1b"),
    "lambda.function": ("id", "arn:aws:x", f"{CONSOLE}/lambda/home?region=eu-west-2#/functions/%2Fa%20b%2Fc"),
    "lambda.function_url": ("id", "arn:aws:x", f"{CONSOLE}/lambda/home?region=eu-west-2#/functions/acme"),
    "s3.bucket": ("id", "arn:aws:x", f"{CONSOLE}/s3/buckets/%2Fa%20b%2Fc?region=eu-west-2"),
    "secretsmanager.secret": (
        "id", "arn:aws:x", f"{CONSOLE}/secretsmanager/secret?name=%2Fa%20b%2Fc&region=eu-west-2",
    ),
    "ssm.parameter": (
        "id", "arn:aws:x", f"{CONSOLE}/systems-manager/parameters/%2Fa%20b%2Fc/description?region=eu-west-2",
    ),
    # The console writes the ARN of a topic as it is, and the URL of a queue encoded.
    "sns.topic": (
        "id", "arn:aws:x", f"{CONSOLE}/sns/v3/home?region=eu-west-2#/topic/arn:aws:sns:eu-west-2:111122223333:%2Fa%20b%2Fc",
    ),
    "sqs.queue": (
        "https://sqs/1/q", "arn:aws:x", f"{CONSOLE}/sqs/v3/home?region=eu-west-2#/queues/https%3A%2F%2Fsqs%2F1%2Fq",
    ),
}  # fmt: skip
"""By kind: an id, an ARN, and the link of the resource `NAME` with these."""


@pytest.mark.parametrize("kind", LINKS)
def test_a_link_has_the_form_that_the_console_takes(kind: str) -> None:
    identity, arn, link = LINKS[kind]
    seen = Sighting(NAME, {"Id": identity}, arn)
    assert console_link(known_kinds()[kind], seen, STACK, "acme") == link


def test_each_kind_has_a_tried_link_or_none() -> None:
    links = {each.console for each in known_kinds().values() if each.console}
    assert links == {known_kinds()[kind].console for kind in LINKS}


def test_no_link_leads_out_of_the_public_partition() -> None:
    seen = Sighting(NAME, {"Id": "id"}, "arn:aws-cn:x")
    assert console_link(known_kinds()["iam.role"], seen, STACK, "") == ""

"""The Resource Groups Tagging API finds tagged resources by type and tag, with a plain client."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import sandboxed
from tests.sandbox.network import made_vpc, tagged
from tests.sandbox.plain_clients import make_hours, make_instance, make_user
from tests.sandbox.refusals import ANYBODY, REGION, client_of, refusal, refused

ACCOUNT = "123456789012"
HERE = f"{REGION}:{ACCOUNT}"
TAGS = [{"Key": "team", "Value": "a"}]
INVALID = "InvalidParameterException"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [ANYBODY]})
KEY = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
ALARM = {"MetricName": "E", "Namespace": "N", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1}
ABOVE = {"Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold"}
Made = tuple[str, Callable[[], Any]]
"""An ARN, and a function that removes all its tags."""


@pytest.fixture
def tagging(sandbox: Sandbox) -> Any:
    return client_of(sandbox, "resourcegroupstaggingapi")


def found(tagging: Any, *types: str, **asked: Any) -> dict[str, dict[str, str]]:
    """The resources of all pages, with their tags."""
    asked |= {"ResourceTypeFilters": list(types)} if types else {}
    rows = [
        row
        for page in tagging.get_paginator("get_resources").paginate(**asked)
        for row in page["ResourceTagMappingList"]
    ]
    tags = {row["ResourceARN"]: {tag["Key"]: tag["Value"] for tag in row["Tags"]} for row in rows}
    assert len(tags) == len(rows)
    return tags


def table(box: Sandbox) -> Made:
    dynamodb = client_of(box, "dynamodb")
    arn = dynamodb.create_table(TableName="Calls", **KEY, Tags=TAGS)["TableDescription"]["TableArn"]
    assert arn == f"arn:aws:dynamodb:{HERE}:table/Calls"
    return arn, lambda: dynamodb.untag_resource(ResourceArn=arn, TagKeys=["team"])


def bucket(box: Sandbox) -> Made:
    s3 = client_of(box, "s3")
    s3.create_bucket(Bucket="mine", CreateBucketConfiguration={"LocationConstraint": REGION, "Tags": TAGS})
    return "arn:aws:s3:::mine", lambda: s3.delete_bucket_tagging(Bucket="mine")


def log_group(box: Sandbox) -> Made:
    logs = client_of(box, "logs")
    logs.create_log_group(logGroupName="/g", tags={"team": "a"})
    arn = f"arn:aws:logs:{HERE}:log-group:/g"
    return arn, lambda: logs.untag_resource(resourceArn=arn, tagKeys=["team"])


def alarm(box: Sandbox) -> Made:
    cloudwatch = client_of(box, "cloudwatch")
    cloudwatch.put_metric_alarm(AlarmName="a", **ALARM, **ABOVE, Tags=TAGS)
    arn = f"arn:aws:cloudwatch:{HERE}:alarm:a"
    return arn, lambda: cloudwatch.untag_resource(ResourceARN=arn, TagKeys=["team"])


def key(box: Sandbox) -> Made:
    kms = client_of(box, "kms")
    made = kms.create_key(Tags=[{"TagKey": "team", "TagValue": "a"}])["KeyMetadata"]
    return made["Arn"], lambda: kms.untag_resource(KeyId=made["KeyId"], TagKeys=["team"])


def function(box: Sandbox) -> Made:
    lambda_ = client_of(box, "lambda")
    role = client_of(box, "iam").create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    image = {"PackageType": "Image", "Code": {"ImageUri": "x:y"}}
    lambda_.create_function(FunctionName="f", **image, Role=role, Tags={"team": "a"})
    lambda_.publish_version(FunctionName="f")
    arn = f"arn:aws:lambda:{HERE}:function:f"
    return arn, lambda: lambda_.untag_resource(Resource=arn, TagKeys=["team"])


def topic(box: Sandbox) -> Made:
    sns = client_of(box, "sns")
    arn = sns.create_topic(Name="t", Tags=TAGS)["TopicArn"]
    return arn, lambda: sns.untag_resource(ResourceArn=arn, TagKeys=["team"])


def queue(box: Sandbox) -> Made:
    sqs = client_of(box, "sqs")
    url = sqs.create_queue(QueueName="q", tags={"team": "a"})["QueueUrl"]
    return f"arn:aws:sqs:{HERE}:q", lambda: sqs.untag_queue(QueueUrl=url, TagKeys=["team"])


def of_a_network(box: Sandbox, kind: str, resource_id: str) -> Made:
    ec2 = client_of(box, "ec2")
    ec2.create_tags(Resources=[resource_id], Tags=TAGS)
    return f"arn:aws:ec2:{HERE}:{kind}/{resource_id}", lambda: ec2.delete_tags(Resources=[resource_id])


def vpc(box: Sandbox) -> Made:
    return of_a_network(box, "vpc", made_vpc(client_of(box, "ec2")))


def subnet(box: Sandbox) -> Made:
    ec2 = client_of(box, "ec2")
    made = ec2.create_subnet(VpcId=made_vpc(ec2), CidrBlock="10.0.1.0/24")["Subnet"]
    return of_a_network(box, "subnet", made["SubnetId"])


def group(box: Sandbox) -> Made:
    ec2 = client_of(box, "ec2")
    made = ec2.create_security_group(GroupName="w", Description="d", VpcId=made_vpc(ec2))
    return of_a_network(box, "security-group", made["GroupId"])


def tagged_in_connect(connect: Any, arn: str) -> Made:
    connect.tag_resource(resourceArn=arn, tags={"team": "a"})
    return arn, lambda: connect.untag_resource(resourceArn=arn, tagKeys=["team"])


def instance(box: Sandbox) -> Made:
    connect = client_of(box, "connect")
    arn = f"arn:aws:connect:{HERE}:instance/{make_instance(connect)}"
    return tagged_in_connect(connect, arn)


def hours(box: Sandbox) -> Made:
    connect = client_of(box, "connect")
    centre = make_instance(connect)
    arn = f"arn:aws:connect:{HERE}:instance/{centre}/operating-hours/{make_hours(connect, centre)}"
    return tagged_in_connect(connect, arn)


def agent(box: Sandbox) -> Made:
    connect = client_of(box, "connect")
    centre = make_instance(connect)
    arn = f"arn:aws:connect:{HERE}:instance/{centre}/agent/{make_user(connect, centre)}"
    return tagged_in_connect(connect, arn)


def number(box: Sandbox) -> Made:
    connect = client_of(box, "connect")
    target = f"arn:aws:connect:{HERE}:instance/{make_instance(connect)}"
    asked = {"TargetArn": target, "PhoneNumberCountryCode": "GB", "PhoneNumberType": "DID"}
    offered = connect.search_available_phone_numbers(**asked)["AvailableNumbersList"][0]["PhoneNumber"]
    arn = connect.claim_phone_number(TargetArn=target, PhoneNumber=offered, Tags={"team": "a"})[
        "PhoneNumberArn"
    ]
    return arn, lambda: connect.untag_resource(resourceArn=arn, tagKeys=["team"])


MAKERS = {
    "dynamodb:table": table,
    "s3": bucket,
    "s3:bucket": bucket,
    "logs:log-group": log_group,
    "cloudwatch:alarm": alarm,
    "kms:key": key,
    "lambda:function": function,
    "sns": topic,
    "sns:topic": topic,
    "sqs": queue,
    "sqs:queue": queue,
    "ec2:vpc": vpc,
    "ec2:subnet": subnet,
    "ec2:security-group": group,
    "connect:instance": instance,
    "connect:operating-hours": hours,
    "connect:agent": agent,
    "connect:phone-number": number,
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_resource_is_found_by_its_type_its_service_and_its_tags(
    sandbox: Sandbox, tagging: Any, kind: str
) -> None:
    arn, untag = MAKERS[kind](sandbox)
    service = kind.partition(":")[0]
    once = {arn: {"team": "a"}}
    assert found(tagging, kind) == once
    assert found(tagging, service) == once
    assert found(tagging, "cognito-idp:userpool", kind) == once
    assert found(tagging, ResourceARNList=[arn, f"{arn}x"]) == once
    for met in ({"Key": "team"}, {"Key": "team", "Values": ["b", "a"]}):
        assert found(tagging, kind, TagFilters=[met]) == once, met
    for missed in ({"Key": "Team"}, {"Key": "team", "Values": ["b"]}):
        assert found(tagging, kind, TagFilters=[missed]) == {}, missed
    assert found(tagging, f"{service}:none", f"{service}x") == {}
    untag()
    assert found(tagging, kind) == {arn: {}}
    assert found(tagging, kind, TagFilters=[{"Key": "team"}]) == {}


@pytest.mark.parametrize("kind", sorted({kind.partition(":")[0] for kind in MAKERS}))
def test_what_is_in_another_region_is_not_found(sandbox: Sandbox, kind: str) -> None:
    MAKERS[next(each for each in MAKERS if each.startswith(kind))](sandbox)
    elsewhere = sandbox.session("us-east-1").client("resourcegroupstaggingapi")
    assert found(elsewhere) == {}


def test_what_never_had_tags_is_not_found(sandbox: Sandbox, tagging: Any) -> None:
    client_of(sandbox, "sns").create_topic(Name="plain")
    arn = client_of(sandbox, "sns").create_topic(Name="other", Tags=TAGS)["TopicArn"]
    made_vpc(client_of(sandbox, "ec2"))
    make_instance(client_of(sandbox, "connect"))
    client_of(sandbox, "sns").untag_resource(ResourceArn=arn, TagKeys=["none"])
    assert found(tagging) == {arn: {"team": "a"}}


def test_what_is_deleted_is_not_found(sandbox: Sandbox, tagging: Any) -> None:
    arn, untag = topic(sandbox)
    group_arn, _ = group(sandbox)
    untag()
    client_of(sandbox, "sns").delete_topic(TopicArn=arn)
    client_of(sandbox, "ec2").delete_security_group(GroupId=group_arn.rpartition("/")[2])
    assert found(tagging) == {}


def test_a_key_is_found_until_its_waiting_period_is_over() -> None:
    with sandboxed() as (box, clock):
        session = box.session(REGION)
        kms, tagging = session.client("kms"), session.client("resourcegroupstaggingapi")
        made = kms.create_key(Tags=[{"TagKey": "team", "TagValue": "a"}])["KeyMetadata"]
        kms.schedule_key_deletion(KeyId=made["KeyId"], PendingWindowInDays=7)
        assert found(tagging, "kms:key") == {made["Arn"]: {"team": "a"}}
        clock.sleep(7 * 86_400 + 1)
        assert found(tagging, "kms:key") == {}


def test_iam_is_never_found(sandbox: Sandbox, tagging: Any) -> None:
    iam = client_of(sandbox, "iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, Tags=TAGS)
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    )
    iam.create_policy(PolicyName="p", PolicyDocument=document, Tags=TAGS)
    assert found(tagging) == found(tagging, "iam") == {}


def test_tags_given_at_creation_in_a_network_are_found(sandbox: Sandbox, tagging: Any) -> None:
    ec2 = client_of(sandbox, "ec2")
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tagged("vpc", team="a"))["Vpc"]["VpcId"]
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip", team="b"))[
        "AllocationId"
    ]
    assert found(tagging, "ec2:vpc") == {f"arn:aws:ec2:{HERE}:vpc/{made}": {"team": "a"}}
    assert found(tagging, "ec2:elastic-ip") == {f"arn:aws:ec2:{HERE}:elastic-ip/{address}": {"team": "b"}}


def test_pages_are_as_large_as_asked_for_and_survive_changes(sandbox: Sandbox, tagging: Any) -> None:
    sns = client_of(sandbox, "sns")
    arns = [
        sns.create_topic(Name=f"t{n}", Tags=[*TAGS, {"Key": "n", "Value": str(n)}])["TopicArn"]
        for n in range(5)
    ]
    asked = {"ResourceTypeFilters": ["sns"], "TagFilters": [{"Key": "team"}], "ResourcesPerPage": 2}
    first = tagging.get_resources(**asked)
    sns.delete_topic(TopicArn=arns[0])
    second = tagging.get_resources(**asked, PaginationToken=first["PaginationToken"])
    third = tagging.get_resources(**asked, PaginationToken=second["PaginationToken"])
    pages = [
        [row["ResourceARN"] for row in page["ResourceTagMappingList"]] for page in (first, second, third)
    ]
    assert pages == [arns[:2], arns[2:4], arns[4:]]
    assert third["PaginationToken"] == ""
    again = tagging.get_resources(**asked, PaginationToken=first["PaginationToken"])
    assert again["ResourceTagMappingList"] == second["ResourceTagMappingList"]


def test_tags_count_only_where_that_is_asked_for(sandbox: Sandbox, tagging: Any) -> None:
    sns = client_of(sandbox, "sns")
    many = [{"Key": f"k{n}", "Value": ""} for n in range(30)]
    for n in range(8):
        sns.create_topic(Name=f"t{n}", Tags=many)
    sizes = [
        [
            len(page["ResourceTagMappingList"])
            for page in tagging.get_paginator("get_resources").paginate(**asked)
        ]
        for asked in (
            {"ResourcesPerPage": 100},
            {"TagsPerPage": 100},
            {"TagsPerPage": 100, "ResourcesPerPage": 2},
        )
    ]
    assert sizes == [[8], [3, 3, 2], [2, 2, 2, 2]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"ResourceARNList": ["arn:aws:s3:::b"], "ResourceTypeFilters": ["s3"]},
        {"ResourceARNList": ["arn:aws:s3:::b"], "TagFilters": [{"Key": "a"}]},
        {"ResourceARNList": ["arn:aws:s3:::b"], "ResourcesPerPage": 5},
        {"ResourceARNList": []},
        {"ResourcesPerPage": 0},
        {"ResourcesPerPage": 101},
        {"TagsPerPage": 99},
        {"TagsPerPage": 501},
        {"TagFilters": [{"Key": "a", "Values": [str(n) for n in range(21)]}]},
        {"ExcludeCompliantResources": True},
    ],
)
def test_what_cannot_be_asked_is_refused(tagging: Any, wrong: dict[str, Any]) -> None:
    assert refused(tagging, "get_resources", **wrong) == INVALID


def test_a_token_that_no_page_gave_is_refused(tagging: Any) -> None:
    code, text = refusal(tagging, "get_resources", PaginationToken="x")
    assert (code, text) == ("PaginationTokenExpiredException", "The pagination token is not valid.")


def test_keys_and_values_are_told_once(sandbox: Sandbox, tagging: Any) -> None:
    sns = client_of(sandbox, "sns")
    for name, team in (("t", "b"), ("u", "a"), ("v", "b")):
        sns.create_topic(Name=name, Tags=[{"Key": "team", "Value": team}])
    assert tagging.get_tag_keys()["TagKeys"] == ["team"]
    assert tagging.get_tag_values(Key="team")["TagValues"] == ["a", "b"]


def test_a_snapshot_keeps_what_had_tags(sandbox: Sandbox, tagging: Any) -> None:
    arn, untag = topic(sandbox)
    untag()
    frozen = sandbox.snapshot()
    client_of(sandbox, "sns").delete_topic(TopicArn=arn)
    tagging.get_resources()
    sandbox.restore(frozen)
    assert found(tagging) == {arn: {}}

"""Resources of all services are created and changed; every list shows them unchanged after a restore from a snapshot or file."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from moto.iam.models import Role

from reconciler.sandbox import Sandbox, state
from tests.sandbox.network import ALL, made_vpc
from tests.sandbox.refusals import ANYBODY, REGION, client_of

SERVICES = ("cloudwatch", "iam", "kinesis", "kms", "lambda", "logs", "sns", "sqs")
NETWORK = (
    *(
        "addresses",
        "flow_logs",
        "internet_gateways",
        "nat_gateways",
        "network_acls",
        "network_interfaces",
        "route_tables",
    ),
    *(
        "security_group_rules",
        "security_groups",
        "subnets",
        "tags",
        "vpc_endpoints",
        "vpc_peering_connections",
        "vpcs",
    ),
)
HERE = f"{REGION}:123456789012"
STREAM, QUEUE, TOPIC = (
    f"arn:aws:{what}" for what in (f"kinesis:{HERE}:stream/s", f"sqs:{HERE}:q", f"sns:{HERE}:t")
)
TAGS = [{"Key": "team", "Value": "a"}]
OPEN = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
)
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [ANYBODY]})
READS = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
SPECS = {
    "SYMMETRIC_DEFAULT": "ENCRYPT_DECRYPT",
    "HMAC_256": "GENERATE_VERIFY_MAC",
    "RSA_2048": "SIGN_VERIFY",
    "ECC_NIST_P521": "SIGN_VERIFY",
    "ECC_SECG_P256K1": "SIGN_VERIFY",
    "ML_DSA_65": "SIGN_VERIFY",
}
ALARM = {"MetricName": "E", "Namespace": "N", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1}
ABOVE = {"Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold"}


def zipped() -> bytes:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), "x = 1")
    return code.getvalue()


def keys(box: Sandbox) -> None:
    kms = client_of(box, "kms")
    for spec, usage in SPECS.items():
        made = {"KeySpec": spec, "KeyUsage": usage, "Tags": [{"TagKey": "team", "TagValue": "a"}]}
        key = kms.create_key(**made, MultiRegion=spec == "RSA_2048")["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=f"alias/{spec}", TargetKeyId=key)
        kms.create_grant(
            KeyId=key, GranteePrincipal="arn:aws:iam::123456789012:root", Operations=["DescribeKey"]
        )
    signed = {"Message": b"x", "SigningAlgorithm": "RSASSA_PSS_SHA_256"}
    kms.sign(KeyId="alias/RSA_2048", **signed)
    kms.replicate_key(
        KeyId=kms.describe_key(KeyId="alias/RSA_2048")["KeyMetadata"]["KeyId"], ReplicaRegion="us-east-1"
    )


def people(box: Sandbox) -> None:
    iam = client_of(box, "iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, Tags=TAGS)
    policy = iam.create_policy(PolicyName="p", PolicyDocument=OPEN, Tags=TAGS)["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=policy, PolicyDocument=OPEN, SetAsDefault=True)
    for arn in (policy, READS):
        iam.attach_role_policy(RoleName="r", PolicyArn=arn)
    iam.put_role_policy(RoleName="r", PolicyName="inline", PolicyDocument=OPEN)
    iam.create_user(UserName="u", Tags=TAGS)
    iam.create_access_key(UserName="u")
    iam.create_login_profile(UserName="u", Password="Abc123!!xyz9")
    iam.create_group(GroupName="g")
    iam.add_user_to_group(GroupName="g", UserName="u")
    iam.create_instance_profile(InstanceProfileName="i", Tags=TAGS)
    iam.add_role_to_instance_profile(InstanceProfileName="i", RoleName="r")
    iam.create_open_id_connect_provider(Url="https://x.example.com", ThumbprintList=["a" * 40])
    iam.create_saml_provider(Name="saml", SAMLMetadataDocument="x" * 1100)
    iam.create_virtual_mfa_device(VirtualMFADeviceName="m")
    iam.create_account_alias(AccountAlias="acme")
    iam.update_account_password_policy(MinimumPasswordLength=9)
    iam.create_service_linked_role(AWSServiceName="connect.amazonaws.com")


def messages(box: Sandbox) -> None:
    sqs, sns, kinesis = (client_of(box, each) for each in ("sqs", "sns", "kinesis"))
    sqs.create_queue(QueueName="dead")
    redrive = json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:{HERE}:dead", "maxReceiveCount": 3})
    url = sqs.create_queue(QueueName="q", Attributes={"RedrivePolicy": redrive}, tags={"team": "a"})[
        "QueueUrl"
    ]
    sqs.create_queue(QueueName="f.fifo", Attributes={"FifoQueue": "true"})
    for text in ("one", "two"):
        sqs.send_message(QueueUrl=url, MessageBody=text)
    # A received message stays invisible for the whole test, however long the test takes.
    sqs.receive_message(QueueUrl=url, VisibilityTimeout=12 * 60 * 60)
    sns.create_topic(Name="t", Tags=TAGS)
    for protocol, endpoint in (("sqs", QUEUE), ("email", "a@b.example")):
        sns.subscribe(TopicArn=TOPIC, Protocol=protocol, Endpoint=endpoint)
    sns.publish(TopicArn=TOPIC, Message="m")
    sns.create_platform_application(Name="app", Platform="GCM", Attributes={"PlatformCredential": "x"})
    kinesis.create_stream(StreamName="s", ShardCount=2)
    kinesis.put_record(StreamName="s", Data=b"x", PartitionKey="k")
    kinesis.register_stream_consumer(StreamARN=STREAM, ConsumerName="c")
    kinesis.update_shard_count(StreamName="s", TargetShardCount=4, ScalingType="UNIFORM_SCALING")


def functions(box: Sandbox) -> None:
    lambda_ = client_of(box, "lambda")
    name = {"FunctionName": "f"}
    settings = {
        "Runtime": "python3.13",
        "Handler": "app.h",
        "Code": {"ZipFile": zipped()},
        "Tags": {"team": "a"},
    }
    lambda_.create_function(**name, Role="arn:aws:iam::123456789012:role/r", **settings)
    lambda_.publish_version(**name)
    lambda_.create_alias(**name, Name="live", FunctionVersion="1")
    who = {"Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
    lambda_.add_permission(**name, StatementId="s", **who)
    lambda_.create_function_url_config(**name, AuthType="NONE")
    lambda_.create_event_source_mapping(**name, EventSourceArn=QUEUE)
    lambda_.publish_layer_version(LayerName="layer", Content={"ZipFile": zipped()})
    lambda_.put_function_concurrency(**name, ReservedConcurrentExecutions=3)
    lambda_.put_function_event_invoke_config(**name, MaximumRetryAttempts=1)


def watching(box: Sandbox) -> None:
    logs, cloudwatch = client_of(box, "logs"), client_of(box, "cloudwatch")
    group = {"logGroupName": "/g"}
    logs.create_log_group(**group, tags={"team": "a"})
    logs.create_log_stream(**group, logStreamName="s")
    logs.put_log_events(**group, logStreamName="s", logEvents=[{"timestamp": 1, "message": "m"}])
    counted = {"metricName": "a", "metricNamespace": "b", "metricValue": "1"}
    logs.put_metric_filter(**group, filterName="m", filterPattern="x", metricTransformations=[counted])
    role = "arn:aws:iam::123456789012:role/r"
    logs.put_subscription_filter(
        **group, filterName="s", filterPattern="", destinationArn=STREAM, roleArn=role
    )
    logs.put_resource_policy(policyName="p", policyDocument=OPEN)
    logs.put_destination(destinationName="d", targetArn=STREAM, roleArn=role)
    logs.start_query(**group, startTime=0, endTime=1, queryString="fields @message")
    cloudwatch.put_metric_alarm(AlarmName="a", **ALARM, **ABOVE, Tags=TAGS)
    cloudwatch.put_metric_data(Namespace="N", MetricData=[{"MetricName": "E", "Value": 1.0}])
    cloudwatch.put_dashboard(DashboardName="d", DashboardBody='{"widgets":[]}')
    cloudwatch.put_insight_rule(RuleName="i", RuleDefinition="{}")


def networks(box: Sandbox) -> None:
    ec2 = client_of(box, "ec2")
    vpc, other = made_vpc(ec2, ipv6=True), made_vpc(ec2, "10.1.0.0/16")
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="w", Description="d", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[ALL])
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    ec2.create_nat_gateway(SubnetId=subnet, AllocationId=ec2.allocate_address(Domain="vpc")["AllocationId"])
    ec2.create_network_acl(VpcId=vpc)
    ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=other)
    ec2.create_network_interface(SubnetId=subnet)
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", RouteTableIds=[table])
    ec2.create_flow_logs(
        ResourceType="VPC",
        ResourceIds=[vpc],
        TrafficType="ALL",
        LogGroupName="flows",
        DeliverLogsPermissionArn="arn:aws:iam::210987654321:role/flows",
    )
    ec2.create_tags(Resources=[vpc, group], Tags=TAGS)


def create_surroundings(box: Sandbox) -> None:
    for part in (keys, people, messages, functions, watching, networks):
        part(box)


def change(box: Sandbox) -> None:
    """Change, delete and create something in every service."""
    kms, iam, ec2 = (client_of(box, each) for each in ("kms", "iam", "ec2"))
    kms.schedule_key_deletion(KeyId=kms.describe_key(KeyId="alias/HMAC_256")["KeyMetadata"]["KeyId"])
    kms.create_key()
    iam.detach_role_policy(RoleName="r", PolicyArn=READS)
    iam.create_role(RoleName="new", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName="new", PolicyArn="arn:aws:iam::aws:policy/AmazonEC2FullAccess")
    client_of(box, "sqs").purge_queue(QueueUrl=client_of(box, "sqs").get_queue_url(QueueName="q")["QueueUrl"])
    client_of(box, "sns").delete_topic(TopicArn=TOPIC)
    client_of(box, "kinesis").delete_stream(StreamName="s", EnforceConsumerDeletion=True)
    client_of(box, "lambda").delete_function(FunctionName="f")
    client_of(box, "logs").delete_log_group(logGroupName="/g")
    client_of(box, "cloudwatch").delete_alarms(AlarmNames=["a"])
    made_vpc(ec2, "10.2.0.0/16")
    ec2.delete_tags(Resources=[each["VpcId"] for each in ec2.describe_vpcs()["Vpcs"]])


def asked(box: Sandbox) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every list operation without required parameters, and reads of single resources."""
    for service in SERVICES:
        model = client_of(box, service).meta.service_model
        for name in model.operation_names:
            shape = model.operation_model(name).input_shape
            reads = (
                name.startswith(("Describe", "List", "Get")) and name != "GetUser"
            )  # moto invents the caller
            if reads and not (shape and shape.required_members):
                yield service, xform_name(name), {}
    yield from (("ec2", f"describe_{what}", {}) for what in NETWORK)
    yield "iam", "get_policy", {"PolicyArn": READS}
    yield "iam", "list_entities_for_policy", {"PolicyArn": READS}
    for spec in SPECS:
        yield "kms", "describe_key", {"KeyId": f"alias/{spec}"}
        yield "kms", "get_public_key", {"KeyId": f"alias/{spec}"}
    url = f"https://sqs.{REGION}.amazonaws.com/123456789012/q"
    yield "sqs", "get_queue_attributes", {"QueueUrl": url, "AttributeNames": ["All"]}
    yield "sqs", "list_queue_tags", {"QueueUrl": url}
    yield "kinesis", "describe_stream", {"StreamName": "s"}
    yield "kinesis", "list_stream_consumers", {"StreamARN": STREAM}
    for call in (
        "get_function",
        "get_policy",
        "list_aliases",
        "list_versions_by_function",
        "get_function_url_config",
    ):
        yield "lambda", call, {"FunctionName": "f"}
    for call in ("log_streams", "metric_filters", "subscription_filters"):
        yield "logs", f"describe_{call}", {"logGroupName": "/g"}
    yield "logs", "get_log_events", {"logGroupName": "/g", "logStreamName": "s"}
    yield "sns", "get_topic_attributes", {"TopicArn": TOPIC}


def shown(box: Sandbox) -> dict[str, Any]:
    """The replies and errors for plain clients, without members that differ in each request."""
    seen = {}
    for service, call, params in asked(box):
        try:
            reply = getattr(client_of(box, service), call)(**params)
            reply.pop("ResponseMetadata")
        except ClientError as refused:
            reply = refused.response["Error"]
        seen[f"{service} {call} {params}"] = reply
    return seen


def test_a_snapshot_puts_everything_back(sandbox: Sandbox) -> None:
    create_surroundings(sandbox)
    before, frozen = shown(sandbox), sandbox.snapshot()
    for _ in range(2):
        change(sandbox)
        assert client_of(sandbox, "logs").describe_log_groups()["logGroups"] == []
        sandbox.restore(frozen)
        assert shown(sandbox) == before


def test_a_file_holds_everything(tmp_path: Path) -> None:
    with Sandbox() as box:
        create_surroundings(box)
        before = shown(box)
        state.save(tmp_path / "state", box.world)
    with Sandbox() as box:
        state.load(tmp_path / "state", box.world)
        assert shown(box) == before
        change(box)


def test_what_came_since_an_empty_snapshot_is_gone(sandbox: Sandbox) -> None:
    frozen = sandbox.snapshot()
    create_surroundings(sandbox)
    sandbox.restore(frozen)
    assert sandbox.snapshot() == frozen
    assert client_of(sandbox, "iam").list_roles()["Roles"] == []
    assert client_of(sandbox, "iam").get_policy(PolicyArn=READS)["Policy"]["AttachmentCount"] == 0
    assert client_of(sandbox, "kms").list_keys()["Keys"] == []
    assert "QueueUrls" not in client_of(sandbox, "sqs").list_queues()
    assert client_of(sandbox, "kinesis").list_streams()["StreamNames"] == []
    create_surroundings(sandbox)


def test_a_key_stays_the_same_where_it_was_first_asked_for_after_the_snapshot(sandbox: Sandbox) -> None:
    kms = client_of(sandbox, "kms")
    key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    frozen = sandbox.snapshot()
    before = kms.get_public_key(KeyId=key)["PublicKey"]
    sandbox.restore(frozen)
    assert kms.get_public_key(KeyId=key)["PublicKey"] == before


def test_policies_of_aws_weigh_nothing_until_they_are_used(sandbox: Sandbox) -> None:
    iam = client_of(sandbox, "iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    without = len(sandbox.snapshot())
    assert len(iam.list_policies(MaxItems=1000)["Policies"]) == 1000
    assert len(sandbox.snapshot()) - without < 100
    iam.attach_role_policy(RoleName="r", PolicyArn=READS)
    assert len(sandbox.snapshot()) - without < 500


def test_what_was_replaced_is_let_go(sandbox: Sandbox) -> None:
    people(sandbox)
    frozen = sandbox.snapshot()
    for _ in range(3):
        sandbox.restore(frozen)
    assert vars(Role)["instances_tracked"] == []


def test_pages_of_details_hold_the_policies_of_aws_in_one_order(sandbox: Sandbox) -> None:
    iam = client_of(sandbox, "iam")

    def named() -> list[str]:
        page = iam.get_account_authorization_details(Filter=["AWSManagedPolicy"])
        return [each["PolicyName"] for each in page["Policies"]]

    before = named()
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName="r", PolicyArn=f"arn:aws:iam::aws:policy/{before[1]}")
    sandbox.restore(sandbox.snapshot())
    assert named() == before == sorted(before)


@pytest.mark.parametrize("call", ["snapshot", "restore"])
def test_services_that_nobody_asked_for_are_not_loaded(call: str) -> None:
    """It takes a second to load them."""
    lines = (
        "import sys",
        "from reconciler.sandbox import Sandbox",
        "with Sandbox() as box:",
        "    box.session('eu-west-2').client('connect').list_instances()",
        "    before = set(sys.modules)",
        "    frozen = box.snapshot()",
        "    box.restore(frozen)" if call == "restore" else "    pass",
        "    print([name for name in set(sys.modules) - before if name.startswith('moto.')])",
    )
    told = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    assert told.stdout == "[]\n"

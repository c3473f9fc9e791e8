"""Edits by other clients of resources of the services around Amazon Connect."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from reconciler.planning.ownership import MARKS
from tests.faults.harness import Harness
from tests.faults.live_state import EDIT_TAG, LiveResource
from tests.faults.platform_state import address_of

Params = Mapping[str, Any]
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
NOTHING_ALLOWED = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}],
}
EMPTY_ZIP = b"PK\x05\x06" + bytes(18)
ALARM = {
    "Namespace": "Hands",
    "MetricName": "hands",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 7.0,
    "ComparisonOperator": "LessThanThreshold",
}


@dataclass(frozen=True)
class EditCalls:
    """Functions that change, tag, delete and create one type of resource with a client and the name or id in AWS."""

    service: str
    change: Callable[[Any, str], object]
    tag: Callable[[Any, str, Mapping[str, str]], object]
    untag: Callable[[Any, str, list[str]], object]
    delete: Callable[[Any, str], object]
    make: Callable[[Any, str, Params], str] | None = None
    """Creates a resource with a name and the parameters of the request that follows; returns its name or id in AWS."""


def _rows(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    return [{key: name, value: text} for name, text in tags.items()]


def _delete_role(iam: Any, name: str) -> None:
    for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
    for inline in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=inline)
    iam.delete_role(RoleName=name)


def _change_policy(iam: Any, arn: str) -> None:
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    for version in versions[-1:] if len(versions) > 4 else ():
        iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(NOTHING_ALLOWED), SetAsDefault=True)


def _delete_policy(iam: Any, arn: str) -> None:
    uses = {
        "PermissionsPolicy": "detach_role_policy",
        "PermissionsBoundary": "delete_role_permissions_boundary",
    }
    for usage, operation in uses.items():
        of_policy = {"PolicyArn": arn} if usage == "PermissionsPolicy" else {}
        for role in iam.list_entities_for_policy(PolicyArn=arn, PolicyUsageFilter=usage)["PolicyRoles"]:
            getattr(iam, operation)(RoleName=role["RoleName"], **of_policy)
    for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
    iam.delete_policy(PolicyArn=arn)


def _make_policy(iam: Any, name: str, params: Params) -> str:
    made = iam.create_policy(
        PolicyName=name, Path=params.get("Path", "/"), PolicyDocument=json.dumps(NOTHING_ALLOWED)
    )
    return str(made["Policy"]["Arn"])


def _make_role(iam: Any, name: str, params: Params) -> str:
    iam.create_role(RoleName=name, Path=params.get("Path", "/"), AssumeRolePolicyDocument=json.dumps(TRUST))
    return name


def _group_arn(logs: Any, name: str) -> str:
    rows = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return str(next(row["logGroupArn"] for row in rows if row["logGroupName"] == name))


def _make_log_group(logs: Any, name: str, _: Params) -> str:
    logs.create_log_group(logGroupName=name)
    return name


def _open(ec2: Any, group: str) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    try:
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidPermission.Duplicate":
            raise


def _make_security_group(ec2: Any, name: str, params: Params) -> str:
    in_vpc = {"VpcId": params["VpcId"]} if "VpcId" in params else {}
    return str(ec2.create_security_group(GroupName=name, Description="by hand", **in_vpc)["GroupId"])


def _alarm_arn(cloudwatch: Any, name: str) -> str:
    (row,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return str(row["AlarmArn"])


def _make_alarm(cloudwatch: Any, name: str, _: Params) -> str:
    cloudwatch.put_metric_alarm(AlarmName=name, **ALARM)
    return name


def _function_arn(functions: Any, name: str) -> str:
    return str(functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"])


def _make_function(functions: Any, name: str, params: Params) -> str:
    functions.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="hands.handler",
        Role=params["Role"],
        Code={"ZipFile": EMPTY_ZIP},
    )
    return name


def _tag_ec2(ec2: Any, id_: str, tags: Mapping[str, str]) -> None:
    ec2.create_tags(Resources=[id_], Tags=_rows(tags))


def _untag_ec2(ec2: Any, id_: str, names: list[str]) -> None:
    ec2.delete_tags(Resources=[id_], Tags=[{"Key": name} for name in names])


EDIT_CALLS: Mapping[str, EditCalls] = {
    "Role": EditCalls(
        "iam",
        lambda iam, name: iam.update_role(RoleName=name, Description="by hand"),
        lambda iam, name, tags: iam.tag_role(RoleName=name, Tags=_rows(tags)),
        lambda iam, name, tags: iam.untag_role(RoleName=name, TagKeys=tags),
        _delete_role,
        _make_role,
    ),
    "Policy": EditCalls(
        "iam",
        _change_policy,
        lambda iam, arn, tags: iam.tag_policy(PolicyArn=arn, Tags=_rows(tags)),
        lambda iam, arn, tags: iam.untag_policy(PolicyArn=arn, TagKeys=tags),
        _delete_policy,
        _make_policy,
    ),
    "Key": EditCalls(
        "kms",
        lambda kms, id_: kms.update_key_description(KeyId=id_, Description="by hand"),
        lambda kms, id_, tags: kms.tag_resource(KeyId=id_, Tags=_rows(tags, "TagKey", "TagValue")),
        lambda kms, id_, tags: kms.untag_resource(KeyId=id_, TagKeys=tags),
        lambda kms, id_: kms.schedule_key_deletion(KeyId=id_, PendingWindowInDays=30),
    ),
    "LogGroup": EditCalls(
        "logs",
        lambda logs, name: logs.put_retention_policy(logGroupName=name, retentionInDays=1),
        lambda logs, name, tags: logs.tag_resource(resourceArn=_group_arn(logs, name), tags=dict(tags)),
        lambda logs, name, tags: logs.untag_resource(resourceArn=_group_arn(logs, name), tagKeys=tags),
        lambda logs, name: logs.delete_log_group(logGroupName=name),
        _make_log_group,
    ),
    "SecurityGroup": EditCalls(
        "ec2",
        _open,
        _tag_ec2,
        _untag_ec2,
        lambda ec2, id_: ec2.delete_security_group(GroupId=id_),
        _make_security_group,
    ),
    "Subnet": EditCalls(
        "ec2",
        lambda ec2, id_: ec2.modify_subnet_attribute(SubnetId=id_, MapPublicIpOnLaunch={"Value": True}),
        _tag_ec2,
        _untag_ec2,
        lambda ec2, id_: ec2.delete_subnet(SubnetId=id_),
    ),
    "Alarm": EditCalls(
        "cloudwatch",
        lambda cloudwatch, name: cloudwatch.put_metric_alarm(AlarmName=name, **ALARM),
        lambda cloudwatch, name, tags: cloudwatch.tag_resource(
            ResourceARN=_alarm_arn(cloudwatch, name), Tags=_rows(tags)
        ),
        lambda cloudwatch, name, tags: cloudwatch.untag_resource(
            ResourceARN=_alarm_arn(cloudwatch, name), TagKeys=tags
        ),
        lambda cloudwatch, name: cloudwatch.delete_alarms(AlarmNames=[name]),
        _make_alarm,
    ),
    "Topic": EditCalls(
        "sns",
        lambda sns, arn: sns.set_topic_attributes(
            TopicArn=arn, AttributeName="DisplayName", AttributeValue="by hand"
        ),
        lambda sns, arn, tags: sns.tag_resource(ResourceArn=arn, Tags=_rows(tags)),
        lambda sns, arn, tags: sns.untag_resource(ResourceArn=arn, TagKeys=tags),
        lambda sns, arn: sns.delete_topic(TopicArn=arn),
        lambda sns, name, _: str(sns.create_topic(Name=name)["TopicArn"]),
    ),
    "Function": EditCalls(
        "lambda",
        lambda functions, name: functions.update_function_configuration(FunctionName=name, Timeout=60),
        lambda functions, name, tags: functions.tag_resource(
            Resource=_function_arn(functions, name), Tags=dict(tags)
        ),
        lambda functions, name, tags: functions.untag_resource(
            Resource=_function_arn(functions, name), TagKeys=tags
        ),
        lambda functions, name: functions.delete_function(FunctionName=name),
        _make_function,
    ),
}
"""By type of resource."""
NAMED_IN: Mapping[tuple[str, str], tuple[str, str]] = {
    ("iam", "CreateRole"): ("Role", "RoleName"),
    ("iam", "CreatePolicy"): ("Policy", "PolicyName"),
    ("logs", "CreateLogGroup"): ("LogGroup", "logGroupName"),
    ("ec2", "CreateSecurityGroup"): ("SecurityGroup", "GroupName"),
    ("lambda", "CreateFunction"): ("Function", "FunctionName"),
    ("sns", "CreateTopic"): ("Topic", "Name"),
    ("cloudwatch", "PutMetricAlarm"): ("Alarm", "AlarmName"),
}
"""By service and create operation: the type of resource, and the member with the name."""
ADDRESSED_BY: Mapping[str, tuple[str, ...]] = {
    "iam": ("RoleName", "PolicyArn"),
    "kms": ("TargetKeyId", "KeyId"),
    "logs": ("logGroupName", "resourceArn"),
    "ec2": ("GroupId", "SubnetId", "Resources"),
    "cloudwatch": ("AlarmName", "AlarmNames", "ResourceARN"),
    "lambda": ("FunctionName", "Resource"),
    "sns": ("TopicArn", "ResourceArn"),
}
"""By service: the members of requests that identify the resource."""


def resource_of_request(harness: Harness, service: str, params: Params) -> LiveResource | None:
    """The live resource of a request."""
    for member in ADDRESSED_BY.get(service, ()):
        if member in params:
            value = params[member]
            return find(harness, service, str(value[0] if isinstance(value, list) else value))
    return None


def find(harness: Harness, service: str, text: str) -> LiveResource | None:
    """The live resource of a service with this name, id or ARN."""
    for resource in harness.live_resources().values():
        address = address_of(resource.id)
        of_service = resource.noun in EDIT_CALLS and EDIT_CALLS[resource.noun].service == service
        if of_service and (text == address or text.endswith((f":{address}", f"/{address}"))):
            return resource
    return None


class PlatformTarget:
    """A resource that another client edits (like `other_client.Target`)."""

    def __init__(self, harness: Harness, resource: LiveResource) -> None:
        self.harness, self.noun, self.name = harness, resource.noun, resource.name
        self._path = resource.settings.get("path", "/")
        self._address, self._calls = address_of(resource.id), EDIT_CALLS[resource.noun]
        self._client = harness.client(self._calls.service)

    def _current(self) -> LiveResource | None:
        return find(self.harness, self._calls.service, self._address)

    def same_field(self, params: Params) -> None:
        """Change a setting, possibly the one that the next request writes."""
        del params
        self._calls.change(self._client, self._address)

    def other_field(self, params: Params) -> None:
        """Change something that is not managed."""
        del params
        self._calls.tag(self._client, self._address, {EDIT_TAG: "was here"})

    def unmark(self) -> dict[str, str]:
        """Remove our marks, and return them."""
        resource = self._current()
        marks = {tag: value for tag, value in (resource.tags if resource else {}).items() if tag in MARKS}
        if marks:
            self._calls.untag(self._client, self._address, [*marks])
        return marks

    def mark(self, marks: Mapping[str, str]) -> None:
        """Restore the marks, if the resource still exists."""
        if marks and self._current():
            self._calls.tag(self._client, self._address, marks)

    def delete(self) -> bool:
        """Delete it like a user; return whether AWS did it."""
        try:
            self._calls.delete(self._client, self._address)
        except ClientError:
            return False
        return True

    def recreate(self) -> Callable[[], None] | None:
        """Delete it and create one with the same name; return a function that removes it, or None if this is not possible."""
        if self._calls.make is None or not self.delete():
            return None
        return create_as_other_client(self.harness, self.noun, self.name, {"Role": ROLE, "Path": self._path})


ROLE = "arn:aws:iam::123456789012:role/by-hand"


def create_as_other_client(harness: Harness, noun: str, name: str, params: Params) -> Callable[[], None]:
    """Create a resource; return a function that removes it, unless it was adopted."""
    calls = EDIT_CALLS[noun]
    client = harness.client(calls.service)
    assert calls.make
    address = calls.make(client, name, params)

    def remove() -> None:
        resource = find(harness, calls.service, address)
        if resource and not MARKS & resource.tags.keys():
            calls.delete(client, address)

    return remove

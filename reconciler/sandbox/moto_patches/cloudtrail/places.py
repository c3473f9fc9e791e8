"""Checks of the places to which a trail delivers: bucket, topic, key and log group."""

import json
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from moto.logs.models import logs_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends

from reconciler.sandbox.moto_patches.keys import find_key, lets_in
from reconciler.sandbox.moto_patches.policies import is_there, listed, principals_of
from reconciler.sandbox.sandbox_error import SandboxError

SERVICE = "cloudtrail.amazonaws.com"
GROUP = re.compile(r"arn:[^:]+:logs:(?P<region>[^:]+):(?P<account>\d{12}):log-group:(?P<name>[^:]+):\*")


def check_places(trail: Mapping[str, Any], account: str, partition: str, region: str) -> None:
    """Refuse a trail whose bucket, topic, key or log group does not let CloudTrail in.

    Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
    """
    check_bucket(trail, account, partition)
    if trail.get("SnsTopicARN"):
        _check_topic(trail["SnsTopicARN"], account)
    if trail.get("KmsKeyId"):
        _check_key(trail, account, region)
    _check_logs(trail, account)


def check_bucket(trail: Mapping[str, Any], account: str, partition: str) -> None:
    """Refuse a bucket that does not exist, and one whose policy does not let CloudTrail in.

    Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    """
    name = trail["S3BucketName"]
    bucket = s3_backends[account][partition].buckets.get(name)
    if bucket is None:
        raise SandboxError("S3BucketDoesNotExistException", f"S3 bucket {name} does not exist!")
    arn, prefix = f"arn:{partition}:s3:::{name}", trail.get("S3KeyPrefix")
    place = f"{arn}/{f'{prefix}/' if prefix else ''}AWSLogs/{account}/x"
    asked = (("s3:GetBucketAcl", arn), ("s3:PutObject", place))
    policy = json.loads(bucket.policy) if bucket.policy else {}
    if not all(_allowed(policy, action, resource) for action, resource in asked):
        text = f"Incorrect S3 bucket policy is detected for bucket: {name}"
        raise SandboxError("InsufficientS3BucketPolicyException", text)


def _check_topic(arn: str, account: str) -> None:
    region, owner = arn.split(":")[3:5]
    topics = sns_backends[account][region].topics
    if owner != account:
        return
    if arn not in topics or not _allowed(json.loads(topics[arn].policy), "SNS:Publish", arn):
        text = "SNS Topic does not exist or the topic policy is incorrect!"
        raise SandboxError("InsufficientSnsTopicPolicyException", text)


def _check_key(trail: Mapping[str, Any], account: str, region: str) -> None:
    key = find_key(account, region, trail["KmsKeyId"])
    if key is None:
        raise SandboxError("KmsKeyNotFoundException", f"KMS key {trail['KmsKeyId']} does not exist")
    if not lets_in(key, SERVICE):
        text = f"Insufficient permissions to access S3 bucket {trail['S3BucketName']} or KMS key {trail['KmsKeyId']}."
        raise SandboxError("InsufficientEncryptionPolicyException", text)


def _check_logs(trail: Mapping[str, Any], account: str) -> None:
    group, role = (trail.get(name) for name in ("CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn"))
    if bool(group) != bool(role):
        text = "You must specify both the log group ARN and the role ARN."
        raise SandboxError("InvalidParameterCombinationException", text)
    if not group:
        return
    if not is_there(str(role), account):
        text = "Access denied. Check the trust relationships for your role."
        raise SandboxError("InvalidCloudWatchLogsRoleArnException", text)
    found = GROUP.fullmatch(group)
    groups = logs_backends[account][found["region"]].groups if found else {}
    if found is None or found["name"] not in groups:
        text = "Access denied. Check the permissions for your role."
        raise SandboxError("InvalidCloudWatchLogsLogGroupArnException", text)


def _allowed(policy: Mapping[str, Any], action: str, resource: str) -> bool:
    """Whether a policy lets CloudTrail do something. Conditions count as true."""
    return any(
        each.get("Effect") == "Allow"
        and ("*" in listed(each.get("Principal")) or SERVICE in principals_of(each, "Service"))
        and any(fnmatchcase(action.lower(), str(one).lower()) for one in listed(each.get("Action")))
        and any(fnmatchcase(resource, str(one)) for one in listed(each.get("Resource")))
        for each in listed(policy.get("Statement"))
    )

"""IAM's names of what our calls ask for, and what AWS asks of the caller besides.

Sources, all of them pages of docs.aws.amazon.com: "Actions, resources, and condition keys" for Amazon Connect, Amazon
DynamoDB, AWS Directory Service, Amazon Lex V2, AWS Lambda, Amazon SNS and Amazon SQS (Service Authorization Reference); "Required permissions for
Amazon S3 API operations" (Amazon S3 User Guide); CreateBucketConfiguration, member Tags (Amazon S3 API Reference).
"""

from collections.abc import Mapping

PREFIXES: Mapping[str, str] = {
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "service-quotas": "servicequotas",
}
"""Services, as boto3 spells them, whose actions begin with another word."""

NAMED_OTHERWISE: Mapping[str, str] = {
    "s3:DeleteBucketCors": "s3:PutBucketCORS",
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
    "s3:DeleteBucketReplication": "s3:PutReplicationConfiguration",
    "s3:DeleteBucketTagging": "s3:PutBucketTagging",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketAbac": "s3:GetBucketABAC",
    "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "s3:GetBucketCors": "s3:GetBucketCORS",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:PutBucketAbac": "s3:PutBucketABAC",
    "s3:PutBucketAccelerateConfiguration": "s3:PutAccelerateConfiguration",
    "s3:PutBucketCors": "s3:PutBucketCORS",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:PutBucketNotificationConfiguration": "s3:PutBucketNotification",
    "s3:PutBucketReplication": "s3:PutReplicationConfiguration",
    "s3:PutObjectLockConfiguration": "s3:PutBucketObjectLockConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
}
"""Operations, as AWS spells them, whose action has another name; all others have their own."""

_ROLE = ("iam:AttachRolePolicy", "iam:CreateServiceLinkedRole", "iam:PutRolePolicy")
_DIRECTORY = (
    "ds:AuthorizeApplication",
    "ds:CheckAlias",
    "ds:CreateAlias",
    "ds:CreateDirectory",
    "ds:CreateIdentityPoolDirectory",
    "ds:DeleteDirectory",
    "ds:DescribeDirectories",
    "ds:UnauthorizeApplication",
)

BESIDES: Mapping[str, tuple[str, ...]] = {
    "connect:AssociateBot": _ROLE,
    "connect:AssociateInstanceStorageConfig": ("ds:DescribeDirectories", *_ROLE),
    "connect:CreateInstance": (*_DIRECTORY, *_ROLE),
    "connect:DeleteInstance": ("ds:DeleteDirectory", "ds:DescribeDirectories", "ds:UnauthorizeApplication"),
    "connect:DescribeInstance": ("ds:DescribeDirectories",),
    "connect:DisassociateBot": _ROLE,
    "connect:ListInstances": ("ds:DescribeDirectories",),
    "connect:UpdateInstanceAttribute": ("ds:DescribeDirectories", *_ROLE, "logs:CreateLogGroup"),
    "connect:UpdateInstanceStorageConfig": ("ds:DescribeDirectories", *_ROLE),
    "s3:CreateBucket": ("s3:TagResource",),  # the tags that a create request carries
}
"""Actions that AWS takes in the caller's name, whatever the request says; `fields` has those that depend on it."""

_CONNECT_ROLE = "arn:{partition}:iam::{account}:role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect_*"
_ANY_DIRECTORY = "arn:{partition}:ds:{region}:{account}:directory/*"

PLACES: Mapping[str, str] = {
    # IAM knows no resource of these.
    "connect:CreateInstance": "*",
    "connect:ListInstances": "*",
    "ds:CheckAlias": "*",
    "ds:CreateDirectory": "*",
    "ds:CreateIdentityPoolDirectory": "*",
    "ds:DescribeDirectories": "*",
    "dynamodb:ListTables": "*",
    # The key that AWS keeps for DynamoDB is named by an alias, which IAM does not take.
    "kms:DescribeKey": "arn:{partition}:kms:{region}:{account}:key/*",
    "s3:ListAllMyBuckets": "*",
    # The directory and the role of an instance are not known before it is made.
    "ds:AuthorizeApplication": _ANY_DIRECTORY,
    "ds:CreateAlias": _ANY_DIRECTORY,
    "ds:DeleteDirectory": _ANY_DIRECTORY,
    "ds:UnauthorizeApplication": _ANY_DIRECTORY,
    "iam:AttachRolePolicy": _CONNECT_ROLE,
    "iam:CreateServiceLinkedRole": _CONNECT_ROLE,
    "iam:PutRolePolicy": _CONNECT_ROLE,
    "logs:CreateLogGroup": "arn:{partition}:logs:{region}:{account}:log-group:/aws/connect/*",
}
"""Actions on something other than the resource that a call names."""


def action_of(service: str, operation: str) -> str:
    """IAM's name of what one call needs; `service` as boto3 spells it, `operation` as AWS does."""
    action = f"{PREFIXES.get(service, service)}:{operation}"
    return NAMED_OTHERWISE.get(action, action)

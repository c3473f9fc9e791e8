"""The service Amazon S3, and the operations of S3 Control that buckets use.

Sources: "Required permissions for Amazon S3 API operations" (Amazon S3 User Guide); CreateBucketConfiguration, member Tags (API
Reference). AWS publishes no rate of the operations on buckets.
"""

from reconciler.errors import Absent
from reconciler.service import Rate, Service

S3 = Service(
    name="s3",
    rate=Rate(50, 100),
    actions={
        "DeleteBucketCors": "s3:PutBucketCORS",
        "DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
        "DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
        "DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
        "DeleteBucketReplication": "s3:PutReplicationConfiguration",
        "DeleteBucketTagging": "s3:PutBucketTagging",
        "DeleteObjects": "s3:DeleteObject",
        "DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
        "GetBucketAbac": "s3:GetBucketABAC",
        "GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
        "GetBucketCors": "s3:GetBucketCORS",
        "GetBucketEncryption": "s3:GetEncryptionConfiguration",
        "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
        "GetBucketNotificationConfiguration": "s3:GetBucketNotification",
        "GetBucketReplication": "s3:GetReplicationConfiguration",
        "GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
        "GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
        "HeadBucket": "s3:ListBucket",
        "ListBuckets": "s3:ListAllMyBuckets",
        "ListMultipartUploads": "s3:ListBucketMultipartUploads",
        "ListObjectVersions": "s3:ListBucketVersions",
        "ListObjectsV2": "s3:ListBucket",
        "PutBucketAbac": "s3:PutBucketABAC",
        "PutBucketAccelerateConfiguration": "s3:PutAccelerateConfiguration",
        "PutBucketCors": "s3:PutBucketCORS",
        "PutBucketEncryption": "s3:PutEncryptionConfiguration",
        "PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
        "PutBucketNotificationConfiguration": "s3:PutBucketNotification",
        "PutBucketReplication": "s3:PutReplicationConfiguration",
        "PutObjectLockConfiguration": "s3:PutBucketObjectLockConfiguration",
        "PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    },
    also_asks={"CreateBucket": ("s3:TagResource",)},  # the tags that a create request carries
    unscoped={"s3:ListAllMyBuckets": "lists all buckets"},
    errors=dict.fromkeys(
        ("NoSuchKey", "NoSuchVersion", "NoSuchUpload", "NoSuchObjectLockConfiguration"), Absent
    ),
)
S3_CONTROL = Service(name="s3control", iam_prefix="s3")

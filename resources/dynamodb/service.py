"""The service Amazon DynamoDB, and the operations of AWS KMS that tables use.

Sources: the descriptions of operations with their own rate (API Reference); "Best practices for using the control plane"
(2,500 requests a second together); "Actions, resources, and condition keys for Amazon DynamoDB".
"""

from reconciler.service import Rate, Service

DYNAMODB = Service(
    name="dynamodb",
    rate=Rate(50, 100),
    rates={
        "describe_continuous_backups": Rate(10, 10),
        "list_tags_of_resource": Rate(10, 10),
        "tag_resource": Rate(5, 5),
        "untag_resource": Rate(5, 5),
    },
    unscoped={"dynamodb:ListTables": "lists all tables"},
)
KMS = Service(
    name="kms",
    # The AWS managed key for DynamoDB is read by its alias, which IAM does not accept as a resource.
    scopes={"kms:DescribeKey": "arn:{partition}:kms:{region}:{account}:key/*"},
)

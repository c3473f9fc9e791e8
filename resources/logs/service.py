"""The service Amazon CloudWatch Logs.

Sources: "CloudWatch Logs service quotas" (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html);
"Actions, resources, and condition keys for Amazon CloudWatch Logs" (Service Authorization Reference).
"""

from reconciler.errors import Busy
from reconciler.service import Rate, Service

LOGS = Service(
    name="logs",
    rate=Rate(5, 5),
    rates={
        "create_log_group": Rate(10, 10),
        "delete_log_group": Rate(10, 10),
        "describe_log_groups": Rate(10, 10),
    },
    unscoped={
        "logs:DescribeLogGroups": "lists all log groups",
        "logs:DeleteResourcePolicy": "IAM names no resource of resource policies",
        "logs:DescribeResourcePolicies": "IAM names no resource of resource policies",
        "logs:PutResourcePolicy": "IAM names no resource of resource policies",
        "logs:DeleteIndexPolicy": "IAM names no resource of index policies",
        "logs:DescribeIndexPolicies": "IAM names no resource of index policies",
        "logs:PutIndexPolicy": "IAM names no resource of index policies",
    },
    errors={"OperationAbortedException": Busy},  # several requests change one log group at the same time
)

"""The service Amazon CloudWatch.

Sources: "CloudWatch service quotas" (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html);
"Actions, resources, and condition keys for Amazon CloudWatch" (Service Authorization Reference).
"""

from reconciler.errors import Absent, Busy
from reconciler.service import Rate, Service

CLOUDWATCH = Service(
    name="cloudwatch",
    rates={
        "put_metric_alarm": Rate(3, 3),
        "delete_alarms": Rate(3, 3),
        "describe_alarms": Rate(9, 9),
        "tag_resource": Rate(20, 20),
        "untag_resource": Rate(20, 20),
    },
    # Lists of alarms have no resource in IAM.
    scopes={"cloudwatch:DescribeAlarms": "arn:{partition}:cloudwatch:{region}:{account}:alarm:*"},
    unscoped={"cloudwatch:ListDashboards": "lists all dashboards"},
    errors={
        "ConcurrentModificationException": Busy,  # several requests changed one alarm at the same time
        "ConflictException": Busy,  # the same, for a dashboard
        "ResourceNotFound": Absent,
        "DashboardNotFoundError": Absent,
    },
)

"""The service Amazon CloudWatch.

Sources: "CloudWatch service quotas" (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html);
"Actions, resources, and condition keys for Amazon CloudWatch" (Service Authorization Reference).
"""

from reconciler.errors import Absent, Busy, InUse
from reconciler.service import Rate, Service

ALARMS = "arn:{partition}:cloudwatch:{region}:{account}:alarm:*"

CLOUDWATCH = Service(
    name="cloudwatch",
    rates={
        "put_metric_alarm": Rate(3, 3),
        "put_composite_alarm": Rate(3, 3),
        "delete_alarms": Rate(3, 3),
        "describe_alarms": Rate(9, 9),
        "get_metric_data": Rate(50, 50),
        "tag_resource": Rate(20, 20),
        "untag_resource": Rate(20, 20),
    },
    # Lists of alarms have no resource in IAM. PutCompositeAlarm needs a permission for all alarms (API Reference).
    scopes={"cloudwatch:DescribeAlarms": ALARMS, "cloudwatch:PutCompositeAlarm": ALARMS},
    unscoped={
        "cloudwatch:GetMetricData": "IAM names no resource of metrics",
        "cloudwatch:ListDashboards": "lists all dashboards",
    },
    errors={
        "ConcurrentModificationException": Busy,  # several requests changed one alarm at the same time
        "ConflictException": Busy,  # the same, for a dashboard
        "ResourceNotFound": Absent,
        "DashboardNotFoundError": Absent,
    },
    errors_by_message={
        "composite alarm(s) depending on": InUse,  # a rule names the alarm
        "in the alarm rule do not exist": Absent,  # or are not visible yet
    },
)

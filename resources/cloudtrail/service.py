"""The service AWS CloudTrail.

Sources: "Quotas in AWS CloudTrail" (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html);
"Actions, resources, and condition keys for AWS CloudTrail" (Service Authorization Reference); the errors of each operation
(AWS CloudTrail API Reference).
"""

from reconciler.errors import Absent, Busy, Taken, Waiting
from reconciler.service import Rate, Service

READS = (
    "describe_trails", "get_trail", "get_trail_status", "get_event_selectors", "get_insight_selectors", "list_tags",
)  # fmt: skip

CLOUDTRAIL = Service(
    name="cloudtrail",
    rate=Rate(1, 1),
    rates=dict.fromkeys(READS, Rate(10, 10)),
    also_asks={"CreateTrail": ("cloudtrail:AddTags",)},
    unscoped={"cloudtrail:DescribeTrails": "lists all trails"},
    errors={
        "TrailNotFoundException": Absent,
        "InsightNotEnabledException": Absent,
        "TrailAlreadyExistsException": Taken,
        "ConflictException": Busy,
    },
    errors_by_message={
        # A new role, and a new policy of a role, are not known everywhere for some seconds.
        "Check the trust relationships for your role": Waiting,
        "Check the permissions for your role": Waiting,
    },
)

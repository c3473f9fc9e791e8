"""The service Amazon EventBridge Scheduler.

Sources: "Quotas for Amazon EventBridge Scheduler" (https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html);
"Actions, resources, and condition keys for Amazon EventBridge Scheduler" (Service Authorization Reference).
"""

from reconciler.errors import Busy, Taken, Waiting
from reconciler.service import Rate, Service

SCHEDULER = Service(
    name="scheduler",
    rate=Rate(10, 10),
    rates=dict.fromkeys(
        ("create_schedule", "update_schedule", "delete_schedule", "get_schedule"), Rate(250, 250)
    ),
    unscoped={
        "scheduler:ListScheduleGroups": "lists all groups",
        "scheduler:ListSchedules": "lists schedules of all groups",
    },
    errors={
        "ConflictException": Busy
    },  # another request changes the same schedule, or AWS still deletes the group
    errors_by_message={
        "already exists": Taken,
        # A new role cannot be assumed for some seconds.
        "must allow AWS EventBridge Scheduler to assume the role": Waiting,
    },
)

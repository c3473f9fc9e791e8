"""The service Amazon EventBridge.

Sources: "Actions, resources, and condition keys for Amazon EventBridge" (Service Authorization Reference); the errors of each
operation (API Reference). AWS publishes no rates of the operations on buses and rules.
"""

from reconciler.errors import Busy, InUse, Taken, Waiting
from reconciler.service import Service

EVENTS = Service(
    name="events",
    unscoped={
        "events:ListEventBuses": "lists all buses",
        "events:ListRules": "lists all rules of a bus",
        "events:PutPermission": "IAM names no resource of policies of buses",
        "events:RemovePermission": "IAM names no resource of policies of buses",
    },
    errors={
        "ConcurrentModificationException": Busy,  # several requests change one bus or rule at the same time
        "ResourceAlreadyExistsException": Taken,
    },
    errors_by_message={
        # A bus still has the rules, and a rule the targets, that were deleted a moment ago.
        "since it has rules": InUse,
        "since it has targets": InUse,
        # A new role cannot be assumed for some seconds.
        "cannot be assumed by principal": Waiting,
    },
    failed_in={"PutTargets": "FailedEntries", "RemoveTargets": "FailedEntries"},
)

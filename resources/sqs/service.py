"""The service Amazon SQS.

Sources: "Actions, resources, and condition keys for Amazon SQS" (Service Authorization Reference); the errors of each operation
(API Reference). AWS publishes no rates of the operations on queues.
"""

from reconciler.errors import Absent, Busy, Taken, Waiting
from reconciler.service import Service

SQS = Service(
    name="sqs",
    unscoped={"sqs:ListQueues": "lists all queues"},
    actions={"DeleteMessageBatch": "sqs:DeleteMessage"},
    also_asks={"CreateQueue": ("sqs:TagQueue",)},
    errors={
        "AWS.SimpleQueueService.NonExistentQueue": Absent,
        "QueueDoesNotExist": Absent,
        "AWS.SimpleQueueService.QueueDeletedRecently": Waiting,  # no new queue of this name within 60 seconds
        "QueueDeletedRecently": Waiting,
        "QueueAlreadyExists": Taken,
        "QueueNameExists": Taken,
        "RequestThrottled": Busy,
    },
    errors_by_message={
        # A new role, user or queue becomes visible some seconds after its creation.
        "Invalid value for the parameter Policy": Waiting,
        "Dead letter target does not exist": Waiting,
    },
)

"""The service Amazon SNS.

Sources: the rates in each operation's description (API Reference), "Amazon SNS endpoints and quotas" (AWS General Reference);
"Actions, resources, and condition keys for Amazon SNS" (Service Authorization Reference); the errors of each operation.
"""

from reconciler.errors import Absent, Busy, Taken, Waiting
from reconciler.service import Rate, Service

SNS = Service(
    name="sns",
    rate=Rate(30, 30),
    rates={
        "subscribe": Rate(100, 100),
        "unsubscribe": Rate(100, 100),
        "list_tags_for_resource": Rate(10, 10),
        "tag_resource": Rate(10, 10),
        "untag_resource": Rate(10, 10),
    },
    unscoped={"sns:ListTopics": "lists all topics"},
    errors={
        "NotFound": Absent,
        "ResourceNotFound": Absent,
        "Throttled": Busy,
        "KMSThrottling": Busy,
        "ConcurrentAccess": Busy,  # several requests changed the tags of one topic at the same time
    },
    errors_by_message={
        "Topic already exists with different": Taken,
        "PrincipalNotFound": Waiting,  # a new role or user becomes visible some seconds after its creation
    },
)

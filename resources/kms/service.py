"""The service AWS KMS.

Sources: "Request quotas" (https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html); "AWS KMS
permissions" (https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html).
"""

from reconciler.errors import Busy, Taken, Waiting
from reconciler.service import Rate, Service

SLOW, MEDIUM = Rate(5, 5), Rate(15, 15)
KMS = Service(
    name="kms",
    rate=SLOW,
    rates={
        "cancel_key_deletion": SLOW,
        "create_alias": SLOW,
        "create_key": SLOW,
        "delete_alias": MEDIUM,
        "describe_key": Rate(2000, 2000),
        "disable_key": SLOW,
        "disable_key_rotation": SLOW,
        "enable_key": SLOW,
        "enable_key_rotation": MEDIUM,
        "get_key_policy": Rate(1000, 1000),
        "get_key_rotation_status": Rate(1000, 1000),
        "list_aliases": Rate(500, 500),
        "list_keys": Rate(500, 500),
        "list_resource_tags": Rate(2000, 2000),
        "put_key_policy": MEDIUM,
        "schedule_key_deletion": MEDIUM,
        "tag_resource": Rate(10, 10),
        "untag_resource": SLOW,
        "update_key_description": SLOW,
    },
    unscoped={
        "kms:CreateKey": "makes new keys",
        "kms:ListAliases": "lists all aliases",
        "kms:ListKeys": "lists all keys",
    },
    scopes={
        # Kinds of other services read keys, too.
        "kms:DescribeKey": "arn:{partition}:kms:{region}:{account}:key/*",
    },
    errors={"AlreadyExistsException": Taken, "DependencyTimeoutException": Busy},
    # KMS may not see a new role or user yet (PutKeyPolicy, API reference).
    errors_by_message={"invalid principals": Waiting},
)

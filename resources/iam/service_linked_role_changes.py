"""Waits for the deletion of a service-linked role.

Source: GetServiceLinkedRoleDeletionStatus (IAM API Reference).
"""

from reconciler.contract import Api, Wired
from reconciler.errors import InUse


def progress(api: Api, reply: Wired) -> str | None:
    """How far a deletion is.

    Raises:
        InUse: the service still uses the role.
    """
    task = api.call("get_service_linked_role_deletion_status", DeletionTaskId=reply["DeletionTaskId"])
    if task["Status"] == "FAILED":
        why = task.get("Reason") or {}
        used = (arn for each in why.get("RoleUsageList") or () for arn in each.get("Resources") or ())
        said = ", ".join(used) or why.get("Reason") or "the service does not say by what"
        raise InUse("delete_service_linked_role", "DeleteConflict", f"its service still uses it: {said}")
    return None if task["Status"] == "SUCCEEDED" else f"the deletion of the role is {task['Status']}"

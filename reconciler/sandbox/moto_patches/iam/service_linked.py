"""IAM's service-linked roles: their suffixes, and deletions that end later.

Sources: CreateServiceLinkedRole, DeleteServiceLinkedRole, GetServiceLinkedRoleDeletionStatus (IAM API Reference);
https://docs.aws.amazon.com/connect/latest/adminguide/connect-slr.html

Known-lossy: only Amazon Connect is seen to use its roles. A deletion ends when its status is asked for.
"""

import re
from typing import Any

from moto.connect.models import connect_backends
from moto.iam.exceptions import NotFoundException
from moto.iam.models import IAMBackend, Role
from moto.moto_api._internal import mock_random as random

from reconciler.sandbox.moto_patches.iam.providers import Providers
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

TAKES = 2.0
"""Seconds that a deletion takes."""
PRINCIPAL = re.compile(r"([\w-]+\.)+amazonaws\.com(\.cn)?")


class ServiceLinked(Providers):
    """Service-linked roles that are deleted by a task."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.deletions: dict[str, tuple[str, float]] = {}
        """By id of a task: the name of the role, and when the task ends."""

    def create_service_linked_role(self, service_name: str, description: str, suffix: str) -> Role:
        """CreateServiceLinkedRole; a service has one role for each suffix, and some services take none."""
        if not PRINCIPAL.fullmatch(service_name):
            raise SandboxError("InvalidInput", f"Service principal {service_name} is not valid.")
        if suffix and service_name.count(".") > 2:
            raise SandboxError("InvalidInput", f"Custom suffix is not allowed for {service_name}")
        path = f"/aws-service-role/{service_name}/"
        for role in self.roles.values():
            if role.path == path and _suffix(role) == (suffix or ""):
                text = f"Service role name {role.name} has been taken in this account, please try a different suffix."
                raise SandboxError("InvalidInput", text)
        made = super().create_service_linked_role(service_name, description, suffix)
        vars(made)["custom_suffix"] = suffix or ""
        return made

    def start_deletion(self, RoleName: str) -> dict[str, Any]:
        """DeleteServiceLinkedRole; a second request gets the task of the first one while that lasts."""
        role = self.get_role(RoleName)
        service = vars(role)["_linked_service"]
        if not service:
            raise NotFoundException(f"The service-linked role with name {RoleName} cannot be found.")
        task = next((task for task, (name, _) in self.deletions.items() if name == RoleName), None)
        if task is None:
            task = f"task/aws-service-role/{service}/{RoleName}/{random.uuid4()}"
            self.deletions[task] = (RoleName, current().clock() + TAKES)
        return {"DeletionTaskId": task}

    def deletion_status(self, DeletionTaskId: str) -> dict[str, Any]:
        """GetServiceLinkedRoleDeletionStatus."""
        if DeletionTaskId not in self.deletions:
            name = DeletionTaskId.split("/")[3:4]
            if name and all(role.name != name[0] for role in self.roles.values()):
                return {"Status": "SUCCEEDED"}
            raise NotFoundException(f"Deletion task {DeletionTaskId} cannot be found.")
        name_of_role, ends = self.deletions[DeletionTaskId]
        if current().clock() < ends:
            return {"Status": "IN_PROGRESS"}
        del self.deletions[DeletionTaskId]
        used = self._instances_with(name_of_role)
        if used:
            text = "A service-linked role is required for the service to delete the resources."
            usage = [{"Region": region, "Resources": arns} for region, arns in used.items()]
            return {"Status": "FAILED", "Reason": {"Reason": text, "RoleUsageList": usage}}
        IAMBackend.delete_role(self, name_of_role)
        return {"Status": "SUCCEEDED"}

    def _instances_with(self, name: str) -> dict[str, list[str]]:
        """The instances of Amazon Connect that use a role, by Region."""
        found: dict[str, list[str]] = {}
        for region, plane in connect_backends[self.account_id].items():
            for instance in getattr(plane, "instances", {}).values():
                if name == f"AWSServiceRoleForAmazonConnect_{instance.id[:8]}":
                    found.setdefault(region, []).append(instance.arn)
        return found


def _suffix(role: Role) -> str:
    return str(vars(role).get("custom_suffix", ""))

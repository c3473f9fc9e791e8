"""iam.service_linked_role: a role that an AWS service uses, with the permissions that the service gives it.

Sources: CreateServiceLinkedRole, DeleteServiceLinkedRole, GetServiceLinkedRoleDeletionStatus (IAM API Reference);
https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
"""

from typing import Annotated, Any

from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    Adapter,
    Address,
    Api,
    Assigned,
    Create,
    Delete,
    Reads,
    Sends,
    Sighting,
)
from reconciler.forms import Form
from reconciler.model import Cleared, Resource
from reconciler.resources.iam.common import LINKED, known_by
from reconciler.resources.iam.role_model import Description
from reconciler.resources.iam.service import IAM
from reconciler.resources.iam.service_linked_role_changes import progress

LABELS = 2
"""The dots of a principal such as connect.amazonaws.com. The roles of longer ones have no suffix, but may have `_` in the name."""
PRINCIPAL = r"([A-Za-z0-9-]+\.)+amazonaws\.com(\.cn)?"


class ServiceLinkedRole(Resource):
    """A service-linked role. Its name is the principal of the service, and after / the suffix of the role's name."""

    description: Annotated[Description | None, Cleared("")] = None


class ServiceLinkedRoleAdapter(Adapter[ServiceLinkedRole]):
    """CreateServiceLinkedRole; AWS makes the name of the service and the suffix."""

    kind = "iam.service_linked_role"
    cloudformation = CloudFormation(
        type="AWS::IAM::ServiceLinkedRole",
        called={"AWSServiceName": "name", "CustomSuffix": "name"},
        not_granted={"iam:UpdateRole": "UpdateRoleDescription changes only the description"},
    )
    service = IAM
    model = ServiceLinkedRole
    costs = FREE
    summary = "a role that an AWS service uses, with the permissions that the service gives it"
    console = "https://console.aws.amazon.com/iam/home#/roles/details/{id}"
    identity = Assigned(
        address="RoleName",
        name="AWSServiceName",
        id_in="Role.RoleName",
        arn_in="Role.Arn",
        arns=("arn:{partition}:iam::{account}:role/aws-service-role/{name}/*",),
        in_arn=lambda name: name.partition("/")[0],
        forms=(
            Form(
                rf"{PRINCIPAL}(/[\w+=,.@-]{{1,64}})?",
                "the principal of a service, as connect.amazonaws.com, or with a suffix, as connect.amazonaws.com/shop",
            ),
        ),
    )
    create = Create("create_service_linked_role", ("description",))
    updates = (Sends("update_role_description", ("description",)),)
    delete = Delete(
        "delete_service_linked_role", progress=progress, calls=("get_service_linked_role_deletion_status",)
    )
    reads = Reads(list="list_roles", list_with={"PathPrefix": LINKED}, get="get_role", shown_in="Role")
    tagging = known_by("role", in_create=None)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        del api, scope
        service = row["Path"].removeprefix(LINKED).strip("/")
        suffix = row["RoleName"].partition("_")[2] if service.count(".") == LABELS else ""
        return Sighting(
            f"{service}/{suffix}" if suffix else service, {"RoleName": row["RoleName"]}, row["Arn"]
        )

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        del api
        service, _, suffix = parameters["AWSServiceName"].partition("/")
        return {**parameters, "AWSServiceName": service, **({"CustomSuffix": suffix} if suffix else {})}

"""IAM grants for roles that several services need: roles in the files, and service-linked roles."""

from reconciler.permissions import Grant, Location


def to_pass(role: str, service: str) -> Grant:
    """The grant to pass a role to a service; `service` is its principal without the domain, such as `sns`.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    return Grant(
        "iam:PassRole", role, (("StringEquals", "iam:PassedToService", (f"{service}.amazonaws.com",)),)
    )


def service_linked_role(principal: str, location: Location) -> Grant:
    """The grant to let AWS create the service-linked role of `principal`, such as `sns.amazonaws.com`.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
    """
    role = f"arn:{location.partition}:iam::{location.account}:role/aws-service-role/{principal}/*"
    return Grant("iam:CreateServiceLinkedRole", role, (("StringEquals", "iam:AWSServiceName", (principal,)),))

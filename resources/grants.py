"""IAM grants of several services for roles: those that are written, and those that AWS creates."""

from reconciler.permissions import Grant, Location


def to_pass(role: str, service: str) -> Grant:
    """The grant to give a service a role; `service` is its principal without the domain, such as `sns`."""
    return Grant(
        "iam:PassRole", role, (("StringEquals", "iam:PassedToService", (f"{service}.amazonaws.com",)),)
    )


def service_linked_role(principal: str, location: Location) -> Grant:
    """The grant to have the role made that a service has for itself; `principal` is that service with the domain."""
    role = f"arn:{location.partition}:iam::{location.account}:role/aws-service-role/{principal}/*"
    return Grant("iam:CreateServiceLinkedRole", role, (("StringEquals", "iam:AWSServiceName", (principal,)),))

"""IAM grants that the caller needs because of the settings of a selection."""

from collections.abc import Iterator

from reconciler.permissions import Grant, Location
from reconciler.resources.grants import service_linked_role, to_pass


def for_role(role: str, location: Location) -> Iterator[Grant]:
    """The grants for the role of a selection.

    Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/access-control.html
    """
    yield to_pass(role, "backup")
    yield Grant("iam:GetRole", role)
    yield service_linked_role("backup.amazonaws.com", location)

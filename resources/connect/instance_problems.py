"""Finds mistakes that AWS would refuse and that depend on the identity management of an instance."""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.model import Finding


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one instance."""
    identities, directory = (
        files.settings.get(name) for name in ("identity_management_type", "directory_id")
    )
    if identities == "EXISTING_DIRECTORY" and files.lacks("directory_id"):
        yield Finding("identity_management_type EXISTING_DIRECTORY needs directory_id; write it")
    if identities in ("CONNECT_MANAGED", "SAML") and directory is not None:
        said = f"directory_id is only for identity_management_type EXISTING_DIRECTORY, and here it is {identities}"
        yield Finding(f"{said}; remove one", ("directory_id",))

"""Finds what AWS would refuse in the settings of an instance, by the way in which it manages identities."""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.model import Finding


def problems(files: InFiles) -> Iterator[Finding]:
    """All settings that AWS would refuse."""
    identities, directory = (
        files.settings.get(name) for name in ("identity_management_type", "directory_id")
    )
    if identities == "EXISTING_DIRECTORY" and files.lacks("directory_id"):
        yield Finding("identity_management_type EXISTING_DIRECTORY takes directory_id; write it")
    if identities in ("CONNECT_MANAGED", "SAML") and directory is not None:
        said = f"directory_id belongs to identity_management_type EXISTING_DIRECTORY, and here it is {identities}"
        yield Finding(f"{said}; remove one", ("directory_id",))

"""The versions of a managed policy: requests that set the default version, and that delete versions before the policy."""

from collections.abc import Iterable, Iterator

from reconciler.contract import Api, Change, Request, Sighting
from reconciler.errors import InUse
from reconciler.resources.iam.common import same

MOST_VERSIONS = 5
"""The most versions of a policy (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html)."""


def set_document(change: Change) -> Iterator[Request]:
    """Make the version that equals the files the default, or create one; if there are five versions, delete the oldest first."""
    wanted, versions = change.desired["PolicyDocument"], change.reported.get("Versions") or []
    alike = [each for each in versions if "Document" in each and same(each["Document"], wanted)]
    if any(each["IsDefaultVersion"] for each in alike):
        return
    if alike:
        yield Request("set_default_policy_version", {**change.address, "VersionId": alike[-1]["VersionId"]})
        return
    if len(versions) >= MOST_VERSIONS:
        others = (each["VersionId"] for each in versions if not each["IsDefaultVersion"])
        yield Request("delete_policy_version", {**change.address, "VersionId": min(others, key=_number)})
    document = {"PolicyDocument": wanted, "SetAsDefault": True}
    yield Request("create_policy_version", {**change.address, **document})


def delete_versions(api: Api, sighting: Sighting) -> Iterable[Request]:
    """Delete all versions except the default one, which AWS deletes with the policy.

    Raises:
        InUse: a role, user or group uses the policy; no version is deleted.
    """
    policy = api.call("get_policy", **sighting.address)["Policy"]
    uses = policy.get("AttachmentCount", 0) + policy.get("PermissionsBoundaryUsageCount", 0)
    if uses:
        why = f"{uses} roles, users and groups have it attached, or as their boundary"
        raise InUse("delete_policy", "DeleteConflict", why)
    return [
        Request("delete_policy_version", {**sighting.address, "VersionId": each["VersionId"]})
        for each in api.pages("list_policy_versions", **sighting.address)
        if not each["IsDefaultVersion"]
    ]


def _number(version: str) -> int:
    """The number of a version. AWS counts versions, and never uses a number again."""
    return int(version.removeprefix("v"))

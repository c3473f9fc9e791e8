"""When policies and roles are candidates for removal.

Sources: Policy, RoleLastUsed (IAM API Reference); "Refine permissions in AWS using last accessed information" (IAM User Guide).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Unused, day


def _unattached(look: Considered) -> Iterator[Evidence]:
    rows = look.api.pages("list_policies", Scope="Local")
    row = next((each for each in rows if each["Arn"] == look.sighting.arn), None)
    if row and not row.get("AttachmentCount") and not row.get("PermissionsBoundaryUsageCount"):
        dates = f"created {day(row.get('CreateDate'))}, changed {day(row.get('UpdateDate'))}"
        yield Evidence(f"0 attachments, and the boundary of no role or user; {dates}")


def _never_assumed(look: Considered) -> Iterator[Evidence]:
    role = look.api.call("get_role", **look.sighting.address)["Role"]
    used, made = (role.get("RoleLastUsed") or {}).get("LastUsedDate"), role["CreateDate"]
    if look.is_before(made) and look.is_before(used):
        last = f"last used {day(used)}" if used else "no use within the 400 days that IAM tracks"
        yield Evidence(f"{last}; created {day(made)}")


POLICY = Unused(
    "it is attached to nothing, and no permissions boundary uses it", _unattached, ("list_policies",)
)
ROLE = Unused("nothing used it in the period, and it is older", _never_assumed, ("get_role",))

"""The selections of backup plans."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from reconciler.sandbox.moto_patches.backup.plans import Plans
from reconciler.sandbox.moto_patches.backup.vaults import PAGE, WRONG_TOKEN, Reply, absent, invalid, now
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.sandbox_error import SandboxError

MOST_SELECTIONS = 100
MOST_TAGS, MOST_ARNS = 30, 500
"""Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/aws-backup-limits.html"""

NOTHING: Mapping[str, Any] = {"Resources": [], "ListOfTags": [], "NotResources": []}
NO_CONDITIONS: Mapping[str, Any] = {
    f"String{each}": [] for each in ("Equals", "NotEquals", "Like", "NotLike")
}
"""What AWS shows of a selection that has no such parts.

Source: https://github.com/lgallard/terraform-aws-backup/issues/48
"""


class Selections(Plans):
    """The selections of one Region."""

    def make_selection(
        self, BackupPlanId: str, BackupSelection: Mapping[str, Any], CreatorRequestId: str | None = None
    ) -> Reply:
        """CreateBackupSelection: the role must exist. The id of an earlier request returns its selection.

        Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupSelection.html
        """
        self.plan(BackupPlanId)
        self.check_role(BackupSelection["IamRoleArn"])
        for said in _wrong_in(BackupSelection):
            raise invalid(said)
        ours = self.chosen.setdefault(BackupPlanId, {})
        for found in ours.values():
            if CreatorRequestId and found.get("CreatorRequestId") == CreatorRequestId:
                return {name: found[name] for name in ("SelectionId", "BackupPlanId", "CreationDate")}
        if len(ours) >= MOST_SELECTIONS:
            raise SandboxError("LimitExceededException", f"A plan has at most {MOST_SELECTIONS} selections")
        self.made_selections += 1
        conditions = BackupSelection.get("Conditions") or {}
        id_ = str(uuid5(NAMESPACE_OID, f"{BackupPlanId} selection {self.made_selections}"))
        ours[id_] = {
            "SelectionId": id_,
            "BackupPlanId": BackupPlanId,
            "CreationDate": now(),
            "BackupSelection": {**NOTHING, **BackupSelection, "Conditions": {**NO_CONDITIONS, **conditions}},
            **({"CreatorRequestId": CreatorRequestId} if CreatorRequestId else {}),
        }
        return {name: ours[id_][name] for name in ("SelectionId", "BackupPlanId", "CreationDate")}

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.made_selections = 0

    def show_selection(self, BackupPlanId: str, SelectionId: str) -> Reply:
        """GetBackupSelection."""
        self.plan(BackupPlanId)
        ours = self.chosen.get(BackupPlanId, {})
        if SelectionId not in ours:
            raise absent(f"Cannot find selection {SelectionId}")
        return ours[SelectionId]

    def show_selections(
        self, BackupPlanId: str, NextToken: str | None = None, MaxResults: int = PAGE
    ) -> Reply:
        """ListBackupSelections."""
        self.plan(BackupPlanId)
        found = [*self.chosen.get(BackupPlanId, {}).values()]
        page, token = cut(found, lambda each: str(each["SelectionId"]), MaxResults, NextToken, WRONG_TOKEN)
        return {"BackupSelectionsList": [_row(each) for each in page], "NextToken": token}

    def drop_selection(self, BackupPlanId: str, SelectionId: str) -> Reply:
        """DeleteBackupSelection."""
        self.show_selection(BackupPlanId, SelectionId)
        del self.chosen[BackupPlanId][SelectionId]
        return {}


def _row(selection: Mapping[str, Any]) -> Reply:
    chosen = selection["BackupSelection"]
    beside = {name: value for name, value in selection.items() if name != "BackupSelection"}
    return {**beside, "SelectionName": chosen["SelectionName"], "IamRoleArn": chosen["IamRoleArn"]}


def _wrong_in(chosen: Mapping[str, Any]) -> Iterator[str]:
    """The mistakes in a selection.

    Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html
    """
    conditions = [each for rows in (chosen.get("Conditions") or {}).values() for each in rows]
    if not (chosen.get("Resources") or chosen.get("ListOfTags")):
        yield "Invalid backup selection. Either 'ListOfTags' or 'Resources' section must be non-empty."
    if len(chosen.get("ListOfTags", ())) + len(conditions) > MOST_TAGS:
        yield f"A selection has at most {MOST_TAGS} tags"
    if any(not str(each.get("ConditionKey", "")).startswith("aws:ResourceTag/") for each in conditions):
        yield "The key of a condition begins with aws:ResourceTag/"
    for name in ("Resources", "NotResources"):
        arns = chosen.get(name, ())
        if len(arns) > MOST_ARNS:
            yield f"{name} has at most {MOST_ARNS} ARNs"
        if any("*" in each[:-1] for each in arns):
            yield "The asterisk of an ARN is at its end"

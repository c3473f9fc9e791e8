"""Backup plans and their versions."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from reconciler.sandbox.moto_patches.backup.points import Points
from reconciler.sandbox.moto_patches.backup.vaults import (
    PAGE,
    WRONG_TOKEN,
    Reply,
    absent,
    invalid,
    not_now,
    now,
)
from reconciler.sandbox.moto_patches.events.checks import is_cron
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.sandbox_error import SandboxError

RULE_DEFAULTS = {
    "ScheduleExpression": "cron(0 5 ? * * *)",
    "StartWindowMinutes": 480,
    "CompletionWindowMinutes": 10_080,
    "ScheduleExpressionTimezone": "Etc/UTC",
    "EnableContinuousBackup": False,
}
"""The values of settings that a request leaves out.

Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html
"""
IN_COLD_STORAGE = 90
CONTINUOUS_FOR = 35
MOST_RULES, MOST_COPIES = 10, 5
"""Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/aws-backup-limits.html"""
MISSING = "Failed reading Backup plan with provided version"


class Plans(Points):
    """The plans of one Region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.drawn: dict[str, list[dict[str, Any]]] = {}
        """By id: the versions of a plan, the newest last, each with the members that GetBackupPlan shows."""
        self.chosen: dict[str, dict[str, dict[str, Any]]] = {}
        """By id of the plan, then by id: its selections."""

    def make_plan(
        self,
        BackupPlan: Mapping[str, Any],
        BackupPlanTags: Mapping[str, str] | None = None,
        CreatorRequestId: str | None = None,
    ) -> Reply:
        """CreateBackupPlan. The id of an earlier request returns its plan; a plan with the same document is refused.

        Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupPlan.html
        """
        self.check_plan(BackupPlan)
        for found in self.present():
            if CreatorRequestId and found.get("CreatorRequestId") == CreatorRequestId:
                return _made(found)
            if found["Asked"] == BackupPlan:
                text = "Backup plan with the same plan document already exists"
                raise SandboxError("AlreadyExistsException", text)
        id_ = str(uuid5(NAMESPACE_OID, f"{self.account_id} {self.region_name} plan {len(self.drawn)}"))
        plan = self._version(id_, BackupPlan, {})
        plan |= {
            "CreationDate": now(),
            **({"CreatorRequestId": CreatorRequestId} if CreatorRequestId else {}),
        }
        self.drawn[id_] = [plan]
        self.tag_resource(plan["BackupPlanArn"], dict(BackupPlanTags or {}))
        return _made(plan)

    def change_plan(self, BackupPlanId: str, BackupPlan: Mapping[str, Any]) -> Reply:
        """UpdateBackupPlan: replaces the whole document by a new version. Rules of the same name keep their ids.

        Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_UpdateBackupPlan.html
        """
        before = self.plan(BackupPlanId)
        self.check_plan(BackupPlan)
        ids = {each["RuleName"]: each["RuleId"] for each in before["BackupPlan"]["Rules"]}
        plan = {**before, **self._version(BackupPlanId, BackupPlan, ids)}
        for name in ("AdvancedBackupSettings", "ScanSettings"):
            if name not in BackupPlan:
                plan.pop(name, None)
        self.drawn[BackupPlanId].append(plan)
        return _made(plan)

    def show_plan(
        self, BackupPlanId: str, VersionId: str | None = None, MaxScheduledRunsPreview: int = 0
    ) -> Reply:
        """GetBackupPlan."""
        del MaxScheduledRunsPreview
        versions = self.drawn.get(BackupPlanId, [])
        found = [each for each in versions if VersionId in (None, each["VersionId"])]
        if not found:
            raise absent(MISSING)
        return found[-1]

    def show_plans(
        self, NextToken: str | None = None, MaxResults: int = PAGE, IncludeDeleted: bool = False
    ) -> Reply:
        """ListBackupPlans."""
        found = [versions[-1] for versions in self.drawn.values() if IncludeDeleted or not _is_gone(versions)]
        page, token = cut(found, lambda each: str(each["BackupPlanId"]), MaxResults, NextToken, WRONG_TOKEN)
        return {"BackupPlansList": [_row(each) for each in page], "NextToken": token}

    def show_versions(self, BackupPlanId: str, NextToken: str | None = None, MaxResults: int = PAGE) -> Reply:
        """ListBackupPlanVersions."""
        self.show_plan(BackupPlanId)
        found = self.drawn[BackupPlanId]
        page, token = cut(found, lambda each: str(each["VersionId"]), MaxResults, NextToken, WRONG_TOKEN)
        return {"BackupPlanVersionsList": [_row(each) for each in page], "NextToken": token}

    def drop_plan(self, BackupPlanId: str) -> Reply:
        """DeleteBackupPlan: only without selections. GetBackupPlan still shows it.

        Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupPlan.html
        """
        plan = self.plan(BackupPlanId)
        if self.chosen.get(BackupPlanId):
            raise not_now("Related backup plan selections must be deleted prior to backup plan deletion")
        plan["DeletionDate"] = now()
        self.tagger.delete_all_tags_for_resource(plan["BackupPlanArn"])
        return {name: plan[name] for name in ("BackupPlanId", "BackupPlanArn", "DeletionDate", "VersionId")}

    def plan(self, id_: str) -> dict[str, Any]:
        """Return the newest version of a plan; refuse one that does not exist or is deleted."""
        versions = self.drawn.get(id_, [])
        if not versions or _is_gone(versions):
            raise absent(MISSING)
        return versions[-1]

    def present(self) -> list[dict[str, Any]]:
        """Return the newest version of each plan that is not deleted."""
        return [versions[-1] for versions in self.drawn.values() if not _is_gone(versions)]

    def tagged(self) -> Iterator[str]:
        yield from super().tagged()
        yield from (str(each["BackupPlanArn"]) for each in self.present())

    def _version(self, id_: str, document: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
        number = len(self.drawn.get(id_, []))
        rules = [
            {
                **RULE_DEFAULTS,
                **rule,
                "RuleId": ids.get(rule["RuleName"], str(uuid5(NAMESPACE_OID, f"{id_} {number} {place}"))),
            }
            for place, rule in enumerate(document["Rules"])
        ]
        beside = {name: document[name] for name in ("AdvancedBackupSettings",) if name in document}
        return {
            "BackupPlanId": id_,
            "BackupPlanArn": self.arn(f"backup-plan:{id_}"),
            "VersionId": f"{number:08}{uuid5(NAMESPACE_OID, f'{id_} {number}').hex}",
            "BackupPlan": {**deepcopy(dict(document)), "Rules": deepcopy(rules)},
            "Asked": deepcopy(dict(document)),
            **beside,
        }

    def check_plan(self, plan: Mapping[str, Any]) -> None:
        """Refuse a document that AWS refuses."""
        for said in self._wrong_in(plan):
            raise invalid(said)

    def _wrong_in(self, plan: Mapping[str, Any]) -> Iterator[str]:
        """The mistakes in a plan.

        Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRuleInput.html
        """
        names = [rule["RuleName"] for rule in plan["Rules"]]
        if not 1 <= len(names) <= MOST_RULES or len({*names}) < len(names):
            yield f"A plan has 1 to {MOST_RULES} rules with different names"
        for rule in plan["Rules"]:
            yield from self._wrong_in_rule(rule)
        for each in plan.get("AdvancedBackupSettings", ()):
            if each.get("ResourceType") not in ("EC2", "S3"):
                yield "The only resource types with backup options are EC2 and S3"

    def _wrong_in_rule(self, rule: Mapping[str, Any]) -> Iterator[str]:
        if rule["TargetBackupVaultName"] not in self.kept:
            yield f"The backup vault {rule['TargetBackupVaultName']} does not exist"
        if not is_cron(rule.get("ScheduleExpression", RULE_DEFAULTS["ScheduleExpression"])):
            yield "Invalid cron expression"
        start, end = (
            rule.get(name, RULE_DEFAULTS[name]) for name in ("StartWindowMinutes", "CompletionWindowMinutes")
        )
        if start < 60 or end < start + 60:
            yield "A start window is at least 60 minutes, and the completion window 60 minutes longer"
        copies = rule.get("CopyActions", ())
        if len(copies) > MOST_COPIES:
            yield f"A rule has at most {MOST_COPIES} copy actions"
        for lifecycle in (each.get("Lifecycle") or {} for each in (rule, *copies)):
            cold, until = (lifecycle.get(name) for name in ("MoveToColdStorageAfterDays", "DeleteAfterDays"))
            if cold is not None and until not in (None, -1) and until < cold + IN_COLD_STORAGE:
                yield "DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays"
            if "DeleteAfterEvent" in lifecycle:
                yield "DeleteAfterEvent is not valid as an input"
        kept = (rule.get("Lifecycle") or {}).get("DeleteAfterDays")
        if rule.get("EnableContinuousBackup") and kept is not None and kept > CONTINUOUS_FOR:
            yield f"A continuous backup is kept for 1 to {CONTINUOUS_FOR} days"


def _is_gone(versions: list[dict[str, Any]]) -> bool:
    return "DeletionDate" in versions[-1]


def _row(plan: Mapping[str, Any]) -> Reply:
    row = {name: value for name, value in plan.items() if name not in ("BackupPlan", "Asked")}
    return {**row, "BackupPlanName": plan["BackupPlan"]["BackupPlanName"]}


def _made(plan: Mapping[str, Any]) -> Reply:
    shown = ("BackupPlanId", "BackupPlanArn", "CreationDate", "VersionId", "AdvancedBackupSettings")
    return {name: plan[name] for name in shown if name in plan}

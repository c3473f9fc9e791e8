"""backup.plan: when backups are made, where they are kept, and for how long."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    Adapter,
    Api,
    Assigned,
    Attribute,
    Create,
    Delete,
    Reads,
    Request,
    Sends,
    Sighting,
    TagOperations,
    Wired,
    own_fields,
    tagging,
)
from reconciler.errors import Absent
from reconciler.forms import Form
from reconciler.permissions import GrantedFor
from reconciler.resources.backup import unused
from reconciler.resources.backup.plan_grants import for_scans
from reconciler.resources.backup.plan_model import Plan
from reconciler.resources.backup.plan_problems import problems
from reconciler.resources.backup.service import BACKUP

FIELDS = own_fields(Plan)


def without_selections(api: Api, sighting: Sighting) -> Iterator[Request]:
    """The requests that delete its selections: AWS deletes no plan that has any."""
    for row in api.pages("list_backup_selections", **sighting.address):
        yield Request("delete_backup_selection", {**sighting.address, "SelectionId": row["SelectionId"]})


class PlanAdapter(Adapter[Plan]):
    """CreateBackupPlan; UpdateBackupPlan, which replaces the whole plan by a new version."""

    kind = "backup.plan"
    cloudformation = CloudFormation(
        type="AWS::Backup::BackupPlan",
        called={
            "BackupPlan": ("rules", "advanced_backup_settings", "scan_settings"),
            "BackupPlanTags": "tags",
        },
        not_granted={"iam:PassRole": "granted for the written role of scans"},
    )
    appearance = Appearance(column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"scan_settings": for_scans}
    service = BACKUP
    model = Plan
    costs = FREE
    summary = "a plan with the rules that make backups"
    console = "https://{region}.console.aws.amazon.com/backup/home?region={region}#/backupplan/details/{id}"
    identity = Assigned(
        address="BackupPlanId",
        name="BackupPlan.BackupPlanName",
        arn_in="BackupPlanArn",
        arns=("arn:{partition}:backup:{region}:{account}:backup-plan:{id}",),
        shares_names=True,
        forms=(Form(r"[a-zA-Z0-9\-_.]{1,50}", "1 to 50 of a-z, A-Z, 0-9, -, _ and ."),),
        in_between="{name:.32}-renaming-{digest}",
    )
    create = Create(
        "create_backup_plan",
        FIELDS,
        needed=frozenset({"rules"}),
        token="CreatorRequestId",  # noqa: S106  the name of a member
    )
    updates = (Sends("update_backup_plan", ("name", *FIELDS), whole=True),)
    delete = Delete(
        "delete_backup_plan",
        before=without_selections,
        calls=("list_backup_selections", "delete_backup_selection"),
    )
    reads = Reads(list="list_backup_plans", get="get_backup_plan", page=1000)
    tagging = tagging(TagOperations(read="list_tags", in_create="BackupPlanTags", keys="TagKeyList"))
    tagging_api_type = "backup:backup-plan"
    unused = unused.PLAN
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "version_id": Attribute("the id of its present version", "VersionId", FIELDS)
    }
    problems = staticmethod(problems)

    def shown(self, row: Any) -> Wired:
        # AWS still shows a plan that was deleted.
        if row.get("DeletionDate"):
            raise Absent("get_backup_plan", "Deleted", "the backup plan was deleted")
        found: Wired = row
        return found

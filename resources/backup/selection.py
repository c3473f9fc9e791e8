"""backup.selection: the resources that a backup plan backs up."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    Adapter,
    Address,
    Api,
    Assigned,
    Create,
    Delete,
    InFiles,
    Reads,
    Sighting,
    Wired,
    own_fields,
)
from reconciler.forms import Form
from reconciler.model import Finding
from reconciler.permissions import GrantedFor
from reconciler.resources.backup.selection_grants import for_role
from reconciler.resources.backup.selection_marks import TAGGING, left_over, unpacked
from reconciler.resources.backup.selection_model import Selection
from reconciler.resources.backup.service import BACKUP
from reconciler.resources.parent_tags import removed

FIELDS = own_fields(Selection, "plan")
PLAN = "arn:{partition}:backup:{region}:{account}:backup-plan:{id}"


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes of one selection."""
    if not (files.values.get("resources") or files.values.get("list_of_tags")):
        more = ' (for all resources that meet the conditions, write `resources: ["*"]`)'
        said = f"a selection needs resources or list_of_tags{more if files.values.get('conditions') else ''}"
        yield Finding(said)


class SelectionAdapter(Adapter[Selection]):
    """CreateBackupSelection and DeleteBackupSelection; there is no update."""

    kind = "backup.selection"
    cloudformation = CloudFormation(
        type="AWS::Backup::BackupSelection",
        called={"BackupPlanId": "plan", "BackupSelection": FIELDS},
        fixed=dict.fromkeys(FIELDS[1:], "CloudFormation can only create the structure that holds them"),
        not_granted={
            "iam:*": "granted for the written role",
            "backup:ListBackupPlans": "the kind of plans lists them",
        },
    )
    appearance = Appearance(column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"iam_role_arn": for_role}
    service = BACKUP
    model = Selection
    costs = FREE
    parent = "backup.plan"
    summary = "the resources that a backup plan backs up"
    identity = Assigned(
        address="SelectionId",
        name="BackupSelection.SelectionName",
        arns=(PLAN,),
        forms=(Form(r"[a-zA-Z0-9\-_.]{1,50}", "1 to 50 of a-z, A-Z, 0-9, -, _ and ."),),
    )
    create = Create(
        "create_backup_selection",
        FIELDS,
        needed=frozenset({"iam_role_arn"}),
        fixed=frozenset(FIELDS),
        token="CreatorRequestId",  # noqa: S106  the name of a member
        before_delete=True,
    )
    delete = Delete(
        "delete_backup_selection",
        before=left_over,
        after=removed(TAGGING),
        calls=("list_tags", "list_backup_selections", "untag_resource"),
    )
    reads = Reads(
        list="list_backup_selections",
        get="get_backup_selection",
        called=("list_tags",),
        listed=frozenset({"iam_role_arn"}),
        page=1000,
    )
    tagging = TAGGING
    problems = staticmethod(problems)

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        of_plan: Mapping[str, str] | None = None
        for row in api.pages(self.reads.list, **scope):
            id_, shown = row["SelectionId"], {name: row[name] for name in ("SelectionName", "IamRoleArn")}
            arn, name = plan_of(api, scope), shown["SelectionName"]
            if of_plan is None:
                of_plan = api.call("list_tags", ResourceArn=arn)["Tags"]
            address, settings = self.identity.at(scope, id_), {"BackupSelection": shown}
            yield Sighting(name, address, f"{arn}/{id_}", settings=settings, tags=unpacked(id_, of_plan))

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        del parameters
        id_ = reply["SelectionId"]
        return self.identity.at(scope, id_), f"{plan_of(api, scope)}/{id_}"

    def shown(self, row: Any) -> Wired:
        # AWS shows an empty list for each operator without conditions.
        chosen = row["BackupSelection"]
        conditions = {name: rows for name, rows in (chosen.get("Conditions") or {}).items() if rows}
        return {"BackupSelection": chosen | {"Conditions": conditions or None}}


def plan_of(api: Api, scope: Address) -> str:
    """The ARN of a plan. A selection has none; ours is that of its plan, a slash and its id."""
    place = {"partition": api.partition, "region": api.region, "account": api.account}
    return PLAN.format(**place, id=scope["BackupPlanId"])

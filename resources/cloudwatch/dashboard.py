"""cloudwatch.dashboard: a dashboard with its widgets."""

from dataclasses import replace
from typing import Any

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    PAIR,
    Adapter,
    Address,
    Api,
    Create,
    Delete,
    Named,
    Reads,
    Sends,
    Sighting,
    TagOperations,
    from_reply,
    tagging,
)
from reconciler.forms import Form
from reconciler.resources.cloudwatch import costs
from reconciler.resources.cloudwatch.dashboard_model import Dashboard
from reconciler.resources.cloudwatch.service import CLOUDWATCH

FIELDS = ("dashboard_body",)


class DashboardAdapter(Adapter[Dashboard]):
    """PutDashboard, which creates a dashboard and replaces its body."""

    kind = "cloudwatch.dashboard"
    cloudformation = CloudFormation(type="AWS::CloudWatch::Dashboard")
    appearance = Appearance(column=2)
    service = CLOUDWATCH
    model = Dashboard
    costs = costs.DASHBOARD
    summary = "a dashboard with its widgets, the same in all Regions of an account"
    console = (
        "https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#dashboards/dashboard/{name}"
    )
    identity = Named(
        name="DashboardName",
        arns=("arn:{partition}:cloudwatch::{account}:dashboard/{name}",),
        forms=(Form(r"[A-Za-z0-9_-]{1,255}", "1 to 255 of a-z, A-Z, 0-9, - and _"),),
    )
    create = Create("put_dashboard", FIELDS, needed=frozenset(FIELDS), upsert=True)
    updates = (Sends("put_dashboard", FIELDS),)
    delete = Delete("delete_dashboards", parameters=lambda board: {"DashboardNames": [board.name]})
    reads = Reads(
        list="list_dashboards",
        get="get_dashboard",
        alone={"dashboard_body": from_reply("get_dashboard")},
        remembered=frozenset(FIELDS),
        changed_in="LastModified",
        page=1000,
    )
    tagging = tagging(TagOperations(at="ResourceARN", pair=PAIR))

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        found = {name: row[name] for name in ("LastModified", "Size") if name in row}
        return replace(super().seen(api, scope, row), settings=found)

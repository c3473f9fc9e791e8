"""The differences between CloudFormation's schema and the declaration of budgets.budget, with reasons."""

from reconciler.cloudformation import CloudFormation
from reconciler.resources.budgets.budget_changes import FIELDS

CLOUDFORMATION = CloudFormation(
    type="AWS::Budgets::Budget",
    called={
        "Budget": FIELDS,
        "NotificationsWithSubscribers": "notifications",
        "ResourceTags": "tags",
    },
    fixed={"notifications": "operations change them; CloudFormation creates another budget"},
    needed={"time_unit": "CloudFormation requires the structure that holds it"},
    not_granted={"billing:GetBillingViewData": "granted for the written billing view"},
)

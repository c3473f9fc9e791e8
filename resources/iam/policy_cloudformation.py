"""The differences between CloudFormation's schema and the declaration of iam.policy, with reasons."""

from reconciler.cloudformation import CloudFormation

ATTACHED = "written at the role; users and groups are not built"


CLOUDFORMATION = CloudFormation(
    type="AWS::IAM::ManagedPolicy",
    called={"ManagedPolicyName": "name"},
    left_out={"Groups": ATTACHED, "Roles": ATTACHED, "Users": ATTACHED},
    not_granted={
        "iam:Attach*Policy": ATTACHED,
        "iam:Detach*Policy": ATTACHED,
        "iam:ListEntitiesForPolicy": ATTACHED,
    },
)

"""apigateway.account."""

from reconciler.testing import Change, Sample
from tests.contract.samples.backup_plan import ACCOUNT

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "apigateway.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
ROLE, OTHER = (f"arn:aws:iam::{ACCOUNT}:role/{each}" for each in ("api-logs", "api-logs-2"))

SAMPLE = Sample(
    name="account",
    around={"iam.role": {key: {"assume_role_policy_document": TRUST} for key in ("api-logs", "api-logs-2")}},
    base={"cloudwatch_role_arn": ROLE, "tags": {"Team": "shop"}},
    changes=(
        Change("cloudwatch_role_arn", OTHER, ("TagRole", "UpdateAccount", "UntagRole")),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagRole",)),
    ),
    drifts=(),
    misfits={
        "cloudwatch_role_arn: update_account has no member cloudwatchRoleArn": "it is in an operation of a patch"
    },
    needed={"cloudwatch_role_arn": "without a role there are no settings"},
)

"""cognito.user_pool_group."""

from reconciler.testing import Change, Drift, Sample
from tests.contract.samples.cognito_user_pool_client import POOL

ROLE, OTHER_ROLE = (f"arn:aws:iam::123456789012:role/{each}" for each in ("admins", "others"))
UPDATE = ("UpdateGroup",)

SAMPLE = Sample(
    name="admins",
    around=POOL,
    base={
        "description": "Who may change stamps",
        "role_arn": ROLE,
        "precedence": 1,
        "tags": {"Team": "rally"},
    },
    changes=(
        Change("description", "Who may change all", UPDATE),
        Change("description", None, UPDATE, "taken away"),
        Change("role_arn", OTHER_ROLE, UPDATE),
        Change("precedence", 2, UPDATE),
        Change("tags", {"Team": None, "Cost": "42"}, UPDATE),
    ),
    drifts=(Drift("precedence", "update_group", {"Precedence": 9}),),
)

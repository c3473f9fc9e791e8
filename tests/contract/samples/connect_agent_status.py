"""connect.agent_status."""

from reconciler.testing import Change, Drift, Sample
from tests.contract.contract_around import in_instance

UPDATE = ("UpdateAgentStatus",)

SAMPLE = Sample(
    name="Training",
    around=in_instance(),
    base={
        "description": "In a training course",
        "state": "ENABLED",
        "display_order": 7,
        "tags": {"Team": "orders"},
    },
    changes=(
        Change("description", "In a course", UPDATE),
        Change("state", "DISABLED", UPDATE),
        Change("display_order", 9, UPDATE),
        Change("display_order", None, UPDATE, "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift("description", "update_agent_status", {"Description": "by hand"}),
        Drift("state", "update_agent_status", {"State": "DISABLED"}),
        Drift("display_order", "update_agent_status", {"DisplayOrder": 3}),
        Drift("display_order", "update_agent_status", {"ResetOrderNumber": True}),
    ),
)

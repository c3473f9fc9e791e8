"""cognito.resource_server."""

from reconciler.testing import Change, Drift, Sample
from tests.contract.samples.cognito_user_pool_client import POOL

UPDATE = ("UpdateResourceServer",)
READ = {"scope_name": "stamps.read", "scope_description": "Read stamps"}
WRITE = {"scope_name": "stamps.write", "scope_description": "Change stamps"}

SAMPLE = Sample(
    name="https://api.example.com",
    around=POOL,
    base={"display_name": "Rally API", "scopes": [READ], "tags": {"Team": "rally"}},
    changes=(
        Change("display_name", "The API", UPDATE),
        Change("scopes", [READ, WRITE], UPDATE, "one more"),
        Change("scopes", [{**READ, "scope_description": "Read"}], UPDATE, "in words"),
        Change("scopes", None, UPDATE, "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource",)),
    ),
    drifts=(
        Drift(
            "display_name",
            "update_resource_server",
            {"Name": "x", "Scopes": [{"ScopeName": "stamps.read", "ScopeDescription": "Read stamps"}]},
        ),
    ),
)

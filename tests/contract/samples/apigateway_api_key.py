"""apigateway.api_key."""

from reconciler.testing import Change, Drift, Given, Sample

UPDATE = ("UpdateApiKey",)
SAMPLE = Sample(
    name="partner",
    given=(
        Given("ssm", "put_parameter", {"Name": "/rally/partner", "Value": "x" * 24, "Type": "SecureString"}),
    ),
    base={"description": "A partner", "enabled": True, "customer_id": "c-1", "tags": {"Team": "rally"}},
    changes=(
        Change("description", "Another partner", UPDATE),
        Change("description", None, UPDATE, "taken away"),
        Change("enabled", False, UPDATE),
        Change("customer_id", "c-2", UPDATE),
        Change("customer_id", None, UPDATE, "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    exempt={
        "value": "AWS takes a value only once, and never shows it; tests/resources/test_live_usage_plans.py sends one",
        "generate_distinct_id": "no reply shows it",
    },
    no_meaning={
        "customer_id": "it is of AWS Marketplace",
        "generate_distinct_id": "it only says whether an id is made",
    },
    drifts=(
        Drift(
            "enabled",
            "update_api_key",
            {"patchOperations": [{"op": "replace", "path": "/enabled", "value": "false"}]},
        ),
    ),
)

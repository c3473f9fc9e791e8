"""lambda.alias."""

from reconciler.testing import Change, Drift, Given, Sample
from tests.contract.samples.lambda_function import TRUST

UPDATE = ("UpdateAlias",)
FUNCTION = {
    "role": "${iam.role:parting}",
    "runtime": "python3.13",
    "handler": "app.handler",
    "code": {"folder": "code/alias"},
}


def routing(version: str, weight: float) -> dict[str, dict[str, float]]:
    return {"additional_version_weights": {version: weight}}


def version(timeout: int) -> tuple[Given, Given]:
    """Publish a version of the function with this timeout."""
    return (
        Given("lambda", "update_function_configuration", {"Timeout": timeout}),
        Given("lambda", "publish_version", {}),
    )


SAMPLE = Sample(
    name="live",
    around={
        "iam.role": {"parting": {"assume_role_policy_document": TRUST}},
        "lambda.function": {"parting": FUNCTION},
    },
    given=(*version(1), *version(2), *version(3)),
    files={"code/alias/app.py": "def handler(event, context): return event\n"},
    base={
        "function_version": "1",
        "description": "For callers",
        "routing_config": routing("2", 0.1),
        "provisioned_concurrent_executions": 1,
        "tags": {"Team": "orders"},
    },
    changes=(
        Change("function_version", "3", UPDATE),
        Change("description", "For all callers", UPDATE),
        Change("description", None, UPDATE, "taken away"),
        Change("routing_config", routing("3", 0.25), UPDATE),
        Change("routing_config", None, UPDATE, "taken away"),
        Change("provisioned_concurrent_executions", 2, ("PutProvisionedConcurrencyConfig",)),
        Change(
            "provisioned_concurrent_executions", None, ("DeleteProvisionedConcurrencyConfig",), "taken away"
        ),
        Change("tags", {"Team": None, "Cost": "42"}, UPDATE),
    ),
    drifts=(
        Drift("function_version", "update_alias", {"FunctionVersion": "3"}),
        Drift("routing_config", "update_alias", {"RoutingConfig": {}}),
    ),
)

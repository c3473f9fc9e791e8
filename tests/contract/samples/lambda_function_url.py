"""lambda.function_url."""

from reconciler.testing import Change, Drift, Given, Sample
from tests.contract.samples.lambda_function import TRUST

FUNCTION = {
    "role": "${iam.role:answering}",
    "runtime": "python3.13",
    "handler": "app.handler",
    "code": {"folder": "code/url"},
}
UPDATE = ("UpdateFunctionUrlConfig",)
CORS = {
    "allow_credentials": True,
    "allow_headers": ["date", "x-key"],
    "allow_methods": ["GET", "POST"],
    "allow_origins": ["https://www.example.com"],
    "expose_headers": ["date"],
    "max_age": 300,
}
SAMPLE = Sample(
    name="page",
    around={
        "iam.role": {"answering": {"assume_role_policy_document": TRUST}},
        "lambda.function": {"answering": FUNCTION},
    },
    given=(
        Given("lambda", "publish_version", {}),
        Given("lambda", "create_alias", {"Name": "live", "FunctionVersion": "1"}),
        Given("lambda", "create_alias", {"Name": "next", "FunctionVersion": "1"}),
    ),
    files={"code/url/app.py": "def handler(event, context): return event\n"},
    base={
        "qualifier": "live",
        "auth_type": "NONE",
        "cors": CORS,
        "invoke_mode": "BUFFERED",
        "tags": {"Team": "orders"},
    },
    forms={"of the function itself": {"auth_type": "AWS_IAM"}},
    changes=(
        Change("qualifier", "next", refused="AWS cannot change"),
        Change("auth_type", "AWS_IAM", (*UPDATE, "RemovePermission", "RemovePermission")),
        Change(
            "auth_type",
            "NONE",
            ("AddPermission", "AddPermission", *UPDATE),
            "opened",
            form="of the function itself",
        ),
        Change("cors", {**CORS, "max_age": 600}, UPDATE),
        Change("cors", None, UPDATE, "taken away"),
        Change("invoke_mode", "RESPONSE_STREAM", UPDATE),
        Change("tags", {"Team": None, "Cost": "42"}, ("AddPermission",) * 3 + ("RemovePermission",) * 3),
    ),
    drifts=(
        Drift("auth_type", "update_function_url_config", {"AuthType": "AWS_IAM"}),
        Drift("auth_type", "remove_permission", {"StatementId": "reconciler-url-public-invoke"}),
        Drift("cors", "update_function_url_config", {"Cors": {}}),
    ),
)

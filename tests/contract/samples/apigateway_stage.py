"""apigateway.stage."""

from reconciler.testing import Change, Drift, Given, Sample, Settings

LOG_GROUP, OTHER_GROUP = (
    f"arn:aws:logs:eu-west-2:123456789012:log-group:{each}" for each in ("rally", "other")
)
UPDATE = ("UpdateStage",)
TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, '
    '"Action": "sts:AssumeRole"}]}'
)
ROLE = "arn:aws:iam::123456789012:role/api-logs"
MOCK = {"responses": {}, "x-amazon-apigateway-integration": {"type": "mock"}}
DOCUMENT = {
    "openapi": "3.0.1",
    "info": {"title": "rally", "version": "1"},
    "paths": {"/stamps": {"get": MOCK}},
}
LOGGED: Settings = {"destination_arn": LOG_GROUP, "format": "$context.requestId $context.status"}
ALL: Settings = {
    "metrics_enabled": True,
    "logging_level": "ERROR",
    "data_trace_enabled": False,
    "throttling_burst_limit": 20,
    "throttling_rate_limit": 10.0,
}
CACHED: Settings = {
    "caching_enabled": True,
    "cache_ttl_in_seconds": 60,
    "cache_data_encrypted": True,
    "require_authorization_for_cache_control": False,
    "unauthorized_cache_control_header_strategy": "FAIL_WITH_403",
}

SAMPLE = Sample(
    name="live",
    around={"apigateway.rest_api": {"rally": {"openapi": DOCUMENT, "publish": True}}},
    given=(
        Given(
            "iam", "create_role", {"RoleName": "api-logs", "AssumeRolePolicyDocument": TRUST}, in_parent=False
        ),
        Given(
            "apigateway",
            "update_account",
            {"patchOperations": [{"op": "replace", "path": "/cloudwatchRoleArn", "value": ROLE}]},
            in_parent=False,
        ),
    ),
    base={
        "deployment_id": "${apigateway.rest_api:rally#deployment}",
        "description": "Live",
        "variables": {"url": "https://a.example"},
        "tracing_enabled": True,
        "cache_cluster_enabled": True,
        "cache_cluster_size": "0.5",
        "documentation_version": "1",
        "client_certificate_id": "abc123",
        "access_log_settings": LOGGED,
        "method_settings": {"*": ALL, "GET /stamps": CACHED},
        "canary_settings": {
            "percent_traffic": 10.0,
            "stage_variable_overrides": {"url": "https://b.example"},
            "use_stage_cache": False,
        },
        "tags": {"Team": "rally"},
    },
    changes=(
        Change("description", "The stage", UPDATE),
        Change("description", None, UPDATE, "taken away"),
        Change("variables", {"url": "https://c.example", "mode": "x"}, UPDATE),
        Change("tracing_enabled", False, UPDATE),
        Change("cache_cluster_size", "1.6", UPDATE),
        Change("documentation_version", "2", UPDATE),
        Change("client_certificate_id", "def456", UPDATE),
        Change("access_log_settings", {**LOGGED, "destination_arn": OTHER_GROUP}, UPDATE),
        Change("access_log_settings", None, UPDATE, "taken away"),
        Change("method_settings", {"*": {**ALL, "logging_level": "INFO"}, "GET /stamps": None}, UPDATE),
        Change("canary_settings", {"percent_traffic": 20.0}, UPDATE),
        Change("canary_settings", None, UPDATE, "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    exempt={
        "canary_settings.deployment_id": "tests/resources/test_live_stages.py has a canary of its own deployment",
        "deployment_id": "tests/resources/test_live_stages.py moves a stage",
        "cache_cluster_enabled": "a size and cached methods need it; the change of the size plays it",
    },
    no_meaning={"client_certificate_id": "no kind has certificates of clients"},
    drifts=(
        Drift(
            "description",
            "update_stage",
            {"patchOperations": [{"op": "replace", "path": "/description", "value": "x"}]},
        ),
        Drift(
            "method_settings",
            "update_stage",
            {"patchOperations": [{"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "1"}]},
        ),
    ),
)

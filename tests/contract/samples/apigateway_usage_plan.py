"""apigateway.usage_plan."""

from reconciler.testing import Change, Drift, Sample, Settings
from tests.contract.samples.apigateway_stage import DOCUMENT

UPDATE = ("UpdateUsagePlan",)
LIVE: Settings = {
    "rest_api": "rally",
    "stage": "${apigateway.stage:live#name}",
    "throttle": {"/stamps/GET": {"rate_limit": 5.0, "burst_limit": 10}},
}
FASTER: Settings = {**LIVE, "throttle": {"/stamps/GET": {"rate_limit": 7.0, "burst_limit": 10}}}
TEST: Settings = {"rest_api": "rally", "stage": "${apigateway.stage:test#name}"}
CURRENT = "${apigateway.rest_api:rally#deployment}"
STAGE: Settings = {"rest_api": "rally", "deployment_id": CURRENT}

SAMPLE = Sample(
    name="gold",
    around={
        "apigateway.rest_api": {"rally": {"openapi": DOCUMENT, "publish": True}},
        "apigateway.stage": {"live": STAGE, "test": STAGE},
        "apigateway.api_key": {"partner": {"enabled": True}, "friend": {"enabled": True}},
    },
    base={
        "description": "For partners",
        "api_stages": [LIVE],
        "throttle": {"rate_limit": 100.0, "burst_limit": 200},
        "quota": {"limit": 1000, "period": "WEEK", "offset": 1},
        "product_code": "abc",
        "api_keys": ["partner"],
        "tags": {"Team": "rally"},
    },
    changes=(
        Change("description", "For all", UPDATE),
        Change("description", None, UPDATE, "taken away"),
        Change("api_stages", [FASTER], UPDATE),
        Change("api_stages", [LIVE, TEST], UPDATE, "one more"),
        Change("api_stages", [], UPDATE, "none"),
        Change("throttle", {"rate_limit": 50.0, "burst_limit": 60}, UPDATE),
        Change("throttle", None, UPDATE, "taken away"),
        Change("quota", {"limit": 2000, "period": "MONTH", "offset": 2}, UPDATE),
        Change("quota", {"limit": 2000, "period": "DAY"}, UPDATE, "without an offset"),
        Change("quota", None, UPDATE, "taken away"),
        Change("product_code", "def", UPDATE),
        Change("api_keys", ["partner", "friend"], ("CreateUsagePlanKey",)),
        Change("api_keys", ["friend"], ("CreateUsagePlanKey", "DeleteUsagePlanKey"), "another"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift(
            "quota",
            "update_usage_plan",
            {"patchOperations": [{"op": "replace", "path": "/quota/limit", "value": "5"}]},
        ),
    ),
)

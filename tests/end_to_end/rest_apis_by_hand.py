"""REST APIs that somebody made by hand."""

from tests.end_to_end.request_steps import ACCOUNT, PAIRS, REGION, TEAM, Step, policy

STAMPS = {"restApiId": "{API}", "resourceId": "{STAMPS}", "httpMethod": "POST"}
TRUST = policy({"Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"})
REST_APIS = (
    Step(
        "iam",
        "create_role",
        {"RoleName": "api-logs", "AssumeRolePolicyDocument": TRUST, "Tags": PAIRS},
    ),
    Step(
        "apigateway",
        "update_account",
        {
            "patchOperations": [
                {
                    "op": "replace",
                    "path": "/cloudwatchRoleArn",
                    "value": f"arn:aws:iam::{ACCOUNT}:role/api-logs",
                }
            ]
        },
    ),
    Step(
        "apigateway",
        "create_rest_api",
        {"name": "rally", "endpointConfiguration": {"types": ["REGIONAL"]}, "tags": TEAM},
        {"API": "id", "ROOT": "rootResourceId"},
    ),
    Step(
        "apigateway",
        "create_resource",
        {"restApiId": "{API}", "parentId": "{ROOT}", "pathPart": "stamps"},
        {"STAMPS": "id"},
    ),
    Step(
        "apigateway",
        "create_model",
        {
            "restApiId": "{API}",
            "name": "Stamp",
            "contentType": "application/json",
            "schema": '{"type": "object"}',
        },
    ),
    Step(
        "apigateway",
        "put_method",
        {
            **STAMPS,
            "authorizationType": "AWS_IAM",
            "apiKeyRequired": True,
            "requestModels": {"application/json": "Stamp"},
        },
    ),
    Step(
        "apigateway",
        "put_integration",
        {
            **STAMPS,
            "type": "HTTP_PROXY",
            "integrationHttpMethod": "POST",
            "uri": "https://example.com",
        },
    ),
    Step("apigateway", "put_method", {**STAMPS, "httpMethod": "GET", "authorizationType": "NONE"}),
    Step(
        "apigateway",
        "put_integration",
        {
            **STAMPS,
            "httpMethod": "GET",
            "type": "AWS_PROXY",
            "integrationHttpMethod": "POST",
            "uri": f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/"
            f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:lookup/invocations",
        },
    ),
    Step("apigateway", "create_deployment", {"restApiId": "{API}"}, {"DEPLOYMENT": "id"}),
    Step(
        "apigateway",
        "create_stage",
        {
            "restApiId": "{API}",
            "stageName": "live",
            "deploymentId": "{DEPLOYMENT}",
            "variables": {"mode": "quiet"},
            "tags": TEAM,
        },
    ),
    Step(
        "apigateway",
        "update_stage",
        {
            "restApiId": "{API}",
            "stageName": "live",
            "patchOperations": [
                {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "10"},
                {"op": "replace", "path": "/~1stamps/POST/metrics/enabled", "value": "true"},
            ],
        },
    ),
    Step(
        "apigateway", "create_api_key", {"name": "partner", "enabled": True, "tags": TEAM}, {"API_KEY": "id"}
    ),
    Step(
        "apigateway",
        "create_usage_plan",
        {
            "name": "gold",
            "apiStages": [{"apiId": "{API}", "stage": "live"}],
            "quota": {"limit": 1000, "period": "DAY"},
            "tags": TEAM,
        },
        {"PLAN": "id"},
    ),
    Step(
        "apigateway",
        "create_usage_plan_key",
        {"usagePlanId": "{PLAN}", "keyId": "{API_KEY}", "keyType": "API_KEY"},
    ),
)

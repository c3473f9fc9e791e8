"""The service Amazon API Gateway (REST APIs).

Sources: "Amazon API Gateway quotas" (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html); "Actions, resources,
and condition keys for Amazon API Gateway Management" (Service Authorization Reference); the errors of each operation (API Reference).
"""

from collections.abc import Mapping

from reconciler.contract import TagOperations, tagging
from reconciler.errors import Busy, InUse, Taken, Waiting
from reconciler.service import Rate, Service

ROOT = "arn:{partition}:apigateway:{region}::"
"""The beginning of every ARN of the service, whose resources are paths."""
METHODS: Mapping[str, str] = {
    "Create": "POST",
    "Delete": "DELETE",
    "Flush": "DELETE",
    "Get": "GET",
    "Put": "PUT",
    "Tag": "PUT",
    "Untag": "DELETE",
    "Update": "PATCH",
}
"""By beginning of an operation: the action in IAM, which is the method of HTTP."""
OPERATIONS = (
    "CreateApiKey", "CreateAuthorizer", "CreateDeployment", "CreateModel", "CreateRequestValidator", "CreateRestApi",
    "CreateStage", "CreateUsagePlan", "CreateUsagePlanKey", "DeleteApiKey", "DeleteAuthorizer", "DeleteDeployment",
    "DeleteGatewayResponse", "DeleteIntegrationResponse", "DeleteMethod", "DeleteMethodResponse", "DeleteModel",
    "DeleteRequestValidator", "DeleteResource", "DeleteRestApi", "DeleteStage", "DeleteUsagePlan", "DeleteUsagePlanKey",
    "GetAccount", "GetApiKey", "GetApiKeys", "GetAuthorizers", "GetDeployment", "GetDeployments", "GetGatewayResponses",
    "GetModels", "GetRequestValidators", "GetResources", "GetRestApi", "GetRestApis", "GetStage", "GetStages", "GetTags",
    "GetUsagePlan", "GetUsagePlanKeys", "GetUsagePlans", "PutGatewayResponse", "PutIntegration", "PutIntegrationResponse",
    "PutMethodResponse", "PutRestApi", "TagResource", "UntagResource", "UpdateAccount", "UpdateApiKey", "UpdateAuthorizer",
    "UpdateGatewayResponse", "UpdateIntegration", "UpdateIntegrationResponse", "UpdateMethod", "UpdateMethodResponse",
    "UpdateModel", "UpdateRequestValidator", "UpdateRestApi", "UpdateStage", "UpdateUsagePlan",
)  # fmt: skip
"""The operations that our kinds call."""
POLICY = "apigateway:UpdateRestApiPolicy"


def action_of(operation: str) -> str:
    """The action in IAM of an operation."""
    return next(f"apigateway:{verb}" for word, verb in METHODS.items() if operation.startswith(word))


API_GATEWAY = Service(
    name="apigateway",
    # All operations together: 10 a second, 40 at once.
    rate=Rate(10, 40),
    rates={
        "create_api_key": Rate(5, 5),
        "create_deployment": Rate(1 / 5, 1),
        "create_rest_api": Rate(1 / 3, 1),
        "delete_api_key": Rate(5, 5),
        "delete_resource": Rate(5, 5),
        "delete_rest_api": Rate(1 / 30, 1),
        "get_resources": Rate(5 / 2, 5),
        "put_rest_api": Rate(1, 1),
        "update_account": Rate(1 / 20, 1),
        "update_usage_plan": Rate(1 / 20, 1),
    },
    actions={each: action_of(each) for each in OPERATIONS},
    also_asks=dict.fromkeys(("CreateRestApi", "PutRestApi", "UpdateRestApi"), (POLICY,)),
    also_on={f"apigateway:{verb}": (f"{ROOT}/tags/*",) for verb in ("DELETE", "GET", "PUT")},
    errors={"ConflictException": Busy},  # another request changes the same API
    errors_by_message={
        "already exists": Taken,
        "is referenced in": InUse,
        "must be moved or deleted": InUse,
        # A new role can be assumed only some seconds after its creation.
        "does not have required permissions configured": Waiting,
        "CloudWatch Logs role ARN must be set": Waiting,
    },
)
TAGGING = tagging(
    TagOperations(
        read="get_tags", at="resourceArn", in_create="tags", shown="tags", tags="tags", keys="tagKeys"
    )
)
_ANY_FUNCTION = "arn:{partition}:lambda:{region}:{account}:function:*"
LAMBDA = Service(
    name="lambda",
    granted_for_fields=frozenset({"lambda:AddPermission", "lambda:GetPolicy", "lambda:RemovePermission"}),
    # The files no longer contain the functions of an API that is deleted.
    scopes={"lambda:GetPolicy": _ANY_FUNCTION, "lambda:RemovePermission": _ANY_FUNCTION},
)
"""The operations of AWS Lambda on the permissions of functions that an API invokes."""
_ANY_ROLE = "arn:{partition}:iam::{account}:role/*"
ROLE_TAGS = Service(
    name="iam",
    granted_for_fields=frozenset({"iam:TagRole", "iam:UntagRole"}),
    # The files do not contain the role that the account has before.
    scopes=dict.fromkeys(("iam:ListRoleTags", "iam:UntagRole", "iam:TagRole"), _ANY_ROLE),
)
"""The operations of IAM on the tags of the role that writes logs."""

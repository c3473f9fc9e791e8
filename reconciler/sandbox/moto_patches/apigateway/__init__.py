"""Amazon API Gateway (REST APIs): keeps every part of an API, deploys copies of them, and refuses what AWS refuses.

A deployment is a `parts.Deployment`: `Api.published(stage)` returns the parts that a stage serves, as plain data.

Known-lossy: documentation parts, client certificates and domain names are moto's, as far as it has them; documents are imported and
exported as OpenAPI 3.0 alone; parts take effect at once; VPC links and targets of integrations are not checked.
"""

from collections.abc import Mapping

from moto.apigateway.responses import APIGatewayResponse

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.apigateway.plans import Plans


def install() -> None:
    """Replace moto's operations on REST APIs, usage plans and keys."""
    extension.extend("apigateway", ApiGateway, "moto.apigateway", APIGatewayResponse.dispatch)


class ApiGateway(Plans):
    """The control plane of REST APIs."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.operations: Mapping[str, extension.Operation] = {
            "CreateRestApi": self.make,
            "GetRestApi": self.show,
            "GetRestApis": self.show_all,
            "UpdateRestApi": self.change,
            "DeleteRestApi": self.drop,
            "ImportRestApi": self.import_new,
            "PutRestApi": self.put,
            "GetExport": self.export,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "GetTags": self.tags_of,
            "CreateResource": self.make_resource,
            "GetResource": self.show_resource,
            "GetResources": self.show_resources,
            "UpdateResource": self.change_resource,
            "DeleteResource": self.drop_resource,
            "PutMethod": self.add_method,
            "GetMethod": self.show_method,
            "UpdateMethod": self.change_method,
            "DeleteMethod": self.drop_method,
            "PutIntegration": self.set_integration,
            "GetIntegration": self.show_integration,
            "UpdateIntegration": self.change_integration,
            "DeleteIntegration": self.drop_integration,
            "PutMethodResponse": self.add_method_response,
            "GetMethodResponse": self.show_method_response,
            "UpdateMethodResponse": self.change_method_response,
            "DeleteMethodResponse": self.drop_method_response,
            "PutIntegrationResponse": self.set_integration_response,
            "GetIntegrationResponse": self.show_integration_response,
            "UpdateIntegrationResponse": self.change_integration_response,
            "DeleteIntegrationResponse": self.drop_integration_response,
            "CreateModel": self.make_model,
            "GetModel": self.show_model,
            "GetModels": self.show_models,
            "UpdateModel": self.change_model,
            "DeleteModel": self.drop_model,
            "CreateRequestValidator": self.make_validator,
            "GetRequestValidator": self.show_validator,
            "GetRequestValidators": self.show_validators,
            "UpdateRequestValidator": self.change_validator,
            "DeleteRequestValidator": self.drop_validator,
            "CreateAuthorizer": self.make_authorizer,
            "GetAuthorizer": self.show_authorizer,
            "GetAuthorizers": self.show_authorizers,
            "UpdateAuthorizer": self.change_authorizer,
            "DeleteAuthorizer": self.drop_authorizer,
            "PutGatewayResponse": self.put_response,
            "GetGatewayResponse": self.show_response,
            "GetGatewayResponses": self.show_responses,
            "UpdateGatewayResponse": self.change_response,
            "DeleteGatewayResponse": self.drop_response,
            "CreateDeployment": self.deploy,
            "GetDeployment": self.show_deployment,
            "GetDeployments": self.show_deployments,
            "UpdateDeployment": self.change_deployment,
            "DeleteDeployment": self.drop_deployment,
            "CreateStage": self.make_stage,
            "GetStage": self.show_stage,
            "GetStages": self.show_stages,
            "UpdateStage": self.change_stage,
            "DeleteStage": self.drop_stage,
            "FlushStageCache": self.flush_cache,
            "FlushStageAuthorizersCache": self.flush_authorizers,
            "CreateUsagePlan": self.make_plan,
            "GetUsagePlan": self.show_plan,
            "GetUsagePlans": self.show_plans,
            "UpdateUsagePlan": self.change_plan,
            "DeleteUsagePlan": self.drop_plan,
            "CreateUsagePlanKey": self.add_key,
            "GetUsagePlanKey": self.show_key_of_plan,
            "GetUsagePlanKeys": self.show_keys_of_plan,
            "DeleteUsagePlanKey": self.remove_key,
            "CreateApiKey": self.make_key,
            "GetApiKey": self.show_key,
            "GetApiKeys": self.show_keys,
            "UpdateApiKey": self.change_key,
            "DeleteApiKey": self.drop_key,
            "GetAccount": self.show_account,
            "UpdateAccount": self.change_account,
        }

"""AWS Lambda: keeps every setting of a function, refuses what AWS refuses, and runs functions in Python; docker is not needed.

Known-lossy: capacity providers (refused with 501). An alias with two versions always runs the first. It is not checked whether a
role may write to a dead-letter queue, and whether file systems and runtime versions exist. Functions that other services than S3
and API Gateway call are not run.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any, cast

from moto.awslambda import models
from moto.awslambda.models import LambdaFunction
from moto.awslambda.responses import LambdaResponse
from moto.iam.models import iam_backends

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.awslambda.function import Function
from reconciler.sandbox.moto_patches.awslambda.permissions import Reply, changed_meanwhile
from reconciler.sandbox.moto_patches.awslambda.rules import (
    check_code,
    check_new,
    check_settings,
    check_tags,
    invalid,
)
from reconciler.sandbox.moto_patches.awslambda.urls import Urls
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.moto_patches.policies import listed, principals_of
from reconciler.sandbox.sandbox_error import SandboxError

PAGE = 50
# Members that ListFunctions omits: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
ONLY_OF_ONE = frozenset(
    {
        *("State", "StateReason", "StateReasonCode", "RuntimeVersionConfig"),
        *("LastUpdateStatus", "LastUpdateStatusReason", "LastUpdateStatusReasonCode"),
    }
)
CODE = ("ZipFile", "S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri")


def install() -> None:
    """Replace moto's operations."""
    setattr(models, "LambdaFunction", Function)  # noqa: B010  mypy allows no assignment to a class
    extension.extend("lambda", Functions, "moto.awslambda", LambdaResponse.dispatch, no_browsers=True)


class Functions(Urls):
    """The control plane of functions."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        # moto has weak references and a function here, which cannot be pickled.
        vars(self._lambdas).update(_arns={}, _aliases=defaultdict(dict))
        vars(self._layers).update(_arns={})
        self.recursion: dict[str, str] = {}
        self.runtime_management: dict[tuple[str, str | None], dict[str, Any]] = {}
        self.operations: Mapping[str, extension.Operation] = {
            "CreateFunction": self.make,
            "GetFunction": self.show,
            "GetFunctionConfiguration": self.show_configuration,
            "UpdateFunctionConfiguration": self.change,
            "UpdateFunctionCode": self.change_code,
            "PublishVersion": self.publish,
            "DeleteFunction": self.drop,
            "ListFunctions": self.names,
            "Invoke": self.invoke_function,
            "InvokeAsync": self.invoke_async_function,
            "AddPermission": self.permit,
            "RemovePermission": self.forbid,
            "GetPolicy": self.show_policy,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTags": self.tags_of,
            "GetFunctionConcurrency": self.show_concurrency,
            "PutFunctionRecursionConfig": self.put_recursion,
            "GetFunctionRecursionConfig": self.show_recursion,
            "PutRuntimeManagementConfig": self.put_runtime,
            "GetRuntimeManagementConfig": self.show_runtime,
            "CreateCodeSigningConfig": self.make_signing_config,
            "UpdateCodeSigningConfig": self.change_signing_config,
            "GetCodeSigningConfig": self.show_signing_config,
            "DeleteCodeSigningConfig": self.drop_signing_config,
            "ListCodeSigningConfigs": self.signing_config_names,
            "ListFunctionsByCodeSigningConfig": self.functions_signed,
            "PutFunctionCodeSigningConfig": self.put_signing,
            "GetFunctionCodeSigningConfig": self.show_signing,
            "DeleteFunctionCodeSigningConfig": self.drop_signing,
            "ListVersionsByFunction": self.version_names,
            "CreateAlias": self.make_alias,
            "UpdateAlias": self.change_alias,
            "GetAlias": self.show_alias,
            "DeleteAlias": self.drop_alias,
            "ListAliases": self.alias_names,
            "PutProvisionedConcurrencyConfig": self.put_provisioned,
            "GetProvisionedConcurrencyConfig": self.show_provisioned,
            "DeleteProvisionedConcurrencyConfig": self.drop_provisioned,
            "ListProvisionedConcurrencyConfigs": self.provisioned_names,
            "PublishLayerVersion": self.make_layer_version,
            "GetLayerVersion": self.show_layer_version,
            "GetLayerVersionByArn": self.show_layer_version_of_arn,
            "ListLayers": self.layer_names,
            "ListLayerVersions": self.layer_versions,
            "DeleteLayerVersion": self.drop_layer_version,
            "AddLayerVersionPermission": self.permit_layer,
            "RemoveLayerVersionPermission": self.forbid_layer,
            "GetLayerVersionPolicy": self.show_layer_policy,
            "CreateEventSourceMapping": self.make_mapping,
            "GetEventSourceMapping": self.show_mapping,
            "UpdateEventSourceMapping": self.change_mapping,
            "DeleteEventSourceMapping": self.drop_mapping,
            "ListEventSourceMappings": self.mapping_names,
            "CreateFunctionUrlConfig": self.make_url,
            "GetFunctionUrlConfig": self.show_url,
            "UpdateFunctionUrlConfig": self.change_url,
            "DeleteFunctionUrlConfig": self.drop_url,
            "ListFunctionUrlConfigs": self.url_names,
        }

    def make(self, **params: Any) -> Reply:
        """CreateFunction.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
        """
        check_new(params)
        name = params["FunctionName"].rpartition(":")[2]
        if name in self._lambdas._functions:  # noqa: SLF001  moto's own
            raise SandboxError("ResourceConflictException", f"Function already exist: {name}")
        self._check_role(params["Role"])
        signing = params.get("CodeSigningConfigArn")
        if signing:
            self.check_signing(signing, params.get("PackageType", "Zip"))
        made = self.create_function({**params, "FunctionName": name, "Code": _for_moto(params["Code"])})
        if signing:
            self.signing_of_functions[name] = signing
        return made.get_configuration(on_create=True)

    def show(self, FunctionName: str, Qualifier: str | None = None) -> Reply:
        """GetFunction.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
        """
        function, _ = self.named(FunctionName, Qualifier)
        shown: dict[str, Any] = function.get_code()
        return {**shown, "Configuration": self.show_configuration(FunctionName, Qualifier)}

    def show_configuration(self, FunctionName: str, Qualifier: str | None = None) -> Reply:
        """GetFunctionConfiguration; the ARN ends with the version or alias in the request."""
        function, qualifier = self.named(FunctionName, Qualifier)
        return {
            **self._shown(function),
            "FunctionArn": f"{self._arn(function)}:{qualifier}" if qualifier else function.function_arn,
        }

    def change(self, FunctionName: str, RevisionId: str | None = None, **params: Any) -> Reply:
        """UpdateFunctionConfiguration: settings that the request omits do not change.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
        """
        function = self._changeable(FunctionName, RevisionId)
        check_settings(params)
        if "Role" in params:
            self._check_role(params["Role"])
            before, function.role = function.role, params["Role"]
            try:
                self._lambdas.put_function(function)  # moto checks that the role exists
            except Exception:
                function.role = before
                raise
        function.update_configuration(params)
        return self._shown(function)

    def change_code(
        self,
        FunctionName: str,
        RevisionId: str | None = None,
        DryRun: bool = False,
        Publish: bool = False,
        **params: Any,
    ) -> Reply:
        """UpdateFunctionCode.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
        """
        function = self._changeable(FunctionName, RevisionId)
        check_code(params, image=function.package_type == "Image")
        if DryRun:
            return self._shown(function)
        code = _for_moto({name: params[name] for name in CODE if name in params})
        function.code = {name: value for name, value in function.code.items() if name not in CODE}
        before = function.code_sha_256, function.architectures, function.code_or_config_updated
        function.update_function_code(code)
        function.architectures = params.get("Architectures", function.architectures)
        same = before[:2] == (function.code_sha_256, function.architectures)
        function.code_or_config_updated = before[2] or not same
        function.changed()
        return self._publish(function) if Publish else self._shown(function)

    def publish(self, FunctionName: str, **params: Any) -> Reply:
        """PublishVersion; returns the last version if nothing has changed since.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
        """
        function = self._changeable(FunctionName, params.get("RevisionId"))
        if params.get("CodeSha256", function.code_sha_256) != function.code_sha_256:
            text = f"CodeSHA256 ({params['CodeSha256']}) is different from current CodeSHA256 in $LATEST "
            raise invalid(
                f"{text}({function.code_sha_256}). Please try again with the CodeSHA256 in $LATEST."
            )
        return self._publish(function, params.get("Description", ""))

    def drop(self, FunctionName: str, Qualifier: str | None = None) -> None:
        """DeleteFunction: the whole function, or one version of it.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html
        """
        function, qualifier = self.named(FunctionName, Qualifier)
        name = function.function_name
        if qualifier is not None:
            self.drop_version(name, qualifier)
            return
        self.delete_function(name)
        self.forget_versions(name)
        self.forget_urls(name)
        self.recursion.pop(name, None)
        self.signing_of_functions.pop(name, None)
        for kept in (self.qualified, self.runtime_management):
            for key in [each for each in kept if each[0] == name]:
                cast("dict[Any, Any]", kept).pop(key)

    def names(self, MaxItems: int = PAGE, Marker: str | None = None, **asked: Any) -> Reply:
        """ListFunctions; at most 50 a page, even if the request allows more.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
        """
        every = asked.get("FunctionVersion") == "ALL"
        page, marker = cut(
            [*self._listed(every=every)],
            itemgetter(0),
            min(MaxItems, PAGE),
            Marker,
            invalid("Invalid pagination token"),
        )
        shown = [self._shown(function) | {"FunctionArn": arn} for arn, function in page]
        rows = [{name: row[name] for name in row if name not in ONLY_OF_ONE} for row in shown]
        return {"Functions": rows, "NextMarker": marker}

    def tag(self, Resource: str, Tags: dict[str, str]) -> None:
        """TagResource; an existing key gets the new value."""
        tags = self._tags(Resource)
        check_tags(Tags, tags)
        tags.update(Tags)

    def tag_resource(self, resource_arn: str, tags: dict[str, str]) -> None:
        """Change tags for the Resource Groups Tagging API, with the same checks."""
        self.tag(resource_arn, tags)

    def untag(self, Resource: str, TagKeys: list[str]) -> None:
        """UntagResource; missing keys are accepted."""
        tags = self._tags(Resource)
        for key in TagKeys:
            tags.pop(key, None)

    def tags_of(self, Resource: str) -> Reply:
        """ListTags."""
        return {"Tags": dict(self._tags(Resource))}

    def show_concurrency(self, FunctionName: str) -> Reply:
        """GetFunctionConcurrency; empty if nothing is reserved."""
        return {"ReservedConcurrentExecutions": self.named(FunctionName)[0].reserved_concurrency}

    def put_recursion(self, FunctionName: str, RecursiveLoop: str) -> Reply:
        """PutFunctionRecursionConfig."""
        self.recursion[self.named(FunctionName)[0].function_name] = RecursiveLoop
        return {"RecursiveLoop": RecursiveLoop}

    def show_recursion(self, FunctionName: str) -> Reply:
        """GetFunctionRecursionConfig: `Terminate` by default."""
        name = self.named(FunctionName)[0].function_name
        return {"RecursiveLoop": self.recursion.get(name, "Terminate")}

    def put_runtime(self, FunctionName: str, Qualifier: str | None = None, **params: Any) -> Reply:
        """PutRuntimeManagementConfig.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutRuntimeManagementConfig.html
        """
        function, qualifier = self.named(FunctionName, Qualifier)
        if (params["UpdateRuntimeOn"] == "Manual") != ("RuntimeVersionArn" in params):
            raise invalid("RuntimeVersionArn is required with Manual, and only with Manual.")
        self.runtime_management[function.function_name, qualifier] = params
        return {**params, "FunctionArn": function.function_arn}

    def show_runtime(self, FunctionName: str, Qualifier: str | None = None) -> Reply:
        """GetRuntimeManagementConfig: `Auto` by default."""
        function, qualifier = self.named(FunctionName, Qualifier)
        kept = self.runtime_management.get((function.function_name, qualifier), {"UpdateRuntimeOn": "Auto"})
        return {**kept, "FunctionArn": function.function_arn}

    def _check_role(self, arn: str) -> None:
        """Refuse a role of this account that does not trust Lambda; moto checks that it exists.

        Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
        """
        roles = iam_backends[self.account_id][self.partition].roles.values()
        trust = next(
            (json.loads(role.assume_role_policy_document) for role in roles if role.arn == arn), None
        )
        if trust is None:
            return
        if not any(_trusts(each) for each in listed(trust["Statement"])):
            raise invalid("The role defined for the function cannot be assumed by Lambda.")

    def _changeable(self, name: str, revision: str | None) -> Function:
        """Return a function; refuse one that is being changed, or that has another revision."""
        found, qualifier = self.named(name)
        function = cast("Function", found)
        if qualifier not in {None, "$LATEST"}:
            raise invalid("This operation is permitted on the unpublished version of a function only.")
        function.refuse_busy()
        if revision not in {None, function.revision}:
            raise changed_meanwhile()
        return function

    def _publish(self, function: Function, description: str = "") -> Reply:
        return self.publish_latest(function, description).get_configuration()

    def _shown(self, function: LambdaFunction) -> dict[str, Any]:
        shown: dict[str, Any] = function.get_configuration()
        return shown

    def _listed(self, *, every: bool) -> Iterator[tuple[str, LambdaFunction]]:
        """Yield each function with its ARN, and with `every` also its versions; moto copies each function for this."""
        for kept in self._lambdas._functions.values():  # noqa: SLF001  moto's own
            latest = kept["latest"]
            yield f"{self._arn(latest)}:$LATEST" if every else latest.function_arn, latest
            yield from ((each.function_arn, each) for each in (kept["versions"] if every else ()))

    def _tags(self, arn: str) -> dict[str, str]:
        """Return the tags of a function or an event source mapping; versions and aliases have none."""
        if ":event-source-mapping:" in arn:
            return self.tags_of_mapping(arn)
        function, qualifier = self.named(arn)
        if qualifier is not None:
            raise invalid(
                "Tags on function aliases and versions are not supported. Please specify a function ARN."
            )
        tags: dict[str, str] = function.tags
        return tags


def _for_moto(code: Mapping[str, Any]) -> dict[str, Any]:
    """Return code in moto's form: a .zip file in base64."""
    made = dict(code)
    if "ZipFile" in made:
        content = made["ZipFile"]
        made["ZipFile"] = base64.b64encode(content).decode() if isinstance(content, bytes) else content
    return made


def _trusts(statement: Mapping[str, Any]) -> bool:
    services = principals_of(statement, "Service")
    return statement["Effect"] == "Allow" and ("*" in services or "lambda.amazonaws.com" in services)

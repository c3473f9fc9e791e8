"""lambda.function: code that AWS runs when something calls it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Calls,
    Create,
    Delete,
    InFiles,
    Named,
    Reads,
    Sends,
    Sighting,
    TagWords,
    Wired,
    tagging,
)
from reconciler.errors import Absent
from reconciler.forms import Form
from reconciler.model import Finding, Settings
from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.awslambda import function_changes
from reconciler.resources.awslambda.function_cloudformation import CLOUDFORMATION
from reconciler.resources.awslambda.function_model import Function
from reconciler.resources.awslambda.function_problems import problems
from reconciler.resources.awslambda.service import LAMBDA

CONFIGURATION = (
    "runtime", "handler", "role", "description", "timeout", "memory_size", "environment", "layers", "vpc_config",
    "dead_letter_config", "kms_key_arn", "tracing_config", "ephemeral_storage", "snap_start", "logging_config",
    "file_system_configs", "image_config",
)  # fmt: skip
"""The fields that UpdateFunctionConfiguration carries; what a request leaves out stays."""
TO_LAMBDA = (("StringEquals", "iam:PassedToService", ("lambda.amazonaws.com",)),)


def for_role(role: str, location: Location) -> Iterator[Grant]:
    """The right to give a function its role."""
    del location
    yield Grant("iam:PassRole", role, TO_LAMBDA)


def for_vpc(config: Mapping[str, Any], location: Location) -> Iterator[Grant]:
    """What AWS asks before a function runs in a VPC; IAM knows no resources of these."""
    del config, location
    yield Grant("ec2:DescribeSecurityGroups", "*", reason="lists all security groups")
    yield Grant("ec2:DescribeSubnets", "*", reason="lists all subnets")
    yield Grant("ec2:DescribeVpcs", "*", reason="lists all VPCs")


def _code_as_written(value: Any, written: Settings, _reported: Wired) -> Any:
    """AWS shows no object in S3: it is the one that is written where the digest of its code is."""
    asked = written.get("code") or {}
    if not value or "s3_bucket" not in asked:
        return value
    same = "sha256" not in asked or value.get("sha256") == asked["sha256"]
    hidden = ("s3_bucket", "s3_key", "s3_object_version", "s3_object_storage_mode", "source_kms_key_arn")
    return {**value, **({name: asked[name] for name in hidden if name in asked} if same else {})}


class FunctionAdapter(Adapter[Function]):
    """CreateFunction, UpdateFunctionCode, UpdateFunctionConfiguration, and an operation for each further setting."""

    kind = "lambda.function"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="compute", column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"role": for_role, "vpc_config": for_vpc}
    service = LAMBDA
    model = Function
    summary = "a Lambda function with its code, settings and permissions"
    identity = Named(
        name="FunctionName",
        shown_in="FunctionArn",
        arns=("arn:{partition}:lambda:{region}:{account}:function:{name}",),
        forms=(Form(r"[a-zA-Z0-9-_]{1,64}", "1 to 64 of a-z, A-Z, 0-9, - and _"),),
    )
    create = Create(
        "create_function",
        ("package_type", "code", "architectures", "code_signing_config_arn", *CONFIGURATION),
        needed=frozenset({"code", "role"}),
        fixed=frozenset({"package_type"}),
    )
    updates = (
        Sends(
            "put_function_code_signing_config",
            ("code_signing_config_arn",),
            cleared_by="delete_function_code_signing_config",
        ),
        Calls(function_changes.code, ("code", "architectures"), ("update_function_code",)),
        *(Sends("update_function_configuration", (name,)) for name in CONFIGURATION),
        Calls(
            function_changes.concurrency,
            ("reserved_concurrent_executions",),
            ("put_function_concurrency", "delete_function_concurrency"),
        ),
        Sends("put_function_recursion_config", ("recursive_loop",)),
        Calls(function_changes.runtime, ("runtime_management_config",), ("put_runtime_management_config",)),
        Calls(function_changes.permissions, ("permissions",), ("add_permission", "remove_permission")),
    )
    delete = Delete("delete_function")
    reads = Reads(
        called=(
            "list_functions",
            "get_function",
            "get_function_code_signing_config",
            "get_function_recursion_config",
            "get_runtime_management_config",
            "get_policy",
        ),
        listed=frozenset({"package_type", "architectures", *CONFIGURATION}),
        page=50,
    )
    tagging = tagging(TagWords(read="list_tags", at="Resource"))
    compared = {"code": _code_as_written}
    tagging_api_type = "lambda:function"

    def problems(self, files: InFiles) -> Iterable[Finding]:
        return problems(files)

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        for row in api.pages("list_functions"):
            yield self._seen(api, scope, row)

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        try:
            return self._seen(api, scope, api.call("get_function", FunctionName=name)["Configuration"])
        except Absent:
            return None

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        found: dict[str, Any] = {}
        if fields & {"code", "reserved_concurrent_executions", *self.reads.listed}:
            reply = api.call("get_function", **sighting.address)
            found |= shown(reply["Configuration"])
            found |= {"Code": _code(reply), **reply.get("Concurrency", {})}
        for field in fields & READERS.keys():
            found |= READERS[field](api, sighting.address)
        return found

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        """The digest is compared and never sent."""
        del api
        sent = {
            name: each for name, each in parameters.get("Code", {}).items() if name != function_changes.DIGEST
        }
        return {**parameters, "Code": sent}

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        found = api.call("get_function", **sighting.address)["Configuration"]
        if found.get("State") == "Pending":
            return "function is Pending"
        return "an update is in progress" if found.get("LastUpdateStatus") == "InProgress" else None

    def _seen(self, api: Api, scope: Address, row: dict[str, Any]) -> Sighting:
        return self.identity.sighting(api, scope, row["FunctionName"], settings=shown(row))


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A configuration as requests spell it."""
    found = row | {"Layers": [each["Arn"] for each in row.get("Layers") or ()]}
    image = (row.get("ImageConfigResponse") or {}).get("ImageConfig")
    return found | ({"ImageConfig": image} if image else {})


def _code(reply: Wired) -> dict[str, Any]:
    digest, code = reply["Configuration"]["CodeSha256"], reply.get("Code", {})
    image = {"ImageUri": code["ImageUri"]} if "ImageUri" in code else {"ZipFile": digest}
    key = {"SourceKMSKeyArn": code["SourceKMSKeyArn"]} if "SourceKMSKeyArn" in code else {}
    return {**image, **key, function_changes.DIGEST: digest}


def _policy(api: Api, address: Address) -> Wired:
    try:
        policy = api.call("get_policy", **address)["Policy"]
    except Absent:
        return {"Permissions": []}
    return {"Permissions": [*function_changes.statements(policy)]}


def _signing(api: Api, address: Address) -> Wired:
    found = api.call("get_function_code_signing_config", **address)
    return {"CodeSigningConfigArn": found.get("CodeSigningConfigArn")}


def _runtime(api: Api, address: Address) -> Wired:
    found = api.call("get_runtime_management_config", **address)
    return {
        "RuntimeManagementConfig": {
            name: found.get(name) for name in ("UpdateRuntimeOn", "RuntimeVersionArn")
        }
    }


READERS: Mapping[str, Callable[[Api, Address], Wired]] = {
    "code_signing_config_arn": _signing,
    "recursive_loop": lambda api, at: api.call("get_function_recursion_config", **at),
    "runtime_management_config": _runtime,
    "permissions": _policy,
}
"""What GetFunction does not show, and how each is read."""

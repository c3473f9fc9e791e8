"""lambda.function: a function with its code, settings and permissions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    Adapter,
    Api,
    Attribute,
    Create,
    Delete,
    Named,
    Reads,
    Sends,
    Sighting,
    TagOperations,
    Wired,
    tagging,
)
from reconciler.forms import Form
from reconciler.model import Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.awslambda import costs, function_changes, function_versions, unused
from reconciler.resources.awslambda.function_checks import CHECKS
from reconciler.resources.awslambda.function_cloudformation import CLOUDFORMATION
from reconciler.resources.awslambda.function_grants import for_role, for_vpc
from reconciler.resources.awslambda.function_model import DEFAULTS, Function
from reconciler.resources.awslambda.function_problems import problems
from reconciler.resources.awslambda.function_reading import ALONE, as_asked, at_work, code_of, shown
from reconciler.resources.awslambda.invoke_arn import INVOKE_ARN
from reconciler.resources.awslambda.service import LAMBDA

ARN = "arn:{partition}:lambda:{region}:{account}:function:{name}"
CONFIGURATION = (
    "runtime", "handler", "role", "description", "timeout", "memory_size", "environment", "layers", "vpc_config",
    "dead_letter_config", "kms_key_arn", "tracing_config", "ephemeral_storage", "snap_start", "logging_config",
    "file_system_configs", "image_config",
)  # fmt: skip
"""The fields of UpdateFunctionConfiguration; fields that a request leaves out stay unchanged."""
PUBLISHED: Mapping[str, tuple[str, ...]] = {"publish": (), "kept_versions": ()}
"""A version that was published before a change no longer equals $LATEST after it."""


class FunctionAdapter(Adapter[Function]):
    """CreateFunction, UpdateFunctionCode, UpdateFunctionConfiguration, and an operation for each further setting."""

    kind = "lambda.function"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="compute", column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"role": for_role, "vpc_config": for_vpc}
    service = LAMBDA
    model = Function
    costs = costs.FUNCTION
    summary = "a Lambda function with its code, settings and permissions"
    console = "https://{region}.console.aws.amazon.com/lambda/home?region={region}#/functions/{name}"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = Named(
        name="FunctionName",
        shown_in="FunctionArn",
        arns=(ARN, f"{ARN}:*"),  # and its versions
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
        replace(function_changes.CODE, overwrites=PUBLISHED),
        *(Sends("update_function_configuration", (name,), overwrites=PUBLISHED) for name in CONFIGURATION),
        Sends(
            "put_function_concurrency",
            ("reserved_concurrent_executions",),
            cleared_by="delete_function_concurrency",
        ),
        Sends("put_function_recursion_config", ("recursive_loop",)),
        function_changes.RUNTIME,
        function_changes.PERMISSIONS,
        function_versions.VERSIONS,
    )
    delete = Delete("delete_function")
    reads = Reads(
        list="list_functions",
        get="get_function",
        shown_in="Configuration",
        alone=ALONE,
        # The list shows the revision, which a change of the policy changes, too.
        remembered=frozenset({"permissions"}),
        listed=frozenset({"package_type", "architectures", *CONFIGURATION}),
        partly_listed=frozenset({"code"}),
        page=50,
    )
    tagging = tagging(TagOperations(read="list_tags", at="Resource"))
    compared = {"code": as_asked, **function_versions.COMPARED}
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "version": function_versions.attribute(("publish", "code", "architectures", *CONFIGURATION)),
        "invoke_arn": INVOKE_ARN,
    }
    deletes = staticmethod(function_versions.deletes)
    tagging_api_type = "lambda:function"
    checks = CHECKS
    unused = unused.FUNCTION
    problems = staticmethod(problems)
    prepare = staticmethod(function_changes.without_digest)
    shown = staticmethod(shown)

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        reply = api.call(self.reads.get, **sighting.address)
        return {**shown(reply["Configuration"]), "Code": code_of(reply), **reply.get("Concurrency", {})}

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        return at_work(self._got(api, sighting.address))

"""lambda.function_url: a URL by which a function, or an alias of it, is called."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Attribute,
    Create,
    Delete,
    Reads,
    Sends,
    Sighting,
    Wired,
)
from reconciler.model import Settings
from reconciler.resources.awslambda import costs
from reconciler.resources.awslambda import function_url_policy as url_policy
from reconciler.resources.awslambda.function_url_model import DEFAULTS, FunctionUrl
from reconciler.resources.awslambda.function_url_problems import problems
from reconciler.resources.awslambda.function_url_reading import IDENTITY, alias_of, as_called, name_of, shown
from reconciler.resources.awslambda.service import LAMBDA


class FunctionUrlAdapter(Adapter[FunctionUrl]):
    """CreateFunctionUrlConfig, UpdateFunctionUrlConfig; AddPermission and RemovePermission for everybody and for our marks."""

    kind = "lambda.function_url"
    cloudformation = CloudFormation(type="AWS::Lambda::Url", called={"TargetFunctionArn": "function"})
    appearance = Appearance(sort="compute", column=2)
    service = LAMBDA
    model = FunctionUrl
    parent = "lambda.function"
    costs = costs.FUNCTION_URL
    summary = "a URL by which a Lambda function, or an alias of it, is called"
    console = "https://{region}.console.aws.amazon.com/lambda/home?region={region}#/functions/{parent}"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = IDENTITY
    create = Create(
        "create_function_url_config",
        ("qualifier", "auth_type", "cors", "invoke_mode"),
        needed=frozenset({"auth_type"}),
        fixed=frozenset({"qualifier"}),
        begins={"auth_type": "AWS_IAM"},
    )
    updates = (
        Sends(url_policy.UPDATE, ("cors",)),
        Sends(url_policy.UPDATE, ("invoke_mode",)),
        url_policy.AUTHORIZATION,
    )
    delete = Delete(
        "delete_function_url_config",
        before=url_policy.closed,
        after=url_policy.unmarked,
        calls=(*url_policy.READS, "remove_permission"),
    )
    reads = Reads(
        list="list_function_url_configs",
        get="get_function_url_config",
        called=url_policy.READS,
        listed=frozenset({"qualifier", "auth_type", "cors", "invoke_mode"}),
        page=50,
    )
    tagging = url_policy.TAGGING
    compared: ClassVar[Mapping[str, Callable[[Any, Settings, Wired], Any]]] = {
        "auth_type": url_policy.as_permitted,
        "qualifier": as_called,
    }
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "url": Attribute("the URL", "FunctionUrl", ("qualifier",)),
        "arn": Attribute(
            "the ARN of the function or of the alias that it calls", "FunctionArn", ("qualifier",)
        ),
    }
    problems = staticmethod(problems)

    def aws_name(self, name: str, settings: Mapping[str, Any]) -> str:
        """Its function, with the alias after a colon. `existing: true` names it so."""
        function, qualifier = settings.get("function"), settings.get("qualifier")
        if not function or (qualifier is None and name.startswith(f"{function}:")):
            return name
        return f"{function}:{alias_of(qualifier)}" if qualifier else str(function)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        name = name_of(row)
        policy = url_policy.policy_of(api, name)
        settings = shown(row) | url_policy.access_in(policy)
        return self.identity.seen(api, scope, name, settings=settings, tags=url_policy.tags_in(policy))

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        row = shown(self._got(api, sighting.address))
        found: Wired = row | url_policy.access_in(url_policy.policy_of(api, sighting.address["FunctionName"]))
        return found

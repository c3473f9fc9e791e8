"""lambda.alias: a name for a version of a function."""

from collections.abc import Mapping
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
    Named,
    Reads,
    Sends,
    Sighting,
)
from reconciler.forms import Form
from reconciler.resources.awslambda import costs
from reconciler.resources.awslambda.alias_changes import FIELDS, PROVISIONED, TAGGING, UPDATE, problems
from reconciler.resources.awslambda.alias_model import Alias
from reconciler.resources.awslambda.invoke_arn import INVOKE_ARN
from reconciler.resources.awslambda.service import LAMBDA
from reconciler.resources.awslambda.text_marks import shown, tags_of

FUNCTION = "arn:{partition}:lambda:{region}:{account}:function:{function}"


class AliasAdapter(Adapter[Alias]):
    """CreateAlias, UpdateAlias, PutProvisionedConcurrencyConfig. The name may begin with that of the function: `lookup:live`."""

    kind = "lambda.alias"
    cloudformation = CloudFormation(
        type="AWS::Lambda::Alias",
        called={
            "FunctionName": "function",
            "ProvisionedConcurrencyConfig": "provisioned_concurrent_executions",
        },
        not_granted={
            "codedeploy:*": "CloudFormation moves an alias by CodeDeploy if an UpdatePolicy says so"
        },
    )
    appearance = Appearance(sort="compute", column=2)
    service = LAMBDA
    model = Alias
    costs = costs.ALIAS
    parent = "lambda.function"
    summary = "a name for a version of a Lambda function"
    identity = Named(
        name="Name",
        shown_in="AliasArn",
        arns=(f"{FUNCTION}:{{name}}", FUNCTION),
        unwritten={"function": "*"},
        forms=(
            Form(r"(?!(.*:)?\d+$).*", "not only digits"),
            Form(r"([a-zA-Z0-9-_]{1,64}:)?[a-zA-Z0-9-_]{1,128}", "1 to 128 of a-z, A-Z, 0-9, - and _"),
        ),
    )
    create = Create("create_alias", FIELDS, needed=frozenset({"function_version"}))
    updates = (
        UPDATE,
        Sends(
            "put_provisioned_concurrency_config",
            ("provisioned_concurrent_executions",),
            cleared_by="delete_provisioned_concurrency_config",
            addressed_as={"Name": "Qualifier"},
        ),
    )
    delete = Delete("delete_alias")
    reads = Reads(
        list="list_aliases",
        get="get_alias",
        alone={"provisioned_concurrent_executions": PROVISIONED},
        listed=frozenset(FIELDS),
        page=50,
    )
    tagging = TAGGING
    attributes: ClassVar[Mapping[str, Attribute]] = {"invoke_arn": INVOKE_ARN}
    problems = staticmethod(problems)
    shown = staticmethod(shown)

    def aws_name(self, name: str, settings: Mapping[str, Any]) -> str:
        del settings
        return name.rpartition(":")[2]

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        return self.identity.seen(api, scope, row, settings=shown(row), tags=tags_of(row))

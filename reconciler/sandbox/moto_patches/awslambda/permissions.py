"""Resource policies of functions: one for the function, and one for each version and alias."""

import json
import re
import uuid
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, cast

from moto.awslambda.models import LambdaFunction, LambdaStorage
from moto.awslambda.policy import Policy
from moto.awslambda_simple.models import LambdaSimpleBackend

from reconciler.sandbox.moto_patches.awslambda.rules import invalid
from reconciler.sandbox.moto_patches.policies import is_there, principals_of
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]
Params = Mapping[str, Any]

LARGEST_POLICY = 20 * 1024  # bytes
NAME = re.compile(
    r"(arn:[\w-]+:lambda:)?([a-z]{2}(-[a-z]+)+-\d:)?(\d{12}:)?(function:)?(?P<name>[\w-]+)(:(?P<qualifier>[\w$-]+))?"
)
# Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html#awslambda-policy-keys
CONDITIONS = {
    "SourceArn": ("ArnLike", "AWS:SourceArn"),
    "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
}


def missing(text: str) -> SandboxError:
    """Return Lambda's error for a missing resource."""
    return SandboxError("ResourceNotFoundException", text)


def changed_meanwhile() -> SandboxError:
    """Return Lambda's error for a revision that is not the current one."""
    text = "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to "
    return SandboxError("PreconditionFailedException", f"{text}retrieve the latest Revision Id")


class FunctionPolicy(Policy):
    """The resource policy of a function, a version or an alias."""

    def __init__(self, function: LambdaFunction, *, qualified: bool = False) -> None:
        super().__init__(function)
        self.function = function
        self.qualified = qualified

    def add(self, statement_id: str, resource: str, params: Params) -> Params:
        """Add the statement of AddPermission, and return it.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html

        Raises:
            SandboxError: the statement is refused.
        """
        if any(each["Sid"] == statement_id for each in self.statements):
            raise SandboxError(
                "ResourceConflictException",
                f"The statement id ({statement_id}) provided already exists. Please provide a new statement id, or "
                "remove the existing statement.",
            )
        statement = {
            "Sid": statement_id,
            "Effect": "Allow",
            "Principal": self._principal(params["Principal"]),
            "Action": params["Action"],
            "Resource": resource,
            **_condition(params),
        }
        if len(json.dumps([*self.statements, statement])) > LARGEST_POLICY:
            text = f"The final policy size is bigger than the limit ({LARGEST_POLICY})."
            raise SandboxError("PolicyLengthExceededException", text)
        self.statements.append(statement)
        self.changed()
        return statement

    def add_statement(self, raw: str, qualifier: str | None = None) -> tuple[Any, str]:
        """Add a permission for CloudFormation."""
        given = json.loads(raw)
        arn = f"{self.function.function_arn}:{qualifier}" if qualifier else self.function.function_arn
        return self.add(given.get("StatementId") or str(uuid.uuid4()), arn, given), self.revision

    def changed(self) -> None:
        """Set a new revision; that of a function's own policy is the revision of the function."""
        self.revision = str(uuid.uuid4())
        if not self.qualified:
            vars(self.function)["revision"] = self.revision

    @property
    def current(self) -> str:
        """The present revision."""
        own: str = self.revision if self.qualified else vars(self.function)["revision"]
        return own

    def _principal(self, principal: str) -> Any:
        if principal == "*":
            return "*"
        if re.fullmatch(r"[\w.-]+\.amazonaws\.com(\.cn)?|[\w-]+\.alexa\.com|[\w.-]+\.amazon\.com", principal):
            return {"Service": principal}
        if re.fullmatch(r"\d{12}", principal):
            return {"AWS": f"arn:{self.function.partition}:iam::{principal}:root"}
        if not principal.startswith("arn:") or not is_there(principal, self.function.account_id):
            raise invalid("The provided principal was invalid. Please check the principal and try again.")
        return {"AWS": principal}


class Permissions(LambdaSimpleBackend):
    """The operations on permissions to call functions."""

    _lambdas: LambdaStorage

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.qualified: dict[tuple[str, str], FunctionPolicy] = {}

    def named(self, name: str, qualifier: str | None = None) -> tuple[LambdaFunction, str | None]:
        """Return a function and the qualifier; the name may be an ARN or a partial ARN."""
        found = NAME.fullmatch(name)
        if not found:
            raise missing(f"Function not found: {name}")
        inside = found["qualifier"]
        if inside and qualifier and inside != qualifier:
            raise invalid(
                "The derived qualifier from the function name does not match the specified qualifier."
            )
        qualifier = inside or qualifier
        return self.get_function(found["name"], qualifier), qualifier

    def permit(
        self, FunctionName: str, StatementId: str, Qualifier: str | None = None, **params: Any
    ) -> Reply:
        """AddPermission."""
        function, qualifier = self.named(FunctionName, Qualifier)
        policy = self._policy(function, qualifier)
        if params.get("RevisionId", policy.current) != policy.current:
            raise changed_meanwhile()
        arn = function.function_arn if qualifier is None else f"{self._arn(function)}:{qualifier}"
        statement = policy.add(StatementId, arn, params)
        if qualifier is not None:
            self.qualified[function.function_name, qualifier] = policy
        return {"Statement": json.dumps(statement)}

    def forbid(
        self, FunctionName: str, StatementId: str, Qualifier: str | None = None, RevisionId: str | None = None
    ) -> None:
        """RemovePermission."""
        policy = self._policy(*self.named(FunctionName, Qualifier))
        if RevisionId not in {None, policy.current}:
            raise changed_meanwhile()
        left = [each for each in policy.statements if each["Sid"] != StatementId]
        if len(left) == len(policy.statements):
            raise missing(f"Statement {StatementId} is not found in resource policy.")
        policy.statements[:] = left
        policy.changed()

    def show_policy(self, FunctionName: str, Qualifier: str | None = None) -> Reply:
        """GetPolicy."""
        policy = self._policy(*self.named(FunctionName, Qualifier))
        if not policy.statements:
            raise missing("No policy is associated with the given resource.")
        document = {"Version": "2012-10-17", "Id": "default", "Statement": policy.statements}
        return {"Policy": json.dumps(document), "RevisionId": policy.current}

    def allows(self, name: str, service: str, source: str) -> bool:
        """Whether a service may invoke a function for one of its resources, given by the ARN `source`.

        Raises:
            SandboxError: there is no such function.
        """
        policy = self._policy(*self.named(name))
        return any(_permits(each, service, source, self.account_id) for each in policy.statements)

    def _policy(self, function: LambdaFunction, qualifier: str | None) -> FunctionPolicy:
        if qualifier is None:
            return cast("FunctionPolicy", function.policy)
        return self.qualified.get((function.function_name, qualifier)) or FunctionPolicy(
            function, qualified=True
        )

    def _arn(self, function: LambdaFunction) -> str:
        return f"arn:{self.partition}:lambda:{self.region_name}:{self.account_id}:function:{function.function_name}"


def _condition(params: Params) -> Params:
    """Return the condition for the parameters of AddPermission; empty if there is none."""
    made: dict[str, dict[str, Any]] = {}
    for name, (test, key) in CONDITIONS.items():
        if name in params:
            value = params[name]
            made.setdefault(test, {})[key] = str(value).lower() if isinstance(value, bool) else value
    return {"Condition": made} if made else {}


def _permits(statement: Params, service: str, source: str, account: str) -> bool:
    """Whether a statement of AddPermission lets a service invoke the function for a resource."""
    actions = {"lambda:InvokeFunction", "lambda:*", "*"}
    conditions = statement.get("Condition") or {}
    arn = (conditions.get("ArnLike") or {}).get("AWS:SourceArn", "*")
    owner = (conditions.get("StringEquals") or {}).get("AWS:SourceAccount", account)
    principals = principals_of(statement, "Service")
    return (
        statement["Action"] in actions
        and not {service, "*"}.isdisjoint(principals)
        and fnmatchcase(source, arn)
        and owner == account
    )

"""Resource policies of functions, one for the function itself, and one for each of its versions and aliases."""

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any

from moto.awslambda.models import LambdaFunction, LambdaStorage
from moto.awslambda.policy import Policy
from moto.awslambda_simple.models import LambdaSimpleBackend

from reconciler.sandbox.errors import SandboxError
from reconciler.sandbox.mends.awslambda.rules import invalid
from reconciler.sandbox.mends.principals import is_there

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
    """Return Lambda's answer about something that is not there."""
    return SandboxError("ResourceNotFoundException", text)


def changed_meanwhile() -> SandboxError:
    """Return Lambda's answer to a revision that is not the present one."""
    text = "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to "
    return SandboxError("PreconditionFailedException", f"{text}retrieve the latest Revision Id")


class Permissions(LambdaSimpleBackend):
    """Who may call functions."""

    _lambdas: LambdaStorage

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.qualified: dict[tuple[str, str], Policy] = {}

    def named(self, name: str, qualifier: str | None = None) -> tuple[LambdaFunction, str | None]:
        """Return a function and the qualifier that is meant; the name may be an ARN or a part of one."""
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
        """AddPermission.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
        """
        function, qualifier = self.named(FunctionName, Qualifier)
        policy = self._policy(function, qualifier)
        if params.get("RevisionId", policy.revision) != policy.revision:
            raise changed_meanwhile()
        if any(each["Sid"] == StatementId for each in policy.statements):
            raise SandboxError(
                "ResourceConflictException",
                f"The statement id ({StatementId}) provided already exists. Please provide a new statement id, or "
                "remove the existing statement.",
            )
        arn = function.function_arn if qualifier is None else f"{self._arn(function)}:{qualifier}"
        statement = {
            "Sid": StatementId,
            "Effect": "Allow",
            "Principal": self._principal(params["Principal"]),
            "Action": params["Action"],
            "Resource": arn,
            **_condition(params),
        }
        if len(json.dumps([*policy.statements, statement])) > LARGEST_POLICY:
            raise SandboxError(
                "PolicyLengthExceededException",
                f"The final policy size is bigger than the limit ({LARGEST_POLICY}).",
            )
        policy.statements.append(statement)
        self._changed(policy)
        return {"Statement": json.dumps(statement)}

    def add_permission(self, function_name: str, qualifier: str, raw: str) -> dict[str, Any]:
        """Add a permission that a stack has."""
        given = json.loads(raw)
        statement = given.pop("StatementId", None) or str(uuid.uuid4())
        given.pop("FunctionName", None)
        answer = self.permit(function_name, statement, qualifier, **given)
        made: dict[str, Any] = json.loads(answer["Statement"])
        return made

    def forbid(
        self, FunctionName: str, StatementId: str, Qualifier: str | None = None, RevisionId: str | None = None
    ) -> None:
        """RemovePermission."""
        policy = self._policy(*self.named(FunctionName, Qualifier))
        if RevisionId not in {None, policy.revision}:
            raise changed_meanwhile()
        left = [each for each in policy.statements if each["Sid"] != StatementId]
        if len(left) == len(policy.statements):
            raise missing(f"Statement {StatementId} is not found in resource policy.")
        policy.statements[:] = left
        self._changed(policy)

    def show_policy(self, FunctionName: str, Qualifier: str | None = None) -> Reply:
        """GetPolicy."""
        policy = self._policy(*self.named(FunctionName, Qualifier))
        if not policy.statements:
            raise missing("No policy is associated with the given resource.")
        document = {"Version": "2012-10-17", "Id": "default", "Statement": policy.statements}
        return {"Policy": json.dumps(document), "RevisionId": policy.revision}

    def _policy(self, function: LambdaFunction, qualifier: str | None) -> Policy:
        if qualifier is None:
            kept: Policy = function.policy
            return kept
        return self.qualified.setdefault((function.function_name, qualifier), Policy(function))

    def _changed(self, policy: Policy) -> None:
        policy.revision = Policy(policy.parent).revision

    def _arn(self, function: LambdaFunction) -> str:
        return f"arn:{self.partition}:lambda:{self.region_name}:{self.account_id}:function:{function.function_name}"

    def _principal(self, principal: str) -> Any:
        if principal == "*":
            return "*"
        if re.fullmatch(r"[\w.-]+\.amazonaws\.com(\.cn)?|[\w-]+\.alexa\.com|[\w.-]+\.amazon\.com", principal):
            return {"Service": principal}
        if re.fullmatch(r"\d{12}", principal):
            return {"AWS": f"arn:{self.partition}:iam::{principal}:root"}
        if not principal.startswith("arn:") or not is_there(principal, self.account_id):
            raise invalid("The provided principal was invalid. Please check the principal and try again.")
        return {"AWS": principal}


def _condition(params: Params) -> Params:
    """Return the condition that the parameters of AddPermission make, or nothing."""
    made: dict[str, dict[str, Any]] = {}
    for name, (test, key) in CONDITIONS.items():
        if name in params:
            value = params[name]
            made.setdefault(test, {})[key] = str(value).lower() if isinstance(value, bool) else value
    return {"Condition": made} if made else {}

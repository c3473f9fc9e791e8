"""The permission that lets a resource of another service invoke a Lambda function: a statement of the function's policy.

Sources: AddPermission, GetPolicy (AWS Lambda API Reference); "Invoke AWS Lambda functions" (Amazon Connect Administrator Guide);
"Grant API Gateway permissions to invoke Lambda functions" (Amazon API Gateway Developer Guide).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from reconciler.contract import Api, Request
from reconciler.errors import Absent

INVOKE = "lambda:InvokeFunction"
EVERYBODY = "*"
BY_INSTANCE, BY_API, BY_POOL = "reconciler-connect-", "reconciler-apigateway-", "reconciler-cognito-"
"""The beginnings of the ids of our statements; the id of the instance, of the API or of the user pool follows."""
MADE_BY: Mapping[str, str] = {
    BY_INSTANCE: "`lambda_functions` of a connect.instance makes",
    BY_API: "an apigateway.rest_api makes",
    BY_POOL: "`lambda_config` of a cognito.user_pool makes",
}
"""By beginning of an id: who makes such statements."""
NOT_FOUND = ("Function not found", "Cannot find")
_POSITIVE = ("arnlike", "arnequals", "stringlike", "stringequals")


class Permission(StrEnum):
    """The state of a permission."""

    GIVEN = ""
    LACKING = "lacking"
    EDITED = "edited"
    """Our statement is there, but it was changed."""
    GONE = "gone"
    """There is no such function."""


@dataclass(frozen=True)
class Invoker:
    """Who invokes functions: a service, for a resource of an account. One statement of a policy is ours."""

    principal: str
    """The service, such as `connect.amazonaws.com`."""
    statement_id: str
    """The id of our statement."""
    account: str
    source: str
    """The ARN of the resource, or a pattern with `*` of all ARNs that it uses."""

    def permission(self) -> dict[str, str]:
        """The parameters of AddPermission that let it invoke a function, without the name of the function."""
        return {
            "StatementId": self.statement_id,
            "Action": INVOKE,
            "Principal": self.principal,
            "SourceAccount": self.account,
            "SourceArn": self.source,
        }

    def state(self, api: Api, function: str) -> dict[str, Any]:
        """The permission for a function, given by its ARN: `state`, and whether our statement is there (`ours`)."""
        try:
            reply = api.beside("lambda").call("get_policy", FunctionName=function)
        except Absent as error:
            missing = error.message.startswith(NOT_FOUND)
            return {"state": (Permission.GONE if missing else Permission.LACKING).value, "ours": False}
        found = [*statements(reply["Policy"])]
        ours = [each for each in found if each.get("Sid") == self.statement_id]
        if ours:
            good = self.is_as_made(ours[0])
            return {"state": (Permission.GIVEN if good else Permission.EDITED).value, "ours": True}
        given = any(map(self.is_let, found))
        return {"state": (Permission.GIVEN if given else Permission.LACKING).value, "ours": False}

    def permit(self, function: str, *, again: bool) -> Iterator[Request]:
        """The requests that add the permission; AWS cannot change a statement."""
        forbid = self.forbid(function)
        add = Request("add_permission", {"FunctionName": function, **self.permission()}, "lambda")
        if again:
            yield forbid
        # If a statement of this id has appeared meanwhile, it is replaced.
        yield Request(add.operation, add.parameters, "lambda", apart=(forbid, add))

    def forbid(self, function: str) -> Request:
        """The request that removes our statement."""
        parameters = {"FunctionName": function, "StatementId": self.statement_id}
        return Request("remove_permission", parameters, "lambda")

    def is_as_made(self, statement: Mapping[str, Any]) -> bool:
        """Whether a statement is the one that `permission` makes."""
        return (
            statement.get("Effect") == "Allow"
            and statement.get("Principal") == {"Service": self.principal}
            and statement.get("Action") == INVOKE
            and sorted(_conditions(statement))
            == [("aws:sourceaccount", (self.account,)), ("aws:sourcearn", (self.source,))]
        )

    def is_let(self, statement: Mapping[str, Any]) -> bool:
        """Whether a statement, whoever made it, lets it invoke the function for every ARN of the pattern."""
        principal = statement.get("Principal")
        services = _listed(principal.get("Service")) if isinstance(principal, Mapping) else _listed(principal)
        actions = [str(each).lower() for each in _listed(statement.get("Action"))]
        allowed = {"aws:sourceaccount": self.account, "aws:sourcearn": self.source}
        return (
            statement.get("Effect") == "Allow"
            and not {self.principal, EVERYBODY}.isdisjoint(services)
            and any(fnmatchcase(INVOKE.lower(), each) for each in actions)
            and all(
                key in allowed and any(fnmatchcase(allowed[key], each) for each in values)
                for key, values in _conditions(statement)
            )
        )


def statements(policy: str) -> Iterator[Mapping[str, Any]]:
    """The statements of a policy as GetPolicy shows it."""
    found = json.loads(policy).get("Statement") or ()
    yield from [found] if isinstance(found, Mapping) else found


def _conditions(statement: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The keys and values of a statement's conditions; a key is empty if its operator compares in another way."""
    for operator, tests in (statement.get("Condition") or {}).items():
        for key, values in tests.items():
            name = key.lower() if operator.lower() in _POSITIVE else ""
            yield name, tuple(map(str, _listed(values)))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]

"""Permissions that kinds add to the policy of a Lambda function: for resources of other services, and for function URLs.

Sources: AddPermission, GetPolicy (AWS Lambda API Reference); "Invoke AWS Lambda functions" (Amazon Connect Administrator Guide);
"Grant API Gateway permissions to invoke Lambda functions" (Amazon API Gateway Developer Guide); "Control access to Lambda function
URLs" (AWS Lambda Developer Guide).
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
BY_INSTANCE, BY_API, BY_POOL, BY_URL = (
    "reconciler-connect-",
    "reconciler-apigateway-",
    "reconciler-cognito-",
    "reconciler-url-",
)
"""The beginnings of the ids of our statements; the id of the instance, of the API or of the user pool follows."""
MADE_BY: Mapping[str, str] = {
    BY_INSTANCE: "`lambda_functions` of a connect.instance makes",
    BY_API: "an apigateway.rest_api makes",
    BY_POOL: "`lambda_config` of a cognito.user_pool makes",
    BY_URL: "a lambda.function_url makes",
}
"""By beginning of an id: who makes such statements."""
NOT_FOUND = ("Function not found", "Cannot find")
_CONDITIONS = {
    "SourceAccount": "aws:sourceaccount",
    "SourceArn": "aws:sourcearn",
    "FunctionUrlAuthType": "lambda:functionurlauthtype",
    "InvokedViaFunctionUrl": "lambda:invokedviafunctionurl",
}
"""By member of AddPermission: the key of the condition that it sets, in lower case."""
_POSITIVE = ("arnlike", "arnequals", "stringlike", "stringequals", "bool")


class Permission(StrEnum):
    """The state of a permission."""

    GIVEN = ""
    LACKING = "lacking"
    EDITED = "edited"
    """Our statement is there, but it was changed."""
    GONE = "gone"
    """There is no such function."""


@dataclass(frozen=True)
class Statement:
    """One statement that a kind adds: the members of AddPermission, without the name of the function."""

    members: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The id of the statement."""
        return str(self.members["StatementId"])

    @property
    def _allowed(self) -> dict[str, str]:
        """The conditions under which it lets somebody in: the value of each key."""
        return {key: _text(self.members[name]) for name, key in _CONDITIONS.items() if name in self.members}

    def is_as_made(self, statement: Mapping[str, Any]) -> bool:
        """Whether a statement is exactly the one that AddPermission makes."""
        principal = self.members["Principal"]
        made = EVERYBODY if principal == EVERYBODY else {"Service": principal}
        return (
            statement.get("Effect") == "Allow"
            and statement.get("Principal") == made
            and statement.get("Action") == self.members["Action"]
            and sorted(_conditions(statement))
            == sorted((key, (value,)) for key, value in self._allowed.items())
        )

    def is_given_by(self, statement: Mapping[str, Any]) -> bool:
        """Whether a statement, whoever made it, allows at least the same, for every ARN of a pattern."""
        principal, allowed = statement.get("Principal"), self._allowed
        sort = "AWS" if self.members["Principal"] == EVERYBODY else "Service"
        holders = _listed(principal.get(sort)) if isinstance(principal, Mapping) else _listed(principal)
        actions = [str(each).lower() for each in _listed(statement.get("Action"))]
        wanted = str(self.members["Action"]).lower()
        return (
            statement.get("Effect") == "Allow"
            and not {self.members["Principal"], EVERYBODY}.isdisjoint(holders)
            and any(fnmatchcase(wanted, each) for each in actions)
            and all(
                key in allowed and any(fnmatchcase(allowed[key], each) for each in values)
                for key, values in _conditions(statement)
            )
        )

    def permit(self, function: str, *, again: bool, service: str | None = "lambda") -> Iterator[Request]:
        """The requests that add it, from a kind of another service than `service`; AWS cannot change a statement."""
        forbid = self.forbid(function, service)
        add = Request("add_permission", {"FunctionName": function, **self.members}, service)
        if again:
            yield forbid
        # If a statement of this id has appeared meanwhile, it is replaced.
        yield Request(add.operation, add.parameters, service, apart=(forbid, add))

    def forbid(self, function: str, service: str | None = "lambda") -> Request:
        """The request that removes it."""
        return Request("remove_permission", {"FunctionName": function, "StatementId": self.id}, service)


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

    @property
    def statement(self) -> Statement:
        """The statement that lets it invoke a function."""
        return Statement(
            {
                "StatementId": self.statement_id,
                "Action": INVOKE,
                "Principal": self.principal,
                "SourceAccount": self.account,
                "SourceArn": self.source,
            }
        )

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
            good = self.statement.is_as_made(ours[0])
            return {"state": (Permission.GIVEN if good else Permission.EDITED).value, "ours": True}
        given = any(map(self.statement.is_given_by, found))
        return {"state": (Permission.GIVEN if given else Permission.LACKING).value, "ours": False}

    def permit(self, function: str, *, again: bool) -> Iterator[Request]:
        """The requests that add the permission."""
        return self.statement.permit(function, again=again)

    def forbid(self, function: str) -> Request:
        """The request that removes our statement."""
        return self.statement.forbid(function)


FOR_EVERYBODY = (
    Statement(
        {
            "StatementId": f"{BY_URL}public",
            "Action": "lambda:InvokeFunctionUrl",
            "Principal": EVERYBODY,
            "FunctionUrlAuthType": "NONE",
        }
    ),
    Statement(
        {
            "StatementId": f"{BY_URL}public-invoke",
            "Action": INVOKE,
            "Principal": EVERYBODY,
            "InvokedViaFunctionUrl": True,
        }
    ),
)
"""The permissions that let everybody call a function by its URL; URLs made since October 2025 need both."""


def statements(policy: str) -> Iterator[Mapping[str, Any]]:
    """The statements of a policy as GetPolicy shows it."""
    found = json.loads(policy).get("Statement") or ()
    yield from [found] if isinstance(found, Mapping) else found


def _conditions(statement: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The keys and values of a statement's conditions; a key is empty if its operator compares in another way."""
    for operator, tests in (statement.get("Condition") or {}).items():
        for key, values in tests.items():
            name = key.lower() if operator.lower() in _POSITIVE else ""
            yield name, tuple(map(_text, _listed(values)))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]

"""The permission that lets an instance of Amazon Connect invoke a Lambda function: a statement of the function's policy.

Sources: AddPermission, GetPolicy (AWS Lambda API Reference); "Invoke AWS Lambda functions" (Amazon Connect Administrator Guide).
"""

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

PREFIX = "reconciler-connect-"
"""The beginning of the ids of these statements; the id of the instance follows."""
CONNECT = "connect.amazonaws.com"
INVOKE = "lambda:InvokeFunction"
EVERYBODY = "*"
_POSITIVE = ("arnlike", "arnequals", "stringlike", "stringequals")


def statement_id(instance: str) -> str:
    """The id of the statement for an instance, given by its ARN."""
    return f"{PREFIX}{instance.rpartition('/')[2]}"


def permission(instance: str) -> dict[str, str]:
    """The parameters of AddPermission that let an instance invoke a function, without the name of the function."""
    return {
        "StatementId": statement_id(instance),
        "Action": INVOKE,
        "Principal": CONNECT,
        "SourceAccount": instance.split(":")[4],
        "SourceArn": instance,
    }


def statements(policy: str) -> Iterator[Mapping[str, Any]]:
    """The statements of a policy as GetPolicy shows it."""
    found = json.loads(policy).get("Statement") or ()
    yield from [found] if isinstance(found, Mapping) else found


def is_as_made(statement: Mapping[str, Any], instance: str) -> bool:
    """Whether a statement is the one that `permission` makes."""
    made = permission(instance)
    return (
        statement.get("Effect") == "Allow"
        and statement.get("Principal") == {"Service": CONNECT}
        and statement.get("Action") == INVOKE
        and sorted(_conditions(statement))
        == [("aws:sourceaccount", (made["SourceAccount"],)), ("aws:sourcearn", (instance,))]
    )


def lets_invoke(statement: Mapping[str, Any], instance: str) -> bool:
    """Whether a statement, whoever made it, lets an instance invoke the function."""
    principal, account = statement.get("Principal"), instance.split(":")[4]
    services = _listed(principal.get("Service")) if isinstance(principal, Mapping) else _listed(principal)
    actions = [str(each).lower() for each in _listed(statement.get("Action"))]
    allowed = {"aws:sourceaccount": account, "aws:sourcearn": instance}
    return (
        statement.get("Effect") == "Allow"
        and not {CONNECT, EVERYBODY}.isdisjoint(services)
        and any(fnmatchcase(INVOKE.lower(), each) for each in actions)
        and all(
            key in allowed and any(fnmatchcase(allowed[key], each) for each in values)
            for key, values in _conditions(statement)
        )
    )


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

"""Grants as one policy document: a statement for each set of resources, the same for the same stack."""

import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from reconciler.permissions import Condition, Grant

VERSION = "2012-10-17"
LONGEST = 6144
"""Characters of a managed policy, white space not counted (IAM User Guide, "IAM and AWS STS quotas")."""


def policy_of(grants: Iterable[Grant]) -> dict[str, Any]:
    """The policy that allows exactly this."""
    resources: dict[tuple[Condition, str], set[str]] = {}
    for grant in grants:
        resources.setdefault((grant.condition, grant.action), set()).add(grant.resource)
    rows = sorted((sorted(arns), condition, action) for (condition, action), arns in resources.items())
    sids: dict[str, int] = {}
    statements = []
    for (arns, condition), some in groupby(rows, key=lambda row: row[:2]):
        actions = [action for _, _, action in some]
        statement: dict[str, Any] = {"Sid": _sid(actions, arns, sids), "Effect": "Allow"}
        statement |= {"Action": actions, "Resource": arns}
        if condition:
            statement["Condition"] = _condition(condition)
        statements.append(statement)
    return {"Version": VERSION, "Statement": statements}


def excess(policy: Mapping[str, Any]) -> str:
    """What to do about a policy that IAM would not take as one managed policy; empty where it would."""
    size = len(json.dumps(policy, separators=(",", ":")))
    if size <= LONGEST:
        return ""
    return f"{size} characters, and a managed policy holds {LONGEST}: make two of its statements, or put it into the role"


def _sid(actions: list[str], arns: list[str], taken: dict[str, int]) -> str:
    """What a statement is called, after its service; the second one of a service is numbered."""
    services = {action.partition(":")[0] for action in actions}
    name = "Everywhere" if arns == ["*"] else "".join(sorted(each.capitalize() for each in services))
    taken[name] = taken.get(name, 0) + 1
    return name if taken[name] == 1 else f"{name}{taken[name]}"


def _condition(condition: Condition) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for operator, key, values in condition:
        found.setdefault(operator, {})[key] = list(values)
    return found

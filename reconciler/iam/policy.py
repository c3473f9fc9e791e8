"""Writes grants as policy documents: a statement for each set of resources, always the same for the same stack."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any

from reconciler.permissions import ANY, Condition, Grant

VERSION = "2012-10-17"
LONGEST = 6144
"""Characters of a managed policy, white space not counted (IAM User Guide, "IAM and AWS STS quotas")."""
ATTACHED = 10
"""How many managed policies a role takes, unless its account has a higher quota (the same page)."""
Policy = dict[str, Any]


def policy_of(grants: Iterable[Grant]) -> Policy:
    """The policy with exactly these grants. The Sid of a statement on `*` gives the reason.

    Raises:
        ValueError: an action is allowed on `*` without a reason.
    """
    resources: dict[tuple[Condition, str, str], set[str]] = {}
    reasons: dict[str, set[str]] = {}
    for grant in grants:
        if (grant.resource == ANY) != bool(grant.reason):
            raise ValueError(f"{grant.action} on {grant.resource}: only * has a reason")
        sort = " ".join(grant.reason.split()[:2])  # "lists all": those of a sort share a statement
        reasons.setdefault(sort, set()).add(grant.reason.removeprefix(sort).strip())
        resources.setdefault((grant.condition, sort, grant.action), set()).add(grant.resource)
    rows = sorted(
        (_broadest(arns), sort, condition, action) for (condition, sort, action), arns in resources.items()
    )
    sids: dict[str, int] = {}
    statements = []
    for (arns, sort, condition), some in groupby(rows, key=lambda row: row[:3]):
        actions = [action for *_, action in some]
        said = f"{sort} {' and '.join(sorted(reasons[sort], key=str.lower))}" if sort else ""
        sid = _numbered(_in_one_word(said) or _services(actions), sids)
        statement: dict[str, Any] = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": arns}
        if condition:
            statement["Condition"] = _condition(condition)
        statements.append(statement)
    return {"Version": VERSION, "Statement": statements}


def _broadest(arns: Iterable[str]) -> list[str]:
    """These patterns without those that another one of them covers."""
    found = sorted({*arns})
    wide = [each for each in found if "*" in each and "?" not in each]
    return [arn for arn in found if not any(arn != each and fnmatchcase(arn, each) for each in wide)]


def unscoped(grants: Iterable[Grant]) -> list[tuple[str, str]]:
    """Every action that is allowed on `*`, and why, in words."""
    return sorted({(each.action, each.reason) for each in grants if each.resource == ANY})


def size_of(policy: Policy) -> int:
    """The characters of a policy as AWS counts them."""
    return len(json.dumps(policy, separators=(",", ":")))


def size_advice(policy: Policy) -> str:
    """The advice for a policy that is too long for one managed policy; empty if it is not."""
    size = size_of(policy)
    if size <= LONGEST:
        return ""
    number = len(split(policy))
    return (
        f"{size} characters, and a managed policy holds {LONGEST}: --out DIR writes it as {number} policies"
    )


def too_many(policies: Sequence[Policy]) -> str:
    """The advice for more policies than a role takes; empty if it takes them."""
    if len(policies) <= ATTACHED:
        return ""
    return f"{len(policies)} policies, and a role takes {ATTACHED}: ask AWS for a higher quota, or divide the stack"


def split(policy: Policy) -> list[Policy]:
    """The same statements in several managed policies: each in the first one with room for it."""
    policies: list[Policy] = []
    for statement in _that_fit(policy["Statement"]):
        room = (each for each in policies if size_of(_policy([*each["Statement"], statement])) <= LONGEST)
        first = next(room, None)
        if first is None:
            policies.append(_policy([statement]))
        else:
            first["Statement"].append(statement)
    return policies


def _policy(statements: list[dict[str, Any]]) -> Policy:
    return {"Version": VERSION, "Statement": statements}


def _that_fit(statements: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Statements that each fit into a policy: a longer one is divided by its resources or its actions."""
    for statement in statements:
        if size_of(_policy([statement])) <= LONGEST:
            yield statement
            continue
        sides = {name: len(json.dumps(statement[name])) for name in ("Resource", "Action")}
        longer = max((name for name in sides if len(statement[name]) > 1), key=lambda name: sides[name])
        values, half = statement[longer], len(statement[longer]) // 2
        first = {**statement, longer: values[:half]}
        second = {**statement, longer: values[half:], "Sid": f"{statement['Sid']}And"}
        yield from _that_fit([first, second])


def _services(actions: Iterable[str]) -> str:
    """The name of a statement with resources, from the services of its actions."""
    services = {action.partition(":")[0] for action in actions}
    return "".join(sorted(re.sub(r"[^A-Za-z0-9]", "", each).capitalize() for each in services))


def _in_one_word(reason: str) -> str:
    """Reasons in the form of a Sid: `lists all keys and tables` as ListsAllKeysAndTables."""
    return "".join(word[0].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", reason))


def _numbered(name: str, taken: dict[str, int]) -> str:
    """The name of a statement; a second one with the same name gets a number."""
    taken[name] = taken.get(name, 0) + 1
    return name if taken[name] == 1 else f"{name}{taken[name]}"


def _condition(condition: Condition) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for operator, key, values in condition:
        found.setdefault(operator, {})[key] = list(values)
    return found

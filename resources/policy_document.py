"""Policies in IAM's language: when two of them mean the same, and what is wrong with one before AWS is asked.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from reconciler.interpolation import has_reference
from reconciler.model import Document, Finding

ROOT = re.compile(r"arn:[^:]+:iam::(\d{12}):root")
"""The principal that is a whole account; AWS stores the id of an account as this."""
ORIGIN_ACCESS = re.compile(
    r"(arn:[^:]+:iam::cloudfront:user/)CloudFront[ _]Origin[ _]Access[ _]Identity[ _](\w+)"
)
REWRITTEN = (
    "AWS rewrites CanonicalUser: write AWS with the account's id, or for CloudFront with "
    "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ID"
)
ELEMENTS = frozenset({"Version", "Id", "Statement"})
OF_STATEMENTS = frozenset(
    {
        "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
    }
)  # fmt: skip
OF_PRINCIPALS = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})
ACTION = re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+")
RESOURCE = re.compile(r"\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:.+|[^:]*[*?][^:]*:.*|arn:.*[*?].*", re.DOTALL)
"""`*`, or an ARN, of which wildcards may stand for several parts."""
OPERATOR = re.compile(
    r"(For(All|Any)Values?:)?(String(Not)?(Equals(IgnoreCase)?|Like)|Arn(Not)?(Equals|Like)|Date(Not)?Equals|Numeric(Not)?Equals"
    r"|(Date|Numeric)(LessThan|GreaterThan)(Equals)?|Bool|BinaryEquals|(Not)?IpAddress)(IfExists)?|Null",
    re.IGNORECASE,
)
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"""
OPERATORS = (
    "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
    "ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike", "Bool", "IpAddress", "NotIpAddress", "NumericEquals", "Null",
    "NumericLessThan", "NumericGreaterThan", "DateLessThan", "DateGreaterThan",
)  # fmt: skip
"""Those that most policies have."""
VERSIONS = ("2012-10-17", "2008-10-17")
ACTIONS, RESOURCES = ("Action", "NotAction"), ("Resource", "NotResource")
PRINCIPALS = ("Principal", "NotPrincipal")
WHITE_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Sort:
    """A sort of policies: what a statement of it says, and how large one may be."""

    largest: int
    says: tuple[tuple[str, str], ...]
    """Pairs of elements of which each statement has one."""
    never: tuple[str, ...] = ()
    """Elements that no statement may have."""
    unit: str = "bytes"

    def size(self, policy: Any) -> int:
        """How large AWS finds a policy, references in it left as they are written."""
        text = json.dumps(policy, ensure_ascii=False, separators=(",", ":"))
        return len(text.encode()) if self.unit == "bytes" else len(WHITE_SPACE.sub("", text))


OF_RESOURCE = Sort(20 * 1024, (ACTIONS, RESOURCES, PRINCIPALS))
"""What is attached to a resource: the largest of S3 and of DynamoDB alike."""
OF_KEY = Sort(32 * 1024, OF_RESOURCE.says)
"""Who may use a key. https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html"""
OF_IAM = "characters without white space"
TRUST = Sort(2048, (ACTIONS, PRINCIPALS), RESOURCES, OF_IAM)
"""Who may assume a role."""
MANAGED = Sort(6144, (ACTIONS, RESOURCES), PRINCIPALS, OF_IAM)
"""What whom it is attached to may do. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
INLINE = Sort(10_240, (ACTIONS, RESOURCES), PRINCIPALS, OF_IAM)
"""The same within a role, where all of them together have this size."""


def canonical(policy: Any) -> Any:
    """The policy in one spelling; two that mean the same are equal.

    One text and a list of one are the same; so are lists in any order, statements in any order, actions in any case,
    and an account's id and the ARN of its root. Statements come by their Sid, so that a difference names its own.
    What is no policy, or no value of its element, is compared as it is.
    """
    if not isinstance(policy, Mapping):
        return policy
    statements = sorted((_statement(each) for each in _listed(policy.get("Statement"))), key=_as_text)
    named = {_sid(each) or f"#{number}": each for number, each in enumerate(statements, 1)}
    return {**policy, "Version": policy.get("Version", "2008-10-17"), "Statement": named}


def problems(policy: Any, sort: Sort = OF_RESOURCE) -> tuple[str, ...]:
    """What AWS would refuse in a policy, a line each."""
    if not isinstance(policy, Mapping):
        return ("a policy is a JSON object",)
    return tuple(_problems(policy, sort))


def _document(sort: Sort) -> Document:
    return Document(canonical, check=lambda policy, _context: map(Finding, problems(policy, sort)))


RESOURCE_POLICY, KEY_POLICY, TRUST_POLICY = _document(OF_RESOURCE), _document(OF_KEY), _document(TRUST)
MANAGED_POLICY, INLINE_POLICY = _document(MANAGED), _document(INLINE)
"""The marks of fields that hold a policy."""


def _problems(policy: Mapping[str, Any], sort: Sort) -> Iterator[str]:
    size = sort.size(policy)
    if size > sort.largest:
        yield f"the policy has {size} {sort.unit}; AWS takes {sort.largest}"
    yield from _unknown(policy, ELEMENTS, "")
    if policy.get("Version", VERSIONS[0]) not in VERSIONS:
        yield f"Version is {VERSIONS[0]} or {VERSIONS[1]}"
    statements = _listed(policy.get("Statement"))
    if not statements:
        yield "the policy has no Statement"
    for number, statement in enumerate(statements, 1):
        if isinstance(statement, Mapping):
            name = f"statement {statement.get('Sid') or number}"
            yield from (f"{name}: {problem}" for problem in _statement_problems(statement, sort))
        else:
            yield f"statement {number} is not an object"
    sids = [each["Sid"] for each in statements if isinstance(each, Mapping) and each.get("Sid")]
    for sid in sorted({str(sid) for sid in sids if sids.count(sid) > 1}):
        yield f"two statements have the Sid {sid}"


def _statement_problems(statement: Mapping[str, Any], sort: Sort) -> Iterator[str]:
    yield from _unknown(statement, OF_STATEMENTS, "")
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield "Effect is Allow or Deny"
    for pair in sort.says:
        if sum(key in statement for key in pair) != 1:
            yield f"has either {pair[0]} or {pair[1]}"
    yield from (f"has no {key} in a policy of this sort" for key in sort.never if key in statement)
    for key in (key for pair in sort.says for key in pair if key in statement):
        value = statement[key]
        # Only principals come by kind: {"AWS": ..., "Service": ...}.
        by_kind = (
            list(value.values()) if key.endswith("Principal") and isinstance(value, Mapping) else [value]
        )
        found = [text for each in by_kind for text in _listed(each)]
        if not all(isinstance(text, str) for text in found):
            yield f"{key} is text or a list of texts"
        else:
            yield from _spelled(key, found)
        if key.endswith("Principal") and isinstance(value, Mapping):
            yield from _unknown(value, OF_PRINCIPALS, f"{key}: ")
        if key.endswith("Principal") and isinstance(value, Mapping) and "CanonicalUser" in value:
            yield REWRITTEN
    condition = statement.get("Condition", {})
    if not (isinstance(condition, Mapping) and all(isinstance(each, Mapping) for each in condition.values())):
        yield "Condition is an object of objects"
        return
    for operator in condition:
        if not OPERATOR.fullmatch(operator):
            yield f"Condition: no operator is called {operator}{_near(operator, OPERATORS)}"


def _spelled(key: str, texts: Iterable[str]) -> Iterator[str]:
    """Actions and resources that AWS cannot read; what holds a reference is AWS's to read."""
    for text in texts:
        if has_reference(text):
            continue
        if key in ACTIONS and not ACTION.fullmatch(text):
            yield f"{key}: expected a service, a colon and an action, such as s3:GetObject, not {text}"
        elif key in RESOURCES and not RESOURCE.fullmatch(text):
            yield f"{key}: expected an ARN or *, not {text}"


def _unknown(found: Mapping[str, Any], known: frozenset[str], where: str) -> Iterator[str]:
    for name in found:
        if name not in known:
            hint = _near(name, known) or f"; the elements are {', '.join(sorted(known))}"
            yield f"{where}there is no element {name}{hint}"


def _near(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, known, 1)
    return f"; did you mean {near[0]}?" if near else ""


def _statement(statement: Any) -> Any:
    if not isinstance(statement, Mapping):
        return statement
    return {key: _element(key, value) for key, value in statement.items()}


def _sid(statement: Any) -> str:
    return str(statement.get("Sid") or "") if isinstance(statement, Mapping) else ""


def _element(key: str, value: Any) -> Any:
    match key:
        case "Action" | "NotAction":
            return _set(each.lower() if isinstance(each, str) else each for each in _listed(value))
        case "Resource" | "NotResource":
            return _set(_listed(value))
        case "Principal" | "NotPrincipal":
            # In a resource policy `*` and `{"AWS": "*"}` are the same everyone.
            principals = value if isinstance(value, Mapping) else {"AWS": value}
            return {kind: _set(map(_account, _listed(of))) for kind, of in principals.items()}
        case "Condition" if isinstance(value, Mapping):
            return {operator: _tests(tests) for operator, tests in value.items()}
    return value


def _tests(tests: Any) -> Any:
    if not isinstance(tests, Mapping):
        return tests
    return {name: sorted(map(_condition_text, _listed(of))) for name, of in tests.items()}


def _set(values: Iterable[Any]) -> list[Any]:
    """The values once each, in an order that does not depend on how they came."""
    return [value for _, value in sorted({_as_text(each): each for each in values}.items())]


def _account(principal: Any) -> Any:
    if not isinstance(principal, str):
        return principal
    # AWS stores an account's id as the ARN of its root, and an identity of CloudFront in two spellings.
    root = ROOT.fullmatch(principal)
    return root[1] if root else ORIGIN_ACCESS.sub(r"\1CloudFront Origin Access Identity \2", principal)


def _condition_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _as_text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)

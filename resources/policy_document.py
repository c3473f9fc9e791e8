"""Policies in IAM's language: compares their meaning, and finds mistakes before the first call.

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
"""The principal that means a whole account. AWS stores the id of an account in this form."""
ORIGIN_ACCESS = re.compile(
    r"(arn:[^:]+:iam::cloudfront:user/)CloudFront[ _]Origin[ _]Access[ _]Identity[ _](\w+)"
)
REWRITTEN = (
    "AWS replaces CanonicalUser: write AWS with the account's id, or for CloudFront with "
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
"""`*`, or an ARN. A wildcard may match several parts of the ARN."""
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
"""The common operators, for suggestions in messages."""
VERSIONS = ("2012-10-17", "2008-10-17")
ACTIONS, RESOURCES = ("Action", "NotAction"), ("Resource", "NotResource")
PRINCIPALS = ("Principal", "NotPrincipal")
WHITE_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class PolicyType:
    """A type of policies: the elements of its statements, and the largest size."""

    largest: int
    says: tuple[tuple[str, str], ...]
    """Pairs of elements; each statement has one element of each pair."""
    never: tuple[str, ...] = ()
    """Elements that no statement may have."""
    unit: str = "bytes"

    def size(self, policy: Any) -> int:
        """The size of a policy in `unit`, as AWS counts it; references count as they are written."""
        text = json.dumps(policy, ensure_ascii=False, separators=(",", ":"))
        return len(text.encode()) if self.unit == "bytes" else len(WHITE_SPACE.sub("", text))


OF_RESOURCE = PolicyType(20 * 1024, (ACTIONS, RESOURCES, PRINCIPALS))
"""A resource policy; S3 and DynamoDB have the same limit."""
OF_KEY = PolicyType(32 * 1024, OF_RESOURCE.says)
"""A key policy. https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html"""
OF_QUEUE = PolicyType(8192, OF_RESOURCE.says)
"""The policy of a queue. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html"""
OF_BUS = PolicyType(10_240, OF_RESOURCE.says)
"""The policy of an event bus. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"""
OF_LOG_GROUP = PolicyType(51_200, OF_RESOURCE.says)
"""The policy of a log group (PutResourcePolicy, CloudWatch Logs API Reference)."""
OF_API = PolicyType(8192, OF_RESOURCE.says)
"""The policy of a REST API. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"""
OF_IAM = "characters without white space"
TRUST = PolicyType(2048, (ACTIONS, PRINCIPALS), RESOURCES, OF_IAM)
"""The trust policy of a role: who may assume it."""
MANAGED = PolicyType(6144, (ACTIONS, RESOURCES), PRINCIPALS, OF_IAM)
"""A managed policy. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
INLINE = PolicyType(10_240, (ACTIONS, RESOURCES), PRINCIPALS, OF_IAM)
"""An inline policy of a role; the limit is for all inline policies of the role together."""


def canonical(policy: Any) -> Any:
    """The policy in canonical form: two policies with the same meaning are equal.

    These differences have no meaning: a text or a list with one text; the order of lists and of statements; the case of
    actions; an account's id or the ARN of its root. The result holds the statements by Sid, so that a difference names the
    statement. A value that is not a valid policy or element is not changed.
    """
    if not isinstance(policy, Mapping):
        return policy
    statements = sorted((_statement(each) for each in _listed(policy.get("Statement"))), key=_as_text)
    named = {_sid(each) or f"#{number}": each for number, each in enumerate(statements, 1)}
    return {**policy, "Version": policy.get("Version", "2008-10-17"), "Statement": named}


def problems(policy: Any, sort: PolicyType = OF_RESOURCE) -> tuple[str, ...]:
    """The mistakes in a policy that AWS would refuse, as one line each."""
    if not isinstance(policy, Mapping):
        return ("a policy must be a JSON object",)
    return tuple(_problems(policy, sort))


def _document(sort: PolicyType) -> Document:
    return Document(canonical, check=lambda policy, _context: map(Finding, problems(policy, sort)))


RESOURCE_POLICY, KEY_POLICY, TRUST_POLICY = _document(OF_RESOURCE), _document(OF_KEY), _document(TRUST)
QUEUE_POLICY, BUS_POLICY, LOG_GROUP_POLICY = map(_document, (OF_QUEUE, OF_BUS, OF_LOG_GROUP))
MANAGED_POLICY, INLINE_POLICY = _document(MANAGED), _document(INLINE)
"""The marks of fields that hold a policy."""


def _problems(policy: Mapping[str, Any], sort: PolicyType) -> Iterator[str]:
    size = sort.size(policy)
    if size > sort.largest:
        yield f"the policy has {size} {sort.unit}; AWS accepts {sort.largest}"
    yield from _unknown(policy, ELEMENTS, "")
    if policy.get("Version", VERSIONS[0]) not in VERSIONS:
        yield f"Version must be {VERSIONS[0]} or {VERSIONS[1]}"
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


def _statement_problems(statement: Mapping[str, Any], sort: PolicyType) -> Iterator[str]:
    yield from _unknown(statement, OF_STATEMENTS, "")
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield "Effect must be Allow or Deny"
    for pair in sort.says:
        if sum(key in statement for key in pair) != 1:
            yield f"write either {pair[0]} or {pair[1]}"
    yield from (f"{key} is not allowed in a policy of this type" for key in sort.never if key in statement)
    for key in (key for pair in sort.says for key in pair if key in statement):
        value = statement[key]
        # Only principals are grouped by kind: {"AWS": ..., "Service": ...}.
        by_kind = (
            list(value.values()) if key.endswith("Principal") and isinstance(value, Mapping) else [value]
        )
        found = [text for each in by_kind for text in _listed(each)]
        if not all(isinstance(text, str) for text in found):
            yield f"{key} must be a text or a list of texts"
        else:
            yield from _spelled(key, found)
        if key.endswith("Principal") and isinstance(value, Mapping):
            yield from _unknown(value, OF_PRINCIPALS, f"{key}: ")
        if key.endswith("Principal") and isinstance(value, Mapping) and "CanonicalUser" in value:
            yield REWRITTEN
    condition = statement.get("Condition", {})
    if not (isinstance(condition, Mapping) and all(isinstance(each, Mapping) for each in condition.values())):
        yield "Condition must be an object of objects"
        return
    for operator in condition:
        if not OPERATOR.fullmatch(operator):
            yield f"Condition: there is no operator {operator}{_near(operator, OPERATORS)}"


def _spelled(key: str, texts: Iterable[str]) -> Iterator[str]:
    """Actions and resources with wrong syntax. A text with a reference is not checked."""
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
            # In a resource policy `*` and `{"AWS": "*"}` both mean everyone.
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
    """The values without duplicates, in a fixed order."""
    return [value for _, value in sorted({_as_text(each): each for each in values}.items())]


def _account(principal: Any) -> Any:
    if not isinstance(principal, str):
        return principal
    # AWS stores an account's id as the ARN of its root, and writes an identity of CloudFront in two ways.
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

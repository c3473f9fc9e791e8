"""IAM's checks of policy documents that moto lacks."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from moto.iam.policy_validation import IAMPolicyDocumentValidator, IAMTrustPolicyDocumentValidator

from reconciler.sandbox.moto_patches.iam.providers import too_many
from reconciler.sandbox.moto_patches.policies import is_there, listed, principals_of
from reconciler.sandbox.sandbox_error import SandboxError

# Sizes in characters without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
LARGEST_MANAGED, LARGEST_TRUST, LARGEST_INLINE_OF_A_ROLE = 6144, 2048, 10_240

WHITE_SPACE = re.compile(r"\s+")


def check_managed(document: str) -> None:
    """Check a document for CreatePolicy and CreatePolicyVersion.

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
    """
    IAMPolicyDocumentValidator(_as_moto_reads(document)).validate()
    _refuse_principal(document)
    if _size(document) > LARGEST_MANAGED:
        raise too_many("PolicySize", LARGEST_MANAGED)


def check_inline(document: str, others: Iterable[str], role_name: str) -> None:
    """Check a document for PutRolePolicy; the inline policies of a role share one limit.

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
    """
    IAMPolicyDocumentValidator(_as_moto_reads(document)).validate()
    _refuse_principal(document)
    if sum(_size(each) for each in (document, *others)) > LARGEST_INLINE_OF_A_ROLE:
        text = f"Maximum policy size of {LARGEST_INLINE_OF_A_ROLE} bytes exceeded for role {role_name}"
        raise SandboxError("LimitExceeded", text)


def check_trust(document: str, account: str) -> None:
    """Check a document for CreateRole and UpdateAssumeRolePolicy.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    IAMTrustPolicyDocumentValidator(_as_moto_reads(document)).validate()
    for statement in _statements(document):
        if "Principal" not in statement and "NotPrincipal" not in statement:
            raise _malformed("Missing required field Principal")
        for arn in principals_of(statement):
            if not is_there(arn, account):
                raise _malformed(f'Invalid principal in policy: "AWS":"{arn}"')
    if _size(document) > LARGEST_TRUST:
        raise too_many("ACLSizePerRole", LARGEST_TRUST)


def _as_moto_reads(document: str) -> str:
    """Return a document for moto's checks, without what AWS accepts and moto refuses.

    Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html (numbers in conditions),
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (sts:SetContext for a provided context)
    """
    try:
        read = json.loads(document)
    except ValueError:
        return document
    for statement in listed(read.get("Statement")) if isinstance(read, dict) else ():
        if not isinstance(statement, dict):
            continue
        for values in _maps(statement.get("Condition")):
            values.update(
                {key: str(value) for key, value in values.items() if isinstance(value, int | float)}
            )
        if "Action" in statement:
            statement["Action"] = _without_context(statement["Action"])
    return json.dumps(read)


def _maps(condition: Any) -> Sequence[dict[str, Any]]:
    return (
        [each for each in condition.values() if isinstance(each, dict)] if isinstance(condition, dict) else []
    )


def _without_context(actions: Any) -> Any:
    if isinstance(actions, list):
        return [_without_context(each) for each in actions]
    return "sts:TagSession" if actions == "sts:SetContext" else actions


def _refuse_principal(document: str) -> None:
    if any("Principal" in each or "NotPrincipal" in each for each in _statements(document)):
        raise _malformed("Policy document should not specify a principal.")


def _statements(document: str) -> Sequence[Mapping[str, Any]]:
    return listed(json.loads(document)["Statement"])


def _size(document: str) -> int:
    return len(WHITE_SPACE.sub("", document))


def _malformed(text: str) -> SandboxError:
    return SandboxError("MalformedPolicyDocument", text)

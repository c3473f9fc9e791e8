"""Principals of bucket policies in the form of replies, which may differ from the request."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.moto_patches.policies import listed

# A request has the canonical user or the ARN of a CloudFront origin access identity; replies have the ARN:
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3-oai.html
ORIGIN_ACCESS_IDENTITY = re.compile(r"[0-9a-f]{96}")
IDENTITY_ARN = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity"


def as_shown(body: bytes) -> bytes:
    """Return the policy in the form of GetBucketPolicy; if no principal is replaced, the text does not change."""
    policy = json.loads(body)
    statements = listed(policy["Statement"])
    shown = [_statement(each) for each in statements]
    if shown == statements:
        return body
    return json.dumps({**policy, "Statement": shown}).encode()


def _statement(statement: Any) -> Any:
    if not isinstance(statement, dict):
        return statement
    return {
        name: _principal(value) if name in {"Principal", "NotPrincipal"} else value
        for name, value in statement.items()
    }


def _principal(principal: Any) -> Any:
    if not isinstance(principal, Mapping) or "CanonicalUser" not in principal:
        return principal
    users = [str(each) for each in listed(principal["CanonicalUser"])]
    identities = [user for user in users if ORIGIN_ACCESS_IDENTITY.fullmatch(user)]
    if not identities:
        return principal
    arns = [*listed(principal.get("AWS")), *(f"{IDENTITY_ARN} {_identity(user)}" for user in identities)]
    others = [user for user in users if user not in identities]
    kept = {name: value for name, value in principal.items() if name not in {"CanonicalUser", "AWS"}}
    if others:
        kept["CanonicalUser"] = others
    return {**kept, "AWS": arns[0] if len(arns) == 1 else arns}


def _identity(canonical_user: str) -> str:
    """Return the id of an identity. The sandbox has no CloudFront, so the id is derived from the canonical user."""
    return f"E{hashlib.sha256(canonical_user.encode()).hexdigest()[:13].upper()}"

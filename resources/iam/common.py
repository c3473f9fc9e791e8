"""Shared by the kinds of IAM: the rules for names and paths, tags, and the comparison of documents."""

import json
from typing import Annotated, Any

from pydantic import Field

from reconciler.contract import PAIR, Tagging, TagOperations, tagging
from reconciler.forms import Form
from reconciler.resources.policy_document import canonical

NAME_LETTERS = Form(r"[A-Za-z0-9_+=,.@-]*", "a-z, A-Z, 0-9, _, +, =, comma, ., @ and - alone")
PolicyName = Annotated[str, Field(min_length=1, max_length=128), NAME_LETTERS]
NOT_OF_AWS = Form(r"(?!/aws-(service-role|reserved)/).*", "a path that is not AWS's own")


LINKED = "/aws-service-role/"
"""The beginning of the paths of service-linked roles."""


def known_by(kind: str, in_create: str | None = "Tags") -> Tagging:
    """The tagging of one of IAM's kinds. Each kind has its own operations for tags."""
    words = TagOperations(
        in_create=in_create,
        read=f"list_{kind}_tags",
        set=f"tag_{kind}",
        remove=f"untag_{kind}",
        at=None,
        pair=PAIR,
        paged=True,
    )
    return tagging(words)


def same(one: Any, other: Any) -> bool:
    """Whether two policies have the same meaning; each is a text, or an object parsed from a text."""
    return bool(canonical(_read(one)) == canonical(_read(other)))


def _read(policy: Any) -> Any:
    try:
        return json.loads(policy) if isinstance(policy, str) else policy
    except ValueError:
        return policy

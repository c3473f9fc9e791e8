"""The resource policy of an API: AWS replaces short ARNs by whole ones, and shows it with its quotes escaped."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.model import Document, DocumentContext, Finding
from reconciler.resources.policy_document import OF_API, canonical, problems

WHOLE = re.compile(r"arn:[^:]+:execute-api:[^:]*:[^:]*:[^/]*/")
SHORT = "execute-api:/"


def shown_policy(text: str) -> str:
    """A policy as GetRestApi shows it, without the escapes."""
    try:
        json.loads(text)
    except ValueError:
        try:
            found = json.loads(f'"{text}"')
        except ValueError:
            return text
        return str(found)
    return text


def _short(value: Any) -> Any:
    """A policy in which the ARN of the API itself is short."""
    if isinstance(value, str):
        return WHOLE.sub(SHORT, value)
    if isinstance(value, Mapping):
        return {name: _short(each) for name, each in value.items()}
    return [_short(each) for each in value] if isinstance(value, list) else value


def _canonical(policy: Any) -> Any:
    return canonical(_short(policy))


def _check(policy: Any, context: DocumentContext) -> Iterator[Finding]:
    """The mistakes of a policy, for which a short ARN is as good as a whole one."""
    del context
    yield from map(Finding, problems(_long(policy), OF_API))


def _long(value: Any) -> Any:
    if isinstance(value, str):
        whole = "arn:aws:execute-api:eu-west-1:123456789012:api/"
        return whole + value.removeprefix(SHORT) if value.startswith(SHORT) else value
    if isinstance(value, Mapping):
        return {name: _long(each) for name, each in value.items()}
    return [_long(each) for each in value] if isinstance(value, list) else value


API_POLICY = Document(canonical=_canonical, check=_check)

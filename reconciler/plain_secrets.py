"""Finds values that look like secrets in settings that AWS shows as plain text, such as a function's `DB_PASSWORD`."""

import re
from collections.abc import Mapping
from typing import Any

from reconciler.field_schema import Shape

HIDDEN = "***"
"""Stands for such a value in a report."""
_NAME = re.compile(
    r"(?:^|_)(?:password|passwd|pwd|passphrase|secret|token|credentials?|api_?key|(?:private|access|secret|auth)_?key)$"
)
_PLACE = re.compile(r"arn:|\$\{|/|\{\{|https?://|ssm:")
"""The start of a text that says where a secret is kept."""
_VALUE = re.compile(r"://[^/\s:@]*:[^/\s@]+@|-----BEGIN [A-Z ]*PRIVATE KEY-----")
"""A password in an address, or a private key."""


def looks_secret(name: str, text: object) -> bool:
    """Whether the value of a member with this name, such as `DB_PASSWORD` or `apiToken`, looks like a secret."""
    if not isinstance(text, str) or not text:
        return False
    words = re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()
    return bool(_VALUE.search(text) or (_NAME.search(words) and not _PLACE.match(text)))


def holds_secret(value: Any, name: str = "") -> bool:
    """Whether a value, or one within it, looks like a secret."""
    return bool(masked(value, name) != value)


def masked(value: Any, name: str = "") -> Any:
    """The value with `***` in place of each text that looks like a secret."""
    if isinstance(value, Mapping):
        return {key: masked(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(masked(item, name) for item in value)
    return HIDDEN if looks_secret(name, value) else value


def without_secrets(shape: Shape, value: Any, path: str) -> tuple[Any, list[str]]:
    """The value without map entries that look like secrets, and the paths of what is left out.

    A value that holds a secret in another place is left out as a whole; it becomes None, and so does a map without a rest.
    """
    if shape.document or not holds_secret(value):
        return value, []
    if shape.whole or not isinstance(value, Mapping):
        return None, [path]
    left, paths = dict(value), list[str]()
    for name, item in value.items():
        inner = shape.values or shape.fields.get(name) or Shape()
        if looks_secret(name if shape.values else "", item):
            del left[name]
            paths.append(f"{path}.{name}")
            continue
        left[name], found = without_secrets(inner, item, f"{path}.{name}")
        paths += found
        if found and left[name] is None:
            del left[name]
    return left or None, paths

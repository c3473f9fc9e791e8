"""Finds mistakes in an identity pool that Cognito would refuse.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
"""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.model import Finding

MOST_RULES = 25
"""Of one pool."""


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the mappings of roles: rules that do not belong to their type, and too many of them."""
    rules = 0
    for name, each in (files.values.get("role_mappings") or {}).items():
        found = each.get("rules_configuration")
        rules += len((found or {}).get("rules") or ())
        if (each["type"] == "Rules") != bool(found):
            said = "rules_configuration belongs to type: Rules, and only to it"
            yield Finding(said, ("role_mappings", name))
    if rules > MOST_RULES:
        yield Finding(
            f"an identity pool has at most {MOST_RULES} rules in all its mappings", ("role_mappings",)
        )

"""Reads `{secret: ...}` in desired state: the place where a secret is kept, never its value."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from reconciler.desired.mistakes import Mistakes, ValuePath
from reconciler.desired.nodes import Node
from reconciler.desired.variables import Variables
from reconciler.model import Secret

HOW = "write {secret: {ssm: /path}} or {secret: {secretsmanager: id}}"
ELSEWHERE = "no secret is allowed here; only in fields that AWS keeps secret"

_Store: TypeAlias = Literal["ssm", "secretsmanager"]
_STORES: tuple[_Store, ...] = ("ssm", "secretsmanager")


def is_secret(node: Node) -> bool:
    """Whether this is written as a secret."""
    return set(node.members) == {"secret"} and not node.members["secret"].members.keys().isdisjoint(_STORES)


def read_secret(node: Node, trail: ValuePath, variables: Variables, mistakes: Mistakes) -> Secret | None:
    """The place of the secret; None for an explicit null, or if there is a mistake."""
    if node.value is None:
        return None
    kept = node.members["secret"].members if set(node.members) == {"secret"} else None
    stores = [store for store in _STORES if kept and store in kept]
    refused = _refused(kept, stores)
    if kept is None or refused:
        mistakes.add(node.place, refused, trail)
        return None
    texts = {}
    for name, inner in kept.items():
        value = variables.fill(inner.value, inner.place, trail) if isinstance(inner.value, str) else None
        if mistakes.doubted(inner.place):
            mistakes.doubt(node.place)
            return None
        if not isinstance(value, str) or not value:
            mistakes.add(node.place, f"`{name}` must be text, and not empty", trail)
            return None
        texts[name] = value
    return Secret(stores[0], texts[stores[0]], texts.get("member"))


def _refused(kept: Mapping[str, Node] | None, stores: Sequence[str]) -> str:
    """The problem of the way a secret is written; empty if there is none."""
    if kept is None:
        return f"a secret is not written in these files; {HOW}"
    if len(stores) != 1 or not kept.keys() <= {*stores, "member"}:
        return f"this does not name where the secret is kept; {HOW}"
    if "member" in kept and "secretsmanager" not in stores:
        return "`member` is only for `secretsmanager`; remove it"
    return ""

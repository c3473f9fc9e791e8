"""Converts the filters of lifecycle and replication rules: S3 has three forms of them, the files have one."""

from collections.abc import Mapping
from typing import Any

from reconciler.contract import Wired

OLD = "PrefixWithoutFilter"
"""The member that marks a replication rule in the old form; it is never sent."""


def unfolded(rule: Wired) -> dict[str, Any]:
    """A rule from a reply, with all conditions of its filter within `And`.

    S3 reports a single condition without `And`, and the prefix of an old rule without a filter.
    """
    rest = {member: value for member, value in rule.items() if member not in ("Filter", "Prefix")}
    lone = dict(rule.get("Filter") or {})
    asked = {"Prefix": rule.get("Prefix"), **lone, **lone.pop("And", {})}
    tag = asked.pop("Tag", None)
    asked |= {"Tags": [tag]} if tag else {}
    asked.pop("And", None)
    return {**rest, "Filter": {"And": {member: value for member, value in asked.items() if _said(value)}}}


def is_old(rule: Wired) -> bool:
    """Whether a replication rule, as it was read, is in the old form: with a prefix and without a filter."""
    return OLD in rule


def in_old_form(rule: Wired) -> dict[str, Any]:
    """A replication rule in the form that has no filter; without `Prefix` if this form cannot express the rule."""
    asked = _conditions(rule.get("Filter"))
    left_out = ("Filter", "Priority", "DeleteMarkerReplication")
    rest = {member: value for member, value in rule.items() if member not in left_out}
    return rest if asked.keys() - {"Prefix"} else {**rest, "Prefix": asked.get("Prefix", "")}


def folded(rule: Wired) -> dict[str, Any]:
    """A rule as in requests: `And` holds two or more conditions, and a rule for all objects has an empty prefix."""
    asked = _conditions(rule.get("Filter"))
    match list(asked.items()):
        case []:
            chosen: dict[str, Any] = {"Prefix": ""}
        case [("Tags", [tag])]:
            chosen = {"Tag": tag}
        case [(member, value)] if member != "Tags":
            chosen = {member: value}
        case _:
            chosen = {"And": asked}
    return {**rule, "Filter": chosen}


def _said(value: object) -> bool:
    """Whether a condition selects objects. The size 0 does: it excludes empty objects."""
    return value not in (None, "", [])


def _conditions(chosen: Mapping[str, Any] | None) -> dict[str, Any]:
    asked = (chosen or {}).get("And") or {}
    return {member: value for member, value in asked.items() if _said(value)}

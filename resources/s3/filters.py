"""Filters of lifecycle and replication rules, which S3 spells in three ways and we in one."""

from collections.abc import Mapping
from typing import Any

from reconciler.contract import Wired

OLD = "PrefixWithoutFilter"
"""The member that marks a replication rule in the old form; no request carries it."""


def unfolded(rule: Wired) -> dict[str, Any]:
    """A rule as S3 reports it, with everything that its filter asks for within `And`.

    S3 puts a lone condition beside `And`, and old rules have a `Prefix` without any filter.
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
    """A replication rule as S3 took it before there were filters; without `Prefix` where that form cannot say it."""
    asked = _conditions(rule.get("Filter"))
    left_out = ("Filter", "Priority", "DeleteMarkerReplication")
    rest = {member: value for member, value in rule.items() if member not in left_out}
    return rest if asked.keys() - {"Prefix"} else {**rest, "Prefix": asked.get("Prefix", "")}


def folded(rule: Wired) -> dict[str, Any]:
    """A rule as S3 takes it: `And` holds two conditions or more, and a rule for all objects has an empty prefix."""
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
    """Whether a condition asks for anything: an object larger than 0 bytes is one that is not empty."""
    return value not in (None, "", [])


def _conditions(chosen: Mapping[str, Any] | None) -> dict[str, Any]:
    asked = (chosen or {}).get("And") or {}
    return {member: value for member, value in asked.items() if _said(value)}

"""Finds mistakes in a lifecycle rule that S3 would refuse.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from reconciler.model import Finding, Settings

Rule: TypeAlias = Mapping[str, Any]

OLD_END, OLD_MOVE = "noncurrent_version_expiration", "noncurrent_version_transitions"
ABORT = "abort_incomplete_multipart_upload"
INFREQUENT = ("STANDARD_IA", "ONEZONE_IA")
INFREQUENT_DAYS = 30
"""The days before an object may move to these classes, and the days that it must stay there."""
ACTIONS = (
    "expiration",
    "transitions",
    OLD_END,
    OLD_MOVE,
    ABORT,
)
ENDS = ("days", "date", "expired_object_delete_marker")


def problems(settings: Settings, *, new: bool) -> Iterator[Finding]:
    """All mistakes in the rules of a bucket. If the bucket is not new, a rule may be written in part."""
    checks = (_filter, _expiration, _transitions, _noncurrent, *((_missing,) if new else ()))
    for number, rule in enumerate(settings.get("lifecycle") or ()):
        for finding in itertools.chain.from_iterable(check(rule) for check in checks):
            yield Finding(finding.message, ("lifecycle", number, *finding.path))


def _missing(rule: Rule) -> Iterator[Finding]:
    if not any(rule.get(action) for action in ACTIONS):
        yield Finding(f"a rule needs an action; write one of {', '.join(ACTIONS)}")
    for number, each in enumerate(rule.get(OLD_MOVE) or ()):
        if each.get("noncurrent_days") is None:
            yield Finding("S3 requires noncurrent_days; write it", (OLD_MOVE, number))


def _filter(rule: Rule) -> Iterator[Finding]:
    """Conditions that never match: parts of uploads have no tags and no size, and delete markers have no tags."""
    chosen = rule.get("filter") or {}
    least, most = chosen.get("object_size_greater_than"), chosen.get("object_size_less_than")
    if rule.get(ABORT) and (chosen.get("tags") or least is not None or most is not None):
        said = "incomplete uploads have no tags and no size; put this into a rule without such a filter"
        yield Finding(said, (ABORT,))
    if chosen.get("tags") and (rule.get("expiration") or {}).get("expired_object_delete_marker") is not None:
        said = "delete markers have no tags; put this into a rule without tags in its filter"
        yield Finding(said, ("expiration", "expired_object_delete_marker"))
    if least is not None and most is not None and least >= most:
        said = (
            "no object is larger than object_size_greater_than and smaller than this; write a larger number"
        )
        yield Finding(said, ("filter", "object_size_less_than"))


def _expiration(rule: Rule) -> Iterator[Finding]:
    expiration = rule.get("expiration")
    if expiration is not None:
        said = [name for name in ENDS if expiration.get(name) is not None]
        if len(said) != 1:
            found = f"found {' and '.join(said)}" if said else "found none"
            yield Finding(f"write exactly one of {', '.join(ENDS)}; {found}", ("expiration",))


def _transitions(rule: Rule) -> Iterator[Finding]:
    transitions = rule.get("transitions") or ()
    for number, each in enumerate(transitions):
        if (each.get("days") is None) == (each.get("date") is None):
            yield Finding("write either days or date", ("transitions", number))
    yield from _infrequent("transitions", "days", transitions)
    expiration = rule.get("expiration") or {}
    units = {
        unit for each in (*transitions, expiration) for unit in ("days", "date") if each.get(unit) is not None
    }
    if transitions and len(units) > 1:
        said = "the transitions and the expiration of a rule must all have days, or all have dates"
        yield Finding(said, ("transitions",))
    elif transitions and expiration and units:
        yield from _last(units.pop(), transitions, expiration, ("expiration",))


def _noncurrent(rule: Rule) -> Iterator[Finding]:
    transitions = rule.get(OLD_MOVE) or ()
    yield from _infrequent(OLD_MOVE, "noncurrent_days", transitions)
    yield from _last("noncurrent_days", transitions, rule.get(OLD_END) or {}, (OLD_END,))


def _last(
    unit: str, transitions: Sequence[Rule], expiration: Rule, path: tuple[str, ...]
) -> Iterator[Finding]:
    """Transitions that come after the expiration."""
    times = [each[unit] for each in transitions if each.get(unit) is not None]
    end = expiration.get(unit)
    if end is not None and times and end <= max(times):
        said = f"objects expire before their last transition ({max(times)}) or at the same time; write a later one"
        yield Finding(said, (*path, unit))


def _infrequent(field: str, unit: str, transitions: Sequence[Rule]) -> Iterator[Finding]:
    timed = [(number, each) for number, each in enumerate(transitions) if each.get(unit) is not None]
    for number, each in timed:
        if each["storage_class"] in INFREQUENT and each[unit] < INFREQUENT_DAYS:
            said = (
                f"S3 moves no object to {each['storage_class']} before day {INFREQUENT_DAYS}; "
                f"write {INFREQUENT_DAYS} or more"
            )
            yield Finding(said, (field, number, unit))
    ordered = sorted(timed, key=lambda each: each[1][unit])
    for (_, early), (number, late) in itertools.combinations(ordered, 2):
        if early["storage_class"] in INFREQUENT and late[unit] < early[unit] + INFREQUENT_DAYS:
            least = early[unit] + INFREQUENT_DAYS
            said = (
                f"objects stay in {early['storage_class']} for {INFREQUENT_DAYS} days; write {least} or more"
            )
            yield Finding(said, (field, number, unit))

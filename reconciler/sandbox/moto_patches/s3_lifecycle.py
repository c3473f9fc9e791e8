"""S3's checks of lifecycle rules that moto lacks.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from reconciler.sandbox.sandbox_error import SandboxError

Rule = Mapping[str, Any]

MOST_RULES = 1000
LONGEST_ID = 255
MOST_KEPT_VERSIONS = 100
# The pages above require 30 days before these two classes, and 30 days in them before the next one. The newest API_Transition
# says "0 or any positive integer". The sandbox checks the stricter rule, so that accepted rules are accepted by AWS as well.
INFREQUENT = frozenset({"STANDARD_IA", "ONEZONE_IA"})
INFREQUENT_DAYS = 30
STORAGE_CLASSES = frozenset({*INFREQUENT, "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"})
ACTIONS = (
    "Expiration",
    "Transitions",
    "NoncurrentVersionExpiration",
    "NoncurrentVersionTransitions",
    "AbortIncompleteMultipartUpload",
)
PREDICATES = ("Prefix", "Tag", "ObjectSizeGreaterThan", "ObjectSizeLessThan", "And")
SIZES = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")


def check_lifecycle(params: Rule) -> None:
    """Check a PutBucketLifecycleConfiguration request.

    Raises:
        SandboxError: MalformedXML, InvalidRequest or InvalidArgument.
    """
    rules = (params.get("LifecycleConfiguration") or {}).get("Rules") or []
    if not 1 <= len(rules) <= MOST_RULES:
        raise _malformed()
    ids = [rule["ID"] for rule in rules if rule.get("ID")]
    if len(set(ids)) < len(ids):
        raise _argument("Rule ID must be unique. Found same ID for more than one rule")
    if len({"Filter" in rule for rule in rules}) > 1:
        raise _request(
            "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter."
        )
    for rule in rules:
        for check in CHECKS:
            check(rule)


def _form(rule: Rule) -> None:
    if rule.get("Status") not in {"Enabled", "Disabled"} or ("Filter" in rule) is ("Prefix" in rule):
        raise _malformed()
    if len(rule.get("ID") or "") > LONGEST_ID:
        raise _argument(f"ID length should not exceed allowed limit of {LONGEST_ID}")
    if not any(rule.get(action) for action in ACTIONS):
        raise _request("At least one action needs to be specified in a rule")


def _filter(rule: Rule) -> None:
    wanted = rule.get("Filter") or {}
    if sum(wanted.get(name) is not None for name in PREDICATES) > 1:
        raise _malformed()
    keys = [tag["Key"] for tag in _tags(rule)]
    if len(set(keys)) < len(keys):
        raise _request("Duplicate Tag Keys are not allowed.")
    least, most = ((wanted.get("And") or {}).get(size) for size in SIZES)
    if least is not None and most is not None and least >= most:
        raise _request("'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'")


def _unfiltered_actions(rule: Rule) -> None:
    """Refuse filters that an action does not support: parts of uploads and delete markers have no tags or no size."""
    wanted = rule.get("Filter") or {}
    sized = any(place.get(size) is not None for place in (wanted, wanted.get("And") or {}) for size in SIZES)
    abort, expiration = rule.get("AbortIncompleteMultipartUpload"), rule.get("Expiration") or {}
    if abort and _tags(rule):
        raise _request("AbortIncompleteMultipartUpload cannot be specified with Tags.")
    if abort and sized:
        raise _request("AbortIncompleteMultipartUpload cannot be specified with Object Size.")
    if expiration.get("ExpiredObjectDeleteMarker") and _tags(rule):
        raise _request("ExpiredObjectDeleteMarker cannot be specified with Tags.")


def _expiration(rule: Rule) -> None:
    expiration = rule.get("Expiration")
    if not expiration:
        return
    said = [
        name for name in ("Days", "Date", "ExpiredObjectDeleteMarker") if expiration.get(name) is not None
    ]
    if len(said) != 1:
        raise _malformed()
    _positive(expiration.get("Days"), "'Days' for Expiration action")
    _midnight(expiration)


def _transitions(rule: Rule) -> None:
    transitions = rule.get("Transitions") or []
    for transition in transitions:
        if ("Days" in transition) is ("Date" in transition):
            raise _malformed()
        _storage_class(transition, "'Days' in Transition action", transition.get("Days"))
        if transition.get("Days", 0) < 0:
            raise _argument("'Days' in Transition action must be nonnegative")
        _midnight(transition)
    where = f"for filter '{_shown(rule)}'"
    _different_classes(transitions, "Transition", where)
    units = {unit for transition in transitions for unit in ("Days", "Date") if unit in transition}
    if len(units) > 1:
        raise _request(f"Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule {where}")
    _after_infrequent(transitions, "Days", "Transition", where)
    _expires_last(rule, transitions, units, where)


def _expires_last(rule: Rule, transitions: Sequence[Rule], units: set[str], where: str) -> None:
    expiration = rule.get("Expiration") or {}
    ends = {unit for unit in ("Days", "Date") if expiration.get(unit) is not None}
    if not units or not ends:
        return
    if ends != units:
        raise _request(
            f"Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule {where}"
        )
    (unit,) = units
    if expiration[unit] <= max(transition[unit] for transition in transitions):
        raise _argument(
            f"'{unit}' in the Expiration action {where} must be greater than '{unit}' in the Transition action"
        )


def _noncurrent(rule: Rule) -> None:
    transitions = rule.get("NoncurrentVersionTransitions") or []
    expiration = rule.get("NoncurrentVersionExpiration") or {}
    for transition in transitions:
        days = transition.get("NoncurrentDays")
        if days is None:
            raise _malformed()
        _storage_class(transition, "'NoncurrentDays' in NoncurrentVersionTransition action", days)
    for place in (*transitions, expiration):
        kept = place.get("NewerNoncurrentVersions")
        if kept is not None and not 1 <= kept <= MOST_KEPT_VERSIONS:
            raise _argument(f"'NewerNoncurrentVersions' must be between 1 and {MOST_KEPT_VERSIONS}")
    where = f"for filter '{_shown(rule)}'"
    _different_classes(transitions, "NoncurrentVersionTransition", where)
    _after_infrequent(transitions, "NoncurrentDays", "NoncurrentVersionTransition", where)
    ends = expiration.get("NoncurrentDays")
    _positive(ends, "'NoncurrentDays' for NoncurrentVersionExpiration action")
    if ends is not None and any(ends <= transition["NoncurrentDays"] for transition in transitions):
        raise _argument(
            f"'NoncurrentDays' in the NoncurrentVersionExpiration action {where} must be greater than "
            "'NoncurrentDays' in the NoncurrentVersionTransition action"
        )


def _abort(rule: Rule) -> None:
    abort = rule.get("AbortIncompleteMultipartUpload") or {}
    _positive(
        abort.get("DaysAfterInitiation"), "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action"
    )


CHECKS: Sequence[Callable[[Rule], None]] = (
    _form,
    _filter,
    _unfiltered_actions,
    _expiration,
    _transitions,
    _noncurrent,
    _abort,
)


def _storage_class(transition: Rule, what: str, days: int | None) -> None:
    storage_class = transition.get("StorageClass")
    if storage_class not in STORAGE_CLASSES:
        raise _malformed()
    if storage_class in INFREQUENT and days is not None and days < INFREQUENT_DAYS:
        raise _argument(
            f"{what} must be greater than or equal to {INFREQUENT_DAYS} for storageClass '{storage_class}'"
        )


def _different_classes(transitions: Sequence[Rule], action: str, where: str) -> None:
    classes = [transition["StorageClass"] for transition in transitions]
    if len(set(classes)) < len(classes):
        raise _request(f"'StorageClass' must be different for '{action}' actions in same 'Rule' {where}")


def _after_infrequent(transitions: Sequence[Rule], unit: str, action: str, where: str) -> None:
    """Refuse a transition within 30 days after one to infrequent access."""
    for early, late in _pairs([transition for transition in transitions if unit in transition], unit):
        if early["StorageClass"] in INFREQUENT and late[unit] < early[unit] + INFREQUENT_DAYS:
            raise _argument(
                f"'{unit}' in the '{action}' action with StorageClass '{late['StorageClass']}' {where} must be "
                f"{INFREQUENT_DAYS} days more than '{unit}' in the '{action}' action with StorageClass "
                f"'{early['StorageClass']}'"
            )


def _pairs(transitions: Sequence[Rule], unit: str) -> Iterator[tuple[Rule, Rule]]:
    for early in transitions:
        yield from ((early, late) for late in transitions if late is not early and late[unit] >= early[unit])


def _tags(rule: Rule) -> Sequence[Rule]:
    wanted = rule.get("Filter") or {}
    return [*([wanted["Tag"]] if wanted.get("Tag") else []), *((wanted.get("And") or {}).get("Tags") or ())]


def _shown(rule: Rule) -> str:
    """Return the filter of a rule in the form of AWS's messages."""
    wanted = rule.get("Filter") or {}
    prefix = rule.get("Prefix") or wanted.get("Prefix") or (wanted.get("And") or {}).get("Prefix") or ""
    tags = ", ".join(f"{tag['Key']}={tag['Value']}" for tag in _tags(rule))
    return f"(prefix={prefix}; tags={tags})" if tags else f"(prefix={prefix})"


def _positive(number: int | None, what: str) -> None:
    if number is not None and number < 1:
        raise _argument(f"{what} must be a positive integer")


def _midnight(place: Rule) -> None:
    date = place.get("Date")
    if isinstance(date, datetime) and (date.hour, date.minute, date.second) != (0, 0, 0):
        raise _argument("'Date' must be at midnight GMT")


def _argument(text: str) -> SandboxError:
    return SandboxError("InvalidArgument", text)


def _request(text: str) -> SandboxError:
    return SandboxError("InvalidRequest", text)


def _malformed() -> SandboxError:
    return SandboxError(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )

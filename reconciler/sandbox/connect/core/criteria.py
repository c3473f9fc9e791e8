"""The search criteria and tag filters of the Search operations."""

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.sandbox.connect.core.refusals import invalid
from reconciler.sandbox.connect.core.stored_records import Record

Condition = Callable[[Record, Any], bool]
NO_CONDITIONS: Mapping[str, Condition] = {}


def matches(
    record: Record, criteria: Mapping[str, Any], more: Mapping[str, Condition] = NO_CONDITIONS
) -> bool:
    """Return whether a record meets the criteria; `more` has the conditions of its kind."""
    for member, wanted in criteria.items():
        if member == "OrConditions":
            met = not wanted or any(matches(record, each, more) for each in wanted)
        elif member == "AndConditions":
            met = all(matches(record, each, more) for each in wanted)
        elif member in more:
            met = more[member](record, wanted)
        else:
            met = compared(wanted, text_of(record, wanted.get("FieldName", "")))
        if not met:
            return False
    return True


def compared(condition: Mapping[str, Any], text: str) -> bool:
    """Return whether a text meets a StringCondition."""
    value, how = condition.get("Value", ""), condition.get("ComparisonType", "EXACT")
    if how == "EXACT":
        return bool(text == value)
    if how == "STARTS_WITH":
        return text.casefold().startswith(value.casefold())
    # According to AWS, "contains" values of other lengths "will throw invalid results".
    return 2 <= len(value) <= 25 and value.casefold() in text.casefold()


def text_of(record: Record, field: str) -> str:
    """Return the text of a field by its name in lower case, as in searches."""
    wanted = field.lower()
    if wanted in {"name", record.kind.shown[2].lower()}:
        return record.name
    if wanted in {"id", "resourceid", record.kind.asked.lower()}:
        return record.id
    for member, value in (*record.settings.items(), *record.settings.get("IdentityInfo", {}).items()):
        if member.lower() == wanted:
            return str(value)
    if wanted in {"description", "firstname", "lastname"} or wanted.endswith("id"):
        return ""
    raise invalid(f"FieldName {field} is not supported.")


def passes(
    record: Record, search_filter: Mapping[str, Any], more: Mapping[str, Condition] = NO_CONDITIONS
) -> bool:
    """Return whether a record's tags meet a SearchFilter, whose member has another name for each kind."""
    return all(_passes(record, each, more) for each in search_filter.values())


def _passes(record: Record, condition: Any, more: Mapping[str, Condition]) -> bool:
    if isinstance(condition, list):
        return all(_passes(record, each, more) for each in condition)
    if "TagKey" in condition or "TagValue" in condition:
        return _tagged(record, condition)
    for member, wanted in condition.items():
        if member == "OrConditions":
            met = not wanted or any(_passes(record, each, more) for each in wanted)
        elif member in more:
            met = more[member](record, wanted)
        else:
            met = _passes(record, wanted, more)
        if not met:
            return False
    return True


def _tagged(record: Record, condition: Mapping[str, str]) -> bool:
    key, value = condition.get("TagKey"), condition.get("TagValue")
    if key is None:
        return value in record.tags.values()
    return key in record.tags and value in {None, record.tags[key]}

"""AWS's checks of the values of an action's parameters."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.flow_language.action import Action

MOST_TAGS = 6
MESSAGE = ("Text", "SSML", "PromptId", "Media")


def value_problems(
    action_type: str, rules: Action, parameters: Mapping[str, Any], path: str
) -> Iterator[str]:
    """Yield the mistakes in the values."""
    for name, wanted in rules.values.items():
        value = _at(parameters, name)
        # Real flows exceed the documented maximum of these.
        fits = _fits(value, f"{wanted.partition('..')[0]}..{2**63}" if name in rules.unsure else wanted)
        if value is not None and not fits:
            yield f"Invalid Action property value. Path: {path}.{name}"
    special = SPECIAL.get(action_type)
    if special:
        yield from special(parameters, path)


def _at(parameters: Mapping[str, Any], name: str) -> Any:
    value: Any = parameters
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _fits(value: Any, wanted: str) -> bool:
    if wanted.startswith("$"):
        wanted = wanted[1:]
        if isinstance(value, str) and value.startswith("$."):
            return True
    low, dots, high = wanted.partition("..")
    if not dots:
        return value in wanted.split("|")
    text = str(value)
    return not isinstance(value, bool) and text.isdecimal() and int(low) <= int(text) <= int(high)


def _tags(parameters: Mapping[str, Any], _path: str) -> Iterator[str]:
    tags = parameters.get("Tags")
    if isinstance(tags, dict) and len(tags) > MOST_TAGS:
        yield f"More than {MOST_TAGS} tags in Parameters.Tags"


def _tag_keys(parameters: Mapping[str, Any], path: str) -> Iterator[str]:
    if parameters.get("TagKeys") == []:
        yield f"Invalid Action property value. Path: {path}.TagKeys"


def _messages(parameters: Mapping[str, Any], path: str) -> Iterator[str]:
    messages = parameters.get("Messages") or []
    if not isinstance(messages, list):
        yield f"Invalid Action property value. Path: {path}.Messages"
        return
    for number, message in enumerate(messages):
        given = [name for name in MESSAGE if isinstance(message, dict) and name in message]
        if len(given) > 1:
            yield f"Only one of these properties may be defined. Properties: [{', '.join(given)}]"
        if not given:
            yield f"Invalid Action property value. Path: {path}.Messages[{number}]"


def _one_path(name: str) -> Any:
    def check(parameters: Mapping[str, Any], path: str) -> Iterator[str]:
        value = parameters.get(name)
        if value is not None and not str(value).startswith("$."):
            yield f"Invalid Action property value. Path: {path}.{name}"

    return check


def _flow_attributes(parameters: Mapping[str, Any], path: str) -> Iterator[str]:
    attributes = parameters.get("FlowAttributes") or {}
    for name, value in attributes.items() if isinstance(attributes, dict) else ():
        if not isinstance(value, dict) or "Value" not in value:
            yield f"Invalid Action property value. Path: {path}.FlowAttributes.{name}"


def _hours(parameters: Mapping[str, Any], path: str) -> Iterator[str]:
    if "HoursOfOperationId" in parameters and parameters["HoursOfOperationId"] is None:
        yield f"Invalid Action property value. Path: {path}.HoursOfOperationId"


def _stored(parameters: Mapping[str, Any], path: str) -> Iterator[str]:
    store = parameters.get("StoreInput")
    if store not in (None, "True", "False") and not str(store).startswith("$."):
        yield f"Invalid Action property value. Path: {path}.StoreInput"
    validation = parameters.get("InputValidation")
    rivals = {"PhoneNumberValidation", "CustomValidation"}
    if validation is not None and (not isinstance(validation, dict) or len(rivals & validation.keys()) != 1):
        yield f"Invalid Action property value. Path: {path}.InputValidation"


SPECIAL = {
    "TagContact": _tags,
    "UntagContact": _tag_keys,
    "MessageParticipantIteratively": _messages,
    "Compare": _one_path("ComparisonValue"),
    "UpdateContactCallbackNumber": _one_path("CallbackNumber"),
    "UpdateFlowAttributes": _flow_attributes,
    "CheckHoursOfOperation": _hours,
    "GetParticipantInput": _stored,
}

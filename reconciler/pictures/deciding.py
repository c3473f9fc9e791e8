"""The parameters that decide what an action does, as people read them."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from reconciler.flow_language.action import Action
from reconciler.interpolation import parse_token
from reconciler.pictures.flow_words import HEARD, VALUES, spaced

_TAG = re.compile(r"<[^<>]*>")


class Told(NamedTuple):
    """One value that decides: where it stands, its text, and whether the text stands for the whole action."""

    path: str
    text: str
    alone: bool
    """Whether it says enough without the action's type: a queue, a prompt, a function."""


def deciding(rules: Action, parameters: Mapping[str, Any]) -> Iterator[Told]:
    """The values that tell an action from another one of its type, the most telling first."""
    for tell in rules.tells:
        path, _, words = tell.partition("=")
        value = member(parameters, path)
        if value is None or value in ("", {}):
            continue
        text = shown(value, path)
        yield Told(path, words.replace("{}", text) if words else text, not words)
    if "HoursOfOperationId" in rules.tells and parameters.get("HoursOfOperationId") is None:
        yield Told("HoursOfOperationId", "Hours of the queue", alone=True)


def member(parameters: Mapping[str, Any], path: str) -> Any:
    """A parameter by its path; None where it is missing."""
    value: Any = parameters
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def shown(value: Any, path: str = "") -> str:
    """A value as people read it."""
    name = path.rpartition(".")[2]
    if name in HEARD:
        return f"“{spoken(value)}”"
    if path == "RoutingCriteria.Steps":
        return ", then ".join(map(_step, value)) if isinstance(value, list) else named(value)
    if isinstance(value, list):
        return _list(value, name)
    if isinstance(value, Mapping):
        return _mapping(value, name)
    return VALUES.get(str(value)) or named(value)


def spoken(value: Any) -> str:
    """What a customer hears of a text or of SSML, without its tags; the whole text where there is nothing else."""
    text = str(value)
    if "<" not in text:
        return text
    plain = " ".join(html.unescape(_TAG.sub(" ", text)).split())
    return plain or " ".join(text.split())


def named(value: Any) -> str:
    """A value as people read it: the name in a reference or an ARN."""
    text = str(value)
    token = parse_token(text)
    if token:
        return token.name
    if ":bot-alias/" in text:
        return text.partition(":bot-alias/")[2]
    if text.startswith("arn:"):
        return text.rpartition("/")[2] if "/" in text else text.split(":", 6)[-1]
    return text


def _list(value: list[Any], name: str) -> str:
    if not value:
        return "nobody" if name.endswith("Participants") else "nothing"
    if any(isinstance(each, Mapping) for each in value):
        return ", then ".join(shown(each) for each in value)
    return " and ".join(shown(each) for each in value)


def _mapping(value: Mapping[str, Any], name: str) -> str:
    if set(value) == {"Value"}:
        return shown(value["Value"])
    for key in ("Text", "SSML"):
        if key in value:
            return spoken(value[key])
    if set(value) in ({"PromptId"}, {"Media"}):
        return shown(*value.values())
    if name in ("EventHooks", "EventHooksConfiguration"):
        return ", ".join(f"{spaced(str(hook))}: {shown(flow)}" for hook, flow in value.items())
    return ", ".join(f"{key} = {shown(each)}" for key, each in value.items())


def _step(value: Any) -> str:
    """One step of routing criteria: whom it asks for, and for how long."""
    if not isinstance(value, Mapping):
        return named(value)
    seconds = member(value, "Expiry.DurationInSeconds")
    wanted = _expression(value.get("Expression"))
    return f"{wanted} for {seconds} s" if seconds is not None else wanted


def _expression(value: Any) -> str:
    if not isinstance(value, Mapping):
        return named(value)
    for key, word in (("AndExpression", " and "), ("OrExpression", " or ")):
        if isinstance(value.get(key), list):
            return word.join(map(_expression, value[key]))
    attribute = value.get("AttributeCondition")
    if not isinstance(attribute, Mapping):
        return shown(value)
    agents = member(attribute, "MatchCriteria.AgentsCriteria.AgentIds")
    if agents is not None:
        return f"agent {shown(agents)}"
    level = attribute.get("ProficiencyLevel")
    asked = f"{attribute.get('Name')} {attribute.get('Value')}"
    return asked if level is None else f"{asked} ≥ {level}"

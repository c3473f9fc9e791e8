"""EventBridge's checks of event patterns, schedules and targets.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html,
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.sandbox.moto_patches.events.buses import invalid
from reconciler.sandbox.sandbox_error import SandboxError

MATCHES = frozenset(
    {
        "anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard",
    }
)  # fmt: skip
RATE = re.compile(r"rate\((1 (minute|hour|day)|(?!0|1 )\d+ (minutes|hours|days))\)")
CRON_FIELDS = 6
CRON_FIELD = re.compile(r"[A-Za-z0-9,\-*?/#LW]+")
OF_INPUT = ("Input", "InputPath", "InputTransformer")


def check_pattern(text: str) -> None:
    """Refuse an invalid event pattern."""
    try:
        pattern = json.loads(text)
    except ValueError:
        raise _invalid_pattern("Invalid JSON") from None
    for said in _problems("", pattern):
        raise _invalid_pattern(said)


def check_schedule(text: str) -> None:
    """Refuse an invalid schedule of a rule."""
    if not (RATE.fullmatch(text) or is_cron(text)):
        raise invalid("Parameter ScheduleExpression is not valid.")


def is_cron(text: str) -> bool:
    """Return whether a text is a cron expression with one question mark among its fields for days."""
    if not (text.startswith("cron(") and text.endswith(")")):
        return False
    fields = text[len("cron(") : -1].split(" ")
    of_days = (fields[2], fields[4]) if len(fields) == CRON_FIELDS else ()
    return sum(day == "?" for day in of_days) == 1 and all(map(CRON_FIELD.fullmatch, fields))


def check_target(target: Mapping[str, Any]) -> None:
    """Refuse a target whose members do not fit together."""
    arn, name = target["Arn"], target["Id"]
    if not re.fullmatch(r"arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:\S+", arn):
        raise invalid(f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format.")
    if sum(member in target for member in OF_INPUT) > 1:
        raise invalid(f"Only one of {', '.join(OF_INPUT)} must be provided for target {name}.")
    if ":sqs:" in arn and arn.endswith(".fifo") and "SqsParameters" not in target:
        raise invalid(f"Parameter(s) SqsParameters must be specified for target: {name}.")
    if "Input" in target:
        try:
            json.loads(target["Input"])
        except ValueError:
            raise invalid(f"Invalid Input for target {name}.") from None


def _invalid_pattern(reason: str) -> SandboxError:
    return SandboxError("InvalidEventPatternException", f"Event pattern is not valid. Reason: {reason}")


def _problems(name: str, pattern: Any) -> Iterator[str]:
    if not isinstance(pattern, dict):
        yield f"'{name}' must be an object or an array" if name else "Filter is not an object"
        return
    if not pattern:
        yield "Empty objects are not allowed"
    for key, value in pattern.items():
        if not isinstance(value, list):
            yield from _problems(key, value)
        elif not value:
            yield "Empty arrays are not allowed"
        elif key == "$or":
            for each in value:
                yield from _problems(key, each)
        else:
            for each in value:
                yield from _of_match(each)


def _of_match(match: Any) -> Iterator[str]:
    if isinstance(match, list):
        yield "Match value must be String, number, true, false, or null"
    elif isinstance(match, dict):
        if len(match) != 1:
            yield "Only one key allowed in match expression"
        yield from (f"Unrecognized match type {each}" for each in match if each not in MATCHES)

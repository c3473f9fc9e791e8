"""Finds mistakes that AWS would refuse and that depend on several fields of a rule."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.interpolation import has_reference
from reconciler.model import Finding
from reconciler.resources.events import event_pattern
from reconciler.resources.events.bus_model import DEFAULT
from reconciler.resources.events.target_model import LONGEST_INPUT

INPUTS = ("input", "input_path", "input_transformer")
NEED_ROLES = frozenset(
    {"batch", "codebuild", "codepipeline", "ecs", "firehose", "kinesis", "sagemaker", "ssm", "states"}
)
"""The services of targets that have no resource policy for EventBridge.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html
"""
FIFO = re.compile(r"arn:[^:]+:sqs:.*\.fifo")


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one rule."""
    written = files.values
    if files.lacks("event_pattern", "schedule_expression"):
        yield Finding("a new rule needs event_pattern or schedule_expression, or both")
    for name, other in (("event_pattern", "schedule_expression"), ("schedule_expression", "event_pattern")):
        if name in files.settings and files.settings[name] is None and files.settings.get(other, ...) is None:
            yield Finding("AWS cannot clear both event_pattern and schedule_expression", (name,))
    bus = written.get("event_bus_name", DEFAULT)
    if "schedule_expression" in written and bus != DEFAULT:
        yield Finding(
            f"a rule of the bus {bus} has no schedule: only rules of the bus {DEFAULT} have one",
            ("schedule_expression",),
        )
    yield from _of_pattern(written.get("event_pattern"))
    for number, target in enumerate(written.get("targets") or ()):
        yield from (
            Finding(said, ("targets", number, *place)) for said, *place in _of_target(target, written)
        )


def _of_pattern(pattern: Any) -> Iterator[Finding]:
    """The mistakes in a pattern that is written as a text; mappings are checked as documents."""
    if not isinstance(pattern, str) or has_reference(pattern):
        return
    found = event_pattern.parsed(pattern)
    if isinstance(found, str):
        yield Finding("the text is no JSON; write a mapping, such as {source: [aws.ec2]}", ("event_pattern",))
        return
    for each in event_pattern.problems(found):
        where = ".".join(map(str, each.path))
        yield Finding(f"{where}: {each.message}" if where else each.message, ("event_pattern",))


def _of_target(target: Mapping[str, Any], rule: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Each mistake, followed by its field."""
    there = [name for name in INPUTS if target.get(name) is not None]
    if len(there) > 1:
        yield f"a target has one of {', '.join(INPUTS)}; these are {' and '.join(there)}", there[1]
    arn = target["arn"]
    service = arn.split(":")[2] if arn.startswith("arn:") else ""
    if FIFO.fullmatch(arn) and not (target.get("sqs_parameters") or {}).get("message_group_id"):
        yield "a FIFO queue needs sqs_parameters: {message_group_id: ...}", "arn"
    if service in NEED_ROLES and target.get("role_arn") is None and rule.get("role_arn") is None:
        yield f"a target of {service} needs role_arn, the role with which EventBridge calls it", "arn"
    yield from _of_input(target.get("input"))


def _of_input(content: Any) -> Iterator[tuple[str, ...]]:
    text = (
        content
        if isinstance(content, str)
        else json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    )
    if isinstance(content, str) and not has_reference(content) and event_pattern.parsed(content) is content:
        yield "the text is no JSON; write a mapping, or a text in quotes of JSON: '\"TEXT\"'", "input"
    if len(text) > LONGEST_INPUT:
        yield f"the input has {len(text)} characters; AWS accepts {LONGEST_INPUT}", "input"

"""Checks the references of a flow to other resources: their kind, and ids and ARNs that cannot be checked with the files."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from reconciler.interpolation import has_reference, parse_token
from reconciler.model import DocumentContext, Finding
from reconciler.resources.connect.flow_language import FREE

ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(:.+)?")
"""An id of Amazon Connect, optionally followed by a version or an alias."""
AWS_OWNED = "aws"
"""The account in the ARN of resources that AWS owns, such as its managed views."""
OWNER, REGION = 4, 3
"""The positions of the account and the Region in an ARN."""


class Kind(NamedTuple):
    """What a parameter refers to: a noun, and its short form in references and its kind, if there are any."""

    noun: str
    token: str | None = None
    kind: str | None = None

    @property
    def words(self) -> tuple[str | None, str | None]:
        """The prefixes of a reference to it."""
        return (self.token, self.kind)


QUEUE, AGENT = Kind("a queue", "queue", "connect.queue"), Kind("a user", "user", "connect.user")
HOURS = Kind("hours of operation", "hours", "connect.hours_of_operation")
FLOW, MODULE, PROMPT = Kind("a flow", "flow", "connect.contact_flow"), Kind("a flow module"), Kind("a prompt")
NAMED: Mapping[str, Kind] = {
    "QueueId": QUEUE,
    "AgentId": AGENT,
    "AgentIds": AGENT,
    "HoursOfOperationId": HOURS,
    "ContactFlowId": FLOW,
    "ContactFlowArn": FLOW,
    "EventHooks": FLOW,
    "FlowModuleId": MODULE,
    "PromptId": PROMPT,
}
"""Parameters that refer to a resource of the instance; so does each value of EventHooks."""
UNCHECKED = FREE | {"References", "ProfileRequestData", "CaseRequestFields"}
"""Maps with free texts, which AWS does not check."""
TOKENS = {"queue": "queue", "operating-hours": "hours", "contact-flow": "flow", "agent": "user"}
"""By type in an ARN: the word of the token in references."""


def reference_findings(parameters: Mapping[str, Any], context: DocumentContext) -> Iterator[Finding]:
    """The problems of an action's references, and warnings about those that the files cannot check."""
    for path, kind, text in _texts(parameters, ("Parameters",), None):
        if "$." in text:
            continue  # its value is known only at run time
        name = ".".join(str(step) for step in path[1:])
        parts = text.split(":", 5)
        token = parse_token(text)
        if token:
            if kind and (token.word not in kind.words or token.attribute == "name"):
                yield Finding(f"{name} must refer to {kind.noun}, and {text} does not", path)
        elif has_reference(text, TOKENS.values()):
            continue  # the whole text is known only after references are replaced
        elif len(parts) == 6 and parts[0] == "arn" and parts[2] == "connect":
            yield from _arn(name, text, kind, path, context)
        elif path[-1] == "LambdaFunctionARN":
            if parts[:3:2] != ["arn", "lambda"]:
                yield Finding(f'{name} is "{text}"; expected the ARN of a Lambda function', path)
        elif kind and ID.fullmatch(text):
            said = f'{name} is "{text}", an id that cannot be checked with the files{_write(kind.token)}'
            yield Finding(said, path, warning=True)
        elif kind:
            yield Finding(f'{name} is "{text}", which is neither an id nor an ARN{_write(kind.token)}', path)


def _texts(
    value: Any, path: tuple[str | int, ...], kind: Kind | None
) -> Iterator[tuple[tuple[str | int, ...], Kind | None, str]]:
    """Every text among parameters, with its path and what it must refer to."""
    if isinstance(value, str):
        yield path, kind, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            free = key in UNCHECKED or any(step in UNCHECKED for step in path)
            yield from _texts(inner, (*path, key), None if free else NAMED.get(key, kind))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*path, number), kind)


def _arn(
    name: str, text: str, kind: Kind | None, path: tuple[str | int, ...], context: DocumentContext
) -> Iterator[Finding]:
    parts = text.split(":", 5)
    region, owner = parts[REGION], parts[OWNER]
    checked = kind is not None or path[1:2] == ("ViewResource",)
    elsewhere = [
        f"{what} {found}"
        for what, found, ours in (("account", owner, context.account), ("Region", region, context.region))
        if ours and found not in (ours, AWS_OWNED)
    ]
    write = _write(_token_for(parts[5]))
    if elsewhere:
        here = f"account {context.account}, Region {context.region}"
        said = f'{name} is "{text}", of {" and ".join(elsewhere)}; the stack is in {here}{write}'
        yield Finding(said, path, warning=not checked or owner == AWS_OWNED)
    elif owner != AWS_OWNED:
        said = f'{name} is "{text}"; the files do not show whether it exists in this instance{write}'
        yield Finding(said, path, warning=True)


def _token_for(resource: str) -> str | None:
    """The word of the token for the resource in the last part of an ARN; None if there is no token for it."""
    steps = resource.split("/")
    if steps[0] == "phone-number":
        return "phone_number"
    if steps[0] != "instance" or len(steps) < 2:
        return None
    return "instance" if len(steps) == 2 else TOKENS.get(steps[2])


def _write(word: str | None) -> str:
    """A hint which reference to write instead, by the word of its token."""
    if word == "instance":
        return "; write ${instance}"
    return f"; write ${{{word}:Name}}" if word else ""

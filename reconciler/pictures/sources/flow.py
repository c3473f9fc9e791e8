"""Makes a picture of a flow: each action in plain words, each branch with its condition."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.pictures.model import Edge, Node, Picture
from reconciler.pictures.sources.flow_parser import Branch, Flow, Step
from reconciler.pictures.sources.flow_vocabulary import named

START = "(start)"
"""The id of the start node: no identifier of an action may contain brackets."""
SORTS: Mapping[str, str] = {
    "MessageParticipant": "flow",
    "MessageParticipantIteratively": "flow",
    "GetParticipantInput": "number",
    "ConnectParticipantWithLexBot": "compute",
    "InvokeLambdaFunction": "compute",
    "InvokeFlowModule": "compute",
    "TransferContactToQueue": "queue",
    "DequeueContactAndTransferToQueue": "queue",
    "UpdateContactTargetQueue": "queue",
    "TransferContactToAgent": "people",
    "TransferToFlow": "queue",
    "TransferParticipantToThirdParty": "queue",
    "CheckHoursOfOperation": "profile",
    "CheckMetricData": "profile",
    "Compare": "profile",
    "DistributeByPercentage": "profile",
    "Loop": "profile",
    "Wait": "profile",
}
LINES = 4
SEVERAL = 4
"""How many values have their own line; further ones share the last line."""


def draw(title: str, flow: Flow) -> Picture:
    """The graph of a flow, from top to bottom."""
    start = Node(START, "Start", "other", title="A contact comes in")
    nodes = [start, *(_node(step) for step in flow.steps.values())]
    edges = [Edge(START, flow.start)] if flow.start in flow.steps else []
    for step in flow.steps.values():
        edges += _edges(step, flow)
    return Picture(title, tuple(nodes), tuple(edges), way="down")


def _node(step: Step) -> Node:
    own = "" if step.unnamed else step.identifier
    values = [each.text for each in step.told]
    again = ", ".join(branch.label or "Next" for branch in step.branches if branch.target == step.id)
    if not own and values and not values[0].startswith("“"):
        # It has no own name: only the queue or the function distinguishes it from others.
        own, values = values[0], values[1:]
    if len(values) > SEVERAL:
        values = [*values[: SEVERAL - 1], ", ".join(values[SEVERAL - 1 :])]
    details = tuple(filter(None, (*values, f"↻ {again}" if again else "")))
    kicker = step.words if own and own != step.words else ""
    title = "\n".join(filter(None, (f"{step.words}: {step.identifier}", *_told(step.parameters))))
    return Node(step.id, own or step.words, SORTS.get(step.type, "other"), kicker, details, title=title)


def _told(value: Any, path: str = "") -> Iterator[str]:
    """Every parameter on its own line."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _told(each, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value):
        for number, each in enumerate(value, 1):
            yield from _told(each, f"{path} {number}")
    elif isinstance(value, list):
        yield f"{path}: {', '.join(map(named, value))}"
    else:
        yield f"{path}: {named(value)}"


def _edges(step: Step, flow: Flow) -> Iterator[Edge]:
    """One edge for each target; its branches are only named if they differ."""
    by_target: dict[str, list[Branch]] = {}
    for branch in step.branches:
        if branch.target in flow.steps:
            by_target.setdefault(branch.target, []).append(branch)
    for target, branches in by_target.items():
        quiet = all(branch.sort == "error" for branch in branches)
        plain = any(branch.label == "" for branch in branches)
        yield Edge(step.id, target, "" if plain else _joined(branches), quiet)


def _joined(branches: list[Branch]) -> str:
    """The labels of branches with the same target, a few on each line."""
    labels = list(dict.fromkeys(branch.label for branch in branches))
    if len(labels) > LINES * 2:
        labels = [*labels[: LINES * 2 - 1], f"{len(labels) - LINES * 2 + 1} more"]
    lines, line = [], ""
    for label in labels:
        shown = label if len(label) <= 28 else f"{label[:27]}…"
        if line and len(line) + len(shown) > 22:
            lines.append(f"{line},")
            line = shown
        else:
            line = f"{line}, {shown}" if line else shown
    return "\n".join([*lines, line])

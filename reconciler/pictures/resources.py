"""What each resource of a stack looks like as a node, and what it uses outside of the stack."""

from collections import Counter
from collections.abc import Iterator, Mapping

from reconciler.appearance import Appearance, Helper
from reconciler.pictures.crowds import NAMED, counted, state_of
from reconciler.pictures.drawing import Node, State
from reconciler.stack import Desired, Key

BESIDE = 2
"""The column of what is no resource of the stack."""
Appearances = Mapping[str, Appearance]
"""By kind."""


def noun(kind: str) -> str:
    """What people call a kind, as a heading: `Hours of operation`."""
    return kind.rpartition(".")[2].replace("_", " ").removeprefix("contact ").capitalize()


def resource_node(desired: Desired, appearance: Appearance, state: State) -> Node:
    """One resource."""
    key = desired.key
    details = tuple(_details(desired, appearance))
    title = f"{key}\n{desired.place}" + "".join(f"\n{detail}" for detail in details)
    return Node(
        str(key),
        key.name,
        appearance.sort,
        noun(key.kind),
        details,
        state,
        title,
        desired.existing,
        appearance.column,
    )


def _details(desired: Desired, appearance: Appearance) -> Iterator[str]:
    """What is worth a line beneath the name."""
    names = {field: tuple(each.name for each in found) for field, found in desired.references.items()}
    yield from appearance.details(desired.settings, names)
    if desired.existing:
        yield "only referred to"


def team_node(team: str, keys: list[Key], appearance: Appearance, states: Mapping[Key, State]) -> Node:
    """All resources of one team."""
    changes = Counter(states[key] for key in keys if key in states)
    names = ", ".join(key.name for key in keys[:NAMED]) + (" …" if len(keys) > NAMED else "")
    return Node(
        id=team,
        label=f"{len(keys):,} {noun(keys[0].kind).lower()}" + ("s" if len(keys) > 1 else ""),
        sort=appearance.sort,
        details=counted(changes, len(keys)),
        state=state_of(changes, len(keys)),
        title=names,
        column=appearance.column,
        count=len(keys),
        changes=tuple(changes.items()),
    )


def gone_node(key: Key, appearance: Appearance, state: State) -> Node:
    """What bears the stack's mark and is not in its files any more."""
    said = "bears our mark and is no longer desired"
    return Node(str(key), key.name, appearance.sort, noun(key.kind), (), state, f"{key}: {said}")


def helper_node(helper: Helper) -> Node:
    """What a resource uses, and what is perhaps no resource of the stack."""
    return Node(
        helper.id,
        helper.label,
        helper.sort,
        helper.noun,
        title=helper.title,
        quiet=helper.quiet,
        column=BESIDE,
    )

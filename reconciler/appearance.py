"""How the resources of a kind look in the picture of a stack, which shows the way of a contact from left to right."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

Names: TypeAlias = Mapping[str, tuple[str, ...]]
"""By field: the names of the resources that it refers to."""


class Helper(NamedTuple):
    """Something that a resource uses, and that need not be a resource of the stack: a Lambda function, a bot."""

    id: str
    """Of its node; for what may be a resource of the stack, `KIND/NAME`."""
    label: str
    noun: str
    sort: str = "compute"
    title: str = ""
    quiet: bool = False
    """Whether its border is dashed."""


def no_details(settings: Mapping[str, Any], names: Names) -> Iterable[str]:
    """Nothing beside the name."""
    del settings, names
    return ()


def line_of(
    field: str, words: Callable[[Any], str | None] = str
) -> Callable[[Mapping[str, Any], Names], Iterable[str]]:
    """One line about a field where it is written; `words` makes it of the value, and may make none."""

    def details(settings: Mapping[str, Any], names: Names) -> Iterable[str]:
        del names
        value = settings.get(field)
        text = None if value is None else words(value)
        return (text,) if text else ()

    return details


def no_helpers(settings: Mapping[str, Any]) -> Iterable[Helper]:
    """None."""
    del settings
    return ()


@dataclass(frozen=True, kw_only=True)
class Appearance:
    """What a kind says about its nodes and the arrows at them."""

    sort: str = "other"
    """Decides the colour: `number`, `flow`, `queue`, `profile`, `people`, `storage`, `compute`, `other`."""
    column: int = 0
    """Nodes of a higher column stand behind all of a lower one."""
    details: Callable[[Mapping[str, Any], Names], Iterable[str]] = no_details
    """Lines beneath the name, from the written settings."""
    helpers: Callable[[Mapping[str, Any]], Iterable[Helper]] = no_helpers
    """What it uses outside of the stack, from the written settings."""
    leads_to: frozenset[str] = frozenset()
    """The kinds to which its references are part of the way of a contact; others are drawn quietly."""
    led_to_by: frozenset[str] = frozenset()
    """Fields whose references come before it on that way: a profile names the queues that lead to it."""
    not_drawn: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)
    """By field: the kinds to which its references would only lead back, or join everybody with everything."""
    frame: bool = False
    """Whether it holds all the others: nobody's reference to it is drawn."""
    team_by: str | None = None
    """The field by which its resources are drawn as teams, never one by one."""
    flow_in: str | None = None
    """The field that holds a flow, which has a picture of its own."""

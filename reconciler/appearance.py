"""How the resources of a kind look in the picture of a stack, which shows a contact's path from left to right."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

SHORT_WORDS = frozenset({"api", "dns", "ip", "nat", "oidc", "url", "vpc"})
"""Words in the names of kinds that are abbreviations."""
Names: TypeAlias = Mapping[str, tuple[str, ...]]
"""By field: the names of the resources that it refers to."""


def noun_of(kind: str) -> str:
    """The noun of a kind: `hours of operation`, `NAT gateway`."""
    words = kind.rpartition(".")[2].split("_")
    text = " ".join(each.upper() if each in SHORT_WORDS else each for each in words)
    return text.replace("service linked", "service-linked")


class Helper(NamedTuple):
    """Something that a resource uses and that may be outside the stack: a Lambda function, a bot."""

    id: str
    """The id of its node; `KIND/NAME` if it may be a resource of the stack."""
    label: str
    noun: str
    sort: str = "compute"
    title: str = ""
    quiet: bool = False
    """Whether its border is dashed."""


def no_details(settings: Mapping[str, Any], names: Names) -> Iterable[str]:
    """Return no details."""
    del settings, names
    return ()


def line_of(
    field: str, words: Callable[[Any], str | None] = str
) -> Callable[[Mapping[str, Any], Names], Iterable[str]]:
    """One line about a written field; `words` makes it from the value, and may return an empty text."""

    def details(settings: Mapping[str, Any], names: Names) -> Iterable[str]:
        del names
        value = settings.get(field)
        text = None if value is None else words(value)
        return (text,) if text else ()

    return details


def no_helpers(settings: Mapping[str, Any]) -> Iterable[Helper]:
    """Return no helpers."""
    del settings
    return ()


@dataclass(frozen=True, kw_only=True)
class Appearance:
    """How a kind's nodes and their arrows look."""

    sort: str = "other"
    """The sort, which decides the colour: `number`, `flow`, `queue`, `profile`, `people`, `storage`, `compute`,
    `network`, `access`, `other`."""
    column: int = 0
    """The column; nodes of a higher column are to the right of all of a lower one."""
    details: Callable[[Mapping[str, Any], Names], Iterable[str]] = no_details
    """Lines beneath the name, from the written settings."""
    helpers: Callable[[Mapping[str, Any]], Iterable[Helper]] = no_helpers
    """What it uses outside the stack, from the written settings."""
    leads_to: frozenset[str] = frozenset()
    """The kinds to which its references are part of a contact's path; other references are drawn faintly."""
    led_to_by: frozenset[str] = frozenset()
    """Fields whose references come before it on that path: a profile names the queues that lead to it."""
    not_drawn: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)
    """By field: the kinds to which references are not drawn, because they lead back or connect everything."""
    frame: bool = False
    """Whether it contains all other resources: references to it are not drawn."""
    team_by: str | None = None
    """The field by which its resources are drawn as teams, never one by one."""
    flow_in: str | None = None
    """The field that holds a flow, which has a picture of its own."""

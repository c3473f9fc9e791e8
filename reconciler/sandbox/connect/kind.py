"""What is known of one kind of thing in an instance, whichever it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind, as its requests and replies spell it.

    `refers` maps a path in the settings ("QueueConfigs[].QueueReference.QueueId") to the noun of the kind
    that it names; `held_by` lists the nouns whose reference forbids a delete; `hidden` is never described.
    `of_account` says that the ARN stands beside the instances; `most` is a quota that AWS never raises.
    """

    noun: str
    word: str
    asked: str
    created: tuple[str, str]
    shown: tuple[str, str, str]
    listed_name: str = "Name"
    hidden: frozenset[str] = frozenset()
    refers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    held_by: tuple[str, ...] = ()
    in_use_type: str | None = None
    of_account: bool = False
    most: int | None = None

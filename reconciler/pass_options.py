"""What a pass is asked to do: which resources it may change, and how far."""

from collections.abc import Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase

from reconciler.observing.observer import ExtraReads
from reconciler.planning.action import Verb
from reconciler.planning.approval import Approval
from reconciler.planning.chosen_parts import Chosen, chosen_in, chosen_part
from reconciler.stack import Key, Stack


@dataclass(frozen=True)
class Options:
    """The options of one pass, as the command line gives them."""

    dry_run: bool = False
    only: tuple[str, ...] = ()
    """`KIND/NAME` patterns, or parts of resources (`planning.chosen_parts`); a pass limited by them changes nothing else."""
    allow_deletes: int | None = None
    allow_leavers: int | None = None
    """The number of leavers of feeds that the user has approved."""
    keys: frozenset[Key] | None = None
    """The resources that the pass may change; None: all."""
    resting: frozenset[Key] = frozenset()
    """Resources that are not tried in this pass, because they failed recently."""
    approval: Approval | None = None
    """The approval of the only plan that may be applied."""
    prune_at: float | None = None
    """Seconds since 1970 before which nothing is deleted or unmarked that the files no longer have; None: in this pass."""
    but: tuple[str, ...] = ()
    """`KIND/NAME` patterns that the pass does not change."""
    also: frozenset[Key] = frozenset()
    """Resources that the pass may change besides those of `only`: what they need."""
    only_verb: Verb | None = None
    """The only verb that the plan may have; a plan with another one is refused."""
    extra: ExtraReads | None = None
    """How a dry run also finds what lives beside the stack; None: not at all."""

    @staticmethod
    def matches(key: Key, pattern: str) -> bool:
        """Whether a `KIND/NAME` pattern names a resource."""
        return str(key) == pattern or fnmatchcase(str(key), pattern)

    def idle(self, keys: Collection[Key]) -> list[str]:
        """The patterns that name none of these resources."""
        idle = [each for each in self.only if not any(self.names(key, each) for key in keys)]
        return idle + [each for each in self.but if not any(self.matches(key, each) for key in keys)]

    def names(self, key: Key, pattern: str) -> bool:
        """Whether a pattern of `only` names a resource, or a part of it."""
        part = chosen_part(pattern)
        return self.matches(key, pattern) or (part is not None and self.matches(key, part.resource))

    def chosen(self, stack: Stack) -> Chosen:
        """The parts of resources that the pass is limited to."""
        return chosen_in(stack, self.only, self.matches)

    def selects(self, key: Key) -> bool:
        """Whether the pass may change a resource."""
        if key in self.resting or (self.keys is not None and key not in self.keys):
            return False
        if any(self.matches(key, pattern) for pattern in self.but):
            return False
        named = not self.only or any(self.names(key, pattern) for pattern in self.only)
        return named or key in self.also


class NamesNothing(Exception):
    """Raised for patterns that name neither a desired resource nor a live one with our mark; nothing was changed."""

    def __init__(self, patterns: Collection[str], known: Collection[Key]) -> None:
        super().__init__(", ".join(patterns))
        self.patterns = patterns
        self.known = known

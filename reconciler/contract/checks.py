"""Checks that a live resource works, for `reconciler smoke`: its kind declares them, the engine runs them."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from reconciler.contract.calls import Api, Sighting, Wired
from reconciler.declarations import EXISTS
from reconciler.model import Part, Settings
from reconciler.permissions import Grant, Location

__all__ = ["EXISTS", "Check", "Drill", "Look", "NoSettings", "Seen", "state_check"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check has found: whether it is right, what it is, and what was expected, in words."""

    right: bool
    what: str
    expected: str


class LookClock(Protocol):
    """The clock of a run (`reconciler.runtime.clock.Clock`)."""

    def now(self) -> float:
        """Seconds on a clock that never goes back."""

    def sleep(self, seconds: float) -> None:
        """Let time pass."""


@dataclass(frozen=True)
class Drill:
    """That a check makes resources of its own, and removes them: it takes minutes and costs money.

    `time_limit` are the seconds after which it gives up, unless `smoke.yaml` has others. `grants` are what it needs for
    the resources that it makes; it gets the name in AWS of the resource that is checked.
    """

    time_limit: float
    grants: Callable[[str, Location], Iterable[Grant]]


@dataclass(frozen=True)
class Look:
    """One live resource, as a check looks at it."""

    api: Api
    sighting: Sighting
    describe: Callable[[], Wired]
    """Reads all fields that one reply shows (`Adapter.describe`)."""
    written: Settings
    """Its settings as the files write them; empty if it is only referred to."""
    name_of: Callable[[str, str], str]
    """The name in the files, or in AWS, of a resource of a kind, by its id or its ARN; the id itself if it is not known."""
    asked: Settings
    """The settings of the check from `smoke.yaml`, with references resolved."""
    clock: "LookClock"
    ends: float
    """The time of the clock at which a drill has to give up, so that it can still remove what it made."""

    def shown(self, member: str) -> Any:
        """One member of the resource; read with `describe` if no list has shown it."""
        if member in self.sighting.settings:
            return self.sighting.settings[member]
        return self.describe().get(member)


def _always(_written: Settings) -> str:
    return ""


class NoSettings(Part):
    """The settings of a check that takes none."""


@dataclass(frozen=True)
class Check:
    """One check of the resources of a kind.

    `look` reads with the operations that are named here; it may raise the errors of `reconciler.errors`. A check with
    `only_asked` is made only where `smoke.yaml` has it, once for each of its entries: its operation may change something.
    """

    summary: str
    """What is expected, in words: `is ACTIVE`."""
    look: Callable[[Look], Seen]
    operations: tuple[str, ...]
    settings: type[Part] = NoSettings
    """What `smoke.yaml` may set."""
    unless: Callable[[Settings], str] = _always
    """Why a resource with these settings in the files is not checked; empty if it is."""
    only_asked: bool = False
    drill: Drill | None = None
    """If it is one, it is also `only_asked`, and made only with `--drills`."""


def state_check(
    member: str,
    good: Collection[str],
    operation: str,
    *,
    why: Callable[[Wired], str] = lambda _shown: "",
    unless: Callable[[Settings], str] = _always,
) -> Check:
    """A check of a state that `describe` shows; `why` is AWS's reason for another one."""
    summary = f"is {' or '.join(good)}"

    def look(look: Look) -> Seen:
        shown = look.describe()
        reason = why(shown)
        state = str(shown.get(member) or "in no state")
        return Seen(state in good, f"{state}: {reason}" if reason and state not in good else state, summary)

    return Check(summary, look, (operation,), unless=unless)

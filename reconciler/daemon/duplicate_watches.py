"""Refuses a second directory for a stack that the daemon watches already."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock

from reconciler.desired import InvalidStack, Mistake
from reconciler.stack import Place, Stack

HEADER = Place("stack.yaml", 1, 1)


class StackOwners:
    """Notes which watch has which stack; one object for the whole daemon."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str, str], tuple[str, Path]] = {}
        self._lock = Lock()

    def load(self, watch: str, directory: Path, load: Callable[[], Stack]) -> Stack:
        """Load the stack of a watch.

        Raises:
            InvalidStack: its files have mistakes, or another watch has other files of the same stack.
        """
        stack = load()
        wanted, mine = (stack.account, stack.region, stack.mark), (watch, directory)
        with self._lock:
            # If its files were renamed, its former name is free again.
            for former in [place for place, who in self._held.items() if who == mine and place != wanted]:
                del self._held[former]
            holder, elsewhere = self._held.setdefault(wanted, mine)
        if elsewhere != directory:
            why = (
                f"watch {holder} has {stack.mark} of account {stack.account} and {stack.region} already, from other files; "
                "give one of the two another name"
            )
            raise InvalidStack([Mistake(HEADER, why)])
        return stack

"""What a pass of the command line goes against: an account of AWS, an endpoint, or a sandbox."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.cli.exits import INVALID, exit_with_errors
from reconciler.cli.user_folders import cache_folder

if TYPE_CHECKING:
    from reconciler.aws.account import Account
    from reconciler.cache_store import Cache
    from reconciler.runtime.clock import Clock
    from reconciler.runtime.shutdown import Stop
    from reconciler.stack import Stack


@dataclass(frozen=True)
class Deadlines:
    """How many seconds a call, a list and a pass have; None: as many as the quotas of AWS make it take, and more."""

    call: float = 30.0
    paging: float = 300.0
    whole: float | None = None


@dataclass(frozen=True)
class Kept:
    """Where a pass is recorded, and what the record says of it."""

    location: str | None
    trigger: str = "once"
    note: str = ""


@dataclass(frozen=True)
class PassTarget:
    """Against what a pass goes, as the options say it: a sandbox that answers as an account, or AWS."""

    sandbox: str | None
    endpoint_url: str | None
    share: int
    cached: bool
    kept: Kept | None = None
    """None: nobody records it."""
    yes: bool = False
    """Whether the question about deletes is answered already."""
    deadlines: Deadlines = Deadlines()


def open_target(
    stack: "Stack", where: PassTarget, ending: "Stop | None" = None
) -> tuple["Account", "Clock", "Cache"]:
    """The account of a stack, a clock, and what earlier passes read there; no call is begun once `ending` is asked for."""
    from reconciler.aws.account import BadEndpoint, Connection, open_account
    from reconciler.aws.api import RetryLimits
    from reconciler.cache_store import FileCache, NoCache
    from reconciler.runtime.shutdown import Stop, StoppableClock

    ending = ending or Stop()
    clock = StoppableClock(ending)
    deadlines = where.deadlines
    patience = RetryLimits(call_deadline=deadlines.call, paging_deadline=deadlines.paging)
    connection = Connection(where.endpoint_url, where.share / 100, patience=patience)
    try:
        aws = open_account(stack.account, stack.region, clock, connection)
    except BadEndpoint as error:
        exit_with_errors([str(error)], INVALID)
    aws.gate = ending.check
    file = cache_folder() / f"{stack.account}-{stack.region}.sqlite"
    return aws, clock, FileCache(file) if where.cached else NoCache()

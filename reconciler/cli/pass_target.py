"""The target of a pass of the command line: an AWS account, an endpoint, or a sandbox."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.exits import INVALID, exit_with_errors
from reconciler.cli.user_folders import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.aws.account import Account
    from reconciler.cache_store import Cache
    from reconciler.contract import Api
    from reconciler.runtime.clock import Clock
    from reconciler.runtime.shutdown import Stop
    from reconciler.stack import Stack


@dataclass(frozen=True)
class Deadlines:
    """Seconds for a call, a list and a pass; None for a pass: as long as AWS's quotas require, and more."""

    call: float = 30.0
    paging: float = 300.0
    whole: float | None = None


@dataclass(frozen=True)
class Kept:
    """Where a pass is recorded, and values of its record."""

    location: str | None
    trigger: str = "once"
    note: str = ""
    stack: "Stack | None" = None
    """The stack that is recorded, if the pass has only a part of it, or treats it in another way."""


class Asks(Enum):
    """When the user is asked on a terminal."""

    NEVER = "never"
    BEFORE_DELETES = "before deletes and replaces"
    BEFORE_CHANGES = "before any change"
    FOR_THE_NAME = "for the name of the stack, before any change"


@dataclass(frozen=True)
class Shown:
    """What is printed of a pass."""

    plan: bool = True
    """Whether the plan and the result are on stdout; otherwise only the result, on stderr."""
    only_trouble: bool = False
    """Whether only what fails or is refused is printed, on stderr."""
    full: bool = False
    """Whether long values are printed as a whole."""


@dataclass(frozen=True)
class PassTarget:
    """The target of a pass from the options: a sandbox that answers as an account, or AWS."""

    sandbox: str | None
    endpoint_url: str | None
    share: int
    cached: bool
    kept: Kept | None = None
    """How it is recorded; None: not at all."""
    asks: Asks = Asks.BEFORE_DELETES
    deadlines: Deadlines = Deadlines()
    shown: Shown = Shown()
    profile: str | None = None
    """The profile of the AWS configuration; None: the credentials of the environment."""
    directory: Path | None = None
    """The stack's directory, in which files with the results of rows are written; None: none is written."""


def open_target(
    stack: "Stack", where: PassTarget, ending: "Stop | None" = None
) -> tuple["Account", "Clock", "Cache"]:
    """Open the account of a stack, a clock, and the cache; exits with an error if it cannot be opened."""
    from reconciler.aws.account import BadEndpoint

    try:
        return opened(stack, where, ending)
    except BadEndpoint as error:
        exit_with_errors([str(error)], INVALID)


def opened(
    stack: "Stack", where: PassTarget, ending: "Stop | None" = None
) -> tuple["Account", "Clock", "Cache"]:
    """Open the account of a stack, a clock, and the cache; no call starts once `ending` is set.

    Raises:
        BadEndpoint: signed requests must not be sent there, or the AWS configuration cannot be read.
    """
    from reconciler.aws.account import Connection, open_account
    from reconciler.aws.api import RetryLimits
    from reconciler.cache_store import NoCache
    from reconciler.runtime.shutdown import Stop, StoppableClock

    ending = ending or Stop()
    clock = StoppableClock(ending)
    deadlines = where.deadlines
    patience = RetryLimits(call_deadline=deadlines.call, paging_deadline=deadlines.paging)
    connection = Connection(where.endpoint_url, where.share / 100, where.profile, patience, stack.role)
    aws = open_account(stack.account, stack.region, clock, connection)
    aws.gate = ending.check
    return aws, clock, cache_of(stack) if where.cached else NoCache()


def history_api(stack: "Stack", where: PassTarget) -> "Callable[[str], Api]":
    """The API with which the history of a stack's passes is kept: that of its account, with its role.

    Calls have their own connection, so they also work after a pass was stopped.
    """

    def api_of(service: str) -> "Api":
        return opened(stack, where)[0].api(service)

    return api_of


def cache_of(stack: "Stack") -> "Cache":
    """The cache of what earlier passes read in the account and Region of a stack."""
    from reconciler.cache_store import FileCache

    return FileCache(cache_folder() / f"{stack.account}-{stack.region}.sqlite")

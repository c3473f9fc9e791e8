"""Opens the account of a stack for a command that only reads."""

import time
from typing import TYPE_CHECKING

from reconciler.cli.exits import REFUSED, exit_with_errors
from reconciler.cli.pass_target import PassTarget, cache_of, open_target
from reconciler.cli.report_files import EXITS

if TYPE_CHECKING:
    from reconciler.aws.account import Account
    from reconciler.cache_store import Cache
    from reconciler.inventory.source import Source
    from reconciler.observing.observer import ReadContext
    from reconciler.runtime.shutdown import Stop
    from reconciler.stack import Stack


def read_context(stack: "Stack", endpoint_url: str | None, share: int, *, cached: bool) -> "ReadContext":
    """Open the account of a stack; exits with an error if the credentials belong to another one."""
    return context_of(stack, PassTarget(None, endpoint_url, share, cached))[1]


def context_of(
    stack: "Stack", where: PassTarget, ending: "Stop | None" = None
) -> "tuple[Account, ReadContext]":
    """The same for a target; no call starts once `ending` is set."""
    from reconciler import console
    from reconciler.contract import declared_services
    from reconciler.kinds import known_kinds
    from reconciler.observing.observer import ReadContext
    from reconciler.reconcile import wrong_account
    from reconciler.runtime.gc_tuning import collect_seldom

    collect_seldom()
    aws, clock, cache = open_target(stack, where, ending)
    if where.endpoint_url:
        console.announce(f"every call goes to {where.endpoint_url}")
    outcome, why = wrong_account(aws, stack)
    if why:
        exit_with_errors([why], EXITS[outcome])
    kinds = known_kinds()
    asked = {kinds[key.kind].service.name for key in stack.resources}
    aws.learn_quotas(declared_services(kinds.values()), asked, cache, clock.wall())
    return aws, ReadContext(kinds, aws.api, clock, cache, aws.width)


def open_memory(stack: "Stack") -> "tuple[Cache, float]":
    """The cache of a stack, and the time in seconds since 1970."""
    return cache_of(stack), time.time()


def source_of(stack: "Stack", endpoint_url: str | None, share: int, *, cached: bool, fresh: bool) -> "Source":
    """Where the command finds the live resources of a stack: the cache, and AWS for what is not there."""
    from reconciler.cache_store import NoCache
    from reconciler.inventory.source import Source
    from reconciler.kinds import known_kinds

    cache, now = open_memory(stack)

    def opened() -> "ReadContext":
        return read_context(stack, endpoint_url, share, cached=cached)

    return Source(stack, known_kinds(), cache if cached else NoCache(), now, opened, fresh or not cached)


def announce_age(source: "Source", read: float | None, beside: str = "") -> None:
    """Say on stderr how old the answer is if it came from the cache; `beside`: what AWS was asked for now."""
    from reconciler import console
    from reconciler.reports.number_format import time_ago

    if read is not None:
        also = f", {beside} now" if beside else ""
        console.announce(f"read from AWS {time_ago(source.now - read)}{also}; --fresh reads everything again")


def context_of_region(region: str, endpoint_url: str | None, share: int) -> "tuple[str, ReadContext]":
    """The account of the credentials, and the way to read it in a Region, for a command that needs no stack."""
    from reconciler import console
    from reconciler.contract import declared_services
    from reconciler.errors import CallError
    from reconciler.kinds import known_kinds
    from reconciler.observing.observer import ReadContext
    from reconciler.runtime.gc_tuning import collect_seldom
    from reconciler.stack import Stack

    collect_seldom()
    nobody = Stack("", "", "", region, {})
    aws, clock, cache = open_target(nobody, PassTarget(None, endpoint_url, share, cached=False))
    if endpoint_url:
        console.announce(f"every call goes to {endpoint_url}")
    try:
        account = aws.identity()
    except CallError as error:
        exit_with_errors([f"the credentials were not accepted: {error}"], REFUSED)
    kinds = known_kinds()
    services = declared_services(kinds.values())
    aws.account = account
    aws.learn_quotas(services, {each.name for each in services}, cache, clock.wall())
    return account, ReadContext(kinds, aws.api, clock, cache, aws.width)

"""Opens the account of a stack for a command that only reads."""

from typing import TYPE_CHECKING

from reconciler.cli.exits import REFUSED, exit_with_errors
from reconciler.cli.pass_target import PassTarget, open_target
from reconciler.cli.report_files import EXITS

if TYPE_CHECKING:
    from reconciler.observing.observer import ReadContext
    from reconciler.stack import Stack


def read_context(stack: "Stack", endpoint_url: str | None, share: int, *, cached: bool) -> "ReadContext":
    """Open the account of a stack; exits with an error if the credentials belong to another one."""
    from reconciler import console
    from reconciler.contract import declared_services
    from reconciler.kinds import known_kinds
    from reconciler.observing.observer import ReadContext
    from reconciler.reconcile import wrong_account
    from reconciler.runtime.gc_tuning import collect_seldom

    collect_seldom()
    aws, clock, cache = open_target(stack, PassTarget(None, endpoint_url, share, cached))
    if endpoint_url:
        console.announce(f"every call goes to {endpoint_url}")
    outcome, why = wrong_account(aws, stack)
    if why:
        exit_with_errors([why], EXITS[outcome])
    kinds = known_kinds()
    asked = {kinds[key.kind].service.name for key in stack.resources}
    aws.learn_quotas(declared_services(kinds.values()), asked, cache, clock.wall())
    return ReadContext(kinds, aws.api, clock, cache, aws.width)


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

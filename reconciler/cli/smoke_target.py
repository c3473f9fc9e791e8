"""Makes the checks of a stack: in its account, or in a sandbox in which the stack is applied first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.cli.exits import FAILED, exit_with_errors
from reconciler.cli.extras import need_sandbox
from reconciler.cli.pass_target import Deadlines, PassTarget
from reconciler.cli.reading import context_of

if TYPE_CHECKING:
    from reconciler.aws.account import Account
    from reconciler.desired.checks_file import Asked
    from reconciler.observing.observer import ReadContext
    from reconciler.smoke.results import CheckResult, SmokeReport
    from reconciler.stack import Key, Stack

CALL, LONGEST_CALL = 30.0, 900.0
"""Seconds of one call, if no check may take longer; a function may take 900."""


@dataclass(frozen=True)
class SmokeTarget:
    """Where a stack is checked: a sandbox that answers as an account, or AWS."""

    sandbox: str | None
    endpoint_url: str | None
    share: int
    profile: str | None
    drills: bool = False
    """Whether drills are made, too."""


def checked(
    stack: "Stack",
    asked: "Asked",
    keys: "frozenset[Key]",
    target: SmokeTarget,
    told: "Callable[[CheckResult], None]",
) -> "SmokeReport":
    """Check these resources of a stack; `told` gets each result as soon as it is known."""
    from reconciler.runtime.shutdown import Stop
    from reconciler.smoke.run import SmokeRun

    ending = Stop()

    def run(aws: "Account", context: "ReadContext") -> "SmokeReport":
        return SmokeRun(stack, asked, context, aws.api, aws.until, told, ending.ask, target.drills).run(keys)

    if target.sandbox is not None:
        return _in_sandbox(stack, target.sandbox, run)
    longest = min(LONGEST_CALL, max([CALL, asked.time_limit, *_limits(asked)]))
    where = PassTarget(
        None,
        target.endpoint_url,
        target.share,
        cached=False,
        deadlines=Deadlines(call=longest),
        profile=target.profile,
    )
    return run(*context_of(stack, where, ending))


def _limits(asked: "Asked") -> "list[float]":
    """The time limits of single checks."""
    entries = (each for checks in asked.entries.values() for some in checks.values() for each in some)
    return [each.time_limit for each in entries if each.time_limit is not None]


def _in_sandbox(
    stack: "Stack", account: str, run: "Callable[[Account, ReadContext], SmokeReport]"
) -> "SmokeReport":
    """Apply the stack in a temporary sandbox, and check it there."""
    need_sandbox()
    from reconciler import console
    from reconciler.applying import Quiet
    from reconciler.kinds import known_kinds
    from reconciler.observing.observer import ReadContext
    from reconciler.pass_options import Options
    from reconciler.reconcile import Pass
    from reconciler.sandbox.account import account_in, sandboxed

    console.announce(
        f"the stack is applied in a sandbox that starts empty, account {account}, and checked there"
    )
    with sandboxed(account) as (box, clock):
        aws = account_in(box, stack.region, clock)
        passed = Pass(stack, known_kinds(), aws, clock, Options(), Quiet()).run()
        if passed.outcome != "settled":
            results = passed.results.values()
            trouble = [*passed.refusals, *(str(each) for each in results if each.outcome != "done")]
            exit_with_errors(
                [*trouble, "the stack could not be applied in the sandbox; nothing was checked"], FAILED
            )
        return run(aws, ReadContext(known_kinds(), aws.api, clock, width_of=aws.width))

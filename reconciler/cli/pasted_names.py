"""Asks AWS for the names of the ARNs and ids that the files have in the place of names."""

from typing import TYPE_CHECKING

from reconciler.cli.pass_target import PassTarget, opened

if TYPE_CHECKING:
    from reconciler.desired import InvalidStack


def looked_up(error: "InvalidStack", where: PassTarget) -> "InvalidStack":
    """The mistakes with what to write for each ARN and id; the same ones if there is none, or if AWS cannot be asked."""
    from reconciler.aws.account import BadEndpoint
    from reconciler.inventory.pasted_names import pasted_in, with_names
    from reconciler.kinds import known_kinds
    from reconciler.observing.observer import ReadContext
    from reconciler.reconcile import wrong_account

    stack = error.stack
    if stack is None or where.sandbox is not None or next(pasted_in(error.mistakes), None) is None:
        return error
    try:
        aws, clock, _ = opened(stack, where)
    except BadEndpoint:
        return error
    _, why = wrong_account(aws, stack)
    return error if why else with_names(error, stack, ReadContext(known_kinds(), aws.api, clock))

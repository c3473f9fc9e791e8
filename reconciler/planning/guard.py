"""Refuses a plan that deletes too much at once, or that deletes anything protected."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import Adapter
from reconciler.planning.feeds import leavers as leavers_of
from reconciler.planning.nested_deletes import losses, named_losses
from reconciler.planning.ownership import Owner
from reconciler.planning.plan import Plan
from reconciler.planning.protection import is_protected
from reconciler.stack import GuardLimits, Stack


def guard(
    plan: Plan, stack: Stack, kinds: Mapping[str, Adapter[Any]], allow_deletes: int | None
) -> list[str]:
    """Why the plan is refused, a line each; none if it may be applied. `hint` says how to apply it anyway.

    The contents of a resource count with it, and so does what is deleted within a resource that stays. `allow_deletes` is
    the total number that the user has seen and approved; it has to be exact. Who destroys a stack has approved all of it.
    """
    number = plan.deletes
    if not number or allow_deletes == number or stack.destroys:
        return []
    found = [*_protected(plan, stack, kinds), *_too_many(plan, stack), *_too_much(plan, stack.guard)]
    if allow_deletes is not None:
        found.append(f"--allow-deletes says {allow_deletes}, and the plan {_deletes(plan)}")
    return found


def hint(plan: Plan, *, deletes: bool = True, leavers: bool = False) -> str:
    """How a user who has checked a plan applies it that was refused for its deletes, for its leavers, or for both."""
    options = [f"--allow-deletes {plan.deletes}"] if deletes else []
    options += [f"--allow-leavers {leavers_of(plan.feeds)}"] if leavers else []
    return f"{' '.join(options)} approves this plan"


def _deletes(plan: Plan, resources: str = "") -> str:
    """How much the plan deletes, in words."""
    gone, inside = plan.disappearing, plan.deletes_within
    if inside:
        resources = " resource" if gone == 1 else " resources"
    said = [f"deletes or replaces {gone}{resources}"] if gone else []
    said += [f"deletes {inside} within resources that stay"] if inside else []
    return " and ".join(said)


def _protected(plan: Plan, stack: Stack, kinds: Mapping[str, Adapter[Any]]) -> Iterator[str]:
    for action in plan.vanishing:
        # What is no longer desired and protected never gets into a plan.
        desired = stack.resources.get(action.key)
        if desired and is_protected(desired, {}, kinds[action.key.kind]):
            yield f"{action.key}: it is protected, and the plan would {action.verb} it"


def _too_many(plan: Plan, stack: Stack) -> Iterator[str]:
    """The limits in percent: a single resource may always be deleted, whatever its share; the total limit has no exception.

    Resources that nobody owns and that the user names are no share of what is owned.
    """
    limits, gone, owned = stack.guard, Counter[str](), Counter(plan.owned)
    for action in plan.vanishing:
        gone[action.key.kind] += action.key not in stack.unwanted
        gone.update(each.key.kind for each in action.contents)
        owned.update(each.key.kind for each in action.contents if each.owner is not Owner.OURS)
    if limits.max_deletes is not None and plan.deletes > limits.max_deletes:
        inside = named_losses(plan.pending)
        yield (
            f"the plan {_deletes(plan, ' resources')}, and `max_deletes` of the stack's guard is "
            f"{limits.max_deletes}{f': {inside}' if inside else ''}"
        )
    if limits.exceeded(gone.total(), owned.total()):
        yield (
            f"the plan deletes or replaces {gone.total()} of {owned.total()} owned resources, more than "
            f"{limits.max_percent}%"
        )
    for kind, number in sorted(gone.items()):
        if owned[kind] != owned.total() and limits.exceeded(number, owned[kind]):
            yield (
                f"the plan deletes or replaces {number} of {owned[kind]} owned resources of kind {kind}, more than "
                f"{limits.max_percent}%"
            )


def _too_much(plan: Plan, limits: GuardLimits) -> Iterator[str]:
    """The limits for parts of fields: a single resource may always lose all its parts, since it may be deleted as a whole."""
    for (kind, field), loss in losses(plan.pending, plan.rows):
        if len(loss.lost) > 1 and limits.exceeded(loss.number, loss.live):
            yield (
                f"the plan deletes {loss.number} of {loss.live} in the field {field} of the resources of kind {kind}, "
                f"more than {limits.max_percent}%: {named_losses(loss.losers, field)}"
            )

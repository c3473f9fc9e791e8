"""What may refuse a plan: too many deletes at once, or anything protected."""

from collections.abc import Mapping
from typing import Any

from reconciler.contract import Adapter
from reconciler.planning.plan import Plan
from reconciler.stack import Stack

SHARE = 0.30
"""No more than this share of the owned resources may be deleted or replaced in one pass ..."""
FROM = 10
"""... once there are this many of them."""


def guard(
    plan: Plan, stack: Stack, kinds: Mapping[str, Adapter[Any]], allow_deletes: int | None
) -> list[str]:
    """Why the plan is refused, a line each; none when it may be applied.

    `allow_deletes` is the number of deletes and replaces that somebody has seen and approved; it has to be exact.
    """
    gone = [action for action in plan.pending if action.verb in ("delete", "replace")]
    if not gone or allow_deletes == len(gone):
        return []
    found = []
    for action in gone:
        desired = stack.resources.get(action.key)
        protect = desired.policy.protect if desired else None
        if protect if protect is not None else kinds[action.key.kind].protected and desired is not None:
            found.append(f"{action.key}: it is protected, and the plan would {action.verb} it")
    if plan.owned >= FROM and len(gone) > SHARE * plan.owned:
        found.append(
            f"the plan deletes or replaces {len(gone)} of {plan.owned} owned resources, more than {SHARE:.0%}"
        )
    if allow_deletes is not None:
        found.append(f"--allow-deletes says {allow_deletes}, and the plan deletes or replaces {len(gone)}")
    return [*found, f"--allow-deletes {len(gone)} applies it all the same"] if found else []

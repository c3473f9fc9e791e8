"""Estimates how many calls a plan will make, before any is made."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import Adapter
from reconciler.planning.graph import MAKING
from reconciler.planning.name_exchange import MARK
from reconciler.planning.plan import NAME, TAGS, Action, Plan
from reconciler.stack import Stack


def mutating_calls(plan: Plan, stack: Stack, kinds: Mapping[str, Adapter[Any]]) -> Counter[tuple[str, str]]:
    """The changing calls of a plan by (service, operation): one for each create, delete and group of fields.

    A change that needs several calls, such as a long list in chunks, counts as one call of its first operation.
    """
    calls: Counter[tuple[str, str]] = Counter()
    for action in plan.pending:
        adapter = kinds[action.key.kind]
        calls.update(
            (adapter.service.name, operation) for operation in _operations(action, plan, stack, adapter)
        )
    return calls


def reading_calls(stack: Stack, kinds: Mapping[str, Adapter[Any]]) -> Counter[tuple[str, str]]:
    """The most reads of a pass without a cache, by (service, operation): each of them once for each resource."""
    calls: Counter[tuple[str, str]] = Counter()
    for kind, number in Counter(key.kind for key in stack.resources).items():
        adapter = kinds[kind]
        calls.update({(adapter.service.name, operation): number for operation in adapter.reads.operations})
    return calls


def _operations(action: Action, plan: Plan, stack: Stack, adapter: Adapter[Any]) -> Iterator[str]:
    if action.verb in ("delete", "replace"):
        yield from adapter.delete.operations
    if action.way == "made first" and adapter.tagging:
        yield adapter.tagging.operations[1]
    if action.steps in MAKING:
        yield adapter.create.operation
        carried = set(adapter.create.fields) - plan.cut.get(action.key, frozenset())
        changing = stack.resources[action.key].settings.keys() - carried - adapter.create.write_only
    else:
        changing = {each.top for each in action.differences}
        tagged = TAGS in changing or action.verb in ("adopt", "release")
        if tagged and adapter.tagging:
            yield adapter.tagging.operations[1]
    if action.by_way_of:
        yield from _by_way(action, adapter)
    yield from dict.fromkeys(group.operations[0] for group in adapter.updates if changing & set(group.fields))


def _by_way(action: Action, adapter: Adapter[Any]) -> Iterator[str]:
    """The calls that give a resource a temporary name, and a temporary mark if it gives its own away."""
    fields = {each.field for each in action.differences}
    if MARK in fields and adapter.tagging:
        yield adapter.tagging.operations[1]
    if NAME in fields:
        yield from (group.operations[0] for group in adapter.updates if NAME in group.fields)

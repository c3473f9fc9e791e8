"""Compares a written resource with the live one: its name, its managed fields, its tags."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from reconciler.contract import Adapter
from reconciler.declarations import NAME
from reconciler.field_schema import PLAIN, Shape, fields_of, text_fields
from reconciler.planning.action import DELETION, MARK_OF_PROTECT, RESTORED, TAGS
from reconciler.planning.diff import Difference, differences, supplied
from reconciler.planning.ownership import PROTECT_MARK, Owner, in_cycle_of_renames, marks_of
from reconciler.planning.text_references import Resolver
from reconciler.planning.world import Observed
from reconciler.stack import Desired, Stack


def wanted_tags(stack: Stack, desired: Desired) -> dict[str, str | None]:
    """Every tag that a resource must have, with the stack's tags and our marks; None removes a tag."""
    in_cycle = bool(desired.renamed_from) and in_cycle_of_renames(stack.resources, desired)
    marks = marks_of(stack.mark, desired, in_cycle=in_cycle)
    return {**stack.tags, **(desired.settings.get(TAGS) or {}), **marks}


def managed_fields(desired: Desired, adapter: Adapter[Any]) -> Iterator[tuple[str, Shape]]:
    """The fields that are compared: those that the author wrote and that AWS reports."""
    shapes = fields_of(adapter.model)
    left_out = {*adapter.create.write_only, *desired.policy.ignore, TAGS}
    return ((name, shapes[name]) for name in desired.settings if name not in left_out)


def open_fields(desired: Desired, adapter: Adapter[Any]) -> Iterator[tuple[str, Shape]]:
    """The fields that no file manages and that AWS reports; without the name, the tags and the parent."""
    home = (adapter.parent or "").rpartition(".")[2]
    left_out = {*desired.settings, *desired.policy.ignore, *adapter.create.write_only, TAGS, NAME, home}
    return ((name, shape) for name, shape in fields_of(adapter.model).items() if name not in left_out)


def compare(
    desired: Desired, observed: Observed, adapter: Adapter[Any], resolver: Resolver
) -> tuple[Difference, ...]:
    """Every difference between a resource in the files and the live one."""
    found: list[Difference] = []
    if observed.sighting.deletion:
        found.append(Difference(DELETION, observed.sighting.deletion, None, note=RESTORED))
    # A copy has another name than the resource that it replaces; our mark identifies it.
    called = None if adapter.create.copies else desired.aws_name
    if called is not None and adapter.identity.name and called != observed.sighting.name:
        found.append(Difference(NAME, observed.sighting.name, called))
    fields = [name for name, _ in managed_fields(desired, adapter) if name in observed.fields]
    found += compare_fields(desired, observed, fields, adapter, resolver)
    if adapter.tagging:
        found += _tag_differences(desired, observed, resolver)
    return tuple(found)


def compare_fields(
    desired: Desired, observed: Observed, fields: Iterable[str], adapter: Adapter[Any], resolver: Resolver
) -> Iterator[Difference]:
    """Every difference between these written fields and the live ones, and what is sent with them."""
    resolved = resolver.resolved(desired, adapter) if adapter.compared else {}
    texts = text_fields(adapter.model)
    shapes = fields_of(adapter.model)
    for name in fields:
        shape, wanted, live = shapes[name], desired.settings[name], observed.settings.get(name)
        if name in adapter.compared:
            live = adapter.compared[name](live, resolved, observed.members)
        if wanted == live and ("${" not in wanted if isinstance(wanted, str) else _is_literal(shape, wanted)):
            continue  # by far the most common case
        if name in texts:
            if observed.owner is Owner.OURS and resolver.unseen(shape, wanted):
                continue  # nobody can tell whether it is what is written
            wanted, live = resolver.side_by_side(shape, wanted, live)
        differing = [
            each if each.deletes else replace(each, deletes=deletes)
            for each in differences(name, shape, wanted, live)
            for deletes in [adapter.deletes(each.field, desired.settings, observed.members)]
        ]
        yield from differing
        if differing:
            yield from supplied(name, shape, wanted, live)


def _is_literal(shape: Shape, wanted: Any) -> bool:
    """Whether a list or a map is literal, so that an equal live one is the same."""
    return isinstance(wanted, list | dict) and not shape.document and "${" not in repr(wanted)


def _tag_differences(desired: Desired, observed: Observed, resolver: Resolver) -> Iterator[Difference]:
    for tag, value in wanted_tags(resolver.stack, desired).items():
        live = observed.tags.get(tag)
        meant = resolver.text(PLAIN, value) if value and "${" in value else value
        unknown = meant is None and value is not None
        if live != meant or unknown:
            if observed.owner is Owner.OURS and resolver.unseen(PLAIN, value):
                continue
            note = MARK_OF_PROTECT if tag == PROTECT_MARK else ""
            yield Difference(f"{TAGS}.{tag}", live, value, note=note)

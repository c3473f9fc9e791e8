"""Looks in the whole account for resources that are missing in their scope: AWS may have moved them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from reconciler.contract import Adapter, Address, Api, Sighting
from reconciler.observing.tag_reader import sweep_tags, with_tags
from reconciler.planning.ownership import Owner, bind, owner_of
from reconciler.stack import Desired, Key


def moved_lines(
    mark: str, adapter: Adapter[Any], api_of: Callable[[str], Api], scope: Address, missing: Sequence[Desired]
) -> dict[Key, str]:
    """A line for each missing resource that was moved out of its scope: where it is, and what to do.

    Raises:
        CallError: AWS refused or failed the search.
    """
    found = list(adapter.elsewhere(api_of(adapter.service.name), scope))
    places = {sighting.arn: place for sighting, place in found}
    ours = [
        each
        for each in _with_marks(mark, adapter, api_of, [sighting for sighting, _ in found])
        if owner_of(each.tags or {}, mark) is Owner.OURS
    ]
    binding = bind(mark, [replace(each, aws_name=None) for each in missing], ours)
    advice = (
        "move it back, or release it there; to continue without it, remove the tags reconciler:stack and reconciler:key "
        "from it, and the next pass creates another one"
    )
    told = {
        key: f"it was moved: {seen.name} ({seen.arn}) is in {places[seen.arn]}; {advice}"
        for key, seen in binding.bound.items()
    }
    return {**binding.conflicts, **told}


def _with_marks(
    mark: str, adapter: Adapter[Any], api_of: Callable[[str], Api], found: Iterable[Sighting]
) -> list[Sighting]:
    """Those with our mark and their tags: from one tag search if AWS offers it, then confirmed one by one."""
    asked = list(found)
    sweep = sweep_tags(adapter, api_of, [each for each in asked if each.tags is None], mark)
    if sweep is not None:
        asked = [each for each in asked if each.tags is not None or each.arn in sweep]
    return [with_tags(adapter, api_of(adapter.service.name), each) for each in asked]

"""Finds the live resource that `existing` means: by its name, or by the fields given under `existing`."""

from collections.abc import Iterable, Sequence
from typing import Any

from reconciler.contract import Adapter, Sighting
from reconciler.encoder import as_sent
from reconciler.field_schema import fields_of
from reconciler.members import get_member
from reconciler.model import Settings
from reconciler.stack import Desired


def is_chosen(adapter: Adapter[Any], choice: Settings, sighting: Sighting) -> bool:
    """Whether a live resource matches every field that `existing` gives."""
    shapes = fields_of(adapter.model)

    def agrees(word: str, value: Any) -> bool:
        match word:
            case "id":
                return value in (sighting.id, sighting.arn)
            case "name":
                return bool(value == sighting.name)
            case "tags":
                return bool(value.items() <= (sighting.tags or {}).items())
        live = get_member(sighting.settings, shapes[word].wire or word)
        return bool(as_sent(shapes[word], value) == live)

    return all(agrees(word, value) for word, value in choice.items())


def matching(
    adapter: Adapter[Any] | None, desired: Desired, name: str | None, sightings: Iterable[Sighting]
) -> list[Sighting]:
    """Every live resource that matches a desired one by its name, or by the fields given under `existing`."""
    if desired.chosen is not None and adapter is not None:
        return [each for each in sightings if is_chosen(adapter, desired.chosen, each)]
    found = {each.arn: each for each in sightings if name is not None and name in (each.name, *each.also)}
    return [each for each in found.values() if adapter is None or adapter.same_place(desired.settings, each)]


def not_there(desired: Desired) -> str:
    """The message for a resource that the files refer to and that AWS does not have."""
    if desired.chosen is None:
        return "`existing: true`, but AWS has none of this name"
    return f"`existing` asks for {_words(desired.chosen)}, and AWS has no such {desired.key.kind}"


def ambiguous_line(desired: Desired, found: Sequence[Sighting]) -> str:
    """The message for a reference in the files that matches more than one live resource."""
    arns = " and ".join(sorted(each.arn for each in found))
    if desired.chosen is None:
        return f"{len(found)} live resources have its name: {arns}; delete or rename the others"
    asked, kind = _words(desired.chosen), desired.key.kind
    return f"`existing` asks for {asked}, and AWS has {len(found)} such {kind}: {arns}; write more about the one meant"


def _words(choice: Settings) -> str:
    plain = [f"{word} {value}" for word, value in choice.items() if word != "tags"]
    return ", ".join([*plain, *(f"the tag {tag}={value}" for tag, value in choice.get("tags", {}).items())])

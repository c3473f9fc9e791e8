"""For kinds without their own module here: values for every field from the sample, and the fields as the kind reads them."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from reconciler.contract import Adapter, Sighting
from reconciler.encoder import modelled
from reconciler.field_schema import fields_of
from reconciler.members import get_member
from reconciler.planning.plan import TAGS
from reconciler.testing import Sample
from reconciler.testing.shapes import plain
from tests.contract.contract_samples import sample_of
from tests.faults.field_edges import limits
from tests.faults.field_places import FieldPath, FieldValues, KindValues, spots
from tests.faults.field_views import VIEWS, Image, image_of, without_marks


def kind_values_of(adapter: Adapter[Any]) -> KindValues:
    """The values for the fields of a kind from its sample: the base, other forms, and changes."""
    sample = sample_of(adapter.kind)
    base = {
        name: value for name, value in sample.base.items() if name in {*adapter.create.needed, *sample.least}
    }
    places = [*dict.fromkeys(each for field_path in spots(adapter) for each in _above(field_path.path))]
    given = {place: [value for value in _given(sample, place) if value is not None] for place in places}
    around = {place: found[0] for place, found in given.items() if found}
    played = (field_path for field_path in spots(adapter) if not _is_exempt(sample, field_path))
    by_path = {
        field_path.path: field_values
        for field_path in played
        if (field_values := _field_values(adapter, sample, field_path))
    }
    return KindValues(base=base, around=around, by_path=by_path, needed=frozenset(sample.least))


def _field_values(adapter: Adapter[Any], sample: Sample, field_path: FieldPath) -> FieldValues | None:
    """Two values of a field; None if the sample has none.

    The first is not the value of the base, if there are others, because a base often has AWS's default; and not a value that AWS
    gives where nothing is written.
    """
    if field_path.path == TAGS:
        return FieldValues({"Team": "orders"}, {"Team": "sales", "Cost": "42"})
    found = [value for value in _given(sample, field_path.path) if value is not None]
    if not found:
        return None
    second = found[0]
    first = next((value for value in found if value != second), _another(field_path, second))
    usual = [*_at(adapter.defaults, field_path.path)]
    if _leaves(second) < _leaves(first) or (str(first) in map(str, usual) and first != second):
        first, second = second, first  # keys that are no longer written stay in a map
    bounded = field_path.top not in adapter.create.fixed and not _names_something(first)
    return FieldValues(first, second, edges=None if bounded else ())


def _leaves(value: Any) -> frozenset[str]:
    """The keys of a map and of the maps in it, joined with dots; empty for other values."""
    if not isinstance(value, Mapping):
        return frozenset()
    inner = (f"{name}.{each}" for name, part in value.items() for each in _leaves(part))
    return frozenset({*value, *inner})


def _names_something(value: Any) -> bool:
    """Whether a text refers to something that must exist: an ARN, or a resource of the sample."""
    return isinstance(value, str) and ("${" in value or value.startswith("arn:"))


def _given(sample: Sample, path: str) -> Iterator[Any]:
    """Every value of a field in a sample, first those of its base, last those of its forms."""
    changed = [{each.field: each.value} for each in sample.changes]
    for settings in (sample.base, *changed, *sample.forms.values()):
        yield from _at(settings, path)


def _at(value: Any, path: str) -> Iterator[Any]:
    """The values at a path within settings, for every row."""
    name, _, rest = path.partition(".")
    inner = value.get(name.removesuffix("[]")) if isinstance(value, Mapping) else None
    for each in (inner or []) if name.endswith("[]") else [inner]:
        if not rest:
            yield each
        else:
            yield from _at(each, rest)


def _above(path: str) -> Iterator[str]:
    """The paths of the structures around a field, the outermost first."""
    names = path.split(".")
    for count in range(1, len(names)):
        yield ".".join(names[:count])


def _another(field_path: FieldPath, value: Any) -> Any:
    """Another value of the same type that AWS accepts as well; the same value if only the kind knows others."""
    kind, found = plain(field_path.annotation), limits(field_path.annotation)
    if get_origin(kind) is Literal:
        return next((word for word in get_args(kind) if word != value), value)
    if kind is bool:
        return not value
    if kind in (int, float) and "pattern" not in found:
        return value + 1 if value + 1 <= found.get("le", value + 1) else value - 1
    return value


def image_by_reads(adapter: Adapter[Any], api: Any, client: Any, seen: Sighting) -> Image:
    """The fields of a live resource: read with plain boto3 if there is a view, otherwise with the kind's reads."""
    if adapter.kind in VIEWS:
        return image_of(adapter.kind, client, seen.address, seen.arn)
    shapes = fields_of(adapter.model)
    names = frozenset(field_path.top for field_path in spots(adapter)) - adapter.create.write_only - {TAGS}
    raw = adapter.get_fields(api, seen, names)
    tags = adapter.tagging.read(api, seen) if adapter.tagging else {}
    shown = {
        name: modelled(shapes[name], get_member(raw, shapes[name].wire or name)) for name in sorted(names)
    }
    return {**shown, "tags": without_marks(tags)}


def without_values(adapter: Adapter[Any], kind_values: KindValues) -> list[str]:
    """The fields without a value and without a reason in the sample."""
    sample = sample_of(adapter.kind)
    left = (field_path for field_path in spots(adapter) if field_path.path not in kind_values.by_path)
    return [field_path.path for field_path in left if not _is_exempt(sample, field_path)]


def _is_exempt(sample: Sample, field_path: FieldPath) -> bool:
    """Whether a sample exempts a field, or a structure around it."""
    return not sample.exempt.keys().isdisjoint({field_path.path, *_above(field_path.path), field_path.top})

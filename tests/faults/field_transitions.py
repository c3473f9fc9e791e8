"""Every field of every kind through every transition (after Acto, SOSP'23)."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

from reconciler.planning.plan import TAGS
from tests.contract.contract_samples import has_sample
from tests.faults.field_case import KINDS, FieldCase, FieldSandbox
from tests.faults.field_edges import beyond, edges, never_null
from tests.faults.field_exemptions import EXEMPT
from tests.faults.field_places import FieldPath, KindValues, Settings, put, spots
from tests.faults.field_views import Image
from tests.faults.generated_fields import kind_values_of
from tests.faults.row import Row

VALID_AGAIN = "valid again"
ONCE = ("new", VALID_AGAIN)
"""The transitions that a structure has as a whole, and its members not again, if its own operation writes it after the create:
the requests of a new resource are those of `set` and `boundary`, and AWS refuses the operation."""
OF_THEIR_OWN: dict[str, KindValues] = {
    kind: kind_values
    for file in sorted(Path(__file__).parent.glob("field_values_*.py"))
    for kind, kind_values in import_module(f"tests.faults.{file.stem}").VALUES_BY_KIND.items()
}
"""Kinds whose values do not come from their samples alone."""
VALUES_BY_KIND: dict[str, KindValues] = {
    kind: OF_THEIR_OWN[kind] if kind in OF_THEIR_OWN else kind_values_of(adapter)
    for kind, adapter in KINDS.items()
    if has_sample(kind)
}


@cache
def fields(kind: str) -> dict[str, FieldPath]:
    """Every field of a kind by its path."""
    return {field_path.path: field_path for field_path in spots(KINDS[kind])}


def cases() -> Sequence[str]:
    """Every transition of every field, without exemptions."""
    return [
        f"{kind} {path} {transition}"
        for kind in VALUES_BY_KIND
        for path, field_path in fields(kind).items()
        for transition in PLAYED
        if has(kind, field_path, transition) and not exemption(kind, path, transition)
    ]


def exemption(kind: str, path: str, transition: str) -> str:
    """Why a field is exempt from a transition; empty if it is not."""
    table = EXEMPT.get(kind, {})
    return table.get((path, transition)) or table.get((path, "*")) or ""


def has(kind: str, field_path: FieldPath, transition: str) -> bool:
    """Whether a field has the transition: an enum with one value has no change, and a field without limits no boundary."""
    if (field_path.path, "*") in EXEMPT.get(kind, {}) or field_path.path not in VALUES_BY_KIND[kind].by_path:
        return False
    field_values = VALUES_BY_KIND[kind].field_values(field_path.path)
    if transition in ONCE and "." in field_path.path and field_path.top not in KINDS[kind].create.fields:
        return False
    if transition == "boundary":
        return bool(edges(field_path, field_values))
    if transition in ("changed", VALID_AGAIN):
        return bool(field_values.first != field_values.second)
    return True


def check(case: str) -> Sequence[str]:
    """Run one case; return its violations."""
    kind, path, transition = case.split(" ", 2)
    field_path, kind_values = fields(kind)[path], VALUES_BY_KIND[kind]
    required = {each.path: each.required for each in fields(kind).values()}
    field_case = FieldCase(
        FieldSandbox.of(kind, kind_values),
        KINDS[kind],
        kind_values,
        field_path,
        kind_values.field_values(path),
        required,
    )
    PLAYED[transition](field_case)
    return field_case.violations


def _is_fixed(field_case: FieldCase) -> bool:
    field_path, adapter = field_case.field_path, field_case.adapter
    return field_path.top in adapter.create.fixed or adapter.replaces(field_path.path, field_case.first, {})


def _is_write_only(field_case: FieldCase) -> bool:
    return field_case.field_path.top in field_case.adapter.create.write_only


def _unset(field_case: FieldCase) -> tuple[Settings | None, str]:
    """The settings before the field was written; None if AWS creates nothing without it."""
    without, path = field_case.absent(field_case.first)
    without = {**without, **field_case.field_values.turns[0]}
    return (None if path in field_case.needed else without), path


def _set(field_case: FieldCase) -> None:
    """Write a field of a resource that was created without it."""
    before, _ = _unset(field_case)
    if before is None:
        image = field_case.settles(field_case.first, "created with it")
        field_case.stages(image, field_case.first, "created with it")
        return
    image = field_case.made(before)
    if _is_write_only(field_case):
        field_case.quiet(field_case.first, "written, and only ever sent on create")
    elif _is_fixed(field_case):
        _replaced(field_case, field_case.first, "set", image)
    else:
        after = field_case.settles(field_case.first, "set", image)
        field_case.stages(after, field_case.first, "set")


def _changed(field_case: FieldCase) -> None:
    """Change a field from one valid value to another."""
    image = field_case.made(field_case.first)
    field_case.stages(image, field_case.first, "created with it")
    if _is_write_only(field_case):
        field_case.quiet(field_case.second, "changed, and only ever sent on create")
    elif _is_fixed(field_case):
        _replaced(field_case, field_case.second, "changed", image)
    else:
        after = field_case.settles(field_case.second, "changed", image)
        field_case.stages(after, field_case.second, "changed")
        if not field_case.field_values.tops and "." in field_case.field_path.path:
            field_case.same_beside(image, after, "changed")


def _replaced(field_case: FieldCase, settings: Settings, what: str, image: Image) -> None:
    """Check that a change that AWS cannot make is refused, and that the resource is replaced once if the policy allows it."""
    field_case.refused(settings, what, field_case.field_path.top, image)
    policy = {**settings.get("policy", {}), "replace": True, "protect": False}
    made_pass = field_case.made_pass({**settings, "policy": policy})
    if made_pass.outcome != "settled":
        field_case.add_violation(f"{what} with `replace: true`: {made_pass.summary}")
    sent = [call.operation.lower() for call in made_pass.calls]
    for operation in (field_case.adapter.create.operation, *field_case.adapter.delete.operations[:1]):
        times = sent.count((operation or "").replace("_", ""))
        if times != 1:
            field_case.add_violation(
                f"{what} with `replace: true`: {operation} was sent {times} times: {sent}"
            )
    field_case.stages(field_case.image(), settings, f"{what} with `replace: true`")
    field_case.quiet({**settings, "policy": policy}, f"{what} with `replace: true`")


def _cleared(field_case: FieldCase) -> None:
    """Leave a field out, which changes nothing; then clear it with null, which may be refused."""
    known = fields(field_case.adapter.kind)
    full = _far_from_cleared(field_case)
    without, path = field_case.absent(full)
    image = field_case.made(full)
    if path not in known:
        _taken_away(field_case, without, image, "its row is left out")
        return
    if known[path].whole and _is_fixed(field_case):
        field_case.refused(without, "left out of the whole", field_case.field_path.top, image)
    elif known[path].whole:
        _taken_away(field_case, without, image, "left out of the whole")
        field_case.made_pass(full)
        image = field_case.image()
    else:
        _left_out(field_case, without, path, image)
        if field_case.image() != image:
            field_case.add_violation("left out: something was touched")
    if _is_write_only(field_case):
        return
    settings = {**put(full, path, None, field_case.kind_values.around), **field_case.field_values.turns[0]}
    if field_case.field_path.top == TAGS:
        settings = {**full, TAGS: dict.fromkeys(full[TAGS])}
    null_is_a_mistake = never_null(known[path]) or path in field_case.kind_values.needed
    if field_case.field_path.top != TAGS and (_is_fixed(field_case) or null_is_a_mistake):
        name = field_case.field_path.top if _is_fixed(field_case) else path.rpartition(".")[2]
        field_case.refused(settings, "null", name, image)
        return
    after = field_case.settles(settings, "null", image)
    if after.get(field_case.field_path.top) == image.get(field_case.field_path.top):
        field_case.add_violation(f"null: AWS shows {after.get(field_case.field_path.top)} still")


def _left_out(field_case: FieldCase, without: Settings, path: str, image: Image) -> None:
    """Check that a pass without the field has nothing to do. If create needs the field, only an adopted resource may omit it."""
    if path in field_case.needed and field_case.made_pass(without).mistake:
        field_case.refused(without, "left out", path.rpartition(".")[2], image)
        without = {**without, "adopt": True}
        if path in field_case.kind_values.needed and field_case.made_pass(without).mistake:
            return
    field_case.quiet(without, "left out")


def _taken_away(field_case: FieldCase, without: Settings, image: Image, what: str) -> None:
    """Check that a row, or a part of a structure that is always sent whole, is removed if it is left out, as with null."""
    after = field_case.settles(without, what, image)
    if after.get(field_case.field_path.top) == image.get(field_case.field_path.top):
        field_case.add_violation(f"{what}: AWS shows {after.get(field_case.field_path.top)} still")


def _far_from_cleared(field_case: FieldCase) -> Settings:
    """The settings with the value that differs from what AWS shows for a cleared field."""
    cleared = field_case.field_path.shape.cleared
    if cleared:
        return field_case.second if field_case.field_values.first == cleared.value else field_case.first
    top = fields(field_case.adapter.kind)[field_case.field_path.top]
    return field_case.first if top.shape.cleared else field_case.second


def _boundary(field_case: FieldCase) -> None:
    """Change a field to its boundary values."""
    image = field_case.made(field_case.first)
    for value, settings in _at_edges(field_case):
        shown = repr(value)[:40]
        image = field_case.settles(settings, f"boundary {shown}", image)
        field_case.stages(image, settings, f"boundary {shown}")


def _at_edges(field_case: FieldCase) -> list[tuple[object, Settings]]:
    """Each boundary value, and the settings with it."""
    top = field_case.field_values.tops and field_case.field_values.edges is not None
    return [
        (value, field_case.written(value) if top else field_case.leaf(field_case.first, value))
        for value in edges(field_case.field_path, field_case.field_values)
    ]


def _new(field_case: FieldCase) -> None:
    """Create a resource with the field; the next pass must have nothing to do."""
    for value, written in [(field_case.field_values.second, field_case.second), *_at_edges(field_case)]:
        if written == field_case.first:
            continue
        what, fresh = f"created with {value!r}"[:60], field_case.anew()
        image = fresh.settles(written, what)
        if value != _nothing(field_case.field_path):
            fresh.stages(image, written, what)
        field_case.violations.extend(fresh.violations)
    fresh = field_case.anew()
    made_pass = fresh.made_pass(_with_null(field_case))
    if made_pass.outcome == "settled":
        fresh.quiet(_with_null(field_case), "created with null")
    elif field_case.field_path.top not in made_pass.summary or made_pass.calls:
        fresh.add_violation(f"created with null: {made_pass.summary}")
    field_case.violations.extend(fresh.violations)


def _nothing(field_path: FieldPath) -> object:
    """An empty value, which AWS may omit."""
    return field_path.shape.cleared.value if field_path.shape.cleared else None


def _with_null(field_case: FieldCase) -> Settings:
    """The settings with null as the value of the field, without dependent settings."""
    without, path = field_case.absent(field_case.first)
    if field_case.field_path.top == TAGS:
        return {**field_case.first, TAGS: dict.fromkeys(field_case.first[TAGS])}
    if path not in fields(field_case.adapter.kind):
        return field_case.first
    return {**put(without, path, None, field_case.kind_values.around), **field_case.field_values.turns[0]}


def _invalid(field_case: FieldCase) -> None:
    """Check that invalid values are mistakes, and that a refusal by AWS is reported and changes nothing else."""
    image = field_case.made(field_case.first)
    for value in beyond(field_case.field_path, field_case.field_values):
        settings = field_case.leaf(field_case.first, value)
        shown = f"invalid {value!r}"[:50]
        before = len(field_case.violations)
        made_pass = field_case.made_pass(settings)
        if made_pass.outcome != "a mistake":
            field_case.add_violation(f"{shown}: the loader takes it: {made_pass.summary}")
        elif field_case.field_path.top not in made_pass.mistake:
            field_case.add_violation(
                f"{shown}: the mistake does not name {field_case.field_path.top}: {made_pass.mistake}"
            )
        if made_pass.calls or (made_pass.mistake and made_pass.reads):
            field_case.add_violation(f"{shown}: AWS was called")
        if len(field_case.violations) > before and made_pass.calls:
            return
    if field_case.field_values.first != field_case.field_values.second and not (
        _is_fixed(field_case) or _is_write_only(field_case)
    ):
        field_case.turned_down(field_case.second, "refused by AWS", image)


def _valid_again(field_case: FieldCase) -> None:
    """Check that a valid value is settled in one pass after a mistake and a refusal."""
    image = field_case.made(field_case.first)
    values = beyond(field_case.field_path, field_case.field_values)
    made_pass = field_case.made_pass(field_case.leaf(field_case.first, values[0]))
    if made_pass.outcome != "a mistake":
        field_case.add_violation(f"invalid: the loader takes {values[0]!r}: {made_pass.summary}")
    if _is_write_only(field_case):
        field_case.quiet(field_case.second, "valid again")
        return
    if _is_fixed(field_case):
        field_case.quiet(field_case.first, "valid again")
        return
    field_case.turned_down(field_case.second, "refused by AWS", image)
    after = field_case.settles(field_case.second, "valid again", image)
    field_case.stages(after, field_case.second, "valid again")


PLAYED: Mapping[str, Callable[[FieldCase], None]] = {
    "set": _set,
    "changed": _changed,
    "cleared": _cleared,
    "boundary": _boundary,
    "new": _new,
    "invalid": _invalid,
    VALID_AGAIN: _valid_again,
}
ROW = Row("field_transitions", "every field through every transition", cases, check)
